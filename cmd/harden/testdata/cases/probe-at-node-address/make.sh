# Controller manager and scheduler listen on the node's address, for metrics; kubeadm lets the probes ask there.
for name in kube-controller-manager kube-scheduler; do
	sed -i -e 's/--bind-address=127.0.0.1/--bind-address=10.99.0.10/' -e 's/host: 127.0.0.1/host: 10.99.0.10/' etc/kubernetes/manifests/$name.yaml
done
