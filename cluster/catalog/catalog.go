// Package catalog says which controls of the baselines are about a cluster's
// objects, and who judges each: rules of this program, a person, or the rules
// about files that harden has on the node. Titles and how-tos stand in the
// profiles.
package catalog

import (
	"slices"
	"strings"
)

// Scope is who judges a control.
type Scope string

// The scopes.
const (
	ByRule  Scope = "rule"
	ByHand  Scope = "person" // images, organisation, decisions
	OnFiles Scope = "files"  // RKE's cluster.yml, by harden check on the node
)

// Entry is how a control is judged.
type Entry struct {
	Scope Scope
	Rules []string // of the package rules, with ByRule
}

// Of finds a control by its whole id, "cis-1.12/5.1.5"; false for one that is
// about a node.
func Of(id string) (Entry, bool) {
	profile, control, _ := strings.Cut(id, "/")
	if strings.HasPrefix(profile, "cis-") {
		profile, control = "cis", currentCIS(profile, control)
	}
	entry, is := controls[profile][control]
	return entry, is
}

// currentCIS gives the id that a control has in the benchmark 1.11. Up to 1.10
// the general policies are section 5.7; up to 1.20 the policies about pods begin
// one number lower, since no control asks for a mechanism; from 1.12 on one of the two
// controls about capabilities is gone, and the three behind it move up. 2.0.1 asks in
// 5.2.9 for more, and 2.1 has two controls of its own.
// Editions after 2.1 are not known here.
func currentCIS(profile, id string) string {
	if !slices.Contains(editions, profile) {
		return ""
	}
	if profile != "cis-1.11" && !slices.Contains(since112, profile) {
		if strings.HasPrefix(id, "5.6.") {
			return ""
		}
		if rest, is := strings.CutPrefix(id, "5.7."); is {
			return "5.6." + rest
		}
	}
	if own, is := since2[id]; is && (profile == "cis-2.1" || profile == "cis-2.0.1" && id == "5.2.9") {
		return own
	}
	if slices.Contains(since112, profile) {
		if i := slices.Index(movedUp, id); i >= 0 {
			return movedUp[i+1]
		}
	}
	if slices.Contains([]string{"cis-1.5", "cis-1.6", "cis-1.20"}, profile) {
		if i := slices.Index(beforeMechanism, id); i >= 0 {
			return beforeMechanism[i+1]
		}
	}
	return id
}

var editions = []string{"cis-1.5", "cis-1.6", "cis-1.20", "cis-1.23", "cis-1.24", "cis-1.7", "cis-1.8", "cis-1.9", "cis-1.10", "cis-1.11", "cis-1.12",
	"cis-2.0.1", "cis-2.1"}

// since112 are the editions with the ids of 1.12.
var since112 = []string{"cis-1.12", "cis-2.0.1", "cis-2.1"}

// since2 are controls that are new from 2.0.1 on, or ask for more.
var since2 = map[string]string{"5.2.9": "5.2.10", "5.1.14": "5.1.14", "5.2.13": "proc-mount"}

// movedUp are ids of 1.12, each followed by what it was in 1.11.
var movedUp = []string{"5.2.10", "5.2.11", "5.2.12", "5.2.13"}

// beforeMechanism are the ids up to 1.20, each followed by what it is in 1.11.
var beforeMechanism = []string{"5.2.1", "5.2.2", "5.2.3", "5.2.4", "5.2.5", "5.2.6", "5.2.7", "5.2.8", "5.2.9", "5.2.10"}

// Default names the edition of the CIS benchmark for Kubernetes 1.minor.
func Default(minor int) string {
	for _, e := range since {
		if minor >= e.minor {
			return e.profile
		}
	}
	return editions[0]
}

var since = []struct {
	minor   int
	profile string
}{{36, "cis-2.1"}, {34, "cis-2.0.1"}, {32, "cis-1.12"}, {29, "cis-1.11"}, {28, "cis-1.10"}, {27, "cis-1.9"}, {26, "cis-1.8"}, {25, "cis-1.7"}, {24, "cis-1.24"}, {22, "cis-1.23"},
	{19, "cis-1.20"}, {16, "cis-1.6"}}

func by(rules ...string) Entry { return Entry{Scope: ByRule, Rules: rules} }

var (
	person = Entry{Scope: ByHand}
	files  = Entry{Scope: OnFiles}
)
