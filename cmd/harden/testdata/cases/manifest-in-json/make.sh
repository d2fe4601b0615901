# The manifest is JSON, the words of the command stand in args, and one comes from a variable.
cat > etc/kubernetes/manifests/kube-scheduler.json <<'END'
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "kube-scheduler", "namespace": "kube-system"},
 "spec": {"hostNetwork": true,
  "containers": [{"name": "kube-scheduler", "image": "registry.k8s.io/kube-scheduler:v1.34.1",
   "command": ["kube-scheduler"],
   "args": ["--kubeconfig=/etc/kubernetes/scheduler.conf", "--bind-address=127.0.0.1", "--profiling=$(PROFILING)"],
   "env": [{"name": "PROFILING", "value": "T"}],
   "volumeMounts": [{"mountPath": "/etc/kubernetes/scheduler.conf", "name": "kubeconfig", "readOnly": true}]}],
  "volumes": [{"name": "kubeconfig", "hostPath": {"path": "/etc/kubernetes/scheduler.conf", "type": "FileOrCreate"}}]}}
END
rm etc/kubernetes/manifests/kube-scheduler.yaml
chmod 0666 etc/kubernetes/manifests/kube-scheduler.json
