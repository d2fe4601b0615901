package agent

import (
	"cmp"
	"crypto/tls"
	"net"
	"strings"

	"harden/agent/facts"
	"harden/agent/health"
)

// kubelet gives the kubelet for checks and restarts.
func kubelet(units Systemd, f *facts.Facts, unit string) health.Kubelet {
	return health.Kubelet{Units: units, Unit: unit, Healthz: healthz(f)}
}

// healthz is the kubelet's health endpoint; "" where port 0 switches it off.
func healthz(f *facts.Facts) string {
	if f.Kubelet == nil || f.Kubelet.HealthzPort == "0" {
		return ""
	}
	return "http://" + net.JoinHostPort(reachable(f.Kubelet.HealthzAddress), f.Kubelet.HealthzPort) + "/healthz"
}

// reachable turns "every address" into one that can be called.
func reachable(address string) string {
	if ip := net.ParseIP(address); ip == nil || ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return address
}

// endpointsOf gives the health endpoints of the control plane that this node
// runs, on the ports that its components are told to use.
func (a *Agent) endpointsOf(f *facts.Facts) []health.Probe {
	api := a.apiClient(f)
	var probes []health.Probe
	if etcd := f.Components["etcd"]; etcd != nil && etcd.Running {
		urls, _ := etcd.Flag("listen-metrics-urls")
		if url, _, _ := strings.Cut(urls, ","); strings.HasPrefix(url, "http://") {
			probes = append(probes, health.Probe{Name: "etcd", URL: url + "/health"})
		}
	}
	add := func(name, standard, path string, client *health.Client) {
		if url := secureURL(f.Components[name], standard); url != "" {
			probes = append(probes, health.Probe{Name: name, URL: url + path, Client: client})
		}
	}
	add("kube-apiserver", "6443", "/livez", api)
	add("kube-controller-manager", "10257", "/healthz", nil)
	add("kube-scheduler", "10259", "/healthz", nil)
	return probes
}

// apiClient asks the API server of this node as the API server asks the
// kubelet.
func (a *Agent) apiClient(f *facts.Facts) *health.Client {
	client := health.NewClient(func() *tls.Certificate { return a.clientCertificate(f) })
	if refusesAnonymous(f) {
		client.ShowCertificate()
	}
	return client
}

// refusesAnonymous tells whether an API server is known to answer nobody who
// does not say who he is. Others may refuse it too, by who may see what.
func refusesAnonymous(f *facts.Facts) bool {
	c := f.Components["kube-apiserver"]
	if c == nil {
		return false
	}
	anonymous, _ := c.Flag("anonymous-auth")
	return anonymous == "false"
}

// secureURL is where a running component serves on this machine, or "".
func secureURL(c *facts.Component, standard string) string {
	if c == nil || !c.Running {
		return ""
	}
	port, _ := c.Flag("secure-port")
	if port = cmp.Or(port, standard); port == "0" {
		return ""
	}
	return "https://127.0.0.1:" + port
}

// clientCertificate is the one with which the API server calls the kubelet,
// and which may also ask the API server itself; nil where it cannot be read.
// It is needed where anonymous requests are not answered.
func (a *Agent) clientCertificate(f *facts.Facts) *tls.Certificate {
	c := f.Components["kube-apiserver"]
	if c == nil {
		return nil
	}
	file, _ := c.Flag("kubelet-client-certificate")
	key, _ := c.Flag("kubelet-client-key")
	return a.certificate(file, key)
}

func (a *Agent) certificate(file, key string) *tls.Certificate {
	if file == "" || key == "" {
		return nil
	}
	public, err := a.Root.ReadFile(file, maxDocument)
	if err != nil {
		return nil
	}
	private, err := a.Root.ReadFile(key, maxDocument)
	if err != nil {
		return nil
	}
	pair, err := tls.X509KeyPair(public, private)
	if err != nil {
		return nil
	}
	return &pair
}
