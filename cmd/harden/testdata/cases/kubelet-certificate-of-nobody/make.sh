printf 'tlsCertFile: pki/site.crt\n' >> var/lib/kubelet/config.yaml
cp etc/kubernetes/pki/apiserver.crt var/lib/kubelet/pki/site.crt
