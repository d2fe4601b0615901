package kube

import (
	"slices"
	"strings"
	"testing"
)

var components = []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "etcd"}

// names lists all flags of a table.
func (t table) names() []string {
	var names []string
	for _, f := range t.flags {
		names = append(names, f.name)
	}
	for bare := range strings.FieldsSeq(t.steady) {
		names = append(names, "--"+bare)
	}
	return names
}

// The tables are read by people too: sorted, each flag once, and every
// version, successor and default of a flag makes sense.
func TestTables(t *testing.T) {
	for _, component := range components {
		table, _ := tableOf(component)
		oldest, newest := Oldest, Newest
		if component == "etcd" {
			oldest, newest = OldestEtcd, NewestEtcd
		}
		if !slices.IsSorted(strings.Fields(table.steady)) {
			t.Errorf("%s: the steady flags are not sorted", component)
		}
		if !slices.IsSortedFunc(table.flags, func(a, b flag) int { return strings.Compare(a.name, b.name) }) {
			t.Errorf("%s: the flags are not sorted", component)
		}
		seen := map[string]bool{}
		for _, name := range table.names() {
			if seen[name] || !strings.HasPrefix(name, "--") || !Known(component, name) {
				t.Errorf("%s: %s stands twice, or is not a flag", component, name)
			}
			seen[name] = true
		}
		for _, f := range table.flags {
			if f.since != 0 && (f.since <= oldest || f.since > newest) || f.until != 0 && (f.until <= oldest || f.until > newest || f.until <= f.since) {
				t.Errorf("%s: %s: since %d until %d", component, f.name, f.since, f.until)
			}
			if f.since == 0 && f.until == 0 && f.successor == "" {
				t.Errorf("%s: %s is steady", component, f.name)
			}
			if f.successor == "" {
				continue
			}
			next, known := table.find(f.successor)
			if !known || next.successor != "" || !next.exists(max(f.superseded, oldest)) || f.until != 0 && f.superseded > f.until {
				t.Errorf("%s: %s cannot be superseded by %s", component, f.name, f.successor)
			}
		}
	}
	if !slices.IsSortedFunc(plugins, func(a, b plugin) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the admission plugins are not sorted")
	}
}

func TestDefaultsAreOfFlags(t *testing.T) {
	for _, b := range builtins {
		table, _ := tableOf(b.component)
		f, known := table.find(b.flag)
		if !known || b.since != 0 && !f.exists(b.since) || b.until != 0 && !f.exists(b.until-1) {
			t.Errorf("%s %s has a default in versions that do not have the flag", b.component, b.flag)
		}
	}
}

func TestHasWord(t *testing.T) {
	list := "\nbind bind-address cert-dir\nv version\n"
	for word, want := range map[string]bool{"bind-address": true, "bind": true, "cert-dir": true, "v": true, "version": true,
		"address": false, "bind-": false, "cert": false, "dir": false, "bind cert-dir": false, "cert-dir\nv": false, "": false, " ": false, "vmodule": false} {
		if got := hasWord(list, word); got != want {
			t.Errorf("%q: %v", word, got)
		}
	}
	for _, table := range []string{apiserverSteady, controllerManagerSteady, schedulerSteady, kubeletSteady, etcdSteady, kubeletFieldsSteady} {
		for word := range strings.FieldsSeq(table) {
			if !hasWord(table, word) {
				t.Errorf("%q is not found", word)
			}
		}
	}
}
