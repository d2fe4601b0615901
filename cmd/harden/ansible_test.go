package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestAnsibleArguments(t *testing.T) {
	tests := []struct {
		name, arguments string
		line            []string // without --output=json --
		wrong           string
	}{
		{"nothing at all", `{}`, []string{"apply", "--yes"}, ""},
		{"check mode", `{"_ansible_check_mode": true, "timeout": "1m", "confirm_within": "5m", "skip": "a,b"}`, []string{"plan", "--skip=a,b"}, ""},
		{"large number", `{"set": {"x": 25000000, "list": ["a", 2], "b": false}}`, []string{"apply", "--yes", "--set=b=false", "--set=list=a,2", "--set=x=25000000"}, ""},
		{"lists", `{"state": "planned", "only": ["a", "1.2.1"]}`, []string{"plan", "--only=a", "--only=1.2.1"}, ""},
		{"truth values", `{"state": "rolled-back", "force": "True", "keep_others": "no", "drop_encryption": 1}`,
			[]string{"rollback", "--yes", "--force=true", "--keep-others=false", "--drop-encryption=true"}, ""},
		{"left out by null", `{"run": null, "role": null}`, []string{"apply", "--yes"}, ""},
		{"text that looks like a flag", `{"profile": "--help"}`, []string{"apply", "--yes", "--profile=--help"}, ""},
		{"unknown", `{"Profile": "x"}`, nil, `unknown argument "Profile"`},
		{"of another state", `{"state": "checked", "force": true}`, nil, "force cannot be combined with state checked, only with rolled-back"},
		{"no state", `{"state": "absent"}`, nil, "state is applied, planned, checked, confirmed, rolled-back or recovered, not absent"},
		{"state that is a list", `{"state": ["applied"]}`, nil, "state is applied"},
		{"mapping as value", `{"profile": {"a": 1}}`, nil, "profile: takes one value"},
		{"text as mapping", `{"set": "a=1"}`, nil, "set: takes a mapping"},
		{"mapping in a parameter", `{"set": {"a": {"b": 1}}}`, nil, "set: a: a parameter is"},
		{"no truth value", `{"no_restart": "perhaps"}`, nil, "no_restart: takes true or false"},
		{"no truth value for check mode", `{"_ansible_check_mode": "perhaps"}`, nil, "_ansible_check_mode: takes true or false"},
		{"no object", `[]`, nil, "is not a JSON object"},
		{"two objects", `{} {}`, nil, "something follows the document"},
		{"an argument twice", `{"state": "planned", "profile": "cis-1.12", "state": "applied"}`, nil, `the key "state" appears twice`},
		{"an argument twice, in capitals", `{"root": "/srv/image", "Root": "/"}`, nil, `the key "Root" appears twice`},
		{"an argument twice, escaped", `{"_ansible_check_mode": true, "_ansible_check_m\u006fde": false}`, nil, `the key "_ansible_check_mode" appears twice`},
		{"a parameter twice", `{"set": {"pod-pids-limit": 1, "pod-pids-limit": 2}}`, nil, `the key "pod-pids-limit" appears twice`},
		{"nothing", `null`, nil, "it is null"},
		{"nested too deep", `{"set": {"a": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}}`, nil, "nested deeper than"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "args")
			if err := os.WriteFile(file, []byte(test.arguments), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := readAnsibleCall(t.Context(), file)
			if test.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), test.wrong) {
					t.Fatalf("error %v, want %q", err, test.wrong)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append(test.line, "--output=json", "--"), c.line); diff != "" {
				t.Errorf("command line (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnsibleFlags runs every argument in every state with which it goes: the
// verb has the flag, or the argument is left out.
func TestAnsibleFlags(t *testing.T) {
	for _, o := range ansibleOptions() {
		for _, state := range o.states {
			for _, check := range []bool{false, true} {
				arguments := map[string]any{"state": state, "_ansible_check_mode": check, "root": filepath.Join(t.TempDir(), "nowhere")}
				if o.name != "root" {
					arguments[o.name] = map[string]any{"set": map[string]any{"a": "b"}, "timeout": "1m", "confirm_within": "5m", "keep_runs": json.Number("3"), "to": "baseline", "role": "worker", "rehearse": false}[o.name]
				}
				if arguments[o.name] == nil {
					arguments[o.name] = "true"
				}
				c, err := newAnsibleCall(arguments)
				if err != nil {
					t.Fatalf("%s with %s: %v", o.name, state, err)
				}
				if answer := c.carryOut(); !answer.Failed || !strings.Contains(answer.Msg, "cannot open root") {
					t.Errorf("%s with %s (check mode %t): %+v", o.name, state, check, answer)
				}
			}
		}
	}
}

// TestAnsibleDocumentation holds the module's documentation, and the role's
// variables, against the arguments that there are.
func TestAnsibleDocumentation(t *testing.T) {
	var want []string
	for _, o := range ansibleOptions() {
		want = append(want, o.name)
	}
	want = append(want, "state")
	slices.Sort(want)
	var module struct {
		Documentation struct {
			Options map[string]struct {
				Choices []string `yaml:"choices"`
			} `yaml:"options"`
		} `yaml:"DOCUMENTATION"`
	}
	readYAML(t, "plugins/modules/harden.yml", &module)
	var got []string
	for name := range module.Documentation.Options {
		got = append(got, name)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("documented arguments (-want +got):\n%s", diff)
	}
	var states []string
	for _, s := range ansibleStates() {
		states = append(states, s.name)
	}
	if diff := cmp.Diff(states, module.Documentation.Options["state"].Choices); diff != "" {
		t.Errorf("documented states (-want +got):\n%s", diff)
	}
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "packaging", "ansible", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestAnsibleOutcome tells what became of a node by a task that failed.
func TestAnsibleOutcome(t *testing.T) {
	type run = struct{ ID, State string }
	of := func(state string) printedDocument { return printedDocument{Run: &run{"R1", state}} }
	tests := []struct {
		name, state string
		check       bool
		code        int
		told        printedDocument
		want        outcomeOf
	}{
		{"before anything was changed", "applied", false, exitFailed, printedDocument{}, leftUnchanged},
		{"it could not be armed", "applied", false, exitFailed, of("rolled-back"), leftUnchanged},
		{"put back", "applied", false, exitUndone, of("rolled-back"), putBack},
		{"stale", "applied", false, exitStale, printedDocument{}, leftUnchanged},
		{"not all put back", "applied", false, exitIncomplete, of("rollback-incomplete"), leftOver},
		{"a bug", "applied", false, exitInternal, printedDocument{}, notKnown},
		{"a bug in check mode", "applied", true, exitInternal, printedDocument{}, leftUnchanged},
		{"a bug of a check", "checked", false, exitInternal, printedDocument{}, leftUnchanged},
		{"stopped before", "applied", false, 143, printedDocument{}, leftUnchanged},
		{"stopped, and put back", "applied", false, 143, of("rolled-back"), putBack},
		{"stopped, and not all put back", "applied", false, 143, of("rollback-incomplete"), leftOver},
		{"stopped when it was done", "applied", false, 143, of("applied"), kept},
		{"stopped when it waited", "applied", false, 143, of("pending-confirmation"), waiting},
		{"stopped, and cut off", "applied", false, 143, of("interrupted"), cutOff},
		{"stopped, in a state of the future", "applied", false, 143, of("new"), notKnown},
		{"a rollback that refused", "rolled-back", false, exitFailed, of("applied"), leftUnchanged},
		{"a rollback that left something", "rolled-back", false, exitIncomplete, of("rollback-incomplete"), leftOver},
		{"too late to confirm", "confirmed", false, exitFailed, of("pending-confirmation"), leftUnchanged},
		{"one of two runs", "recovered", false, exitFailed, printedDocument{Runs: []run{{"R1", "rolled-back"}, {"R2", "interrupted"}}}, settledPartly},
		{"none of two runs", "recovered", false, exitFailed, printedDocument{Runs: []run{{"R2", "interrupted"}}}, leftUnchanged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := (ansibleCall{state: test.state, check: test.check}).outcome(test.code, test.told); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
