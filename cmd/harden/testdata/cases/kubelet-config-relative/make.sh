# --config is relative to the working directory of the unit.
mkdir -p etc/systemd/system/kubelet.service.d srv/kubelet
printf '[Service]\nWorkingDirectory=/srv/kubelet\nExecStart=\nExecStart=-/usr/bin/kubelet \\\n  # of the site\n  --kubeconfig=/etc/kubernetes/kubelet.conf \\\n  --config kubelet.yaml\n' > etc/systemd/system/kubelet.service.d/20-site.conf
sed 's/enabled: false/enabled: true/' var/lib/kubelet/config.yaml > srv/kubelet/kubelet.yaml
chmod 0644 srv/kubelet/kubelet.yaml
