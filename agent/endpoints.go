package agent

import (
	"cmp"
	"fmt"
	"net"
	"strings"

	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/health"
)

// kubelet gives the kubelet for checks and restarts.
func (a *Agent) kubelet(units Systemd, f *facts.Facts, unit string) health.Kubelet {
	return health.Kubelet{Units: units, Unit: unit, Healthz: a.healthz(f)}
}

// healthz is the kubelet's health endpoint, by default on 127.0.0.1:10248; ""
// where port 0 switches it off. A flag wins over a drop-in, and that over the
// configuration file.
func (a *Agent) healthz(f *facts.Facts) string {
	if f.Kubelet == nil {
		return ""
	}
	setting := func(flag, field, standard string) string {
		if v, given := f.Kubelet.Flags[flag]; given {
			return v
		}
		value := standard
		for _, file := range append([]string{f.Kubelet.Config}, f.Kubelet.ConfigDropIns...) {
			if v, found := a.document(file, field); found {
				value = v
			}
		}
		return value
	}
	port := setting("healthz-port", "healthzPort", "10248")
	address := setting("healthz-bind-address", "healthzBindAddress", "127.0.0.1")
	if port == "0" {
		return ""
	}
	return "http://" + net.JoinHostPort(reachable(address), port) + "/healthz"
}

// reachable turns "every address" into one that can be called.
func reachable(address string) string {
	if ip := net.ParseIP(address); ip == nil || ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return address
}

// document reads one field of a YAML file; what cannot be read is not found,
// and is reported by the rules about that file.
func (a *Agent) document(file, field string) (string, bool) {
	if file == "" {
		return "", false
	}
	data, err := a.Root.ReadFile(file, maxDocument)
	if err != nil {
		return "", false
	}
	doc, err := edit.Open("yaml", data)
	if err != nil {
		return "", false
	}
	value, _, found, err := doc.Get(field)
	if err != nil || !found || value == nil {
		return "", false
	}
	return fmt.Sprint(value), true
}

// endpoints gives the health endpoints of the control plane that this node
// runs, on the ports that its components are told to use.
func endpoints(f *facts.Facts) []health.Probe {
	var probes []health.Probe
	add := func(name, flag, standard, path string) {
		c := f.Components[name]
		if c == nil || !c.Running {
			return
		}
		port, _ := c.Flag(flag)
		if port = cmp.Or(port, standard); port != "0" {
			probes = append(probes, health.Probe{Name: name, URL: "https://127.0.0.1:" + port + path})
		}
	}
	if etcd := f.Components["etcd"]; etcd != nil && etcd.Running {
		urls, _ := etcd.Flag("listen-metrics-urls")
		if url, _, _ := strings.Cut(urls, ","); strings.HasPrefix(url, "http://") {
			probes = append(probes, health.Probe{Name: "etcd", URL: url + "/health"})
		}
	}
	add("kube-apiserver", "secure-port", "6443", "/livez")
	add("kube-controller-manager", "secure-port", "10257", "/healthz")
	add("kube-scheduler", "secure-port", "10259", "/healthz")
	return probes
}
