package kube

import "harden/agent/message"

// kubeletSteady are the flags that the kubelet has from 1.11 to Newest, most
// of them in favour of a field of its configuration file
// (cmd/kubelet/app/options of each release).
const kubeletSteady = `
address allowed-unsafe-sysctls anonymous-auth authentication-token-webhook
authentication-token-webhook-cache-ttl authorization-mode authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root
cgroups-per-qos client-ca-file cloud-provider cluster-dns cluster-domain config
container-log-max-files container-log-max-size container-runtime-endpoint contention-profiling
cpu-cfs-quota cpu-manager-policy cpu-manager-reconcile-period enable-controller-attach-detach
enable-debugging-handlers enable-server enforce-node-allocatable event-burst event-qps eviction-hard
eviction-max-pod-grace-period eviction-minimum-reclaim eviction-pressure-transition-period
eviction-soft eviction-soft-grace-period exit-on-lock-contention
experimental-allocatable-ignore-eviction experimental-mounter-path fail-swap-on feature-gates
file-check-frequency hairpin-mode healthz-bind-address healthz-port help hostname-override
housekeeping-interval http-check-frequency image-gc-high-threshold image-gc-low-threshold
image-service-endpoint kube-api-burst kube-api-content-type kube-api-qps kube-reserved
kube-reserved-cgroup kubeconfig kubelet-cgroups lock-file log-flush-frequency
make-iptables-util-chains manifest-url manifest-url-header max-open-files max-pods
maximum-dead-containers maximum-dead-containers-per-container minimum-container-ttl-duration
minimum-image-ttl-duration node-ip node-labels node-status-max-images node-status-update-frequency
oom-score-adj pod-cidr pod-manifest-path pod-max-pids pods-per-core port protect-kernel-defaults
provider-id qos-reserved read-only-port register-node register-with-taints registry-burst
registry-qps resolv-conf root-dir rotate-certificates runonce runtime-cgroups
runtime-request-timeout serialize-image-pulls streaming-connection-idle-timeout sync-frequency
system-cgroups system-reserved system-reserved-cgroup tls-cert-file tls-cipher-suites
tls-min-version tls-private-key-file v version vmodule volume-plugin-dir volume-stats-agg-period
`

// cAdvisor is why its flags went with 1.37 (cmd/kubelet/app/options/globalflags_linux.go), but
// for --housekeeping-interval.
var cAdvisor = message.New("cAdvisor is a library of the kubelet, and no longer has flags of its own")

// kubeletFlags are those that came or went.
var kubeletFlags = []flag{
	{name: "--allow-privileged", until: 15, why: message.New("admission decides which pods may be privileged")},
	{name: "--application-metrics-count-limit", until: 37, why: cAdvisor},
	{name: "--boot-id-file", until: 37, why: cAdvisor},
	{name: "--bootstrap-checkpoint-path", until: 19},
	{name: "--cadvisor-port", until: 12, why: message.New("the kubelet no longer opens a port for cAdvisor")},
	{name: "--chaos-chance", until: 22},
	{name: "--cloud-config", until: 34, why: message.New("cloud providers are no longer part of Kubernetes' own code")},
	{name: "--cni-bin-dir", until: 24, why: message.New("the container runtime sets up the pod network")},
	{name: "--cni-cache-dir", since: 16, until: 24, why: message.New("the container runtime sets up the pod network")},
	{name: "--cni-conf-dir", until: 24, why: message.New("the container runtime sets up the pod network")},
	{name: "--config-dir", since: 28},
	{name: "--container-hints", until: 37, why: cAdvisor},
	{name: "--container-runtime", until: 27, why: message.New("only remote runtimes are left")},
	{name: "--containerd", until: 37, why: cAdvisor},
	{name: "--containerd-namespace", since: 20, until: 37, why: cAdvisor},
	{name: "--containerized", until: 16},
	{name: "--cpu-cfs-quota-period", since: 12},
	{name: "--cpu-manager-policy-options", since: 22},
	{name: "--docker-disable-shared-pid", until: 12, why: message.New("pods choose with shareProcessNamespace")},
	{name: "--docker-endpoint", until: 24, why: message.New("dockershim was removed")},
	{name: "--dynamic-config-dir", until: 24, why: message.New("the kubelet no longer takes its configuration from the API server")},
	{name: "--enable-cadvisor-json-endpoints", since: 15, until: 21, why: message.New("cAdvisor's JSON endpoints were removed")},
	{name: "--enable-load-reader", until: 37, why: cAdvisor},
	{name: "--event-storage-age-limit", until: 37, why: cAdvisor},
	{name: "--event-storage-event-limit", until: 37, why: cAdvisor},
	{name: "--experimental-bootstrap-kubeconfig", until: 23, successor: "--bootstrap-kubeconfig", superseded: 11},
	{name: "--experimental-check-node-capabilities-before-mount", until: 24},
	{name: "--experimental-dockershim", until: 19, why: message.New("dockershim no longer ran alone")},
	{name: "--experimental-dockershim-root-directory", until: 24, why: message.New("dockershim was removed")},
	{name: "--experimental-fail-swap-on", until: 14},
	{name: "--experimental-kernel-memcg-notification", until: 25, successor: "--kernel-memcg-notification", superseded: 19},
	{name: "--experimental-logging-sanitization", since: 20, until: 24, why: message.New("the experiment was ended")},
	{name: "--fail-cgroupv1", since: 31},
	{name: "--global-housekeeping-interval", until: 37, why: cAdvisor},
	{name: "--host-ipc-sources", until: 15, why: message.New("admission decides what pods may use of the host")},
	{name: "--host-network-sources", until: 15, why: message.New("admission decides what pods may use of the host")},
	{name: "--host-pid-sources", until: 15, why: message.New("admission decides what pods may use of the host")},
	{name: "--image-credential-provider-bin-dir", since: 20},
	{name: "--image-credential-provider-config", since: 20},
	{name: "--image-pull-progress-deadline", until: 24, why: message.New("dockershim was removed")},
	{name: "--iptables-drop-bit", until: 31},
	{name: "--iptables-masquerade-bit", until: 31},
	{name: "--keep-terminated-pod-volumes", until: 31},
	{name: "--kernel-memcg-notification", since: 19},
	{name: "--local-storage-capacity-isolation", since: 25},
	{name: "--log-cadvisor-usage", until: 37, why: cAdvisor},
	{name: "--log-json-info-buffer-size", since: 23},
	{name: "--log-json-split-stream", since: 23},
	{name: "--log-text-info-buffer-size", since: 30},
	{name: "--log-text-split-stream", since: 30},
	{name: "--logging-format", since: 19},
	{name: "--machine-id-file", until: 37, why: cAdvisor},
	{name: "--master-service-namespace", until: 27},
	{name: "--memory-manager-policy", since: 21},
	{name: "--network-plugin", until: 24, why: message.New("the container runtime sets up the pod network")},
	{name: "--network-plugin-mtu", until: 24, why: message.New("the container runtime sets up the pod network")},
	{name: "--non-masquerade-cidr", until: 24, why: message.New("the container runtime sets up the pod network")},
	{name: "--pod-infra-container-image", until: 35, why: message.New("the container runtime says which pause image it uses")},
	{name: "--really-crash-for-testing", until: 24},
	{name: "--redirect-container-streaming", until: 22, why: message.New("the kubelet always proxies streams")},
	{name: "--register-schedulable", until: 34},
	{name: "--reserved-cpus", since: 17},
	{name: "--reserved-memory", since: 21},
	{name: "--rotate-server-certificates", since: 12},
	{name: "--seccomp-default", since: 22},
	{name: "--seccomp-profile-root", until: 23, why: message.New("profiles always lie in seccomp below --root-dir")},
	{name: "--storage-driver-buffer-duration", until: 37, why: cAdvisor},
	{name: "--storage-driver-db", until: 37, why: cAdvisor},
	{name: "--storage-driver-host", until: 37, why: cAdvisor},
	{name: "--storage-driver-password", until: 37, why: cAdvisor},
	{name: "--storage-driver-secure", until: 37, why: cAdvisor},
	{name: "--storage-driver-table", until: 37, why: cAdvisor},
	{name: "--storage-driver-user", until: 37, why: cAdvisor},
	{name: "--topology-manager-policy", since: 16},
	{name: "--topology-manager-policy-options", since: 26},
	{name: "--topology-manager-scope", since: 20},
}
