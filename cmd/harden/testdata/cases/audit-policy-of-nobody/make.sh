# Nobody who is logged in is recorded.
sed -i 's|^    - --allow-privileged=true$|&\n    - --audit-policy-file=/etc/kubernetes/pki/audit.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/audit.yaml <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  userGroups: [system:authenticated]
- level: RequestResponse
END
