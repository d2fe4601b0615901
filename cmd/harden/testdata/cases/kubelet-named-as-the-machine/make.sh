printf '# set by the installer\nworker-7\n' > etc/hostname
sed -i 's/--hostname-override=node1/--hostname_override=Worker-7/' var/lib/kubelet/kubeadm-flags.env
