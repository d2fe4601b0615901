# A sidecar stands before the component in its pod.
awk '
	{ print }
	/^  containers:$/ {
		print "  - name: kms-plugin\n    image: registry.example.org/kms-plugin:1.2.0"
		print "    args:\n    - --listen=/var/run/kmsplugin/socket.sock\n    - --region=eu-1"
		print "    volumeMounts:\n    - mountPath: /var/run/kmsplugin\n      name: kmsplugin"
	}
	/^  volumes:$/ { print "  - hostPath:\n      path: /var/run/kmsplugin\n      type: DirectoryOrCreate\n    name: kmsplugin" }
' etc/kubernetes/manifests/kube-apiserver.yaml > new
cat new > etc/kubernetes/manifests/kube-apiserver.yaml
rm new
