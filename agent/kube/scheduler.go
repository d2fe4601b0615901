package kube

import "harden/agent/message"

// schedulerSteady are the flags that kube-scheduler has from 1.11 to Newest
// (cmd/kube-scheduler/app/options of each release).
const schedulerSteady = `
config contention-profiling feature-gates help kube-api-burst kube-api-content-type kube-api-qps
kubeconfig leader-elect leader-elect-lease-duration leader-elect-renew-deadline
leader-elect-resource-lock leader-elect-retry-period log-flush-frequency master profiling v version
vmodule write-config-to
`

// schedulerFlags are those that came or went. It has had a secure port since
// 1.13. --address was about the insecure port: it had no effect in 1.23.
var schedulerFlags = []flag{
	{name: "--address", until: 24, successor: "--bind-address", superseded: 23, why: message.New("there is no insecure port any more, and in 1.23 the flag had no effect")},
	{name: "--algorithm-provider", until: 22, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--allow-metric-labels", since: 21},
	{name: "--allow-metric-labels-manifest", since: 29},
	{name: "--authentication-kubeconfig", since: 13},
	{name: "--authentication-skip-lookup", since: 13},
	{name: "--authentication-token-webhook-cache-ttl", since: 13},
	{name: "--authentication-tolerate-lookup-failure", since: 14},
	{name: "--authorization-always-allow-paths", since: 13},
	{name: "--authorization-kubeconfig", since: 13},
	{name: "--authorization-webhook-cache-authorized-ttl", since: 13},
	{name: "--authorization-webhook-cache-unauthorized-ttl", since: 13},
	{name: "--bind-address", since: 13},
	{name: "--cert-dir", since: 13},
	{name: "--client-ca-file", since: 13},
	{name: "--disable-http2-serving", since: 31},
	{name: "--disabled-metrics", since: 21},
	{name: "--emulated-version", since: 31},
	{name: "--experimental-logging-sanitization", since: 20, until: 24, why: message.New("the experiment was ended")},
	{name: "--failure-domains", until: 15, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--hard-pod-affinity-symmetric-weight", until: 22, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--http2-max-streams-per-connection", since: 13},
	{name: "--leader-elect-resource-name", since: 16},
	{name: "--leader-elect-resource-namespace", since: 16},
	{name: "--lock-object-name", until: 28},
	{name: "--lock-object-namespace", until: 28},
	{name: "--log-json-info-buffer-size", since: 23},
	{name: "--log-json-split-stream", since: 23},
	{name: "--log-text-info-buffer-size", since: 30},
	{name: "--log-text-split-stream", since: 30},
	{name: "--logging-format", since: 19},
	{name: "--min-compatibility-version", since: 35},
	{name: "--permit-address-sharing", since: 21},
	{name: "--permit-port-sharing", since: 19},
	{name: "--pod-max-in-unschedulable-pods-duration", since: 24},
	{name: "--policy-config-file", until: 23, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--policy-configmap", until: 23, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--policy-configmap-namespace", until: 23, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--port", until: 24, why: message.New("there is no insecure port any more, and in 1.23 only 0 was accepted")},
	{name: "--requestheader-allowed-names", since: 13},
	{name: "--requestheader-client-ca-file", since: 13},
	{name: "--requestheader-extra-headers-prefix", since: 13},
	{name: "--requestheader-group-headers", since: 13},
	{name: "--requestheader-uid-headers", since: 32},
	{name: "--requestheader-username-headers", since: 13},
	{name: "--scheduler-name", until: 22, why: message.New("the scheduler is set up in its configuration file")},
	{name: "--secure-port", since: 13},
	{name: "--show-hidden-metrics-for-version", since: 18},
	{name: "--tls-cert-file", since: 13},
	{name: "--tls-cipher-suites", since: 13},
	{name: "--tls-curve-preferences", since: 36},
	{name: "--tls-min-version", since: 13},
	{name: "--tls-private-key-file", since: 13},
	{name: "--tls-sni-cert-key", since: 13},
	{name: "--use-legacy-policy-config", until: 23, why: message.New("the scheduler is set up in its configuration file")},
}
