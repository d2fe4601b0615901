package agent_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/node"
	"harden/profiles"
)

// A verdict is written whole beside those that are there, with the mode that
// the file has, and taken back.
func TestAttest(t *testing.T) {
	n := newNode(t)
	a := n.agent(rulesOf("pki-key-mode"), nil)
	file := filepath.Join(a.Root.Path(), agent.AttestationsFile)
	verdict := func(control, reason string) profiles.Attestation {
		return profiles.Attestation{Control: control, Verdict: profiles.AttestedCompliant, Reason: reason, By: "alice", Date: "2026-11-22", Expires: "2999-12-31"}
	}
	n.ok(a.Attest(verdict("p/1", "first")))
	info, err := os.Stat(file)
	n.ok(err)
	if mode := info.Mode().Perm(); mode != 0o644 {
		t.Errorf("the file has mode %o", mode)
	}
	n.ok(os.Chmod(file, 0o640))
	n.ok(a.Attest(verdict("p/2", "second")))
	n.ok(a.Attest(verdict("p/1", "better")))
	got, err := a.ReadAttestations()
	n.ok(err)
	n.equal([]profiles.Attestation{verdict("p/1", "better"), verdict("p/2", "second")}, got)
	info, err = os.Stat(file)
	n.ok(err)
	if mode := info.Mode().Perm(); mode != 0o640 {
		t.Errorf("the file has mode %o afterwards", mode)
	}
	n.ok(a.RemoveAttestation("p/1"))
	var failed *node.Error
	if err := a.RemoveAttestation("p/1"); !errors.As(err, &failed) || failed.Kind != node.Usage {
		t.Errorf("what is not there is taken back: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("something is left beside it: %v, %v", entries, err)
	}
}

// A file that somebody else decides on is neither believed nor written over.
func TestAttestationsAreRefused(t *testing.T) {
	for name, prepare := range map[string]func(n *testNode, file string){
		"writable by the group": func(n *testNode, file string) { n.ok(os.Chmod(file, 0o664)) },
		"a link": func(n *testNode, file string) {
			n.ok(os.Rename(file, file+".real"))
			n.ok(os.Symlink(filepath.Base(file)+".real", file))
		},
		"a directory": func(n *testNode, file string) { n.ok(os.Remove(file)); n.ok(os.Mkdir(file, 0o755)) },
		"no YAML":     func(n *testNode, file string) { n.ok(os.WriteFile(file, []byte("harden: ["), 0o644)) },
		"large":       func(n *testNode, file string) { n.ok(os.Truncate(file, 2<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			a := n.agent(rulesOf("pki-key-mode"), nil)
			verdict := profiles.Attestation{Control: "p/1", Verdict: profiles.AttestedOpen, Reason: "r", By: "b", Date: "2026-11-22", Expires: "2999-12-31"}
			n.ok(a.Attest(verdict))
			prepare(n, filepath.Join(a.Root.Path(), agent.AttestationsFile))
			for what, err := range map[string]error{"read": second(a.ReadAttestations()), "written": a.Attest(verdict)} {
				var refused *node.Error
				if !errors.As(err, &refused) || refused.Kind != node.BadProfile || refused.Hint.IsZero() {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// A finding says of which waiver its verdict comes, also when that is over.
func TestFindingsTellOfWaivers(t *testing.T) {
	n := newNode(t)
	rules := rulesOf("pki-certificate-mode, mine", access("mine", kubeletConfig, "0000"))
	a := n.agent(rules, nil)
	a.Profile.Waivers = []profiles.Waiver{{Rule: "pki-certificate-mode", Reason: "later", Expires: "2999-12-31"}, {Rule: "mine", Reason: "then", Expires: "2020-01-01"}}
	plan, err := a.Plan(t.Context())
	n.ok(err)
	for rule, want := range map[string]change.Waiver{
		"pki-certificate-mode": {Reason: "later", Expires: "2999-12-31"},
		"mine":                 {Reason: "then", Expires: "2020-01-01", Expired: true},
	} {
		n.equal(&want, n.finding(plan, rule).Waiver)
	}
}

// A verdict that is recorded when the power goes is there whole or not at all, and
// what it left beside goes with the next command that takes the lock, at the latest
// with the recover of the next boot.
func TestKilledAttest(t *testing.T) {
	verdict := profiles.Attestation{Control: "site/all", Verdict: profiles.AttestedCompliant, Reason: "looked", By: "me", Date: "2026-01-01", Expires: "2099-01-01"}
	other := verdict
	other.Control = "site/other"
	left := 0
	for k := 0; ; k++ {
		finished := false
		inBubble(t, func(n *testNode) {
			n.ok(n.agent("", nil).Attest(other))
			before := n.read(agent.AttestationsFile)
			calls := killing(k)
			finished = survives(func() { n.ok(n.agent("", calls).Attest(verdict)) })
			temporaries := func() (list []string) {
				n.ok(walkFiles(n.dir, func(name string, _ []byte) {
					if temporary(name) {
						list = append(list, name)
					}
				}))
				return list
			}
			left += len(temporaries())
			_, err := n.agent("", nil).Recover(n.Context())
			n.ok(err)
			if still := temporaries(); len(still) > 0 {
				n.Errorf("killed at operation %d: %q is left", k, still)
			}
			now := n.read(agent.AttestationsFile)
			if now != before && !strings.Contains(now, verdict.Control) {
				n.Errorf("killed at operation %d: the file holds %q", k, now)
			}
		})
		if finished || t.Failed() {
			break
		}
	}
	if left == 0 {
		t.Error("no temporary was ever left")
	}
}
