# What decides stands in the cluster, and a flag that is known beside it.
# shellcheck disable=SC2016 # the kubelet expands it
sed -i 's|^    - --authorization-mode=.*|    - --authorization-mode=$(MODE)\n    - --profiling=$(P)|;s|^    image: .*|&\n    envFrom:\n    - configMapRef: {name: modes}\n    env:\n    - {name: P, value: "0"}|' etc/kubernetes/manifests/kube-apiserver.yaml
