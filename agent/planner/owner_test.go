package planner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/integration/sampletree"
	"harden/profiles"
)

const ownerProfile = `harden: profile/v1
name: owner
controls:
- id: "1"
  title: {en: etcd, zh: etcd}
  rules: [etcd-account, etcd-data-owner]
`

func TestOwnerMayBeAnAccountOfThePlan(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("giving files to another account needs root")
	}
	for _, r := range []struct {
		name, skip string
		want       change.Status
		reason     string
	}{
		{name: "the account is made in the same plan", want: change.Drift, reason: "should be 52034:52034"},
		{name: "the account's rule is left out", skip: "etcd-account", want: change.Blocked, reason: "no rule of this run creates it"},
	} {
		t.Run(r.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "node")
			if err := sampletree.Write(dir); err != nil {
				t.Fatal(err)
			}
			plan := planOn(t, dir, ownerProfile, r.skip)
			for _, f := range plan.Findings {
				if f.Rule == "etcd-data-owner" {
					if f.Status != r.want || !strings.Contains(f.Reason.String(), r.reason) {
						t.Errorf("got %s: %s", f.Status, f.Reason)
					}
					return
				}
			}
			t.Error("the rule has no finding")
		})
	}
}

func planOn(t *testing.T, dir, profile, skip string) *Plan {
	t.Helper()
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	source := profiles.Source{Read: func(string) ([]byte, error) { return []byte(profile), nil }}
	p, err := profiles.Load("/p.yaml", nil, source)
	if err != nil {
		t.Fatal(err)
	}
	if skip != "" {
		if err := p.Select(nil, []string{skip}); err != nil {
			t.Fatal(err)
		}
	}
	a := Planner{Profile: p, Node: &node.Node{Root: root, Now: time.Now, Log: func(message.Text) {},
		Collect: func() (*facts.Facts, error) {
			return facts.Collect(root, nil, facts.Override{Kubernetes: "1.34.1"}, nil)
		}}}
	plan, err := a.Plan(t.Context(), ToShow)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
