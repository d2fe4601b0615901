# A template without values: an empty text is the kubelet's default.
sed -i 's/^  mode: Webhook/  mode: ""/' var/lib/kubelet/config.yaml
