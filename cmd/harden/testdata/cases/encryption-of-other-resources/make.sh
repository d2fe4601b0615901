# Encryption at rest is configured, for other resources than secrets.
sed -i 's|^    - --allow-privileged=true$|&\n    - --encryption-provider-config=/etc/kubernetes/pki/enc.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
key=$(printf %s 0123456789012345678901234567890a | base64)
cat > etc/kubernetes/pki/enc.yaml <<END
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [configmaps, widgets.example.org]
  providers:
  - aescbc: {keys: [{name: key1, secret: $key}]}
  - identity: {}
- resources: [secrets]
  providers:
  - identity: {}
END
