package kubebench_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"harden/agent/kubebench"
	"harden/integration/hostile"

	"github.com/google/go-cmp/cmp"
)

// TestHostileReport shows every hostile form of JSON to the reader.
func TestHostileReport(t *testing.T) {
	forms := hostile.JSON(`{"Controls":[`+section("cis-1.10", "1.1.1 FAIL")+`],"Totals":{"total_fail":1}}`, "Controls")
	var many strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&many, `%s{"test_number":"1.%d","status":"FAIL"}`, strings.Repeat(",", min(i, 1)), i)
	}
	forms = append(forms,
		hostile.Form{Name: "two Controls, which the decoder mixes", Verdict: hostile.Refused,
			Text: `{"Controls":[` + section("cis-1.10", "1.1.1 FAIL") + `],"Controls":[{"version":"cis-1.10"}]}`},
		hostile.Form{Name: "200 000 failures", Text: `[{"version":"cis-1.10","tests":[{"results":[` + many.String() + "]}]}]", Verdict: hostile.Either})
	for _, form := range forms {
		t.Run(form.Name, func(t *testing.T) {
			hostile.Watch(t)
			r, err := kubebench.Read([]byte(form.Text))
			switch {
			case form.Verdict == hostile.Same && (err != nil || len(r.Failed) != 1):
				t.Errorf("read as %v, %v", r, err)
			case form.Verdict == hostile.Refused && err == nil:
				t.Error("it was accepted")
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(forms)))
}

// FuzzRead reads any report: it is refused, or a report made of what was read
// reads the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"Controls":[` + section("cis-1.10", "1.1.9 FAIL", "1.1.1 PASS") + `],"Totals":{}}`))
	f.Add([]byte("[" + section("eks-1.5.0", "3.2.1a FAIL", "4.2.7 INFO") + "]\n"))
	f.Add([]byte(`{"controls":[{"version":"x","tests":null},{"version":"x","tests":[{"results":[{"test_number":"1","status":"WARN"}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := kubebench.Read(data)
		if err != nil {
			return
		}
		results := []string{"0 PASS"}
		for _, id := range r.Failed {
			results = append(results, id+" FAIL")
		}
		again, err := kubebench.Read([]byte("[" + section(r.Benchmark, results...) + "]"))
		if diff := cmp.Diff(r, again); err != nil || diff != "" {
			t.Fatalf("%v, then %v, %v", r, again, err)
		}
	})
}
