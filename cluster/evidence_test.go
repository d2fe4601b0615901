package cluster_test

import (
	"strings"
	"testing"

	"harden/agent/change"
)

const proxySet = `{"spec":{"template":{"spec":{"containers":[{"name":"kube-proxy","command":["/usr/local/bin/kube-proxy","--config=/var/lib/kube-proxy/config.conf","--hostname-override=$(NODE_NAME)"],` +
	`"volumeMounts":[{"name":"kube-proxy","mountPath":"/var/lib/kube-proxy"}]}],"volumes":[{"name":"kube-proxy","configMap":{"name":"kube-proxy"}}]}}}}`

func proxyConfig(address string) string {
	return `{"data":{"config.conf":"apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmetricsBindAddress: '` + address + `'\n"}}`
}

// What kube-proxy serves its metrics on is judged where it is certain what it runs with.
func TestMetricsOfKubeProxy(t *testing.T) {
	for name, test := range map[string]struct {
		set, config string
		want        change.Status
	}{
		"kubeadm's":                 {proxySet, proxyConfig(""), change.Compliant},
		"a loopback address":        {proxySet, proxyConfig("127.0.0.1:10249"), change.Compliant},
		"every address":             {proxySet, proxyConfig("0.0.0.0:10249"), change.Blocked},
		"a name":                    {proxySet, proxyConfig("localhost:10249"), change.Blocked},
		"none":                      {"missing", "missing", change.Manual},
		"without a file":            {strings.Replace(proxySet, "--config=/var/lib/kube-proxy/config.conf", "--v=2", 1), proxyConfig(""), change.Manual},
		"another file":              {strings.Replace(proxySet, "=/var/lib/kube-proxy/", "=/etc/", 1), proxyConfig(""), change.Manual},
		"another map":               {strings.Replace(proxySet, `"configMap":{"name":"kube-proxy"}`, `"configMap":{"name":"mine"}`, 1), proxyConfig(""), change.Manual},
		"a flag of its own":         {strings.Replace(proxySet, `"--hostname`, `"--metrics-bind-address=0.0.0.0","--hostname`, 1), proxyConfig(""), change.Manual},
		"a shell":                   {strings.Replace(proxySet, "/usr/local/bin/kube-proxy", "/bin/sh", 1), proxyConfig(""), change.Manual},
		"no right to read it":       {proxySet, "forbidden", change.Error},
		"a map without the file":    {proxySet, `{"data":{}}`, change.Manual},
		"a file that is no mapping": {proxySet, `{"data":{"config.conf":"[]"}}`, change.Error},
	} {
		i := read(t, lists{"namespaces": shop, "daemonsets/kube-proxy": test.set, "configmaps/kube-proxy": test.config})
		r := request(t)
		r.Only = []string{"4.3.1"}
		if f := finding(t, i, r, "kube-proxy-metrics"); f.Status != test.want {
			t.Errorf("%s: %s: %s", name, f.Status, f.Reason)
		}
	}
}

// Bootstrap tokens may join nodes; every other right is told of, whatever a label says.
func TestBootstrapTokens(t *testing.T) {
	const labels = `"labels":{"kubernetes.io/bootstrapping":"rbac-defaults"}`
	role := func(rules string) string { return `{"metadata":{"name":"r",` + labels + `},"rules":[` + rules + `]}` }
	bound := func(subject string) string {
		return `{"metadata":{"name":"b",` + labels + `},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[` + subject + `]}`
	}
	const (
		group    = `{"kind":"Group","name":"system:bootstrappers:kubeadm:default-node-token"}`
		requests = `{"verbs":["create","get","list","watch"],"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests"]}`
	)
	for name, test := range map[string]struct {
		rules, subject string
		want           change.Status
	}{
		"kubeadm's":                      {requests + `,{"verbs":["get"],"apiGroups":[""],"resources":["nodes"]}`, group, change.Compliant},
		"what everybody may":             {`{"verbs":["get"],"nonResourceURLs":["/version","/apis/*"]}`, `{"kind":"Group","name":"system:authenticated"}`, change.Compliant},
		"secrets":                        {`{"verbs":["get"],"apiGroups":[""],"resources":["secrets"]}`, group, change.Manual},
		"all paths":                      {`{"verbs":["get"],"nonResourceURLs":["*"]}`, group, change.Manual},
		"every verb on nodes":            {`{"verbs":["*"],"apiGroups":[""],"resources":["nodes"]}`, group, change.Manual},
		"any ConfigMap":                  {`{"verbs":["get"],"apiGroups":[""],"resources":["configmaps"]}`, group, change.Manual},
		"a user of a token":              {`{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}`, `{"kind":"User","name":"system:bootstrap:abcdef"}`, change.Manual},
		"all who are authenticated, all": {`{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}`, `{"kind":"Group","name":"system:authenticated"}`, change.Manual},
		"somebody else":                  {`{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}`, `{"kind":"Group","name":"ops"}`, change.Compliant},
	} {
		i := read(t, lists{"namespaces": shop, "clusterroles": role(test.rules), "clusterrolebindings": bound(test.subject)})
		r := request(t)
		r.Only = []string{"3.1.3"}
		if f := finding(t, i, r, "bootstrap-tokens"); f.Status != test.want {
			t.Errorf("%s: %s: %s", name, f.Status, f.Reason)
		}
	}
}
