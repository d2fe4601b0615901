package kube

import "harden/agent/message"

// apiserverSteady are the flags that kube-apiserver has from 1.11 to Newest
// (cmd/kube-apiserver/app/options, pkg/kubeapiserver/options and
// k8s.io/apiserver/pkg/server/options of each release).
const apiserverSteady = `
admission-control-config-file advertise-address allow-privileged anonymous-auth apiserver-count
audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait
audit-log-batch-throttle-burst audit-log-batch-throttle-enable audit-log-batch-throttle-qps
audit-log-format audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-mode
audit-log-path audit-log-truncate-enabled audit-log-truncate-max-batch-size
audit-log-truncate-max-event-size audit-log-version audit-policy-file
audit-webhook-batch-buffer-size audit-webhook-batch-initial-backoff audit-webhook-batch-max-size
audit-webhook-batch-max-wait audit-webhook-batch-throttle-burst audit-webhook-batch-throttle-enable
audit-webhook-batch-throttle-qps audit-webhook-config-file audit-webhook-initial-backoff
audit-webhook-mode audit-webhook-truncate-enabled audit-webhook-truncate-max-batch-size
audit-webhook-truncate-max-event-size audit-webhook-version authentication-token-webhook-cache-ttl
authentication-token-webhook-config-file authorization-mode authorization-policy-file
authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
authorization-webhook-config-file bind-address cert-dir client-ca-file contention-profiling
cors-allowed-origins default-not-ready-toleration-seconds default-unreachable-toleration-seconds
default-watch-cache-size delete-collection-workers disable-admission-plugins
enable-admission-plugins enable-aggregator-routing enable-bootstrap-token-auth
enable-garbage-collector enable-logs-handler endpoint-reconciler-type etcd-cafile etcd-certfile
etcd-compaction-interval etcd-count-metric-poll-period etcd-keyfile etcd-prefix etcd-servers
etcd-servers-overrides event-ttl external-hostname feature-gates help
http2-max-streams-per-connection kubelet-certificate-authority kubelet-client-certificate
kubelet-client-key kubelet-port kubelet-preferred-address-types kubelet-read-only-port
kubelet-timeout kubernetes-service-node-port log-flush-frequency max-connection-bytes-per-sec
max-mutating-requests-inflight max-requests-inflight min-request-timeout oidc-ca-file oidc-client-id
oidc-groups-claim oidc-groups-prefix oidc-issuer-url oidc-required-claim oidc-signing-algs
oidc-username-claim oidc-username-prefix profiling proxy-client-cert-file proxy-client-key-file
request-timeout requestheader-allowed-names requestheader-client-ca-file
requestheader-extra-headers-prefix requestheader-group-headers requestheader-username-headers
runtime-config secure-port service-account-issuer service-account-key-file service-account-lookup
service-account-signing-key-file service-cluster-ip-range service-node-port-range storage-backend
storage-media-type tls-cert-file tls-cipher-suites tls-min-version tls-private-key-file
tls-sni-cert-key token-auth-file v version vmodule watch-cache watch-cache-sizes
`

// apiserverFlags are those that came or went.
var apiserverFlags = []flag{
	{name: "--address", until: 24, why: message.New("the API server has no insecure port any more, and from 1.20 on the flag had no effect")},
	{name: "--admission-control", successor: "--enable-admission-plugins", superseded: 11},
	{name: "--aggregator-reject-forwarding-redirect", since: 26},
	{name: "--allow-metric-labels", since: 21},
	{name: "--allow-metric-labels-manifest", since: 29},
	{name: "--api-audiences", since: 13},
	{name: "--audit-dynamic-configuration", since: 13, until: 19, why: message.New("dynamic audit sinks were removed")},
	{name: "--audit-log-compress", since: 20},
	{name: "--authentication-config", since: 29},
	{name: "--authentication-token-webhook-version", since: 17},
	{name: "--authorization-config", since: 29},
	{name: "--authorization-webhook-version", since: 17},
	{name: "--basic-auth-file", until: 19, why: message.New("passwords in a file are no longer a way to log in")},
	{name: "--cloud-config", until: 33, why: message.New("cloud providers are no longer part of Kubernetes' own code")},
	{name: "--cloud-provider", until: 33, why: message.New("cloud providers are no longer part of Kubernetes' own code")},
	{name: "--cloud-provider-gce-l7lb-src-cidrs", since: 17, until: 31, why: message.New("cloud providers are no longer part of Kubernetes' own code")},
	{name: "--cloud-provider-gce-lb-src-cidrs", since: 13, until: 31, why: message.New("cloud providers are no longer part of Kubernetes' own code")},
	{name: "--coordinated-leadership-lease-duration", since: 34},
	{name: "--coordinated-leadership-renew-deadline", since: 34},
	{name: "--coordinated-leadership-retry-period", since: 34},
	{name: "--debug-socket-path", since: 27},
	{name: "--deserialization-cache-size", until: 24, why: message.New("it was for etcd 2")},
	{name: "--disable-http2-serving", since: 31},
	{name: "--disabled-metrics", since: 21},
	{name: "--egress-selector-config-file", since: 16},
	{name: "--emulated-version", since: 31},
	{name: "--emulation-forward-compatible", since: 33},
	{name: "--enable-inflight-quota-handler", since: 15, until: 18, why: message.New("--enable-priority-and-fairness replaced it")},
	{name: "--enable-priority-and-fairness", since: 18},
	{name: "--enable-swagger-ui", until: 24, why: message.New("Swagger 1.2 is no longer served")},
	{name: "--encryption-provider-config", since: 13},
	{name: "--encryption-provider-config-automatic-reload", since: 26},
	{name: "--etcd-db-metric-poll-interval", since: 19},
	{name: "--etcd-healthcheck-timeout", since: 20},
	{name: "--etcd-quorum-read", until: 13, why: message.New("reads are always quorum reads")},
	{name: "--etcd-readycheck-timeout", since: 25},
	{name: "--experimental-encryption-provider-config", until: 24, successor: "--encryption-provider-config", superseded: 13},
	{name: "--experimental-logging-sanitization", since: 20, until: 24, why: message.New("the experiment was ended")},
	{name: "--goaway-chance", since: 18},
	{name: "--identity-lease-duration-seconds", since: 20, until: 26, why: message.New("the time is fixed")},
	{name: "--identity-lease-renew-interval-seconds", since: 20, until: 26, why: message.New("the time is fixed")},
	{name: "--insecure-bind-address", until: 24, why: message.New("the API server has no insecure port any more, and from 1.20 on the flag had no effect")},
	{name: "--insecure-port", until: 24, why: message.New("the API server has no insecure port any more, and from 1.20 on the flag had no effect")},
	{name: "--kubelet-https", until: 22, why: message.New("the API server always speaks HTTPS with kubelets")},
	{name: "--lease-reuse-duration-seconds", since: 21},
	{name: "--livez-grace-period", since: 16},
	{name: "--log-json-info-buffer-size", since: 23},
	{name: "--log-json-split-stream", since: 23},
	{name: "--log-text-info-buffer-size", since: 30},
	{name: "--log-text-split-stream", since: 30},
	{name: "--logging-format", since: 19},
	{name: "--master-service-namespace", until: 27, why: message.New("the services of the control plane always lie in the namespace default")},
	{name: "--min-compatibility-version", since: 35},
	{name: "--peer-advertise-ip", since: 28},
	{name: "--peer-advertise-port", since: 28},
	{name: "--peer-ca-file", since: 28},
	{name: "--permit-address-sharing", since: 21},
	{name: "--permit-port-sharing", since: 19},
	{name: "--port", until: 24, why: message.New("the API server has no insecure port any more, and from 1.20 on the flag had no effect")},
	{name: "--repair-malformed-updates", until: 14, why: message.New("malformed updates are always refused, and in its last versions the flag had no effect")},
	{name: "--requestheader-uid-headers", since: 32},
	{name: "--runtime-config-emulation-forward-compatible", since: 33},
	{name: "--service-account-api-audiences", until: 25, successor: "--api-audiences", superseded: 13},
	{name: "--service-account-extend-token-expiration", since: 19},
	{name: "--service-account-jwks-uri", since: 18},
	{name: "--service-account-max-token-expiration", since: 12},
	{name: "--service-account-signing-endpoint", since: 32},
	{name: "--show-hidden-metrics-for-version", since: 17},
	{name: "--shutdown-delay-duration", since: 16},
	{name: "--shutdown-send-retry-after", since: 23},
	{name: "--shutdown-watch-termination-grace-period", since: 27},
	{name: "--ssh-keyfile", until: 22, why: message.New("SSH tunnels to nodes were removed")},
	{name: "--ssh-user", until: 22, why: message.New("SSH tunnels to nodes were removed")},
	{name: "--storage-initialization-timeout", since: 31},
	{name: "--storage-versions", until: 14, why: message.New("resources are always stored in their preferred version")},
	{name: "--strict-transport-security-directives", since: 21},
	{name: "--target-ram-mb", until: 24, why: message.New("it no longer sets the size of caches")},
	{name: "--tls-curve-preferences", since: 36},
	{name: "--tracing-config-file", since: 22},
}
