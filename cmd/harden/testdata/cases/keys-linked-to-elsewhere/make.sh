# Keys lie in another directory, and links of root's stand in their places: one is right, one is open.
mkdir -p etc/ssl/kubernetes
for name in apiserver sa; do
	mv etc/kubernetes/pki/$name.key etc/ssl/kubernetes/
	ln -s /etc/ssl/kubernetes/$name.key etc/kubernetes/pki/$name.key
done
mv etc/kubernetes/pki/front-proxy-ca.crt etc/ssl/kubernetes/
ln -s ../../ssl/kubernetes/front-proxy-ca.crt etc/kubernetes/pki/front-proxy-ca.crt
chmod 0600 etc/ssl/kubernetes/apiserver.key
chmod 0644 etc/ssl/kubernetes/sa.key etc/ssl/kubernetes/front-proxy-ca.crt
