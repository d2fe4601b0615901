package kubebench_test

import (
	"fmt"
	"strings"
	"testing"

	"harden/agent/kubebench"

	"github.com/google/go-cmp/cmp"
)

// section is one section of a report; results are "id status".
func section(version string, results ...string) string {
	list := make([]string, len(results))
	for i, r := range results {
		id, status, _ := strings.Cut(r, " ")
		list[i] = fmt.Sprintf(`{"test_number":%q,"status":%q,"scored":true,"reason":"x"}`, id, status)
	}
	return fmt.Sprintf(`{"id":"1","version":%q,"node_type":"master","tests":[{"section":"1.1","results":[%s]}]}`, version, strings.Join(list, ","))
}

func TestRead(t *testing.T) {
	whole := func(sections ...string) string {
		return `{"Controls":[` + strings.Join(sections, ",\n") + `],"Totals":{"total_fail":1}}`
	}
	for name, tt := range map[string]struct {
		text   string
		failed []string
		err    string // a part of it
	}{
		"failures in their order, each once": {text: whole(section("cis-1.10", "1.1.9 FAIL", "1.1.1 PASS", "1.2.9 WARN"), section("cis-1.10", "4.1.1 FAIL", "1.1.9 FAIL")),
			failed: []string{"1.1.9", "4.1.1"}},
		"a list without totals": {text: "[" + section("cis-1.10", "4.2.6 FAIL", "4.2.7 INFO") + "]\n", failed: []string{"4.2.6"}},
		"no failure":            {text: whole(section("cis-1.10", "1.1.1 PASS")), failed: []string{}},
		"two benchmarks":        {text: whole(section("cis-1.10", "1.1.1 PASS"), section("cis-1.9", "1.1.1 PASS")), err: "of two benchmarks, cis-1.10 and cis-1.9"},
		"no benchmark":          {text: whole(section("", "1.1.1 PASS")), err: "does not name its benchmark"},
		"a path for a name":     {text: whole(section("../cis", "1.1.1 PASS")), err: "is not the name of a benchmark"},
		"an id that is none":    {text: whole(section("cis-1.10", "../1 FAIL")), err: "is not the id of a control"},
		"no id":                 {text: whole(section("cis-1.10", " FAIL")), err: "is not the id of a control"},
		"an unknown status":     {text: whole(section("cis-1.10", "1.1.1 fail")), err: `"fail" is not a status`},
		"no results":            {text: whole(section("cis-1.10")), err: "no results"},
		"no sections":           {text: `{"Controls":[]}`, err: "holds no Controls"},
		"another document":      {text: `{"schema":"harden/v1","kind":"Plan"}`, err: "holds no Controls"},
		"null":                  {text: "null", err: "holds no Controls"},
		"a wrong type":          {text: "{\n\"Controls\":[{\"version\":3}]}", err: "line 2: Controls.version cannot be a number"},
		"logs before it":        {text: "I0101 kube-bench\n{}", err: "line 1: "},
		"cut off":               {text: whole(section("cis-1.10", "1.1.1 PASS"))[:60], err: "ends before the report does"},
		"nothing":               {text: "", err: "ends before the report does"},
		"two reports":           {text: whole(section("cis-1.10", "1.1.1 PASS")) + "\n{}", err: "line 2: something follows"},
		"too large":             {text: strings.Repeat(" ", kubebench.MaxSize+1), err: "larger than"},
		"deep":                  {text: strings.Repeat("[", 1<<20), err: "line 1: "},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := kubebench.Read([]byte(tt.text))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(kubebench.Report{Benchmark: "cis-1.10", Failed: tt.failed}, r); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
