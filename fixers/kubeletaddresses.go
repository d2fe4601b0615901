package fixers

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// KubeletAddresses asks that systemd drops what the kubelet sends to and gets from
// all addresses but some. It writes IPAddressDeny and IPAddressAllow of its unit
// (systemd.resource-control(5)) into a drop-in of its own.
type KubeletAddresses struct {
	Path string `yaml:"path"` // required; of the drop-in
	// Allow is addresses, prefixes, and systemd's names of some ("localhost",
	// "link-local", "multicast"); empty: the rule asks for nothing.
	Allow []string `yaml:"allow"`
}

// namedAddresses are the names that systemd knows; "any" would allow all.
var namedAddresses = []string{"localhost", "link-local", "multicast"}

// Check implements Fixer.
func (f *KubeletAddresses) Check() error {
	if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path {
		return message.Errorf("path %q is not absolute and clean", f.Path)
	}
	if len(f.Allow) == 0 {
		return nil
	}
	local := false
	for _, text := range f.Allow {
		prefix, err := netip.ParsePrefix(text)
		if address, bare := netip.ParseAddr(text); bare == nil {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		switch named := slices.Contains(namedAddresses, text); {
		case !named && (err != nil || strings.Contains(text, "%")):
			return message.Errorf("%q is not an address, a prefix such as 10.0.0.0/16, or one of %s", text, strings.Join(namedAddresses, ", "))
		case !named && prefix.Bits() == 0:
			return message.Errorf("%q allows every address", text)
		}
		local = local || text == "localhost"
	}
	if !local {
		return message.Errorf("%s is missing, and the kubelet's health checks need it", namedAddresses[0])
	}
	return nil
}

// Require implements Fixer.
func (f *KubeletAddresses) Require(rule string, n Node) Requirement {
	if len(f.Allow) == 0 {
		return notApplicable("harden applies this rule only with --set kubelet-allowed-addresses=localhost,ADDRESS,…, because the kubelet can then exchange data with these addresses only")
	}
	if n.Facts.Kubelet == nil {
		return notApplicable("no kubelet is installed on this node")
	}
	content := FileContent{Path: f.Path, Content: "[Service]\nIPAddressDeny=any\nIPAddressAllow=" + strings.Join(f.Allow, " ") + "\n", Restart: KubeletUnit}
	req := content.Require(rule, n)
	for i := range req.Wants {
		if w := &req.Wants[i]; w.Field == change.FieldContent {
			w.Effects = append([]change.Effect{change.DaemonReload}, w.Effects...)
		}
	}
	return req
}
