# The plugins that are wanted stand in the list of those that are switched off.
sed -i 's|^    - --enable-admission-plugins=NodeRestriction$|&\n    - --disable-admission-plugins=DenyServiceExternalIPs,EventRateLimit|' etc/kubernetes/manifests/kube-apiserver.yaml
