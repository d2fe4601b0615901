# staticPodPath may name one file in the place of a directory.
mkdir -p srv
mv etc/kubernetes/manifests/kube-apiserver.yaml srv/api.yaml
rm -r etc/kubernetes/manifests
chmod 0666 srv/api.yaml
sed -i 's#^staticPodPath: .*#staticPodPath: /srv/api.yaml#' var/lib/kubelet/config.yaml
