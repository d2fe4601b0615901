package kube

import (
	"strings"
	"testing"
)

// A version does not start with a flag that it no longer has, or does not have yet. Of
// what is not in the tables nothing is said.
func TestRefuses(t *testing.T) {
	for _, test := range []struct {
		component, flag string
		minor           int
		refused         bool
	}{
		{"kube-apiserver", "--profiling", 34, false},
		{"kube-apiserver", "--insecure-port", 23, false},
		{"kube-apiserver", "--insecure-port", 24, true},
		{"kube-apiserver", "--authentication-config", 28, true},
		{"kube-apiserver", "--authentication-config", 34, false},
		{"kube-apiserver", "--no-such-flag", 34, false},
		{"no-such-component", "--profiling", 34, false},
	} {
		if reason := Refuses(test.component, test.flag, test.minor); reason.IsZero() == test.refused {
			t.Errorf("%s %s in 1.%d: %q", test.component, test.flag, test.minor, reason)
		}
	}
}

// A gate may be named from its first version to its last one, also while it is locked.
func TestRefusesGate(t *testing.T) {
	if reason := RefusesGate("NoSuchGate", 34); !reason.IsZero() {
		t.Errorf("of a gate that is not known: %q", reason)
	}
	known := 0
	for _, g := range gates {
		if g.since > 0 {
			if reason := RefusesGate(g.name, g.since-1); reason.IsZero() {
				t.Errorf("%s before 1.%d is not refused", g.name, g.since)
			}
		}
		if reason := RefusesGate(g.name, max(g.since, 1)); !reason.IsZero() {
			t.Errorf("%s in 1.%d: %q", g.name, g.since, reason)
		}
		if g.until > 0 {
			known++
			if reason := RefusesGate(g.name, g.until); reason.IsZero() || !strings.Contains(reason.String(), g.name) {
				t.Errorf("%s in 1.%d: %q", g.name, g.until, reason)
			}
		}
	}
	if known == 0 {
		t.Error("no gate ends")
	}
}
