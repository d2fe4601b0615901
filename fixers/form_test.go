package fixers

import (
	"regexp"
	"strings"
	"testing"
)

func TestForms(t *testing.T) {
	texts := []string{"", "0640", "640", "00640", "0680", "064", "064a", "0640\n", "a", "_", "-", ".", ":", "root:root", "0:0", "root:", ":root", "root", "a:b:c", "-a:b", "a:-b",
		"a.b:c-d", "_a:_b", "é:a", "root :root", "etcd", "Etcd", "7a", "a7-_", strings.Repeat("a", 32), strings.Repeat("a", 33), "/", "//", "/a", "/a b", "/etc/a-b_c.d", "a/b", "/é",
		"kernel.panic", "kernel", "kernel.", ".panic", "kernel..panic", "net.ipv4.conf.eth0/1.rp_filter", "Kernel.panic", "kernel.Panic", "kernel.pa nic", "kernel.panic\n", "a\xff.b"}
	for _, test := range []struct {
		what  string
		valid func(string) bool
		form  *regexp.Regexp
	}{
		{"mode", isMode, regexp.MustCompile(`^0[0-7]{3}$`)},
		{"owner", isOwner, regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9_.-]*:[a-zA-Z0-9_][a-zA-Z0-9_.-]*$`)},
		{"account", isAccount, regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)},
		{"path", isPlainPath, regexp.MustCompile(`^/[A-Za-z0-9._/-]+$`)},
		{"key", isSysctlKey, regexp.MustCompile(`^[a-z0-9_]+(\.[a-zA-Z0-9_/-]+)+$`)},
	} {
		for _, text := range texts {
			if got := test.valid(text); got != test.form.MatchString(text) {
				t.Errorf("%s %q: %v", test.what, text, got)
			}
		}
	}
}
