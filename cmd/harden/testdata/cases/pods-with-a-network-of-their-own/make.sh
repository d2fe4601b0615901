# A scheduler without the node's network: the kubelet asks it at the pod's address, and finds nobody at a loopback.
sed -i 's/--bind-address=127.0.0.1/--bind-address=0.0.0.0/; /host: 127.0.0.1/d; /hostNetwork: true/d' etc/kubernetes/manifests/kube-scheduler.yaml
