package fixers

import (
	"net"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
)

// probes asks that the kubelet's probes follow the address that the component is
// to serve on: one that asks another address finds nobody, and the kubelet
// restarts the component for ever. A probe without a host asks the pod's
// address, which is the node's.
func (f *ComponentFlag) probes(rule string, c *facts.Component) []change.Want {
	address, _ := f.Value.(string)
	ip := net.ParseIP(strings.Trim(address, "[]"))
	if f.Flag != "--bind-address" || ip == nil || ip.IsUnspecified() || c.Container == nil || f.meets(c) {
		return nil
	}
	var wants []change.Want
	for _, p := range c.Container.Probes {
		if p.Host == address {
			continue
		}
		wants = append(wants, change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: change.Field("probe:" + p.Kind), Op: change.Exact, Value: address,
			Effects: []change.Effect{change.RollPod(f.Component)}})
	}
	return wants
}

// meets tells whether the flag is as the rule wants it, so that nothing is to be
// written.
func (f *ComponentFlag) meets(c *facts.Component) bool {
	s := c.Setting(strings.TrimPrefix(f.Flag, "--"))
	holds, err := change.Want{Op: f.Op, Value: f.Value, Bound: f.Bound}.Holds(s.Text, s.Given())
	return err == nil && holds
}
