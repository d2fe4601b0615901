# The kubelet runs static pods from another directory.
mv etc/kubernetes/manifests etc/kubernetes/static-pods
sed -i 's|^staticPodPath:.*|staticPodPath: /etc/kubernetes/static-pods/|' var/lib/kubelet/config.yaml
chmod 0666 etc/kubernetes/static-pods/*.yaml
