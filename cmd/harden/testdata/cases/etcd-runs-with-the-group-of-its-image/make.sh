# etcd runs as an account of its own, and the manifest leaves its group to the image.
echo 'etcd:x:998:997::/var/lib/etcd:/bin/false' >> etc/passwd
echo 'etcd:x:997:' >> etc/group
sed -i 's|^    name: etcd$|&\n    securityContext: {runAsUser: 998}|' etc/kubernetes/manifests/etcd.yaml
chown -R 998:997 var/lib/etcd
