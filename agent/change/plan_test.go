package change_test

import (
	"testing"

	"harden/agent/change"

	"github.com/google/go-cmp/cmp"
)

func plan() change.Plan {
	return change.Plan{
		Profile: change.Profile{Name: "p", Version: "1", Digest: "sha256:0"},
		Node:    change.Node{Platform: "kubeadm", Kubernetes: "1.34.1", Roles: []string{"worker"}},
		Changes: []change.Change{{
			Target: change.FileTarget("/etc/a"), Rules: []string{"a-mode"}, Controls: []string{"p/1"},
			Fields:  []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}},
			Effects: []change.Effect{change.RestartUnit("kubelet.service")},
			Before:  file(func(f *change.File) { f.Mode = 0o644 }), After: file(nil),
		}},
		Findings: []change.Finding{{Rule: "a-mode", Status: change.Drift}, {Rule: "b", Status: change.Compliant}},
	}
}

// The digest is kept in plan files: it must not depend on the day or the
// build, and one that another release gives for the same plan is a stale plan
// to everyone who kept one.
func TestDigest(t *testing.T) {
	const known = "sha256:6074247b009bc66b48d80fc6ffb80d77f4229796036a22e3a025480fa7ca528d"
	if got := plan().Digest(); got != known {
		t.Errorf("the digest of a plan has changed: %s", got)
	}
	others := map[string]func(*change.Plan){
		"profile":      func(p *change.Plan) { p.Profile.Digest = "sha256:1" },
		"node":         func(p *change.Plan) { p.Node.Kubernetes = "1.34.2" },
		"no change":    func(p *change.Plan) { p.Changes = nil },
		"target":       func(p *change.Plan) { p.Changes[0].Target = change.FileTarget("/etc/b") },
		"effect":       func(p *change.Plan) { p.Changes[0].Effects = nil },
		"mode before":  func(p *change.Plan) { p.Changes[0].Before.File.Mode = 0o640 },
		"owner before": func(p *change.Plan) { p.Changes[0].Before.File.UID = 1 },
		"attributes before": func(p *change.Plan) {
			p.Changes[0].Before.File.Xattrs = map[string][]byte{"user.a": []byte("b")}
		},
		"content before": func(p *change.Plan) { p.Changes[0].Before.File.Content = change.NewContent([]byte("b\n"), false) },
		"content after":  func(p *change.Plan) { p.Changes[0].After.File.Content = change.NewContent([]byte("b\n"), false) },
	}
	for name, edit := range others {
		t.Run(name, func(t *testing.T) {
			p := plan()
			edit(&p)
			if p.Digest() == plan().Digest() {
				t.Error("the digest does not tell the difference")
			}
		})
	}
	same := plan()
	same.Findings = nil
	if same.Digest() != plan().Digest() {
		t.Error("the digest is about what is done, not about what was found")
	}
}

func TestEffectsInOrder(t *testing.T) {
	p := change.Plan{Changes: []change.Change{
		{Effects: []change.Effect{change.RestartUnit("kubelet.service"), change.DaemonReload}},
		{Effects: []change.Effect{change.RestartUnit("containerd.service"), change.RestartUnit("kubelet.service")}},
	}}
	want := []change.Effect{change.DaemonReload, change.RestartUnit("containerd.service"), change.RestartUnit("kubelet.service")}
	if diff := cmp.Diff(want, p.Effects()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p.Effects()[0].IsRestart() || p.Effects()[1].Unit() != "containerd.service" {
		t.Error("an effect does not know its unit")
	}
}

func TestSummaryCountsEveryStatus(t *testing.T) {
	want := map[string]int{"compliant": 1, "drift": 1, "manual": 0, "not-applicable": 0, "waived": 0, "blocked": 0, "error": 0, "changes": 1}
	if diff := cmp.Diff(want, plan().Summary()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNames(t *testing.T) {
	target := change.FileTarget("/etc/a:b")
	if target.Kind() != change.KindFile || target.Name() != "/etc/a:b" {
		t.Errorf("%s is of kind %q, name %q", target, target.Kind(), target.Name())
	}
	for field, want := range map[change.Field][2]string{
		"yaml:a.b":  {"yaml", "a.b"},
		"kv:net.x:": {"kv", "net.x:"},
		"mode":      {"", "mode"},
	} {
		if syntax, address := field.Address(); [2]string{syntax, address} != want {
			t.Errorf("%s splits into %q, %q", field, syntax, address)
		}
	}
	if got := change.Octal(0o4711); got != "4711" {
		t.Errorf("mode %s", got)
	}
	if got := change.Octal(0o7); got != "0007" {
		t.Errorf("mode %s", got)
	}
}
