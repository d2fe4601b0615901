# A list that is given empty is AlwaysAllow, as where it is not given.
sed -i 's/--authorization-mode=.*/--authorization-mode=/' etc/kubernetes/manifests/kube-apiserver.yaml
