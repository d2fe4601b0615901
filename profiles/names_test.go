package profiles

import (
	"cmp"
	"regexp"
	"testing"
)

func TestNames(t *testing.T) {
	for _, test := range []struct {
		what  string
		valid func(string) bool
		form  *regexp.Regexp
	}{
		{"name", validName, regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)},
		{"parameter", validParameter, regexp.MustCompile(`^[a-z][a-z0-9-]*$`)},
		{"minor version", kubernetesMinor, regexp.MustCompile(`^1\.[0-9]{1,2}$`)},
	} {
		for _, text := range []string{"", "a", "A", "7", "-", ".", "_", "a.b", "a-b", "a_b", "A.7-x_", "a/b", "a,b", "a b", "a\n", "é", "aé", "-a", "a7-", "7a", "aB",
			"1.", "1.2", "1.25", "1.255", "1.2a", "2.25", "11.2", "1.-2", "1. 2", "v1.25", "1.25\n", "1", "\xff"} {
			if got := test.valid(text); got != test.form.MatchString(text) {
				t.Errorf("%s %q: %v", test.what, text, got)
			}
		}
	}
}

func TestByNumber(t *testing.T) {
	sorted := []string{"p/1", "p/1.", "p/1.2", "p/1.2.3", "p/1.2.9", "p/1.2.10", "p/1.10", "p/2", "p/2.1", "p/10"}
	for i, a := range sorted {
		for j, b := range sorted {
			if got := byNumber(Control{ID: a}, Control{ID: b}); got != cmp.Compare(i, j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}
