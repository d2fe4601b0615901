//go:build strangers

package strangers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// attempts are those that were made.
var attempts int

// attempt runs one attempt of a stranger, and counts it for the table of
// guarantees.
func attempt(t *testing.T, name string, try func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		attempts++
		t.Attr("figure/attempts", "1")
		try(t)
	})
}

// document is what the tests read of a JSON document of harden's.
type document struct {
	Node struct {
		Platform string
		Roles    []string
	}
	Changes []struct {
		Target string
		Fields []struct {
			Field         string
			Before, After any
		}
	}
	Findings []struct{ Rule, Status, Reason string }
	Run      *struct{ ID, State string }
	Error    *struct{ Message string }
}

func parse(t *testing.T, o outcome) (d document) {
	t.Helper()
	if err := json.Unmarshal([]byte(o.stdout), &d); err != nil {
		t.Fatalf("stdout is not a JSON document: %v\n%v", err, o)
	}
	return d
}

// decisions is what root decides on a node.
type decisions struct {
	node      string            // platform and roles
	changes   []string          // each field that a plan would change
	compliant map[string]bool   // rules
	codes     []int             // of plan, check, apply
	written   map[string]string // paths that the apply changed, and how
}

// decide has root plan, check and apply, and go back.
func decide(t *testing.T, profile string) decisions {
	t.Helper()
	before := take(t)
	d := decisions{compliant: map[string]bool{}}
	flags := quietly(t, profile)
	plan := harden(t, append([]string{"plan"}, flags...)...)
	planned := parse(t, plan)
	d.node = fmt.Sprint(planned.Node.Platform, planned.Node.Roles)
	for _, c := range planned.Changes {
		for _, f := range c.Fields {
			d.changes = append(d.changes, fmt.Sprintf("%s %s: %v → %v", c.Target, f.Field, f.Before, f.After))
		}
	}
	check := harden(t, append([]string{"check"}, flags...)...)
	for _, f := range parse(t, check).Findings {
		if f.Status == "compliant" {
			d.compliant[f.Rule] = true
		}
	}
	apply := harden(t, append([]string{"apply", "--no-restart", "--yes"}, flags...)...)
	d.codes = []int{plan.code, check.code, apply.code}
	d.written = before.changed(take(t))
	if apply.code == 0 && len(d.written) > 0 {
		exits(t, harden(t, "rollback", "--yes"), 0)
	}
	exits(t, harden(t, "recover"), 0)
	before.unchanged(t, "apply and rollback")
	return d
}

// quietly are flags for a profile without its kernel parameters, which are
// this machine's too.
func quietly(t *testing.T, profile string) []string {
	t.Helper()
	flags, known := skipping[profile]
	if !known {
		flags = []string{"--profile", profile, "-o", "json"}
		for _, f := range parse(t, harden(t, append([]string{"check"}, flags...)...)).Findings {
			if strings.HasPrefix(f.Rule, "sysctl-") {
				flags = append(flags, "--skip", f.Rule)
			}
		}
		skipping[profile] = flags
	}
	return flags
}

var skipping = map[string][]string{}

// alone are the decisions of root where nobody poses, by layout and profile.
var alone = map[string]decisions{}

// undecided makes sure that strangers have no part in what root decides: the
// same changes, no verdict that is better, the same paths written, all put back.
func undecided(t *testing.T, kind layout, profile string, begin func(t *testing.T)) {
	t.Helper()
	lay(t, kind)
	key := fmt.Sprint(kind, " ", profile)
	want, known := alone[key]
	if !known {
		want = decide(t, profile)
		alone[key] = want
		lay(t, kind)
	}
	begin(t)
	want.hold(t, decide(t, profile))
}

// hold makes sure that root decides with a stranger as without him.
func (want decisions) hold(t *testing.T, got decisions) {
	t.Helper()
	if got.node != want.node {
		t.Errorf("the node is %s, and with the stranger %s", want.node, got.node)
	}
	if diff := cmp.Diff(want.changes, got.changes); diff != "" {
		t.Errorf("the stranger changes what is planned, -alone +with him:\n%s", diff)
	}
	if !slices.Equal(got.codes, want.codes) {
		t.Errorf("plan, check and apply exit with %v, and with the stranger with %v", want.codes, got.codes)
	}
	for _, rule := range slices.Sorted(maps.Keys(got.compliant)) {
		if !want.compliant[rule] {
			t.Errorf("%s is compliant since the stranger is there", rule)
		}
	}
	for path, what := range got.written {
		if _, allowed := want.written[path]; !allowed {
			t.Errorf("root wrote %s for the stranger: it was %s", path, what)
		}
	}
}
