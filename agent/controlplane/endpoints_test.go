package controlplane

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/node"
)

// Where a component is asked stands in its command line and its configuration.
// What they name elsewhere is not asked.
func TestEndpoints(t *testing.T) {
	const elsewhere = "is not on this machine, so no request was sent to it"
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer secure.Close()
	portOf := func(text string) string {
		at, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return at.Port()
	}
	plain, tls := portOf(server.URL), portOf(secure.URL)
	for _, test := range []struct {
		name, component string
		flags           []string
		url             string
		want            string // of the error, "": healthy
	}{
		{"etcd as kubeadm sets it up", "etcd", []string{"--listen-metrics-urls=http://127.0.0.1:" + plain}, "http://127.0.0.1:" + plain + "/health", ""},
		{"etcd on every address", "etcd", []string{"--listen-metrics-urls=http://0.0.0.0:" + plain}, "http://127.0.0.1:" + plain + "/health", ""},
		{"etcd on two, and one is here", "etcd", []string{"--listen-metrics-urls=http://192.0.2.1:2381,http://127.0.0.1:" + plain}, "http://127.0.0.1:" + plain + "/health", ""},
		{"etcd on two, and one is plain", "etcd", []string{"--listen-metrics-urls=https://127.0.0.1:2381,http://127.0.0.1:" + plain}, "http://127.0.0.1:" + plain + "/health", ""},
		{"etcd on another machine", "etcd", []string{"--listen-metrics-urls=http://192.0.2.1:2381"}, "http://192.0.2.1:2381/health", "the address 192.0.2.1:2381 " + elsewhere},
		{"etcd where clouds tell secrets", "etcd", []string{"--listen-metrics-urls=http://169.254.169.254"}, "http://169.254.169.254/health", "the address 169.254.169.254 " + elsewhere},
		{"etcd by a name", "etcd", []string{"--listen-metrics-urls=http://etcd.example:2381"}, "http://etcd.example:2381/health", "the address etcd.example:2381 " + elsewhere},
		{"etcd without metrics", "etcd", nil, "", ""},
		{"a scheduler on every address", "kube-scheduler", []string{"--secure-port=" + tls}, "https://127.0.0.1:" + tls + "/healthz", ""},
		{"a scheduler on one of the loopback", "kube-scheduler", []string{"--secure-port=" + tls, "--bind-address=127.0.0.1"}, "https://127.0.0.1:" + tls + "/healthz", ""},
		{"a scheduler on another machine", "kube-scheduler", []string{"--bind-address=192.0.2.1"}, "https://192.0.2.1:10259/healthz", "the address 192.0.2.1:10259 " + elsewhere},
		{"a scheduler that does not listen", "kube-scheduler", []string{"--secure-port=0"}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &facts.Facts{Components: map[string]*facts.Component{test.component: {Name: test.component, Running: true, PID: os.Getpid(),
				ManifestArgv: append([]string{test.component}, test.flags...)}}}
			probes := Endpoints(&node.Node{}, f)
			if test.url == "" {
				if len(probes) > 0 {
					t.Errorf("%s is asked", probes[0].URL)
				}
				return
			}
			if len(probes) != 1 || probes[0].URL != test.url {
				t.Fatalf("asked: %+v, want %s", probes, test.url)
			}
			err := probes[0].Check(t.Context())
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// The kubelet is asked where its configuration says, on this machine, and its
// proven process has to answer.
func TestKubeletEndpoint(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, address string
		pid           int
		want          string
	}{
		{"its own", "127.0.0.1", os.Getpid(), ""},
		{"every address", "0.0.0.0", os.Getpid(), ""},
		{"every address of IPv6", "::", os.Getpid(), ""},
		{"another process", "127.0.0.1", os.Getppid(), "it is not the kubelet (process "},
		{"no process", "127.0.0.1", 0, "no process is proven to be the kubelet"},
		{"another machine", "192.0.2.1", os.Getpid(), "is not on this machine, so no request was sent to it"},
		{"a name", "node.example", os.Getpid(), "is not on this machine, so no request was sent to it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &facts.Facts{Kubelet: &facts.Kubelet{Running: true, PID: test.pid, HealthzAddress: test.address, HealthzPort: at.Port()}}
			err := Kubelet(nil, f, Known(f), "kubelet.service").Answer(t.Context())
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// The certificates that a component may show are those of its command line.
func TestCertificatesOf(t *testing.T) {
	for _, test := range []struct {
		name           string
		argv, manifest []string
		want           []string
	}{
		{"none", []string{"kube-scheduler"}, nil, nil},
		{"one", []string{"a", "--tls-cert-file=/a.crt"}, []string{"a", "--tls-cert-file=/later.crt"}, []string{"/a.crt"}},
		{"that of the manifest", nil, []string{"a", "--tls-cert-file", "/a.crt"}, []string{"/a.crt"}},
		{"and for names", []string{"a", "--tls-sni-cert-key=/b.crt,/b.key:*.b,c", "--tls-cert-file=/a.crt", "--tls-sni-cert-key=/d.crt,/d.key"}, nil, []string{"/a.crt", "/b.crt", "/d.crt"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := certificates(&facts.Component{Argv: test.argv, ManifestArgv: test.manifest}); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// What is waited for may be started again meanwhile: each round asks the process
// of then, and one that is gone is not healthy.
func TestEndpointsNow(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer secure.Close()
	at, err := url.Parse(secure.URL)
	if err != nil {
		t.Fatal(err)
	}
	component := &facts.Component{Name: "kube-scheduler", Running: true, PID: os.Getppid(), ManifestArgv: []string{"kube-scheduler", "--secure-port=" + at.Port()}}
	f := &facts.Facts{Components: map[string]*facts.Component{"kube-scheduler": component}}
	n := &node.Node{Collect: Known(f)}
	wanted := Endpoints(n, f)
	now := func() error {
		probes, err := EndpointsNow(n, wanted)
		if err != nil || len(probes) != 1 {
			t.Fatal(probes, err)
		}
		return probes[0].Check(t.Context())
	}
	if err := now(); err == nil || !strings.Contains(err.Error(), "it is not kube-scheduler") {
		t.Error(err)
	}
	component.PID = os.Getpid()
	if err := now(); err != nil {
		t.Error(err)
	}
	component.Running, component.PID = false, 0
	if err := now(); err == nil || !strings.Contains(err.Error(), "no process is proven to be kube-scheduler") {
		t.Error(err)
	}
}

// What the kubelet asks by the manifest is asked too, at the address and port
// where it asks; what it asks elsewhere is not, and nothing is asked twice.
func TestProbesOfTheManifest(t *testing.T) {
	probe := func(scheme, host, port, path string) cmdline.Probe {
		return cmdline.Probe{Way: "httpGet", Scheme: scheme, Host: host, Port: port, Path: path}
	}
	for _, test := range []struct {
		name, component, flags string
		probes                 []cmdline.Probe
		url                    string
		also                   []string
	}{
		{"the endpoint itself", "kube-scheduler", "--bind-address=127.0.0.2", []cmdline.Probe{probe("HTTPS", "127.0.0.2", "10259", "/healthz")}, "https://127.0.0.2:10259/healthz", nil},
		{"liveness and readiness", "kube-scheduler", "", []cmdline.Probe{probe("HTTPS", "127.0.0.1", "10259", "/livez"), probe("HTTPS", "127.0.0.1", "10259", "/readyz"), probe("HTTPS", "127.0.0.1", "10259", "/livez")},
			"https://127.0.0.1:10259/healthz", []string{"https://127.0.0.1:10259/livez", "https://127.0.0.1:10259/readyz"}},
		{"a port with a name, and no host", "kube-apiserver", "--bind-address=127.0.0.3", []cmdline.Probe{probe("HTTPS", "", "probe-port", "/readyz")}, "https://127.0.0.3:6443/livez", []string{"https://127.0.0.3:6443/readyz"}},
		{"an address that the component does not serve", "kube-scheduler", "--bind-address=127.0.0.1", []cmdline.Probe{probe("HTTPS", "127.0.0.9", "10259", "/healthz")}, "https://127.0.0.1:10259/healthz", []string{"https://127.0.0.9:10259/healthz"}},
		{"another machine", "kube-scheduler", "", []cmdline.Probe{probe("HTTPS", "192.0.2.1", "10259", "/readyz")}, "https://127.0.0.1:10259/healthz", nil},
		{"an etcd that tells no metrics", "etcd", "", []cmdline.Probe{probe("", "127.0.0.1", "2381", "/readyz")}, "http://127.0.0.1:2381/readyz", nil},
		{"a port that is switched off", "kube-scheduler", "--secure-port=0", []cmdline.Probe{probe("HTTPS", "", "", "/healthz")}, "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &facts.Facts{Components: map[string]*facts.Component{test.component: {Name: test.component, Running: true, PID: os.Getpid(),
				Container: &cmdline.Container{Probes: test.probes}, ManifestArgv: strings.Fields(test.component + " " + test.flags)}}}
			probes := Endpoints(&node.Node{}, f)
			if test.url == "" {
				if len(probes) > 0 {
					t.Errorf("%+v is asked", probes[0])
				}
				return
			}
			if len(probes) != 1 || probes[0].URL != test.url || !slices.Equal(probes[0].Also, test.also) {
				t.Errorf("asked: %+v, want %s and %q", probes, test.url, test.also)
			}
		})
	}
}
