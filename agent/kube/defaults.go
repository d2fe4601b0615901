package kube

// builtin is a flag's value where nobody sets it.
type builtin struct {
	component, flag string
	since, until    int // the first minor with this value, and the first without; 0: before Oldest, after Newest
	value           string
}

// builtins are the defaults that rules ask for, from the New…Options functions
// and the SetDefaults_… functions of each release. Those of the kubelet hold
// with and without a configuration file; the four that depend on it
// (--anonymous-auth, --authentication-token-webhook, --authorization-mode,
// --read-only-port: applyLegacyDefaults in cmd/kubelet/app/options) are not here.
var builtins = []builtin{
	{"kube-apiserver", "--allow-privileged", 0, 0, "false"},
	{"kube-apiserver", "--anonymous-auth", 0, 0, "true"},
	{"kube-apiserver", "--audit-log-format", 0, 0, "json"},
	{"kube-apiserver", "--audit-log-maxage", 0, 36, "0"},
	{"kube-apiserver", "--audit-log-maxage", 36, 0, "366"},
	{"kube-apiserver", "--audit-log-maxbackup", 0, 36, "0"},
	{"kube-apiserver", "--audit-log-maxbackup", 36, 0, "100"},
	{"kube-apiserver", "--audit-log-maxsize", 0, 36, "0"},
	{"kube-apiserver", "--audit-log-maxsize", 36, 0, "100"},
	{"kube-apiserver", "--authorization-mode", 0, 0, "AlwaysAllow"}, // without --authorization-config
	{"kube-apiserver", "--bind-address", 0, 0, "0.0.0.0"},
	{"kube-apiserver", "--encryption-provider-config-automatic-reload", 26, 0, "false"},
	{"kube-apiserver", "--insecure-bind-address", 0, 24, "127.0.0.1"},
	{"kube-apiserver", "--insecure-port", 0, 20, "8080"},
	{"kube-apiserver", "--insecure-port", 20, 24, "0"},
	{"kube-apiserver", "--kubelet-https", 0, 22, "true"},
	{"kube-apiserver", "--profiling", 0, 0, "true"},
	{"kube-apiserver", "--repair-malformed-updates", 0, 14, "false"},
	{"kube-apiserver", "--request-timeout", 0, 0, "1m0s"},
	{"kube-apiserver", "--secure-port", 0, 0, "6443"},
	{"kube-apiserver", "--service-account-extend-token-expiration", 19, 20, "false"},
	{"kube-apiserver", "--service-account-extend-token-expiration", 20, 0, "true"},
	{"kube-apiserver", "--service-account-lookup", 0, 0, "true"},
	{"kube-controller-manager", "--address", 0, 22, "0.0.0.0"},
	{"kube-controller-manager", "--bind-address", 0, 0, "0.0.0.0"},
	{"kube-controller-manager", "--port", 0, 22, "10252"},
	{"kube-controller-manager", "--port", 22, 24, "0"},
	{"kube-controller-manager", "--profiling", 18, 0, "true"},
	{"kube-controller-manager", "--secure-port", 0, 12, "0"},
	{"kube-controller-manager", "--secure-port", 12, 0, "10257"},
	{"kube-controller-manager", "--terminated-pod-gc-threshold", 0, 0, "12500"},
	{"kube-controller-manager", "--use-service-account-credentials", 0, 0, "false"},
	{"kube-scheduler", "--address", 0, 23, "0.0.0.0"},
	{"kube-scheduler", "--bind-address", 13, 0, "0.0.0.0"},
	{"kube-scheduler", "--port", 0, 23, "10251"},
	{"kube-scheduler", "--port", 23, 24, "0"},
	{"kube-scheduler", "--profiling", 17, 0, "true"},
	{"kube-scheduler", "--secure-port", 13, 0, "10259"},
	{"kubelet", "--cadvisor-port", 0, 12, "0"},
	{"kubelet", "--event-burst", 0, 27, "10"},
	{"kubelet", "--event-burst", 27, 0, "100"},
	{"kubelet", "--event-qps", 0, 27, "5"},
	{"kubelet", "--event-qps", 27, 0, "50"},
	{"kubelet", "--make-iptables-util-chains", 0, 0, "true"},
	{"kubelet", "--pod-max-pids", 0, 0, "-1"},
	{"kubelet", "--protect-kernel-defaults", 0, 0, "false"},
	{"kubelet", "--rotate-certificates", 0, 0, "false"},
	{"kubelet", "--seccomp-default", 22, 0, "false"},
	{"kubelet", "--streaming-connection-idle-timeout", 0, 0, "4h0m0s"},
	{"etcd", "--auto-tls", 0, 0, "false"},
	{"etcd", "--client-cert-auth", 0, 0, "false"},
	{"etcd", "--peer-auto-tls", 0, 0, "false"},
	{"etcd", "--peer-client-cert-auth", 0, 0, "false"},
}

// Default gives the value that a component of a version uses where a flag,
// "--profiling", is absent. It is not known for flags that no rule asks about,
// and for those that the version does not have.
func Default(component, name string, minor int) (value string, known bool) {
	for _, b := range builtins {
		if b.component == component && b.flag == name && within(b.since, b.until, minor) {
			return b.value, true
		}
	}
	return "", false
}
