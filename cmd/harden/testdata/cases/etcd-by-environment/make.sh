# All that etcd is told stands in variables.
awk '
	/^    - etcd$/ { print; print "    env:"; told = 1; next }
	told && /^    - --/ {
		at = index($0, "=")
		name = toupper(substr($0, 9, at - 9)); gsub("-", "_", name)
		print "    - name: ETCD_" name "\n      value: \"" substr($0, at + 1) "\""
		next
	}
	{ told = 0; print }
' etc/kubernetes/manifests/etcd.yaml > new
cat new > etc/kubernetes/manifests/etcd.yaml
rm new
