# The structured authorization ends with an authorizer that allows all.
sed -i 's|^    - --authorization-mode=.*|    - --authorization-config=/etc/kubernetes/pki/authorization.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/authorization.yaml <<'END'
apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- {type: Node, name: node}
- {type: RBAC, name: rbac}
- {type: AlwaysAllow, name: alwaysallow}
END
