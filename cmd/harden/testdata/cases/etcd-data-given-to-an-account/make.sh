# As the benchmarks say it: useradd --system etcd; chown etcd:etcd /var/lib/etcd. kubeadm's etcd runs as root.
echo 'etcd:x:998:997::/var/lib/etcd:/bin/false' >> etc/passwd
echo 'etcd:x:997:' >> etc/group
mkdir -p var/lib/etcd/member
chown -R 998:997 var/lib/etcd
