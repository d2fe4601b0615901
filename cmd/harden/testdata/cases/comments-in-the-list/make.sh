# Comments before and behind flags, and quotes.
sed -i \
	-e 's|^    - --secure-port=6443$|    # the load balancer asks 6443, ticket NET-4\n    - "--secure-port=6443"   # do not change|' \
	-e 's|^    - --enable-admission-plugins=NodeRestriction$|    - '"'--enable-admission-plugins=NodeRestriction'"'   # as agreed|' \
	-e 's|^    - --tls-cert-file|    # certificates are rotated by cert-rotator, see the wiki\n&|' etc/kubernetes/manifests/kube-apiserver.yaml
