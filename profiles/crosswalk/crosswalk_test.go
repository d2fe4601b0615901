package crosswalk

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"harden/agent/change"
)

var update = flag.Bool("update", false, "write table.go anew")

// written is an entry as crosswalk.yaml has it.
type written struct {
	Same     string
	Severity change.Severity
	Reason   Text
	Warn     bool
	NIST     []string
	PCI      []string
	ISO      []string
	ATTACK   []string
	NSA      []string
	STIG     []string
}

func read(t *testing.T) map[string]written {
	t.Helper()
	data, err := os.ReadFile("crosswalk.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Rules map[string]written }
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	return file.Rules
}

// table.go is what crosswalk.yaml says.
func TestTable(t *testing.T) {
	rules := read(t)
	var b strings.Builder
	b.WriteString("// Code generated from crosswalk.yaml by go generate; DO NOT EDIT.\n\npackage crosswalk\n\nvar table = [...]Entry{\n")
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		w := rules[name]
		for w.Same != "" {
			other, known := rules[w.Same]
			if !known {
				t.Fatalf("%s is the same as %q, which is not there", name, w.Same)
			}
			w = other
		}
		ids := []string{}
		for _, list := range [][]string{w.NIST, w.PCI, w.ISO, w.ATTACK, w.NSA, w.STIG} {
			ids = append(ids, fmt.Sprintf("%q", strings.Join(list, ", ")))
		}
		fmt.Fprintf(&b, "{%q, %q, Text{%q, %q}, %v, [...]string{%s}},\n", name, w.Severity, w.Reason.EN, w.Reason.ZH, w.Warn, strings.Join(ids, ", "))
	}
	b.WriteString("}\n")
	want, err := format.Source([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("table.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("table.go is not what crosswalk.yaml says: run go generate ./profiles/crosswalk")
	}
}

func TestEntriesAreWhole(t *testing.T) {
	for name := range read(t) {
		e := Of(name)
		if !slices.Contains(change.Severities, e.Severity) || e.Reason.EN == "" || e.Reason.ZH == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got := Of("a-rule-of-a-site"); got != (Entry{}) {
		t.Errorf("a rule that nobody knows: %+v", got)
	}
}

func TestIDs(t *testing.T) {
	e := Of("apiserver-anonymous-auth")
	if e.Severity != change.High || !slices.Contains(e.IDs("nist-800-53"), "AC-3") || !slices.Contains(e.IDs("attack"), "T1552.007") || e.IDs("soc2") != nil {
		t.Errorf("%+v", e)
	}
}
