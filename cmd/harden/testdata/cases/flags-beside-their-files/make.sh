# The API server refuses a flag beside the file that takes its place.
sed -i 's|^    - --allow-privileged=true$|&\n    - --authentication-config=/etc/kubernetes/pki/authn.yaml\n    - --anonymous-auth=false\n    - --authorization-config=/etc/kubernetes/pki/authz.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/authn.yaml <<'END'
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}
END
cat > etc/kubernetes/pki/authz.yaml <<'END'
apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers: [{type: Node, name: node}, {type: RBAC, name: rbac}]
END
