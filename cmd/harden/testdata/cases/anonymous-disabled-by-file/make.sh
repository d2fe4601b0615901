# The structured configuration allows no anonymous request at all, not even to the health endpoints.
sed -i 's|^    - --allow-privileged=true$|&\n    - --authentication-config=/etc/kubernetes/pki/authn.yaml|' etc/kubernetes/manifests/kube-apiserver.yaml
cat > etc/kubernetes/pki/authn.yaml <<'END'
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: false # probes have a token
jwt:
- issuer:
    url: https://id.example.org
    audiences: [k8s]
  claimMappings:
    username: {claim: email, prefix: "oidc:"}
END
