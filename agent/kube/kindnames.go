package kube

// The flags of each component that do not take one text: by the help texts of
// the binaries of 1.30, 1.34 and 1.36 and the sources of 1.37, etcd by its sources (server/embed,
// server/etcdmain of 3.6), and those that are gone by the sources of their last
// version. TestKinds holds them against the binaries.
var (
	apiserverKinds = []kindNames{
		{Bool, `
add-dir-header aggregator-reject-forwarding-redirect allow-privileged alsologtostderr anonymous-auth
audit-log-batch-throttle-enable audit-log-compress audit-log-truncate-enabled
audit-webhook-batch-throttle-enable audit-webhook-truncate-enabled contention-profiling
disable-http2-serving emulation-forward-compatible enable-aggregator-routing
enable-bootstrap-token-auth enable-garbage-collector enable-inflight-quota-handler
enable-logs-handler enable-priority-and-fairness enable-swagger-ui
encryption-provider-config-automatic-reload etcd-quorum-read help kubelet-https
log-json-split-stream log-text-split-stream logtostderr one-output permit-address-sharing
permit-port-sharing profiling repair-malformed-updates runtime-config-emulation-forward-compatible
service-account-extend-token-expiration service-account-lookup shutdown-send-retry-after
skip-headers skip-log-headers version watch-cache
`},
		{List, `
admission-control api-audiences authorization-mode cors-allowed-origins disable-admission-plugins
disabled-metrics emulated-version enable-admission-plugins etcd-servers etcd-servers-overrides
kubelet-preferred-address-types min-compatibility-version oidc-signing-algs requestheader-allowed-names
requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers
requestheader-username-headers service-account-api-audiences strict-transport-security-directives
tls-cipher-suites tls-curve-preferences vmodule watch-cache-sizes
`},
		{Array, `
service-account-issuer service-account-key-file tls-sni-cert-key
`},
		{Map, `
feature-gates runtime-config
`},
		{Entry, `
allow-metric-labels oidc-required-claim
`},
		{Number, `
audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-throttle-burst
audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-truncate-max-batch-size
audit-log-truncate-max-event-size audit-webhook-batch-buffer-size audit-webhook-batch-max-size
audit-webhook-batch-throttle-burst audit-webhook-truncate-max-batch-size
audit-webhook-truncate-max-event-size default-not-ready-toleration-seconds
default-unreachable-toleration-seconds delete-collection-workers deserialization-cache-size
http2-max-streams-per-connection insecure-port kubelet-port kubelet-read-only-port
kubernetes-service-node-port lease-reuse-duration-seconds max-connection-bytes-per-sec
max-mutating-requests-inflight max-requests-inflight min-request-timeout secure-port target-ram-mb
`},
		{Duration, `
audit-log-batch-max-wait audit-webhook-batch-max-wait audit-webhook-initial-backoff
authentication-token-webhook-cache-ttl authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl coordinated-leadership-lease-duration
coordinated-leadership-renew-deadline coordinated-leadership-retry-period etcd-compaction-interval
etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout
etcd-readycheck-timeout event-ttl kubelet-timeout livez-grace-period log-flush-frequency
request-timeout service-account-max-token-expiration shutdown-delay-duration
shutdown-watch-termination-grace-period storage-initialization-timeout
`},
	}
	controllerManagerKinds = []kindNames{
		{Bool, `
add-dir-header allocate-node-cidrs alsologtostderr authentication-skip-lookup
authentication-tolerate-lookup-failure configure-cloud-routes contention-profiling
disable-attach-detach-reconcile-sync disable-force-detach-on-timeout disable-http2-serving
enable-dynamic-provisioning enable-garbage-collector enable-hostpath-provisioner
enable-leader-migration enable-taint-manager help leader-elect log-json-split-stream
log-text-split-stream logtostderr one-output permit-address-sharing permit-port-sharing profiling
skip-headers skip-log-headers use-service-account-credentials version
`},
		{List, `
authorization-always-allow-paths controllers disabled-metrics emulated-version
min-compatibility-version requestheader-allowed-names requestheader-extra-headers-prefix requestheader-group-headers
requestheader-uid-headers requestheader-username-headers tls-cipher-suites tls-curve-preferences vmodule
`},
		{Array, `
tls-sni-cert-key
`},
		{Map, `
feature-gates
`},
		{Entry, `
allow-metric-labels
`},
		{Number, `
concurrent-cron-job-syncs concurrent-daemonset-syncs concurrent-deployment-syncs
concurrent-device-taint-eviction-syncs concurrent-disruption-syncs concurrent-endpoint-syncs
concurrent-ephemeralvolume-syncs concurrent-gc-syncs concurrent-horizontal-pod-autoscaler-syncs concurrent-job-syncs
concurrent-namespace-syncs concurrent-rc-syncs concurrent-replicaset-syncs
concurrent-resource-quota-syncs concurrent-resourceclaim-syncs concurrent-service-endpoint-syncs
concurrent-service-syncs concurrent-serviceaccount-token-syncs concurrent-statefulset-syncs
concurrent-ttl-after-finished-syncs concurrent-validating-admission-policy-status-syncs
deleting-pods-burst http2-max-streams-per-connection kube-api-burst large-cluster-size-threshold
max-endpoints-per-slice mirroring-concurrent-service-endpoint-syncs
mirroring-max-endpoints-per-subset node-cidr-mask-size node-cidr-mask-size-ipv4
node-cidr-mask-size-ipv6 port pv-recycler-increment-timeout-nfs
pv-recycler-minimum-timeout-hostpath pv-recycler-minimum-timeout-nfs
pv-recycler-timeout-increment-hostpath secure-port terminated-pod-gc-threshold
`},
		{Duration, `
attach-detach-reconcile-sync-period authentication-token-webhook-cache-ttl
authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
cluster-signing-duration controller-shutdown-timeout controller-start-interval endpoint-updates-batch-period
endpointslice-updates-batch-period horizontal-pod-autoscaler-cpu-initialization-period
horizontal-pod-autoscaler-downscale-stabilization horizontal-pod-autoscaler-initial-readiness-delay
horizontal-pod-autoscaler-sync-period leader-elect-lease-duration leader-elect-renew-deadline
leader-elect-retry-period legacy-service-account-token-clean-up-period log-flush-frequency
min-resync-period mirroring-endpointslice-updates-batch-period namespace-sync-period
node-monitor-grace-period node-monitor-period node-startup-grace-period pvclaimbinder-sync-period
resource-quota-sync-period route-reconciliation-period
`},
	}
	schedulerKinds = []kindNames{
		{Bool, `
add-dir-header alsologtostderr authentication-skip-lookup authentication-tolerate-lookup-failure
contention-profiling disable-http2-serving help leader-elect log-json-split-stream
log-text-split-stream logtostderr one-output permit-address-sharing permit-port-sharing profiling
skip-headers skip-log-headers version
`},
		{List, `
authorization-always-allow-paths disabled-metrics emulated-version
min-compatibility-version requestheader-allowed-names
requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers
requestheader-username-headers tls-cipher-suites tls-curve-preferences vmodule
`},
		{Array, `
tls-sni-cert-key
`},
		{Map, `
feature-gates
`},
		{Entry, `
allow-metric-labels
`},
		{Number, `
http2-max-streams-per-connection kube-api-burst port secure-port
`},
		{Duration, `
authentication-token-webhook-cache-ttl authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl leader-elect-lease-duration leader-elect-renew-deadline
leader-elect-retry-period log-flush-frequency pod-max-in-unschedulable-pods-duration
`},
	}
	kubeletKinds = []kindNames{
		{Bool, `
add-dir-header allow-privileged alsologtostderr anonymous-auth authentication-token-webhook
cgroups-per-qos containerized contention-profiling cpu-cfs-quota docker-only docker-tls
enable-cadvisor-json-endpoints enable-controller-attach-detach enable-debugging-handlers
enable-load-reader enable-server exit-on-lock-contention experimental-allocatable-ignore-eviction
experimental-check-node-capabilities-before-mount experimental-kernel-memcg-notification
fail-cgroupv1 fail-swap-on help keep-terminated-pod-volumes kernel-memcg-notification
local-storage-capacity-isolation log-cadvisor-usage log-json-split-stream log-text-split-stream
logtostderr make-iptables-util-chains one-output protect-kernel-defaults really-crash-for-testing
redirect-container-streaming register-node register-schedulable rotate-certificates
rotate-server-certificates runonce seccomp-default serialize-image-pulls skip-headers
skip-log-headers storage-driver-secure version
`},
		{List, `
allowed-unsafe-sysctls cluster-dns enforce-node-allocatable manifest-url-header reserved-memory
tls-cipher-suites vmodule
`},
		{Map, `
eviction-hard eviction-minimum-reclaim eviction-soft eviction-soft-grace-period feature-gates
kube-reserved node-labels qos-reserved system-reserved topology-manager-policy-options
`},
		{Entry, `
cpu-manager-policy-options
`},
		{Number, `
application-metrics-count-limit cadvisor-port container-log-max-files event-burst event-qps
eviction-max-pod-grace-period healthz-port image-gc-high-threshold image-gc-low-threshold
kube-api-burst kube-api-qps max-open-files max-pods maximum-dead-containers
maximum-dead-containers-per-container node-status-max-images oom-score-adj pod-max-pids
pods-per-core port read-only-port registry-burst registry-qps
`},
		{Duration, `
authentication-token-webhook-cache-ttl authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl cpu-cfs-quota-period cpu-manager-reconcile-period
eviction-pressure-transition-period file-check-frequency global-housekeeping-interval
housekeeping-interval http-check-frequency log-flush-frequency minimum-container-ttl-duration
minimum-image-ttl-duration node-status-update-frequency runtime-request-timeout
storage-driver-buffer-duration streaming-connection-idle-timeout sync-frequency
volume-stats-agg-period
`},
	}
	etcdKinds = []kindNames{
		{Bool, `
auto-tls client-cert-auth debug discovery-insecure-skip-tls-verify discovery-insecure-transport
enable-distributed-tracing enable-grpc-gateway enable-log-rotation enable-pprof enable-v2
experimental-compact-hash-check-enabled experimental-enable-distributed-tracing
experimental-enable-lease-checkpoint experimental-enable-lease-checkpoint-persist
experimental-initial-corrupt-check experimental-memory-mlock
experimental-peer-skip-client-san-verification experimental-stop-grpc-service-on-defrag
experimental-txn-mode-write-with-shared-buffer force-new-cluster initial-election-tick-advance
memory-mlock peer-auto-tls peer-client-cert-auth peer-skip-client-san-verification pre-vote
socket-reuse-address socket-reuse-port strict-reconfig-check unsafe-no-fsync version
`},
		{Map, `
feature-gates
`},
		{Number, `
auth-token-ttl backend-batch-limit bcrypt-cost bootstrap-defrag-threshold-megabytes
compaction-batch-limit distributed-tracing-sampling-rate election-timeout
experimental-bootstrap-defrag-threshold-megabytes experimental-compaction-batch-limit
experimental-distributed-tracing-sampling-rate experimental-max-learners
experimental-snapshot-catchup-entries heartbeat-interval max-concurrent-streams max-learners
max-request-bytes max-snapshots max-txn-ops max-wals quota-backend-bytes snapshot-catchup-entries
snapshot-count
`},
		{Duration, `
backend-batch-interval compact-hash-check-time compaction-sleep-interval corrupt-check-time
discovery-dial-timeout discovery-keepalive-time discovery-keepalive-timeout
discovery-request-timeout downgrade-check-time experimental-compact-hash-check-time
experimental-compaction-sleep-interval experimental-corrupt-check-time
experimental-downgrade-check-time experimental-warning-apply-duration
experimental-warning-unary-request-duration experimental-watch-progress-notify-interval
grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout raft-read-timeout
raft-write-timeout warning-apply-duration warning-unary-request-duration
watch-progress-notify-interval
`},
	}
)
