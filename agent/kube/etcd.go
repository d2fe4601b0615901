package kube

import "harden/agent/message"

// etcdSteady are the flags that etcd has from 3.2 to 3.6 (etcdmain and
// embed/config.go of go.etcd.io/etcd).
const etcdSteady = `
advertise-client-urls auth-token auto-compaction-retention auto-tls cert-file client-cert-auth
config-file cors data-dir discovery discovery-fallback discovery-proxy discovery-srv
election-timeout enable-pprof experimental-peer-skip-client-san-verification force-new-cluster
grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout heartbeat-interval
initial-advertise-peer-urls initial-cluster initial-cluster-state initial-cluster-token
initial-election-tick-advance key-file listen-client-urls listen-peer-urls max-request-bytes
max-snapshots max-wals metrics name peer-auto-tls peer-cert-file peer-client-cert-auth
peer-key-file peer-trusted-ca-file quota-backend-bytes snapshot-count strict-reconfig-check
trusted-ca-file version wal-dir
`

// etcdFlags are those that came or went, of which a rule may want to know. One
// that came with a patch release counts from the next minor on, but for
// --cipher-suites, of 3.3.7: no Kubernetes was released with an older 3.3.
var etcdFlags = []flag{
	{name: "--auth-token-ttl", since: 3},
	{name: "--auto-compaction-mode", since: 3},
	{name: "--backend-batch-interval", since: 4},
	{name: "--backend-batch-limit", since: 4},
	{name: "--bcrypt-cost", since: 4},
	{name: "--ca-file", until: 4, successor: "--trusted-ca-file", superseded: 2},
	{name: "--cipher-suites", since: 3},
	{name: "--client-cert-allowed-hostname", since: 4},
	{name: "--client-cert-file", since: 5},
	{name: "--client-crl-file", since: 3},
	{name: "--client-key-file", since: 5},
	{name: "--compact-hash-check-time", since: 6},
	{name: "--corrupt-check-time", since: 6},
	{name: "--debug", until: 5, why: message.New("--log-level replaced it")},
	{name: "--enable-grpc-gateway", since: 4},
	{name: "--enable-log-rotation", since: 5},
	{name: "--enable-v2", until: 6, why: message.New("the API of etcd 2 was removed")},
	{name: "--experimental-compact-hash-check-time", since: 6},
	{name: "--experimental-corrupt-check-time", since: 3},
	{name: "--experimental-enable-v2v3", since: 3, until: 6, why: message.New("the API of etcd 2 was removed")},
	{name: "--experimental-initial-corrupt-check", since: 3},
	{name: "--experimental-watch-progress-notify-interval", since: 4},
	{name: "--feature-gates", since: 6},
	{name: "--host-whitelist", since: 3},
	{name: "--listen-client-http-urls", since: 6},
	{name: "--listen-metrics-urls", since: 3},
	{name: "--log-format", since: 6},
	{name: "--log-level", since: 4},
	{name: "--log-output", until: 5, successor: "--log-outputs", superseded: 4},
	{name: "--log-outputs", since: 4},
	{name: "--log-package-levels", until: 5, why: message.New("--log-level replaced it")},
	{name: "--log-rotation-config-json", since: 5},
	{name: "--logger", since: 4},
	{name: "--max-concurrent-streams", since: 6},
	{name: "--max-txn-ops", since: 3},
	{name: "--peer-ca-file", until: 4, successor: "--peer-trusted-ca-file", superseded: 2},
	{name: "--peer-cert-allowed-cn", since: 3},
	{name: "--peer-cert-allowed-hostname", since: 4},
	{name: "--peer-client-cert-file", since: 5},
	{name: "--peer-client-key-file", since: 5},
	{name: "--peer-crl-file", since: 3},
	{name: "--peer-skip-client-san-verification", since: 6},
	{name: "--pre-vote", since: 4},
	{name: "--proxy", until: 6, why: message.New("the proxy of etcd 2 was removed")},
	{name: "--self-signed-cert-validity", since: 5},
	{name: "--snapshot-catchup-entries", since: 6},
	{name: "--socket-reuse-address", since: 5},
	{name: "--socket-reuse-port", since: 5},
	{name: "--tls-max-version", since: 6},
	{name: "--tls-min-version", since: 6},
	{name: "--unsafe-no-fsync", since: 4},
	{name: "--v2-deprecation", since: 5},
	{name: "--warning-apply-duration", since: 6},
	{name: "--watch-progress-notify-interval", since: 6},
}
