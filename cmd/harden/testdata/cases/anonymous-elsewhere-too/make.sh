# Conditions there are, and one of them is not about health.
mkdir -p etc/kubernetes/authentication
sed -i 's|^    - --allow-privileged=true$|&\n    - --authentication-config=/authentication/file.yaml|;s|^    volumeMounts:$|&\n    - {mountPath: /authentication, name: authentication}|;s|^  volumes:$|&\n  - {name: authentication, hostPath: {path: /etc/kubernetes/authentication}}|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/authentication/file.yaml <<'END'
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous: {enabled: true, conditions: [{path: /livez}, {path: /metrics}]}
END
