# All certificates lie on another path, and some are open.
mkdir -p srv/kubernetes
mv etc/kubernetes/pki srv/kubernetes/pki
sed -i 's|/etc/kubernetes/pki|/srv/kubernetes/pki|g' etc/kubernetes/manifests/*.yaml var/lib/kubelet/config.yaml
printf -- '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' > srv/kubernetes/pki/ca.crt
chmod 0666 srv/kubernetes/pki/apiserver.key srv/kubernetes/pki/ca.crt
chmod 0777 srv/kubernetes/pki/apiserver.crt
