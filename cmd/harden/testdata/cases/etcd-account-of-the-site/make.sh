# etcd runs as an account that the site made, which owns its data.
echo 'etcd:x:1001:1001::/var/lib/etcd:/usr/sbin/nologin' >> etc/passwd
echo 'etcd:x:1001:' >> etc/group
sed -i 's|^    name: etcd$|&\n    securityContext: {runAsUser: 1001, runAsGroup: 1001}|' etc/kubernetes/manifests/etcd.yaml
chown -R 1001:1001 var/lib/etcd etc/kubernetes/pki/etcd/server.key etc/kubernetes/pki/etcd/peer.key
