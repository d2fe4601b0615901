package fixers

import (
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// KubeletHostName asks that the kubelet gives its node the name that the machine has by
// itself. The flag is never taken away: under another name the node is another node, and
// its certificate, its labels and its volumes stay behind.
type KubeletHostName struct {
	// Name is `"host"` where the flag may say the name of the machine, or `"unsaid"` where it
	// must not be there at all. Required.
	Name string `yaml:"name"`
}

// hostnameOverride is the flag that gives the node another name.
const hostnameOverride = "hostname-override"

// Check implements Fixer.
func (f *KubeletHostName) Check() error {
	if f.Name != "host" && f.Name != "unsaid" {
		return message.Errorf("%q is neither host nor unsaid", f.Name)
	}
	return nil
}

// Require implements Fixer.
func (f *KubeletHostName) Require(_ string, n Node) Requirement {
	k := n.Facts.Kubelet
	switch {
	case k == nil:
		return notApplicable("no kubelet is installed on this node")
	case n.Facts.Rancher != nil:
		return notApplicable("%s gives its kubelet the name that the node joined under", n.Facts.Platform)
	}
	if req, unknown := unknownStart(k); unknown {
		return req
	}
	given, cannot := f.given(n, k)
	switch {
	case cannot != nil:
		return *cannot
	case len(given) == 0:
		return Requirement{Status: change.Compliant, Reason: message.New("the kubelet is started without --%s", hostnameOverride)}
	case f.Name == "unsaid":
		req := blocked("the kubelet is started with the node name %v (%s); to remove --%s, drain and delete the node, and join it again", given[0].Actual, given[0].Where, hostnameOverride)
		req.Observed = given
		return req
	case n.Facts.HostName == "":
		return blocked("the kubelet is started with the node name %v, and the machine's own name is not known", given[0].Actual)
	}
	for _, o := range given {
		if !o.Holds {
			req := blocked("the kubelet is started with the node name %v (%s), and the host name of the machine is %s; if your cloud or inventory requires the name that the kubelet uses, waive the control for that reason; otherwise drain and delete the node, remove --%s, and join the node again", o.Actual, o.Where, n.Facts.HostName, hostnameOverride)
			req.Observed = given
			return req
		}
	}
	return Requirement{Status: change.Compliant, Reason: message.New("the host name of the machine is %s, and --%s gives the same name", n.Facts.HostName, hostnameOverride), Observed: given}
}

// given are the names that the unit and the process of the kubelet say. An empty one is none
// (k8s.io/kubernetes, pkg/util/node, GetHostname).
func (f *KubeletHostName) given(n Node, k *facts.Kubelet) (given []change.Observation, cannot *Requirement) {
	add := func(name string, where message.Text) {
		if name = strings.TrimSpace(name); name == "" {
			return
		}
		o := change.Observation{Target: change.UnitTarget(KubeletUnit), Field: "flag:--" + hostnameOverride, Op: change.Absent, Actual: name, Where: where}
		if f.Name == "host" {
			o.Op, o.Expected, o.Holds = change.Exact, n.Facts.HostName, strings.EqualFold(name, n.Facts.HostName)
		}
		given = append(given, o)
	}
	running, is := facts.Flag("kubelet", k.Argv, hostnameOverride)
	if k.Running && is {
		add(running, message.New("%s %s", k.ArgvFrom, "--"+hostnameOverride))
	}
	switch unit := k.Flags[hostnameOverride]; {
	case unit == "%H": // systemd fills in the name of the machine (systemd.unit, Specifiers)
		add(n.Facts.HostName, whereNamed(k))
	case strings.ContainsAny(unit, "%$") && !k.Running:
		req := blocked("the kubelet is started with the node name %s, which only systemd can fill in, and no kubelet runs", unit)
		return nil, &req
	case strings.ContainsAny(unit, "%$"): // the process says what it came to
	default:
		add(unit, whereNamed(k))
	}
	return given, nil
}

// whereNamed says where the unit says the name.
func whereNamed(k *facts.Kubelet) message.Text {
	if file, line := k.FlagSource(hostnameOverride); file != "" {
		return message.New("%s:%d", file, line)
	}
	return message.Value(k.ArgvFrom)
}
