package fixers

import (
	"net"
	"regexp"
	"strings"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/facts"
)

// probes asks that the kubelet's probes follow the address that the component is
// to serve on: one that asks another address finds nobody, and the kubelet
// restarts the component for ever. A probe without a host asks the pod's
// address, which is the node's. Where a probe runs a program that asks another
// address, nobody but its author knows how to change it.
func (f *ComponentFlag) probes(rule string, c *facts.Component) ([]change.Want, *Requirement) {
	address, _ := f.Value.(string)
	ip := net.ParseIP(strings.Trim(address, "[]"))
	if f.Flag != "--bind-address" || ip == nil || ip.IsUnspecified() || c.Container == nil || f.meets(c) {
		return nil, nil
	}
	var wants []change.Want
	for _, p := range c.Container.Probes {
		switch {
		case p.Way != "exec" && !c.Container.HostNetwork:
			req := blocked("the pod of %s has its own network, so its %s would reach nothing at %s; set hostNetwork: true in %s, or leave the rule out with --skip", c.Name, p.Kind, address, c.Manifest)
			return nil, &req
		case p.Way == "exec" && probesElsewhere(p, ip):
			req := blocked("the %s of %s runs a program that connects to an address other than %s, the only address on which the component will listen; let the program connect to %s in %s, then apply again", p.Kind, c.Name, address, address, c.Manifest)
			return nil, &req
		case p.Way == "exec" || p.Host == address:
			continue
		}
		wants = append(wants, change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: change.Field("probe:" + p.Kind), Op: change.Exact, Value: address,
			Effects: []change.Effect{change.RollPod(f.Component)}})
	}
	return wants, nil
}

// probesElsewhere tells whether a program's words name an address that is not the
// one meant, or one that only the container knows.
func probesElsewhere(p cmdline.Probe, meant net.IP) bool {
	// Compiled here: few probes run a program, and a plan is to start at once.
	addressText := regexp.MustCompile(`[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F.]*|\d+\.\d+\.\d+\.\d+`)
	variableText := regexp.MustCompile(`\$[({A-Za-z_]|\bhostname\b`)
	text := strings.Join(p.Words, " ")
	for _, found := range addressText.FindAllString(text, -1) {
		if ip := net.ParseIP(found); ip != nil && !ip.Equal(meant) {
			return true
		}
	}
	return variableText.MatchString(text)
}

// meets tells whether the flag is as the rule wants it, so that nothing is to be
// written.
func (f *ComponentFlag) meets(c *facts.Component) bool {
	s := c.Setting(strings.TrimPrefix(f.Flag, "--"))
	holds, err := change.Want{Op: f.Op, Value: f.Value, Bound: f.Bound}.Holds(s.Text, s.Given())
	return err == nil && holds
}
