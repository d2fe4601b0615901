package catalog_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"harden/cluster/catalog"
	"harden/cluster/rules"
	"harden/profiles"
)

func load(t *testing.T, name string) *profiles.Profile {
	t.Helper()
	p, err := profiles.Load(name, nil, profiles.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCounts holds how many controls of each baseline are about a cluster, and
// who judges them.
func TestCounts(t *testing.T) {
	type counts struct{ rule, person, files int }
	want := map[string]counts{
		"cis-1.12": {34, 2, 0}, "cis-2.0.1": {34, 2, 0}, "cis-2.1": {36, 2, 0}, "cis-1.10": {35, 2, 0}, "cis-1.24": {28, 2, 0}, "cis-1.20": {24, 2, 0}, "cis-1.5": {22, 2, 0},
		"qkxy-cs001-2023": {40, 20, 0}, "qingteng-12": {12, 2, 0}, "rancher-2.3.5": {4, 0, 13}, "rancher-2.1": {5, 1, 1}, "k8s-security-bp": {0, 1, 0},
	}
	for name, n := range want {
		var got counts
		for _, c := range load(t, name).Controls {
			entry, is := catalog.Of(c.ID)
			switch {
			case !is:
			case entry.Scope == catalog.ByRule:
				got.rule++
			case entry.Scope == catalog.ByHand:
				got.person++
			default:
				got.files++
			}
		}
		if got != n {
			t.Errorf("%s: by rule, by hand, on files: %v, want %v", name, got, n)
		}
	}
}

// evidence are the rules that show who or what, and leave it to a person whether that is
// right; the others decide by what the API shows.
var evidence = []string{"rbac-cluster-admin", "rbac-secrets", "rbac-wildcards", "rbac-create-pods", "rbac-escalate", "rbac-persistent-volumes", "rbac-nodes-proxy",
	"rbac-approve-certificates", "rbac-webhooks", "rbac-token-create", "rbac-system-masters", "service-account-token", "service-account-rights",
	"network-policy-enforced", "image-registry", "pod-ports", "rancher-identity-provider", "rancher-admins", "rancher-node-drivers"}

// TestTheTableOfControls counts who judges the 134 controls about a cluster that the
// source catalogues ask for: section 5 of CIS as 1.11 has it, and the five others. It is
// the table of docs/cluster.md.
func TestTheTableOfControls(t *testing.T) {
	type row struct{ api, evidence, files, person int }
	want := map[string]row{"cis-1.11": {19, 14, 0, 2}, "qkxy-cs001-2023": {30, 10, 0, 20}, "rancher-2.3.5": {4, 0, 13, 0}, "rancher-2.1": {2, 3, 1, 1},
		"qingteng-12": {11, 1, 0, 2}, "k8s-security-bp": {0, 0, 0, 1}}
	var all row
	for name, n := range want {
		var got row
		for _, c := range load(t, name).Controls {
			entry, is := catalog.Of(c.ID)
			switch {
			case !is || strings.HasPrefix(name, "cis-") && !strings.HasPrefix(c.ID, name+"/5."):
			case entry.Scope == catalog.OnFiles:
				got.files++
			case entry.Scope == catalog.ByHand:
				got.person++
			case slices.ContainsFunc(entry.Rules, func(r string) bool { return slices.Contains(evidence, r) }):
				got.evidence++
			default:
				got.api++
			}
		}
		if got != n {
			t.Errorf("%s: %+v, want %+v", name, got, n)
		}
		all = row{all.api + got.api, all.evidence + got.evidence, all.files + got.files, all.person + got.person}
	}
	if all != (row{66, 28, 14, 26}) {
		t.Errorf("all: %+v", all)
	}
	page, err := os.ReadFile("../../docs/cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	if line := fmt.Sprintf("| all | %d | %d | %d | %d | %d |", all.api+all.evidence+all.files+all.person, all.api, all.evidence, all.files, all.person); !strings.Contains(string(page), line) {
		t.Errorf("docs/cluster.md lacks the line %s", line)
	}
}

// Every control of section 5 of an edition that is known has its place, and the
// same title goes to the same rules in each.
func TestEditionsAgree(t *testing.T) {
	byTitle := map[string][]string{}
	for _, name := range profiles.Names() {
		if _, known := catalog.Of(name + "/5.1.1"); !known || !strings.HasPrefix(name, "cis-") {
			continue
		}
		for _, c := range load(t, name).Controls {
			if !strings.HasPrefix(c.ID, name+"/5.") {
				continue
			}
			entry, is := catalog.Of(c.ID)
			if !is {
				t.Errorf("nobody judges %s (%s)", c.ID, c.Title.EN)
				continue
			}
			if rules, seen := byTitle[c.Title.EN]; seen && !slices.Equal(rules, entry.Rules) {
				t.Errorf("%s (%s) is judged by %v, in another edition by %v", c.ID, c.Title.EN, entry.Rules, rules)
			}
			byTitle[c.Title.EN] = entry.Rules
		}
	}
	if len(byTitle) == 0 {
		t.Error("no edition is known")
	}
}

// Every rule that a control names is there, and every rule serves a control.
func TestRules(t *testing.T) {
	used := map[string]bool{}
	for _, name := range profiles.Names() {
		for _, c := range load(t, name).Controls {
			entry, _ := catalog.Of(c.ID)
			for _, rule := range entry.Rules {
				used[rule] = true
				if _, is := rules.Named(rule); !is {
					t.Errorf("%s names the rule %s, which is not there", c.ID, rule)
				}
			}
		}
	}
	for _, rule := range rules.All() {
		if !used[rule.Name] {
			t.Errorf("no control names the rule %s", rule.Name)
		}
		if rule.Title.EN == "" || rule.Title.ZH == "" || rule.Why.EN == "" || rule.Why.ZH == "" {
			t.Errorf("the rule %s has no title or no reason in one of the languages", rule.Name)
		}
	}
}

func TestControlsOfANodeAreNotAboutTheCluster(t *testing.T) {
	for _, id := range []string{"cis-1.12/1.2.1", "cis-1.12/4.2.1", "qkxy-cs001-2023/5.1.1.1", "cis-9.9/5.1.1", "site/1"} {
		if _, is := catalog.Of(id); is {
			t.Errorf("%s is taken for a control of the cluster", id)
		}
	}
	if got := catalog.Default(34); got != "cis-2.0.1" {
		t.Errorf("1.34 is judged by %s", got)
	}
}
