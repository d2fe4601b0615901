# AllBeta=false switches off what nothing names.
printf 'featureGates:\n  AllBeta: false\n' >> var/lib/kubelet/config.yaml
sed -i 's|^    - --leader-elect=true$|&\n    - --feature-gates=AllBeta=F|' etc/kubernetes/manifests/kube-controller-manager.yaml
