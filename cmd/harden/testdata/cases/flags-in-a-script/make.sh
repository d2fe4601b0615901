# A shell script starts the API server, and pipes what it says into a file.
awk '
	/^    - kube-apiserver$/ { print "    - /bin/sh\n    - -c\n    - |\n      set -e\n      kube-apiserver \\"; shell = 1; next }
	shell && /^    - --/ { print "        " substr($0, 7) " \\"; next }
	shell { print "        2>&1 | tee /var/log/kube-apiserver.log"; shell = 0 }
	{ print }
' etc/kubernetes/manifests/kube-apiserver.yaml > new
cat new > etc/kubernetes/manifests/kube-apiserver.yaml
rm new
