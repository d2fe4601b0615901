# etcd keeps its write-ahead log on a disk of its own, open to all.
sed -i 's|^    - --data-dir=/var/lib/etcd$|    - --data-dir\n    - /var/lib/etcd\n    - -wal-dir=/var/lib/etcd-wal|' etc/kubernetes/manifests/etcd.yaml
mkdir -p var/lib/etcd-wal
chmod 0777 var/lib/etcd-wal
