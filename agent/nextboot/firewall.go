package nextboot

import (
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// kubeletPort is where the API server reaches the kubelet.
const kubeletPort = "10250"

// chain is what a firewall does by default with packets that come in, or that are forwarded.
type chain struct {
	place string // where it says that it refuses them; "" where it does not
	// accepts tells that a rule accepts some of them by where they come from or go to, so
	// that nobody but the operator knows whether those of pods are among them.
	accepts bool
}

// firewalls looks at what is loaded at boot. A rule of iptables that a CNI puts before the
// others can accept what such a chain refuses; with nftables and firewalld it cannot, because
// each table has its own say.
func (n *node) firewalls() {
	late := slices.ContainsFunc([]string{"calico", "cilium", "flannel", "antrea"}, func(name string) bool { return strings.Contains(n.cni, name) })
	for _, f := range []struct {
		name string
		read func() (in, forward chain)
		late bool
	}{{"nftables", n.nftables, false}, {"iptables", n.iptables, late}, {"ufw", n.ufw, late}, {"firewalld", n.firewalld, false}} {
		in, forward := f.read()
		if forward.place != "" && !forward.accepts && !f.late {
			n.add("firewall-forward", change.High, forward.place, message.New("%s refuses forwarded packets, so packets of pods do not leave the node", f.name),
				message.New("accept packets that are forwarded from and to pods, or let only the CNI filter them"))
		}
		if in.place != "" && !in.accepts {
			n.add("firewall-input", change.Medium, in.place, message.New("%s refuses incoming packets, and none of its rules is about port %s: the API server does not reach the kubelet", f.name, kubeletPort),
				message.New("accept port %s from the control plane, and the ports of the CNI from the other nodes", kubeletPort))
		}
	}
}

// nftables reads the rules that its service loads.
func (n *node) nftables() (in, forward chain) {
	if n.enabled["nftables.service"] == "" {
		return in, forward
	}
	for _, file := range []string{"/etc/nftables.conf", "/etc/sysconfig/nftables.conf"} {
		files := []string{file}
		n.lines(file, func(words []string, _ string) {
			if len(words) > 1 && words[0] == "include" {
				files = append(files, n.included(strings.Trim(words[1], `"'`))...)
			}
		})
		for _, file := range files {
			n.nftChains(file, &in, &forward)
		}
	}
	return in, forward
}

// included are the files that a pattern names.
func (n *node) included(pattern string) []string {
	if !path.IsAbs(pattern) {
		pattern = "/etc/" + pattern // as nft -f takes it with its default path
	}
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}
	}
	var files []string
	for _, name := range n.names(path.Dir(pattern)) {
		if is, err := path.Match(path.Base(pattern), name); err == nil && is {
			files = append(files, path.Join(path.Dir(pattern), name))
		}
	}
	return files
}

// nftChains reads the base chains of one file: the one that a hook stands in, up to the next
// chain.
func (n *node) nftChains(file string, in, forward *chain) {
	var now *chain
	n.lines(file, func(words []string, place string) {
		line := strings.Join(words, " ")
		if words[0] == "chain" || words[0] == "table" {
			now = nil
		}
		switch {
		case strings.Contains(line, "hook forward"):
			now = forward
		case strings.Contains(line, "hook input"):
			now = in
		}
		if now == nil {
			return
		}
		verdict := strings.TrimPrefix(line, "counter ")
		if strings.Contains(line, "policy drop") || strings.HasPrefix(verdict, "drop") || strings.HasPrefix(verdict, "reject") {
			now.place = place
		}
		now.accepts = now.accepts || strings.Contains(line, "accept") && byAddress(line, "dport")
	})
	in.accepts = in.accepts || strings.Contains(n.text(file), kubeletPort) // it may stand in a definition
}

// byAddress tells whether a rule accepts more than answers, errors and the node's own
// packets, and whatever their port: it is about addresses or interfaces.
func byAddress(rule, port string) bool {
	for _, about := range []string{port, "state", "icmp", `lo `, `"lo"`, "policy accept"} {
		if strings.Contains(rule, about) {
			return false
		}
	}
	return true
}

// iptables reads the rules that its services load.
func (n *node) iptables() (in, forward chain) {
	chains := map[string]*chain{"INPUT": &in, "FORWARD": &forward}
	if n.enabled["netfilter-persistent.service"] != "" { // Debian
		n.iptablesChains("/etc/iptables/rules.v4", chains)
	}
	if n.enabled["iptables.service"] != "" { // RHEL
		n.iptablesChains("/etc/sysconfig/iptables", chains)
	}
	return in, forward
}

// iptablesChains reads what iptables-save wrote.
func (n *node) iptablesChains(file string, chains map[string]*chain) {
	table := ""
	n.lines(file, func(words []string, place string) {
		line := strings.Join(words, " ")
		switch {
		case words[0][0] == '*':
			table = words[0]
		case table != "*filter" || len(words) < 2:
		case words[0][0] == ':' && words[1] == "DROP":
			if c := chains[words[0][1:]]; c != nil {
				c.place = place
			}
		case words[0] == "-A" && chains[words[1]] != nil:
			c := chains[words[1]]
			switch {
			case words[1] == "INPUT" && strings.Contains(line, kubeletPort), strings.HasSuffix(line, "-j ACCEPT") && byAddress(line, "dport"):
				c.accepts = true
			case len(words) > 3 && words[2] == "-j" && (words[3] == "DROP" || words[3] == "REJECT"):
				c.place = place
			}
		}
	})
}

// ufw reads its defaults, and whether a rule of the operator is about the matter.
func (n *node) ufw() (in, forward chain) {
	on := false
	n.lines("/etc/ufw/ufw.conf", func(words []string, _ string) { on = on || words[0] == "ENABLED=yes" })
	if !on {
		return in, forward
	}
	n.lines("/etc/default/ufw", func(words []string, place string) {
		key, value, _ := strings.Cut(words[0], "=")
		if value = strings.Trim(value, `"`); value != "DROP" && value != "REJECT" {
			return
		}
		switch key {
		case "DEFAULT_INPUT_POLICY":
			in.place = place
		case "DEFAULT_FORWARD_POLICY":
			forward.place = place
		}
	})
	n.lines("/etc/ufw/user.rules", func(words []string, _ string) {
		line := strings.Join(words, " ")
		accepts := strings.HasSuffix(line, "-j ACCEPT") && (byAddress(line, "dport") || strings.Contains(line, kubeletPort))
		in.accepts = in.accepts || accepts && strings.HasPrefix(line, "-A ufw-user-input")
		forward.accepts = forward.accepts || accepts && strings.HasPrefix(line, "-A ufw-user-forward")
	})
	return in, forward
}

// firewalld reads its zones: one that trusts addresses or interfaces, and one that opens the
// kubelet's port.
func (n *node) firewalld() (in, forward chain) {
	const dir = "/etc/firewalld"
	link := n.enabled["firewalld.service"]
	if link == "" || strings.Contains(n.text(dir+"/firewalld.conf"), "\nDefaultZone=trusted") {
		return in, forward
	}
	in.place, forward.place = link, link
	for _, name := range n.names(dir + "/zones") {
		zone := n.text(path.Join(dir, "zones", name))
		trusts := name == "trusted.xml" && (strings.Contains(zone, "<source") || strings.Contains(zone, "<interface"))
		forward.accepts = forward.accepts || trusts
		in.accepts = in.accepts || trusts || strings.Contains(zone, kubeletPort) || strings.Contains(zone, `name="kube`)
	}
	return in, forward
}
