package fixers

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

func TestKubeletAddresses(t *testing.T) {
	const dropIn = "/etc/systemd/system/kubelet.service.d/60-harden-addresses.conf"
	for _, r := range []struct {
		name  string
		path  string
		allow []string
		want  string // the beginning of what is wrong
	}{
		{"nothing asked for", dropIn, nil, ""},
		{"addresses, prefixes and names", dropIn, []string{"localhost", "link-local", "10.0.0.7", "10.0.0.0/16", "fd00::/8", "::1"}, ""},
		{"no address", dropIn, []string{"localhost", "api.example"}, `"api.example" is not an address`},
		{"two on one line", dropIn, []string{"localhost", "10.0.0.1 any"}, `"10.0.0.1 any" is not an address`},
		{"a line break", dropIn, []string{"localhost", "::1%a\nIPAddressAllow=any"}, `"::1%a\nIPAddressAllow=any" is not an address`},
		{"everything", dropIn, []string{"localhost", "0.0.0.0/0"}, `"0.0.0.0/0" allows every address`},
		{"any by name", dropIn, []string{"localhost", "any"}, `"any" is not an address`},
		{"without the local host", dropIn, []string{"10.0.0.0/16"}, "localhost is missing"},
		{"relative path", "kubelet.conf", []string{"localhost"}, `path "kubelet.conf" is not absolute`},
	} {
		t.Run(r.name, func(t *testing.T) {
			err := (&KubeletAddresses{Path: r.path, Allow: r.allow}).Check()
			switch {
			case r.want == "" && err != nil:
				t.Error(err)
			case r.want != "" && (err == nil || !strings.HasPrefix(err.Error(), r.want)):
				t.Errorf("error %v, want %s", err, r.want)
			}
		})
	}

	n := Node{Facts: &facts.Facts{Kubelet: &facts.Kubelet{}}}
	if req := (&KubeletAddresses{Path: dropIn}).Require("r", n); req.Status != change.NotApplicable || len(req.Wants) > 0 {
		t.Errorf("nothing is asked for: %+v", req)
	}
	req := (&KubeletAddresses{Path: dropIn, Allow: []string{"localhost", "10.0.0.0/16"}}).Require("r", n)
	content := req.Wants[0]
	text, _ := content.Value.([]byte)
	if content.Target != change.FileTarget(dropIn) || string(text) != "[Service]\nIPAddressDeny=any\nIPAddressAllow=localhost 10.0.0.0/16\n" {
		t.Errorf("%s: %q", content.Target, text)
	}
	if len(content.Effects) != 2 || content.Effects[0] != change.DaemonReload || content.Effects[1] != change.RestartUnit(KubeletUnit) {
		t.Errorf("effects %v", content.Effects)
	}
}
