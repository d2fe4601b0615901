package facts

import "testing"

// etcdOfK3s is what K3s writes for the etcd within it (pkg/etcd, of v1.33).
const etcdOfK3s = `advertise-client-urls: https://10.0.0.1:2379
client-transport-security:
  cert-file: /var/lib/rancher/k3s/server/tls/etcd/server-client.crt
  client-cert-auth: true
  trusted-ca-file: /var/lib/rancher/k3s/server/tls/etcd/server-ca.crt
data-dir: /var/lib/rancher/k3s/server/db/etcd
heartbeat-interval: 500
log-outputs:
- stderr
peer-transport-security:
  cert-file: /var/lib/rancher/k3s/server/tls/etcd/peer-server-client.crt
  client-cert-auth: true
`

// TestComponentsOfK3s: the parts of K3s' one process have no manifest. They are
// started with what K3s gives them, and what its configuration says over that.
func TestComponentsOfK3s(t *testing.T) {
	const data, config = "/var/lib/rancher/k3s", "/etc/rancher/k3s/config.yaml"
	unit := files{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n"}
	server := unit.and(files{data + "/server/": ""})
	embedded := server.and(files{data + "/server/db/etcd/config": etcdOfK3s})
	says := func(f files, config string) files { return f.and(files{"/etc/rancher/k3s/config.yaml": config}) }
	for _, tt := range []struct {
		name, component, flag string
		files                 files
		want                  string // "" where it is not given
	}{
		{"by itself", "kube-apiserver", "anonymous-auth", server, "false"},
		{"in its directory", "kube-apiserver", "client-ca-file", server, data + "/server/tls/client-ca.crt"},
		{"in another directory", "kube-scheduler", "kubeconfig", says(unit, "data-dir: /data\n").and(files{"/data/server/": ""}), "/data/server/cred/scheduler.kubeconfig"},
		{"SQLite", "kube-apiserver", "etcd-cafile", server, ""},
		{"etcd", "kube-apiserver", "etcd-cafile", embedded, data + "/server/tls/etcd/server-ca.crt"},
		{"secrets are stored plain", "kube-apiserver", "encryption-provider-config", server, ""},
		{"secrets are encrypted", "kube-apiserver", "encryption-provider-config", server.and(files{data + "/server/cred/encryption-config.json": "{}"}), data + "/server/cred/encryption-config.json"},
		{"the configuration replaces", "kube-apiserver", "anonymous-auth", says(server, "kube-apiserver-arg: [anonymous-auth=true]\n"), "true"},
		{"the configuration adds", "kube-apiserver", "enable-admission-plugins", says(server, "kube-apiserver-arg: [enable-admission-plugins+=EventRateLimit]\n"), "NodeRestriction,EventRateLimit"},
		{"what is added is there", "kube-apiserver", "enable-admission-plugins", says(server, "kube-apiserver-arg: [enable-admission-plugins+=NodeRestriction]\n"), "NodeRestriction"},
		{"the configuration gives more", "kube-controller-manager", "terminated-pod-gc-threshold", says(server, "kube-controller-manager-arg:\n- terminated-pod-gc-threshold=10\n"), "10"},
		{"of another component", "kube-scheduler", "profiling", says(server, "kube-apiserver-arg: [profiling=true]\n"), "false"},
		{"etcd's own file", "etcd", "client-cert-auth", embedded, "true"},
		{"etcd's own file, of peers", "etcd", "peer-cert-file", embedded, data + "/server/tls/etcd/peer-server-client.crt"},
		{"a list in etcd's own file", "etcd", "log-outputs", embedded, ""},
		{"the configuration over etcd's own file", "etcd", "heartbeat-interval", says(embedded, "etcd-arg: [heartbeat-interval=900]\n"), "900"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(tt.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			c := f.Components[tt.component]
			if c == nil || c.Unreadable != nil {
				t.Fatalf("got %+v", c)
			}
			if got, given := c.Flag(tt.flag); got != tt.want || given != (tt.want != "") {
				t.Errorf("--%s: got %q, %v; want %q", tt.flag, got, given, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name  string
		files files
		want  string
	}{
		{"an agent", files{"/etc/systemd/system/k3s-agent.service": "[Service]\nExecStart=/usr/local/bin/k3s agent\n", data + "/agent/": ""},
			"k3s [worker]; kubelet by " + config},
		{"a server without etcd", server, "k3s [control-plane]; kubelet by " + config + "; kube-apiserver; kube-controller-manager; kube-scheduler"},
		{"manifests are not K3s' own", server.and(files{"/etc/kubernetes/manifests/etcd.yaml": manifest("etcd", "etcd:3.6", "")}),
			"k3s [control-plane]; kubelet by " + config + "; kube-apiserver; kube-controller-manager; kube-scheduler"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(tt.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(f); got != tt.want {
				t.Errorf("facts:\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestEtcdOfK3sUnknown: an etcd whose file is not understood is not taken for one
// without flags.
func TestEtcdOfK3sUnknown(t *testing.T) {
	const file = "/var/lib/rancher/k3s/server/db/etcd/config"
	for content, want := range map[string]string{
		"data-dir: [\n":              "cannot parse " + file + ": ",
		"data-dir: a\ndata-dir: b\n": "cannot parse " + file + ": ",
		"-> .":                       "cannot read " + file + ": ",
	} {
		f, err := Collect(files{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n", file: content}.make(t), nil, Override{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c := f.Components["etcd"]; c == nil || c.Unreadable == nil || c.Unreadable.Error()[:len(want)] != want {
			t.Errorf("%q: got %+v, want %s…", content, c, want)
		}
	}
}
