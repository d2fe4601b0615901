# The drop-in of the package is masked, and another one says all.
mkdir -p etc/systemd/system/kubelet.service.d
ln -s /dev/null etc/systemd/system/kubelet.service.d/10-kubeadm.conf
printf '[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --anonymous-auth\n' > etc/systemd/system/kubelet.service.d/20-site.conf
