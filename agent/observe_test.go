package agent_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/planner"
	"harden/profiles"
)

// What a check observes of a rule is what stands on the node, whatever else is
// judged beside it, in the same document or the same list of words.
func TestObservesAsIfAlone(t *testing.T) {
	n := newNode(t)
	n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - --profiling\n    - \"true\"\n    - --anonymous-auth=true\n")
	check := func(only []string) *planner.Plan {
		p, err := profiles.Load("cis-1.12", nil, profiles.Source{})
		n.ok(err)
		n.ok(p.Select(only, nil))
		a := n.agent(rulesOf("apiserver-profiling"), nil)
		a.Profile, a.Systemd = p, nil
		a.Collect = runningAs(a.Collect, without("--secure-port"))
		plan, err := a.Check(t.Context())
		n.ok(err)
		return plan
	}
	all, observed := check(nil), 0
	for _, f := range all.Findings {
		if f.Rule == "" {
			continue
		}
		alone := n.finding(check([]string{f.Rule}), f.Rule)
		if alone.Status == change.Error || alone.Status == change.Blocked {
			continue // it needs the account that another rule makes
		}
		if diff := cmp.Diff(alone.Observed, f.Observed); diff != "" {
			t.Errorf("%s: -alone +beside others:\n%s", f.Rule, diff)
		}
		observed += len(f.Observed)
	}
	if observed < 100 {
		t.Errorf("only %d things were observed", observed)
	}
}
