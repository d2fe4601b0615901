package kubebench

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aquasecurity/kube-bench/check"
)

// edition is the newest that kube-bench 0.12 has, and harden too.
const edition = "cis-1.10"

const page = "../../docs/kube-bench.md"

var update = flag.Bool("update", false, "write docs/kube-bench.md anew")

// Each automated check of kube-bench about a flag of the control plane is asked of
// mutants of a compliant node, and harden is asked of the same node. Which
// verdict is right is derived: it is the benchmark's own on the flag as the
// component takes it, written once and plainly. Where the two tools disagree, the
// page has a line that says who is right and why.
func TestVerdictsBesideKubeBench(t *testing.T) {
	b := newBench(t)
	var rows []string
	counts := map[string]int{}
	for _, m := range mutants {
		b.mutate(m)
		ours, theirs, truth := b.harden(), b.kubeBench(b.shown), b.kubeBench(b.taken)
		for _, c := range b.controls {
			counts["judged"]++
			right, we, they := truth[c.id] == check.PASS, ours[c.id], theirs[c.id]
			switch {
			case we == "compliant" && !right:
				counts["false compliant"]++
				t.Errorf("false compliant: %s with %s: %s", c.id, m.name, strings.Join(b.about(c), " "))
			case we != "compliant" && right && we != "blocked":
				counts["needless"]++
				t.Errorf("%s is %s with %s, and the component has it right: %s", c.id, we, m.name, strings.Join(b.about(c), " "))
			}
			if (they == check.PASS) == (we == "compliant") {
				continue
			}
			who := "harden"
			if (they == check.PASS) == right {
				who = "kube-bench"
			}
			counts[who]++
			if cmp.Or(reasons[c.id+" "+m.name], reasons[c.id], m.why) == "" {
				t.Errorf("%s with %s: harden says %s (%s), kube-bench %s, and no reason is given", c.id, m.name, we, b.said[c.id], they)
			}
			rows = append(rows, fmt.Sprintf("| %s | %s | `%s` | %s | %s | %s: %s |", c.id, m.name, strings.Join(b.about(c), " "), we, they, who, cmp.Or(reasons[c.id+" "+m.name], reasons[c.id], m.why)))
		}
	}
	t.Logf("verdicts: %d; the two disagree on %d: harden is right on %d, kube-bench on %d; false compliant: %d", counts["judged"], len(rows), counts["harden"], counts["kube-bench"], counts["false compliant"])
	if counts["judged"] < 300 || len(rows) == 0 {
		t.Errorf("only %d verdicts, %d rows", counts["judged"], len(rows))
	}
	text := fmt.Sprintf(head, counts["judged"], len(b.controls), len(mutants), len(rows), counts["harden"], counts["kube-bench"], counts["false compliant"]) + strings.Join(rows, "\n") + "\n"
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := os.ReadFile(page); err != nil || string(now) != text {
		t.Errorf("%s is not what the two say (%v); write it anew: cd integration/kubebench && go test -run TestVerdictsBesideKubeBench . -update", page, err)
	}
}

const head = `# Beside kube-bench

A test writes this page, and ` + "`make formats`" + ` checks it. The test starts from a node that harden has made compliant with
` + edition + `. It takes each control-plane flag that an automated check of kube-bench 0.12 reads. From the node it makes
variants (mutants), in which these flags are written in another way: for example with a wrong value, or twice. harden and
kube-bench judge each mutant. To decide which verdict is right, the test applies kube-bench's own check to the value that
the component really uses.

There are %d pairs of verdicts, of %d checks on %d mutants. The two tools disagree on the %d pairs in the table; harden
is right on %d of them, kube-bench on %d. harden called a wrong setting compliant in %d cases.

| check | mutant | flag | harden | kube-bench | which is right, and why |
| --- | --- | --- | --- | --- | --- |
`

// reasons are those of checks that go another way than the mutant's.
var reasons = map[string]string{
	"1.2.1":         "the file of --authentication-config allows anonymous requests to the health endpoints only; kube-bench looks only at the flag",
	"1.2.27 absent": "there is no encryption configuration; kube-bench mistakes --encryption-provider-config-automatic-reload for the flag",
	"1.3.7 absent":  "without the flag the component listens on all addresses",
	"1.4.2 absent":  "without the flag the component listens on all addresses",
}
