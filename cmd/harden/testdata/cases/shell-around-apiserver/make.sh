# A shell starts the API server, so that its output goes to a file; all flags stand in one string.
awk '
	/^    - kube-apiserver$/ { flags = ""; shell = 1; next }
	shell && /^    - --/ { flags = flags " " substr($0, 7); next }
	shell {
		print "    - /bin/sh\n    - -c"
		print "    - exec /usr/local/bin/kube-apiserver" flags " 1>>/var/log/kube-apiserver.log 2>&1"
		shell = 0
	}
	{ print }
' etc/kubernetes/manifests/kube-apiserver.yaml > new
cat new > etc/kubernetes/manifests/kube-apiserver.yaml
rm new
