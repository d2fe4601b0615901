# A drop-in starts the kubelet by a shell, which puts flags in.
mkdir -p etc/systemd/system/kubelet.service.d
cat > etc/systemd/system/kubelet.service.d/99-site.conf <<'UNIT'
[Service]
ExecStart=
ExecStart=/bin/sh -c "exec /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf --anonymous-auth=true $KUBELET_KUBEADM_ARGS"
UNIT
chmod 0644 var/lib/kubelet/config.yaml etc/kubernetes/kubelet.conf
