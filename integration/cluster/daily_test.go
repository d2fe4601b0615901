//go:build cluster

package cluster_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The manifest of the daily check is accepted, its pod meets every rule about
// pods, and its account may do what the check needs and nothing else.
func TestDailyCheck(t *testing.T) {
	data, err := os.ReadFile("../../packaging/kubectl-harden/daily.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, manifest, _ := strings.Cut(string(data), "apiVersion")
	manifest = "apiVersion" + manifest
	apply(t, reader(t))
	apply(t, manifest)
	t.Cleanup(func() { remove(t, manifest) })
	for _, profile := range []string{"cis-1.12", "qkxy-cs001-2023"} {
		for _, f := range check(t, "--profile", profile).Findings {
			told := slices.Contains(f.Targets, "object:CronJob.batch/harden/harden-check")
			if strings.HasPrefix(f.Rule, "pod-") && f.Rule != "pod-mac" && told {
				t.Errorf("%s: %s", f.Rule, f.Reason)
			}
		}
	}
	code, stdout, stderr := harden(t, plane.Kubeconfig, "--as", "system:serviceaccount:harden:harden-reader", "check", "-o", "json")
	if r := decode(t, stdout, stderr); code != 0 || r.Error != nil {
		t.Errorf("as its account: exit code %d, %+v", code, r.Error)
	}
}
