// Package controlplane knows the components of Kubernetes that run on this node:
// where they serve, whether they are healthy, what etcd holds, and when a static
// pod has rolled. All that it changes is the record of the cluster that kubeadm
// keeps there (Record).
package controlplane

import (
	"cmp"
	"crypto/tls"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/node"
)

// processOf is the process that has to answer for a component.
func processOf(name string, now present) func() (health.Process, error) {
	return func() (health.Process, error) {
		f, err := now()
		if err != nil {
			return health.Process{}, err
		}
		p := health.Process{Name: name}
		if c := f.Components[name]; c != nil {
			p.PID, p.Unproven, p.Certificates = c.PID, c.Unproven, certificates(c)
		}
		return p, nil
	}
}

// certificates are the files of those that a component is told to show over TLS.
func certificates(c *facts.Component) []string {
	argv := c.Argv
	if len(argv) == 0 {
		argv = c.ManifestArgv
	}
	file, given := facts.Flag(c.Name, argv, "tls-cert-file")
	if !given || file == "" {
		return nil // it makes itself one
	}
	files := []string{file}
	for _, pair := range facts.FlagValues(c.Name, argv, "tls-sni-cert-key") { // CERT,KEY[:NAME,…]
		named, _, _ := strings.Cut(pair, ",")
		files = append(files, named)
	}
	return files
}

// reachable turns "every address" into one that can be called.
func reachable(address string) string {
	if ip := net.ParseIP(address); address == "" || ip != nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return address
}

// Endpoints gives the health endpoints of the control plane that this node
// runs, where its components are told to serve, with those that the kubelet
// asks by their manifests. The processes that the facts name have to answer.
func Endpoints(n *node.Node, f *facts.Facts) []health.Probe {
	var probes []health.Probe
	add := func(name, url, path string) {
		also := probed(f.Components[name], url)
		switch {
		case url == "" && len(also) == 0:
			return
		case url == "": // as an etcd without metrics of its own
			url, path, also = also[0], "", also[1:]
		default:
			also = slices.DeleteFunc(also, func(u string) bool { return u == url+path })
		}
		client := health.NewClient(processOf(name, Known(f)), nil)
		if name == APIServer {
			client = APIClient(n, f, Known(f))
		}
		probes = append(probes, health.Probe{Name: name, URL: url + path, Also: also, Client: client})
	}
	add("etcd", metricsURL(f.Components["etcd"]), "/health")
	add(APIServer, SecureURL(f.Components[APIServer], "6443"), "/livez")
	add("kube-controller-manager", SecureURL(f.Components["kube-controller-manager"], "10257"), "/healthz")
	add("kube-scheduler", SecureURL(f.Components["kube-scheduler"], "10259"), "/healthz")
	return probes
}

// probed lists what the kubelet asks a running component by its manifest, on this
// machine. A probe without a host asks the address of the pod, which is the
// node's: there it is asked where the component serves, at served. What has no
// number for its port is asked there, too. A probe of a component that serves
// nowhere is not asked: nothing would answer.
func probed(c *facts.Component, served string) []string {
	if c == nil || !c.Running || c.Container == nil {
		return nil
	}
	at, err := url.Parse(served)
	if err != nil {
		return nil
	}
	var urls []string
	for _, p := range c.Container.Probes {
		if p.Way != "httpGet" {
			continue
		}
		host, port := cmp.Or(p.Host, at.Hostname()), p.Port
		if n, err := strconv.Atoi(port); err != nil || n <= 0 {
			port = at.Port()
		}
		if host == "" || port == "" {
			continue
		}
		u := strings.ToLower(cmp.Or(p.Scheme, "http")) + "://" + net.JoinHostPort(reachable(strings.Trim(host, "[]")), port) + "/" + strings.TrimPrefix(p.Path, "/")
		if parsed, err := url.Parse(u); err == nil && health.Here(parsed) && !slices.Contains(urls, u) {
			urls = append(urls, u)
		}
	}
	return urls
}

// APIServer is the name of the API server as a component.
const APIServer = "kube-apiserver"

// EndpointsNow gives the endpoints of some components as they are now. One that
// does not run is asked all the same: it is not healthy.
func EndpointsNow(n *node.Node, wanted []health.Probe) ([]health.Probe, error) {
	f, err := n.Collect()
	if err != nil {
		return nil, err
	}
	now := Endpoints(n, f)
	probes := slices.Clone(wanted)
	for i, p := range probes {
		probes[i].Client = health.NewClient(processOf(p.Name, Known(f)), nil)
		if k := slices.IndexFunc(now, func(n health.Probe) bool { return n.Name == p.Name }); k >= 0 {
			probes[i] = now[k]
		}
	}
	return probes, nil
}

// APIClient asks the API server of this node as the API server asks the
// kubelet.
func APIClient(n *node.Node, f *facts.Facts, now present) *health.Client {
	client := health.NewClient(processOf(APIServer, now), func() *tls.Certificate { return clientCertificate(n, f) })
	if refusesAnonymous(f) {
		client.ShowCertificate()
	}
	return client
}

// metricsURL is where a running etcd tells of its health without TLS, or "": of
// what it is told to listen on, an address of this machine if there is one.
func metricsURL(etcd *facts.Component) string {
	if etcd == nil || !etcd.Running {
		return ""
	}
	list, _ := etcd.Flag("listen-metrics-urls")
	first := ""
	for _, text := range strings.Split(list, ",") {
		at, err := url.Parse(strings.TrimSpace(text))
		if err != nil || at.Scheme != "http" || at.Host == "" {
			continue
		}
		if at.Port() != "" {
			at.Host = net.JoinHostPort(reachable(at.Hostname()), at.Port())
		}
		if health.Here(at) {
			return "http://" + at.Host
		}
		if first == "" {
			first = "http://" + at.Host
		}
	}
	return first // which is not asked, and why is said
}

// refusesAnonymous tells whether an API server is known to answer nobody who
// does not say who he is. Others may refuse it too, by who may see what.
func refusesAnonymous(f *facts.Facts) bool {
	c := f.Components[APIServer]
	if c == nil {
		return false
	}
	anonymous, _ := c.Flag("anonymous-auth")
	return anonymous == "false"
}

// SecureURL is where a running component serves on this machine, or "".
func SecureURL(c *facts.Component, standard string) string {
	if c == nil || !c.Running {
		return ""
	}
	port, _ := c.Flag("secure-port")
	if port = cmp.Or(port, standard); port == "0" {
		return ""
	}
	address, _ := c.Flag("bind-address")
	return "https://" + net.JoinHostPort(reachable(address), port)
}

// clientCertificate is the one with which the API server calls the kubelet,
// and which may also ask the API server itself; nil where it cannot be read.
// It is needed where anonymous requests are not answered.
func clientCertificate(n *node.Node, f *facts.Facts) *tls.Certificate {
	c := f.Components[APIServer]
	if c == nil {
		return nil
	}
	file, _ := c.Flag("kubelet-client-certificate")
	key, _ := c.Flag("kubelet-client-key")
	return certificate(n, file, key)
}

func certificate(n *node.Node, file, key string) *tls.Certificate {
	if file == "" || key == "" {
		return nil
	}
	public, err := n.Root.ReadFile(file, node.MaxDocument)
	if err != nil {
		return nil
	}
	private, err := n.Root.ReadFile(key, node.MaxDocument)
	if err != nil {
		return nil
	}
	pair, err := tls.X509KeyPair(public, private)
	if err != nil {
		return nil
	}
	return &pair
}
