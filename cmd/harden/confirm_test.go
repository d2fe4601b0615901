package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLasting(t *testing.T) {
	for _, test := range []struct {
		name, program string
		lasts         bool
	}{
		{"installed", "/usr/local/bin/harden", true},
		{"in a home", "/root/harden", true},
		{"emptied at boot", "/tmp/harden", false},
		{"in memory", "/run/user/0/harden", false},
		{"a name like it", "/tmpfiles/harden", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := lasting(test.program)
			if (err == nil) != test.lasts {
				t.Errorf("error: %v", err)
			}
		})
	}
}

func TestRecoveryCommand(t *testing.T) {
	for _, test := range []struct {
		name string
		app  app
		want []string
	}{
		{"standard settings", app{settings: settings{Config: configFile, Timeout: defaultTimeout}}, []string{"recover"}},
		{"others", app{settings: settings{Config: "/etc/other.yaml", Timeout: 2 * defaultTimeout}},
			[]string{"recover", "--config", "/etc/other.yaml", "--timeout", "10m0s"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.app.recovery()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got[1:]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What cannot be said to apply is refused before the node is looked at.
func TestConfirmWithinIsATime(t *testing.T) {
	a := app{}
	a.Root = "/somewhere"
	err := a.guard(0, true)
	if e := explain(t.Context(), err); e.Code != exitUsage {
		t.Errorf("exit code %d, want %d: %v", e.Code, exitUsage, err)
	}
	if err := a.guard(0, false); err != nil || a.within != 0 {
		t.Errorf("without the flag: %v", err)
	}
}
