package nextboot

import (
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/fixers"
)

// kernelDefaults are what a kubelet with protectKernelDefaults starts with, and with nothing
// else (pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables).
var kernelDefaults = [][2]string{
	{"vm.overcommit_memory", "1"}, {"vm.panic_on_oom", "0"}, {"kernel.panic", "10"}, {"kernel.panic_on_oops", "1"},
	{"kernel.keys.root_maxkeys", "1000000"}, {"kernel.keys.root_maxbytes", "25000000"},
}

const (
	ipForward  = "net.ipv4.ip_forward"
	forwarding = "net.ipv4.conf.all.forwarding" // another name of it
	reversed   = "net.ipv4.conf.all.rp_filter"
)

// bridged are parameters that send packets between the pods of a bridge through the rules of
// kube-proxy.
var bridged = []string{"net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"}

// parameters looks at what systemd-sysctl will set.
func (n *node) parameters() {
	boot, err := fixers.ReadAtBoot(n.root)
	if err != nil {
		n.add("unread", change.Low, "/etc/sysctl.d", message.New("it cannot be read, so what it sets up at boot is not known"), message.New("run harden as root"))
		return
	}
	for _, key := range []string{ipForward, forwarding} {
		if l := boot.Last(key); l.Value == "0" {
			n.add("ip-forward", change.High, l.Place(), message.New("%s will be 0: packets of pods are not forwarded to other nodes", key), message.New("set %s to %s there", key, "1"))
		}
		n.fight(key, boot)
	}
	for _, key := range bridged {
		if l := boot.Last(key); l.Value == "0" {
			n.add("bridge-filter", change.Medium, l.Place(), message.New("%s will be 0: with a CNI that connects pods by a bridge, a Service cannot be reached from the node that runs its pods", key), message.New("set %s to %s there", key, "1"))
		}
		n.fight(key, boot)
	}
	n.reversePath(boot)
	strict := n.kubeletField("protectKernelDefaults", "protect-kernel-defaults") == "true"
	for _, pair := range kernelDefaults {
		key, value := pair[0], pair[1]
		if l := boot.Last(key); strict && l.Value != "" && !l.Is(value) {
			n.add("kernel-defaults", change.High, l.Place(), message.New("%s will be %s: the kubelet has protectKernelDefaults, and starts only if it is %s", key, l.Value, value),
				message.New("set %s to %s there", key, value))
		}
		n.fight(key, boot)
	}
}

// fight reports two files of the operator's that set a parameter differently: what holds is
// a matter of their names.
func (n *node) fight(key string, boot fixers.BootSettings) {
	last := boot.Last(key)
	for _, l := range boot.All(key) {
		if last.Value != "" && !l.Is(last.Value) && l.File != last.File && strings.HasPrefix(l.Place(), "/etc/") && strings.HasPrefix(last.File, "/etc/") {
			n.add("sysctl-twice", change.Low, l.Place(), message.New("%s is set to %s here and to %s in %s, which wins because its name sorts last", key, l.Value, last.Value, last.Place()),
				message.New("keep one of the two lines"))
			return
		}
	}
}

// reversePath looks at the check of source addresses. Cilium's pods lose packets where it is
// strict (cilium/cilium#10645), because the stricter of all.rp_filter and the interface's own
// holds; Calico before 3.13 does not start where it is loose (projectcalico/felix#1322).
func (n *node) reversePath(boot fixers.BootSettings) {
	add := func(l fixers.BootSetting, key, who string) {
		n.add("rp-filter", change.High, l.Place(), message.New("%s will be %s, and %s does not work with that", key, l.Value, who), message.New("set %s to %s there", key, map[string]string{"1": "0", "2": "1"}[l.Value]))
	}
	v := n.facts.Kubernetes
	switch {
	case strings.Contains(n.cni, "cilium"):
		for _, key := range []string{reversed, "net.ipv4.conf.lxc_health.rp_filter"} {
			if l := boot.Last(key); l.Value == "1" {
				add(l, key, "Cilium")
			}
		}
	case strings.Contains(n.cni, "calico") && !v.IsZero() && !v.AtLeast(1, 18):
		if l := boot.Last(reversed); l.Value == "2" {
			add(l, reversed, "Calico")
		}
	}
}
