# Two rules of level None leave no verb over; one of another level is about paths alone.
sed -i 's|^    - --allow-privileged=true$|&\n    - --audit-policy-file=/etc/kubernetes/pki/audit.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/audit.yaml <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  nonResourceURLs: [/metrics]
- level: None
  verbs: [get, list, watch]
- level: None
  userGroups: [system:authenticated, system:unauthenticated]
  verbs: [create, update, patch, delete, deletecollection]
- level: RequestResponse
END
