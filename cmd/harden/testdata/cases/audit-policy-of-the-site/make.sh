# Bodies of everything but what holds secrets, and nothing of what components read.
sed -i 's|^    - --allow-privileged=true$|&\n    - --audit_policy_file\n    - /etc/kubernetes/pki/audit.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/audit.yaml <<'END'
{"kind": "Policy", "apiVersion": "audit.k8s.io/v1", "omitStages": ["RequestReceived"], "rules": [
  {"level": "None", "users": ["system:kube-proxy"], "verbs": ["watch"], "resources": [{"group": "", "resources": ["endpoints", "services"]}]},
  {"level": "None", "nonResourceURLs": ["/healthz*", "/version"]},
  {"level": "Metadata", "resources": [{"group": "", "resources": ["secrets", "configmaps", "serviceaccounts/*"]}, {"group": "authentication.k8s.io"}]},
  {"level": "None", "verbs": ["get", "list", "watch"], "resources": [{"group": "", "resources": ["pods", "nodes", "events"]}, {"group": "apps"}]},
  {"level": "RequestResponse"}]}
END
