package profiles

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"kubelet-anonymous-auth", "kubelet-config-mode", "pki-key-mode", "pki-owner", "sysctl"}
	for name, want := range map[string]string{
		"pki-ower":                        "pki-owner", // a letter left out
		"pki-ownre":                       "pki-owner", // two swapped
		"PKI-Owner":                       "pki-owner",
		"kubelet-config-mdoe":             "kubelet-config-mode",
		"anonymous-auth":                  "kubelet-anonymous-auth", // a part of it
		"key":                             "",                       // too short to be a part
		"sysctrl":                         "sysctl",
		"systemctl":                       "sysctl",
		"owner":                           "pki-owner",
		"kube-bench":                      "",
		"":                                "",
		strings.Repeat("pki-owner", 1000): "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%.40q is nearest to %q, want %q", name, got, want)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"abcdef", "abcdef", 0}, {"abcdef", "abcxef", 1}, {"abcdef", "abcef", 1}, {"abcdef", "abcxdef", 1}, {"abcdef", "abdcef", 1},
		{"abcdef", "badcfe", 3}, {"abcdef", "abc", 9}, {"", "", 0}, {"", "a", 1},
	} {
		if got := edits(tt.a, tt.b); got != tt.want {
			t.Errorf("from %q to %q are %d edits, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestUnknownNames: who gives a name that nothing has is told one that was
// perhaps meant, or which there are.
func TestUnknownNames(t *testing.T) {
	for ref, want := range map[string]string{
		"cis-1.99":     "cis-1.99: no profile has this name; the newest edition is " + Editions("cis")[0].Profile + "; harden profiles list shows all profiles",
		"kubeadm-nod":  `kubeadm-nod: no profile has this name; did you mean "kubeadm-node"? harden profiles list shows all profiles`,
		"our-own-site": "our-own-site: no profile has this name; harden profiles list shows all profiles",
	} {
		if _, err := (files{}).load(ref, nil); errorText(err) != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	for _, tt := range []struct {
		name  string
		names []string
		want  string
	}{
		{"valeu", []string{"file", "value"}, `; did you mean "value"?`},
		{"zzz", []string{"file", "value"}, "; there are file, value"},
		{"zzz", strings.Fields("a b c d e f g h i j k l m n"), "; there are a, b, c, d, e, f, g, h, i, j, k, l, …"},
	} {
		if got := orThese(tt.name, tt.names).String(); got != tt.want {
			t.Errorf("%s of %v: %q, want %q", tt.name, tt.names, got, tt.want)
		}
	}
}
