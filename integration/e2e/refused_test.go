//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"
)

// refusedProfile asks for a flag's value with which no API server starts.
const refusedProfile = `harden: profile/v1
name: refused
version: 1.0.0
title: {en: A time limit that no API server understands, zh: API Server 无法识别的超时值}
controls:
  - id: refused
    rules: [refused-request-timeout]
rules:
  - name: refused-request-timeout
    kind: component-flag
    with: {component: kube-apiserver, flag: --request-timeout, value: never}
    title: {en: A time limit that no API server understands, zh: API Server 无法识别的超时值}
`

// TestRefusedFlagIsPutBack lets an API server end at start, without asking it
// before: within the time limit it is given up, the manifest is put back, and the
// old one is there.
func TestRefusedFlagIsPutBack(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	n.write(t, "root/refused.yaml", refusedProfile)

	const limit = 90 * time.Second
	start := time.Now()
	failed := decode(t, n.must(t, 3, "harden", "apply", "--profile", "/root/refused.yaml", "--yes", "--rehearse=off", "--timeout", limit.String(), "-o", "json"))
	took := time.Since(start)
	t.Logf("given up and put back after %v", took.Round(time.Second))
	if failed.Run.State != "rolled-back" || failed.Error == nil {
		t.Errorf("the run says state %q and error %v, want rolled-back and why", failed.Run.State, failed.Error)
	}
	// the new API server and then the old one have that long to become healthy
	if took > 2*limit {
		t.Errorf("it took %v, with a limit of %v for each of the two", took, limit)
	}
	requireSame(t, before, n.snapshot(t))
	n.requireHealthy(t)
}

// TestSilentSchedulerIsRefused stops a scheduler in the middle: it runs, and
// answers nobody. A plan says what would be changed; an apply asks, and changes
// nothing, neither by itself nor from the plan's file.
func TestSilentSchedulerIsRefused(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	n.must(t, 0, "harden", "plan", "--profile", cis, "--out", "/run/silent.json")
	n.must(t, 0, "pkill", "-STOP", "-x", "kube-scheduler")
	defer func() { n.must(t, 0, "pkill", "-CONT", "-x", "kube-scheduler") }()
	n.must(t, 2, "harden", "plan", "--profile", cis, "--detailed-exitcode")
	for _, apply := range [][]string{{"apply", "--profile", cis}, {"apply", "/run/silent.json"}} {
		refused := decode(t, n.must(t, 1, append(append([]string{"harden"}, apply...), "--yes", "-o", "json")...))
		if refused.Error == nil || !strings.Contains(refused.Error.Message, "kube-scheduler is not healthy") {
			t.Errorf("%q says %v, want that kube-scheduler is not healthy", apply, refused.Error)
		}
	}
	n.write(t, "root/silent.args", `{"state": "applied", "profile": "`+cis+`", "_ansible_check_mode": true}`)
	for name, tried := range map[string]result{
		"a person at a terminal": n.run(t, "script", "--quiet", "--return", "--command", "COLUMNS=400 harden apply --profile "+cis, "/dev/null"),
		"Ansible's check mode":   n.run(t, "harden", "ansible", "/root/silent.args"),
	} {
		if !strings.Contains(tried.stdout, "kube-scheduler is not healthy") || strings.Contains(tried.stdout, "Apply this plan?") || tried.code != 1 {
			t.Errorf("%s: exit code %d, want 1 and that kube-scheduler is not healthy:\n%s", name, tried.code, tried.stdout)
		}
	}
	requireSame(t, before, n.snapshot(t))
}
