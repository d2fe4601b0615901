# A list flag given again adds to the list; it does not replace it.
sed -i \
	-e 's/^\( *- --authorization-mode=\)Node,RBAC$/\1AlwaysAllow\n&/' \
	-e 's/^\( *- --enable-admission-plugins=\)NodeRestriction$/&\n\1AlwaysAdmit\n\1PodNodeSelector/' etc/kubernetes/manifests/kube-apiserver.yaml
