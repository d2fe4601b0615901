# The scheduler is started with --config; what the file can say, it takes from the file alone.
manifest=etc/kubernetes/manifests/kube-scheduler.yaml
sed -i '/--leader-elect=true/a\    - --config=/etc/kubernetes/scheduler-config.yaml\n    - --profiling=false' $manifest
{
	echo 'apiVersion: kubescheduler.config.k8s.io/v1'
	echo 'kind: KubeSchedulerConfiguration'
	echo 'clientConnection: {kubeconfig: /etc/kubernetes/scheduler.conf}'
	echo 'leaderElection: {leaderElect: true}'
	echo 'enableProfiling: true'
} > etc/kubernetes/scheduler-config.yaml
