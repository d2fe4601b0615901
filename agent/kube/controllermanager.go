package kube

import "harden/agent/message"

// controllerManagerSteady are the flags that kube-controller-manager has from
// 1.11 to Newest (cmd/kube-controller-manager/app/options of each release, and
// the options that it shares with others).
const controllerManagerSteady = `
allocate-node-cidrs attach-detach-reconcile-sync-period bind-address cert-dir cidr-allocator-type
cloud-config cloud-provider cluster-cidr cluster-name cluster-signing-cert-file
cluster-signing-key-file concurrent-deployment-syncs concurrent-endpoint-syncs concurrent-gc-syncs
concurrent-namespace-syncs concurrent-rc-syncs concurrent-replicaset-syncs
concurrent-resource-quota-syncs concurrent-serviceaccount-token-syncs
configure-cloud-routes contention-profiling controller-start-interval controllers
disable-attach-detach-reconcile-sync enable-dynamic-provisioning enable-garbage-collector
enable-hostpath-provisioner external-cloud-volume-plugin feature-gates flex-volume-plugin-dir help
horizontal-pod-autoscaler-sync-period horizontal-pod-autoscaler-tolerance
http2-max-streams-per-connection kube-api-burst kube-api-content-type kube-api-qps kubeconfig
large-cluster-size-threshold leader-elect leader-elect-lease-duration leader-elect-renew-deadline
leader-elect-resource-lock leader-elect-retry-period log-flush-frequency master min-resync-period
namespace-sync-period node-cidr-mask-size node-eviction-rate node-monitor-grace-period
node-monitor-period node-startup-grace-period profiling pv-recycler-increment-timeout-nfs
pv-recycler-minimum-timeout-hostpath pv-recycler-minimum-timeout-nfs
pv-recycler-pod-template-filepath-hostpath pv-recycler-pod-template-filepath-nfs
pv-recycler-timeout-increment-hostpath pvclaimbinder-sync-period resource-quota-sync-period
root-ca-file route-reconciliation-period secondary-node-eviction-rate secure-port
service-account-private-key-file service-cluster-ip-range terminated-pod-gc-threshold tls-cert-file
tls-cipher-suites tls-min-version tls-private-key-file tls-sni-cert-key unhealthy-zone-threshold
use-service-account-credentials v version vmodule
`

// controllerManagerFlags are those that came or went. Its secure port has asked
// for authentication since 1.12. --address was about the insecure port: it had
// no effect from 1.22 on.
var controllerManagerFlags = []flag{
	{name: "--address", until: 24, successor: "--bind-address", superseded: 22, why: message.New("there is no insecure port any more, and from 1.22 on the flag had no effect")},
	{name: "--allow-metric-labels", since: 21},
	{name: "--allow-metric-labels-manifest", since: 29},
	{name: "--authentication-kubeconfig", since: 12},
	{name: "--authentication-skip-lookup", since: 12},
	{name: "--authentication-token-webhook-cache-ttl", since: 12},
	{name: "--authentication-tolerate-lookup-failure", since: 14},
	{name: "--authorization-always-allow-paths", since: 12},
	{name: "--authorization-kubeconfig", since: 12},
	{name: "--authorization-webhook-cache-authorized-ttl", since: 12},
	{name: "--authorization-webhook-cache-unauthorized-ttl", since: 12},
	{name: "--client-ca-file", since: 12},
	{name: "--cluster-signing-duration", since: 19},
	{name: "--cluster-signing-kube-apiserver-client-cert-file", since: 19},
	{name: "--cluster-signing-kube-apiserver-client-key-file", since: 19},
	{name: "--cluster-signing-kubelet-client-cert-file", since: 19},
	{name: "--cluster-signing-kubelet-client-key-file", since: 19},
	{name: "--cluster-signing-kubelet-serving-cert-file", since: 19},
	{name: "--cluster-signing-kubelet-serving-key-file", since: 19},
	{name: "--cluster-signing-legacy-unknown-cert-file", since: 19},
	{name: "--cluster-signing-legacy-unknown-key-file", since: 19},
	{name: "--concurrent-cron-job-syncs", since: 28},
	{name: "--concurrent-daemonset-syncs", since: 32},
	{name: "--concurrent-device-taint-eviction-syncs", since: 35},
	{name: "--concurrent-disruption-syncs", since: 37},
	{name: "--concurrent-ephemeralvolume-syncs", since: 23},
	{name: "--concurrent-horizontal-pod-autoscaler-syncs", since: 26},
	{name: "--concurrent-job-syncs", since: 28},
	{name: "--concurrent-resourceclaim-syncs", since: 36},
	{name: "--concurrent-service-endpoint-syncs", since: 16},
	{name: "--concurrent-service-syncs", until: 37},
	{name: "--concurrent-statefulset-syncs", since: 16},
	{name: "--concurrent-ttl-after-finished-syncs", since: 12},
	{name: "--concurrent-validating-admission-policy-status-syncs", since: 28},
	{name: "--controller-shutdown-timeout", since: 35},
	{name: "--deleting-pods-burst", until: 25},
	{name: "--deleting-pods-qps", until: 25},
	{name: "--deployment-controller-sync-period", until: 24},
	{name: "--disable-force-detach-on-timeout", since: 30},
	{name: "--disable-http2-serving", since: 31},
	{name: "--disabled-metrics", since: 21},
	{name: "--emulated-version", since: 31},
	{name: "--enable-leader-migration", since: 21},
	{name: "--enable-taint-manager", until: 27, why: message.New("the taint manager is always on")},
	{name: "--endpoint-updates-batch-period", since: 16},
	{name: "--endpointslice-updates-batch-period", since: 18},
	{name: "--experimental-cluster-signing-duration", until: 25, successor: "--cluster-signing-duration", superseded: 19},
	{name: "--experimental-logging-sanitization", since: 20, until: 24, why: message.New("the experiment was ended")},
	{name: "--horizontal-pod-autoscaler-cpu-initialization-period", since: 12},
	{name: "--horizontal-pod-autoscaler-downscale-delay", until: 31},
	{name: "--horizontal-pod-autoscaler-downscale-stabilization", since: 12},
	{name: "--horizontal-pod-autoscaler-initial-readiness-delay", since: 12},
	{name: "--horizontal-pod-autoscaler-upscale-delay", until: 31},
	{name: "--horizontal-pod-autoscaler-use-rest-clients", until: 22},
	{name: "--insecure-experimental-approve-all-kubelet-csrs-for-group", until: 13, why: message.New("certificates are approved by RBAC rules")},
	{name: "--leader-elect-resource-name", since: 16},
	{name: "--leader-elect-resource-namespace", since: 16},
	{name: "--leader-migration-config", since: 21},
	{name: "--legacy-service-account-token-clean-up-period", since: 28},
	{name: "--log-json-info-buffer-size", since: 23},
	{name: "--log-json-split-stream", since: 23},
	{name: "--log-text-info-buffer-size", since: 30},
	{name: "--log-text-split-stream", since: 30},
	{name: "--logging-format", since: 19},
	{name: "--max-endpoints-per-slice", since: 16},
	{name: "--min-compatibility-version", since: 35},
	{name: "--mirroring-concurrent-service-endpoint-syncs", since: 19},
	{name: "--mirroring-endpointslice-updates-batch-period", since: 19},
	{name: "--mirroring-max-endpoints-per-subset", since: 19},
	{name: "--node-cidr-mask-size-ipv4", since: 17},
	{name: "--node-cidr-mask-size-ipv6", since: 17},
	{name: "--permit-address-sharing", since: 21},
	{name: "--permit-port-sharing", since: 19},
	{name: "--pod-eviction-timeout", until: 27, why: message.New("taints decide when pods are evicted")},
	{name: "--port", until: 24, why: message.New("there is no insecure port any more, and from 1.22 on only 0 was accepted")},
	{name: "--register-retry-count", until: 25},
	{name: "--requestheader-allowed-names", since: 12},
	{name: "--requestheader-client-ca-file", since: 12},
	{name: "--requestheader-extra-headers-prefix", since: 12},
	{name: "--requestheader-group-headers", since: 12},
	{name: "--requestheader-uid-headers", since: 32},
	{name: "--requestheader-username-headers", since: 12},
	{name: "--show-hidden-metrics-for-version", since: 18},
	{name: "--tls-curve-preferences", since: 36},
	{name: "--volume-host-allow-local-loopback", since: 20, until: 31},
	{name: "--volume-host-cidr-denylist", since: 20, until: 31},
}
