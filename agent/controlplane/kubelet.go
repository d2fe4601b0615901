package controlplane

import (
	"net"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/node"
)

// present gives the facts of the moment in which they are asked for.
type present func() (*facts.Facts, error)

// Known are facts that were read a moment ago.
func Known(f *facts.Facts) present { return func() (*facts.Facts, error) { return f, nil } }

// Kubelet gives the kubelet for checks and restarts. f says where it is to be
// asked, and now which process it is then.
func Kubelet(units node.Systemd, f *facts.Facts, now present, unit string) health.Kubelet {
	process := func() (health.Process, error) {
		f, err := now()
		if err != nil {
			return health.Process{}, err
		}
		p := health.Process{Name: "the kubelet"}
		if f.Kubelet != nil {
			p.PID, p.Unproven = f.Kubelet.PID, f.Kubelet.Unproven
		}
		return p, nil
	}
	return health.Kubelet{Units: units, Unit: unit, Healthz: healthz(f), Process: process}
}

// healthz is the kubelet's health endpoint; "" where port 0 switches it off.
func healthz(f *facts.Facts) string {
	if f.Kubelet == nil || f.Kubelet.HealthzPort == "0" {
		return ""
	}
	return "http://" + net.JoinHostPort(reachable(f.Kubelet.HealthzAddress), f.Kubelet.HealthzPort) + "/healthz"
}
