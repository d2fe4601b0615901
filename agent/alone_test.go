package agent_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/planner"
	"harden/profiles"
)

// One field can be what several rules ask for. What a rule alone calls drift is
// drift beside the others, too, and all of them are named in the change.
func TestVerdictBesideOthers(t *testing.T) {
	n := newNode(t)
	n.replace(apiserverManifest, "--authorization-mode=Node,RBAC", "--authorization-mode=AlwaysAllow")
	p, err := profiles.Load("cis-1.12", nil, profiles.Source{})
	n.ok(err)
	n.ok(p.Select([]string{"1.2.6", "1.2.7", "1.2.8"}, nil))
	a := n.agent(rulesOf("apiserver-profiling"), nil)
	a.Profile, a.Systemd = p, nil
	plan, err := a.Check(t.Context())
	n.ok(err)
	var rules []string
	for _, f := range plan.Findings {
		if f.Rule != "" {
			rules = append(rules, f.Rule)
			n.equal(change.Drift, f.Status)
		}
	}
	n.equal(3, len(rules))
	n.equal(1, len(plan.Changes))
	n.equal(rules, plan.Changes[0].Rules)
}

// The verdict on a rule, and what a check observes of it, do not depend on which
// other rules are judged: on nodes on which each of the fields that the rules of
// all profiles ask for may have a wrong value, none, or one too many.
func TestVerdictsAsIfAlone(t *testing.T) {
	rounds := uint64(2)
	if testing.Short() {
		rounds = 1
	}
	compared, counts := 0, map[change.Status]int{}
	for seed := range rounds {
		n := newNode(t)
		m := &mutator{testNode: n, Rand: rand.New(rand.NewPCG(seed, 0)), done: map[string]string{}}
		for _, name := range profiles.Names() {
			m.mutate(m.check(name, nil))
		}
		m.facts = nil // the node is another one now
		alone := map[string]change.Finding{}
		for _, name := range profiles.Names() {
			p, err := profiles.Load(name, nil, profiles.Source{})
			n.ok(err)
			together := m.check(name, nil)
			for _, rule := range p.Rules {
				key := fmt.Sprintf("%s %T %+v", rule.Name, rule.Fixer, rule.Fixer)
				if _, known := alone[key]; !known {
					alone[key] = n.finding(m.check(name, []string{rule.Name}), rule.Name)
				}
				want, got := alone[key], n.finding(together, rule.Name)
				compared++
				counts[got.Status]++
				if !sameVerdict(want, got) {
					t.Errorf("seed %d, %s of %s: alone %s (%s), beside others %s (%s)\nmutants: %s", seed, rule.Name, name, want.Status, want.Reason, got.Status, got.Reason,
						strings.Join(m.about(got), "; "))
				}
			}
		}
	}
	t.Logf("%d verdicts: %v", compared, counts)
	if counts[change.Drift] < compared/4 || counts[change.Compliant] < compared/20 {
		t.Errorf("of %d verdicts %v: the mutants say little", compared, counts)
	}
}

// sameVerdict compares two verdicts. One that waits for what another rule makes,
// or that another rule keeps from being met, is blocked, and never compliant.
func sameVerdict(a, b change.Finding) bool {
	waits := func(s change.Status) bool { return s == change.Blocked || s == change.Error }
	if waits(a.Status) != waits(b.Status) {
		return a.Status != change.Compliant && b.Status != change.Compliant
	}
	return a.Status == b.Status
}

// mutator makes a node differ from what rules ask for.
type mutator struct {
	*testNode
	*rand.Rand
	facts *facts.Facts
	done  map[string]string // what was changed last, for messages
}

// check checks the rules of a profile, all of them or some.
func (m *mutator) check(profile string, only []string) *planner.Plan {
	m.Helper()
	p, err := profiles.Load(profile, nil, profiles.Source{})
	m.ok(err)
	m.ok(p.Select(only, nil))
	a := m.agent("", nil)
	a.Profile, a.Systemd = p, nil
	if m.facts == nil {
		m.facts, err = a.Collect()
		m.ok(err)
	}
	a.Collect = func() (*facts.Facts, error) { return m.facts, nil }
	plan, err := a.Check(m.Context())
	m.ok(err)
	return plan
}

// mutate changes some of what was observed.
func (m *mutator) mutate(plan *planner.Plan) {
	for _, f := range plan.Findings {
		for _, o := range f.Observed {
			if o.Target.Kind() != change.KindFile || m.IntN(3) == 0 {
				continue
			}
			if how := m.mutant(o); how != "" {
				m.done[fmt.Sprintf("%s %s", o.Target.Name(), o.Field)] = how
			}
		}
	}
}

// mutant changes one field, and says how; it leaves alone what cannot be
// changed so.
func (m *mutator) mutant(o change.Observation) string {
	path := m.path(o.Target.Name())
	info, err := os.Stat(path)
	syntax, address := o.Field.Address()
	switch {
	case o.Field == change.FieldMode && err == nil && !info.IsDir():
		mode := []fs.FileMode{0o666, 0o777, 0o640, 0o600, 0o4755, 0o400}[m.IntN(6)]
		m.ok(os.Chmod(path, mode))
		return fmt.Sprintf("%o", mode)
	case o.Field == change.FieldOwner && err == nil && os.Geteuid() == 0 && m.IntN(2) == 0:
		m.ok(os.Lchown(path, 1234, 1234))
		return "1234:1234"
	case syntax == "" || err == nil && !info.Mode().IsRegular():
		return ""
	}
	if strings.HasPrefix(filepath.Dir(o.Target.Name()), "/etc/kubernetes/manifests") && (syntax == "flag" || syntax == "mount" || syntax == "annotation") {
		syntax, address = "pod:"+strings.TrimSuffix(filepath.Base(o.Target.Name()), ".yaml"), string(o.Field)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	doc, err := edit.Open(syntax, data)
	if err != nil {
		return ""
	}
	value := m.value(o)
	if value == nil {
		err = doc.Unset(address)
	} else {
		err = doc.Set(address, value)
	}
	if batch, is := doc.(edit.Batch); is && err == nil {
		err = batch.Flush()
	}
	if err != nil {
		return ""
	}
	m.ok(os.Chmod(path, 0o600)) // an ordinary user may not be able to write it
	m.ok(os.WriteFile(path, doc.Bytes(), 0o600))
	m.ok(os.Chmod(path, info.Mode()))
	return fmt.Sprint(value)
}

// value gives a value that is wrong, right with something more, or none: nil.
func (m *mutator) value(o change.Observation) any {
	list, isList := o.Expected.([]string)
	if text, is := o.Expected.(string); is && (o.Op == change.Includes || o.Op == change.Excludes || o.Op == change.OneOf) {
		list, isList = strings.Split(text, ","), true
	}
	switch m.IntN(3) {
	case 0:
		return nil
	case 1:
		if isList { // the right one, or what must not be there, and more
			return append(slices.Clone(list), "AlwaysAllow", "Extra")
		}
	}
	if isList {
		return []string{[]string{"AlwaysAllow", "AlwaysAdmit", "TLS_RSA_WITH_RC4_128_SHA"}[m.IntN(3)]}
	}
	switch v := o.Expected.(type) {
	case bool:
		return !v
	case int64:
		return v + int64(m.IntN(5)) - 2
	case string:
		switch v {
		case "true":
			return "false"
		case "false":
			return "true"
		}
		return "other"
	}
	return "0"
}

// about gives the mutants that a finding may be about.
func (m *mutator) about(f change.Finding) []string {
	var list []string
	for _, o := range f.Observed {
		place := fmt.Sprintf("%s %s", o.Target.Name(), o.Field)
		if how := m.done[place]; how != "" {
			list = append(list, place+": "+how)
		}
	}
	return list
}
