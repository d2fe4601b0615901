mkdir -p etc/systemd/system/kubelet.service.d
cat > etc/systemd/system/kubelet.service.d/90-name.conf <<'END'
[Service]
ExecStart=
ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf $KUBELET_KUBEADM_ARGS --hostname-override node1.example.com
END
