# A template without values: a flag that is given empty names no file, as the API server takes it.
for flag in audit-policy-file audit-log-path tls-cipher-suites encryption-provider-config admission-control-config-file authentication-config authorization-config; do
	sed -i "s/^    - --allow-privileged=true\$/&\n    - --$flag=/" etc/kubernetes/manifests/kube-apiserver.yaml
done
