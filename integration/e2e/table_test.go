//go:build e2e

package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tablePath is the page that TestCISOnControlPlane writes.
var tablePath = filepath.Join("..", "..", "docs", "cis-before-after.md")

// judgedOtherwise says, of controls that harden holds for compliant and the
// judge still warns of, what the judge looks at instead.
var judgedOtherwise = map[string]string{
	"1.1.9":  "compliant; kube-bench finds the files only through kubelet flags that today's kubelets no longer have",
	"1.1.10": "compliant; kube-bench finds the files only through kubelet flags that today's kubelets no longer have",
	"4.2.7":  "compliant: the kubelet is started without the flag, or with the machine's own name; kube-bench counts the flag",
	"1.2.1":  "compliant; --authentication-config lets nobody in without a name but to /livez, /readyz, /healthz and the path that kubeadm join reads; kube-bench looks for --anonymous-auth=false, which would end kubeadm's probes",
}

// rotatedByDefault are the controls that the API server meets without a flag from
// Kubernetes 1.36 on: its built-in defaults are 366 days, 100 files, 100 MB. kube-bench
// looks for the flags.
var rotatedByDefault = []string{"1.2.17", "1.2.18", "1.2.19"}

// table is what the page shows.
type table struct {
	before, after    verdicts
	plan             document          // made before the apply
	open             map[string]string // why harden leaves a control as it is
	titles           map[string]string // harden's own
	byHand, byHarden time.Duration     // in which the API was away
}

// writeTable writes docs/cis-before-after.md: of kube-bench only numbers and
// verdicts, all texts are harden's own.
func writeTable(t *testing.T, x table) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `# A control plane before and after

Written by %[1]smake e2e%[1]s: a fresh one-node cluster as kubeadm makes it, judged by kube-bench 0.12.0 with its benchmark
%[2]s (targets master, etcd, controlplane and node), before and after one %[1]sharden apply --profile %[2]s --yes%[1]s.

| | before | after |
| --- | ---: | ---: |
`, "`", cis)
	for _, status := range []string{"PASS", "FAIL", "WARN"} {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", status, len(x.before.with(status)), len(x.after.with(status)))
	}
	fmt.Fprintf(&b, `
The kubelet, the API server, the controller manager and the scheduler are each restarted once. Meanwhile the API is away
for %.0f s; it is away for %.0f s when its manifest is changed by hand (ratio %.1f).
After %[4]sharden rollback%[4]s the verdicts are those of before, but for the encryption of stored secrets, which stays
until %[4]sharden rollback --drop-encryption%[4]s.

| control | what it asks | before | after | harden |
| --- | --- | --- | --- | --- |
`, x.byHarden.Seconds(), x.byHand.Seconds(), x.byHarden.Seconds()/x.byHand.Seconds(), "`")
	for _, id := range inOrder(keys(x.before)) {
		before, after := x.before[id].Status, x.after[id].Status
		if before == "PASS" && after == "PASS" {
			continue
		}
		reason := x.open[id]
		if after == "PASS" {
			reason = "changed by " + strings.Join(x.plan.changing(id), ", ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", id, cell(x.titles[id]), before, after, cell(reason))
	}
	if err := os.WriteFile(tablePath, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// cell makes a text fit into a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", `\<`).Replace(text)
}

func keys(v verdicts) []string {
	ids := make([]string, 0, len(v))
	for id := range v {
		ids = append(ids, id)
	}
	return ids
}

// inOrder sorts numbers such as 1.2.10 part by part.
func inOrder(ids []string) []string {
	slices.SortFunc(ids, func(a, b string) int {
		return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
			m, errM := strconv.Atoi(x)
			n, errN := strconv.Atoi(y)
			if errM != nil || errN != nil {
				return cmp.Compare(x, y)
			}
			return cmp.Compare(m, n)
		})
	})
	return ids
}

// titles gives harden's own title of each control.
func (n *node) titles(t *testing.T) map[string]string {
	t.Helper()
	var shown struct {
		Profiles []struct {
			Controls []struct {
				ID    string
				Title struct{ EN string }
			}
		}
	}
	if err := json.Unmarshal([]byte(n.must(t, 0, "harden", "profiles", "show", cis, "-o", "json")), &shown); err != nil {
		t.Fatal(err)
	}
	titles := map[string]string{}
	for _, p := range shown.Profiles {
		for _, c := range p.Controls {
			titles[strings.TrimPrefix(c.ID, cis+"/")] = c.Title.EN
		}
	}
	return titles
}
