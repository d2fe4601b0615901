# The scheduler's configuration names its kubeconfig, which is open.
sed -i 's|/etc/kubernetes/scheduler.conf|/etc/kubernetes/credentials.conf|;s|^    - --kubeconfig=.*|    - --config=/etc/kubernetes/scheduler-config.yaml|' etc/kubernetes/manifests/kube-scheduler.yaml
mv etc/kubernetes/scheduler.conf etc/kubernetes/credentials.conf
chmod 0666 etc/kubernetes/credentials.conf
cat > etc/kubernetes/scheduler-config.yaml <<'END'
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /etc/kubernetes/credentials.conf
END
