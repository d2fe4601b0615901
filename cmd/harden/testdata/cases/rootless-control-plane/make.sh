# kubeadm's feature gate RootlessControlPlane: each component runs as a user of its own.
rootless() {
	sed -i "s/^  securityContext:\$/&\n    runAsGroup: $2\n    runAsNonRoot: true\n    runAsUser: $2\n    supplementalGroups: [2010]/" "etc/kubernetes/manifests/$1.yaml"
}
rootless kube-apiserver 2001
rootless kube-controller-manager 2002
rootless kube-scheduler 2003
rootless etcd 2004
mkdir -p var/lib/etcd/member
chown -R 2004:2004 var/lib/etcd
chmod 0700 var/lib/etcd
cd etc/kubernetes || exit 1
for key in apiserver apiserver-kubelet-client apiserver-etcd-client front-proxy-client; do chown 2001:2001 pki/$key.key; done
chown 0:2010 pki/sa.key pki/sa.pub pki/ca.key
chmod 0640 pki/sa.key pki/ca.key
chown 2002:2002 controller-manager.conf
chown 2003:2003 scheduler.conf
chown 2004:2004 pki/etcd/*.key
