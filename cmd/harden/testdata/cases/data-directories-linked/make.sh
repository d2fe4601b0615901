# The directories that grow were moved to a disk of their own.
mkdir -p data/etcd/member
mv var/lib/kubelet data/kubelet
rm -rf var/lib/etcd
ln -s /data/kubelet var/lib/kubelet
ln -s /data/etcd var/lib/etcd
chmod 0755 data/etcd
