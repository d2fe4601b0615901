# AllBeta=false, and by a flag the one gate that counts is on.
printf 'featureGates:\n  AllBeta: false\n' >> var/lib/kubelet/config.yaml
mkdir -p etc/default
echo 'KUBELET_EXTRA_ARGS=--feature-gates=RotateKubeletServerCertificate=T' > etc/default/kubelet
sed -i 's|^    - --leader-elect=true$|&\n    - --feature-gates=AllBeta=false\n    - --feature-gates=RotateKubeletServerCertificate=1|' etc/kubernetes/manifests/kube-controller-manager.yaml
