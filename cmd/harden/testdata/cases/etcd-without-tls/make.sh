# As kubeadm did it before 1.12, with the flags of later guides beside it: whoever comes over http:// needs no certificate.
sed -i 's#--listen-client-urls=.*#--listen-client-urls=https://10.99.0.10:2379,http://127.0.0.1:2379#' etc/kubernetes/manifests/etcd.yaml
