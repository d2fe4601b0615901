# Feature gates by flags, given twice: maps, which the components merge.
mkdir -p etc/default
echo 'KUBELET_EXTRA_ARGS=--feature-gates=RotateKubeletServerCertificate=false,SeccompDefault=true --feature-gates=Foo=true' > etc/default/kubelet
sed -i 's|^    - --use-service-account-credentials=true$|&\n    - --feature-gates=RotateKubeletServerCertificate=false\n    - --feature-gates=StatefulSetMinReadySeconds=true|' etc/kubernetes/manifests/kube-controller-manager.yaml
