# Of the files of --config-dir the last one that says a thing counts, and only those named *.conf.
mkdir -p etc/default etc/kubernetes/kubelet.conf.d/sub
echo 'KUBELET_EXTRA_ARGS="--config-dir /etc/kubernetes/kubelet.conf.d"' > etc/default/kubelet
say() { printf 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n%s\n' "$2" > etc/kubernetes/kubelet.conf.d/"$1"; }
say 10-first.conf 'authentication: {anonymous: {enabled: true}}
readOnlyPort: 10255
podPidsLimit: 100'
say 20-second.conf 'authentication: {anonymous: {enabled: false}}'
say 30-third.yaml 'authentication: {anonymous: {enabled: true}}'
say sub/05-deep.conf 'makeIPTablesUtilChains: false # in a directory of its own'
