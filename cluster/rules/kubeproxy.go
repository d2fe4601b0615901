package rules

import (
	"net/netip"

	"harden/agent/change"
	"harden/agent/message"
)

func kubeProxyRules() []Rule {
	return []Rule{{Name: "kube-proxy-metrics", judge: proxyMetrics,
		Title: Text{"Bind kube-proxy's metrics to the node itself", "kube-proxy 指标端口仅监听本机"},
		Why: Text{"The metrics tell every pod and everyone in the node's network how the cluster's traffic flows.",
			"指标会向所有 Pod 及节点所在网络暴露集群的流量情况。"}}}
}

const kubeProxyMap = change.Target("object:ConfigMap/kube-system/kube-proxy")

// proxyMetrics judges the configuration that kubeadm's kube-proxy reads. One that is
// started in another way decides nothing. A pod that is older than the configuration
// still runs with the one before.
func proxyMetrics(c *Cluster) Verdict {
	k := c.KubeProxy
	switch {
	case k.Err != nil:
		return Verdict{Status: change.Error, Reason: message.New("the configuration of kube-proxy cannot be read: %v", k.Err)}
	case !k.Installed:
		return manual(nil, "there is no DaemonSet kube-system/kube-proxy; if something else runs kube-proxy, check its --metrics-bind-address")
	case !k.Known:
		return manual(nil, "kube-proxy is not started as kubeadm starts it; check its --metrics-bind-address, and port 10249 of a node")
	}
	o := change.Observation{Target: kubeProxyMap, Field: "json:data.metricsBindAddress", Op: change.OneOf, Expected: []string{"", "127.0.0.1:10249", "[::1]:10249"}, Actual: k.Metrics,
		Where: message.Value("ConfigMap kube-system/kube-proxy")}
	address, err := netip.ParseAddrPort(k.Metrics)
	if k.Metrics == "" || err == nil && address.Addr().IsLoopback() {
		o.Holds = true
		v := compliant("kube-proxy is configured to serve its metrics on a loopback address")
		v.Observed = []change.Observation{o}
		return v
	}
	return open([]change.Observation{o}, "kube-proxy serves its metrics on %s; change it with kubectl -n kube-system edit configmap kube-proxy, then kubectl -n kube-system rollout restart daemonset kube-proxy", k.Metrics)
}
