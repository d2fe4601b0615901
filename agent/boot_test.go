package agent_test

import (
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/fixers"
	"harden/systemd"
)

// At boot, before the kubelet is started, what it would have to take up waits:
// it could not be proven. The rest is applied, and nothing is restarted.
func TestApplyWhileTheNodeBoots(t *testing.T) {
	inBubble(t, func(n *node) {
		n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "inactive", SubState: "dead", Queued: true})
		before := n.read(kubeletConfig)
		plan, err := n.agent(site, nil).Plan(n.Context())
		n.ok(err)
		if len(plan.Changes) == 0 || plan.Unhealthy != nil {
			n.Fatalf("%d changes, unhealthy: %v", len(plan.Changes), plan.Unhealthy)
		}
		waits := slices.IndexFunc(plan.Findings, func(f change.Finding) bool {
			return f.Status == change.Blocked && strings.Contains(f.Reason, "the kubelet has not started yet")
		})
		if waits < 0 {
			n.Error("no rule waits for the kubelet")
		}
		result, err := n.agent(site, nil).Apply(n.Context(), plan)
		n.ok(err)
		n.equal(journal.Applied, result.Record.State)
		n.equal([]string(nil), n.units.Calls())
		n.equal(before, n.read(kubeletConfig))
	})
}

// A kubelet that is down, and not about to start, is still a reason to refuse.
func TestApplyOnAKubeletThatIsDown(t *testing.T) {
	inBubble(t, func(n *node) {
		n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "inactive", SubState: "dead"})
		plan, err := n.agent(site, nil).Plan(n.Context())
		n.ok(err)
		if plan.Unhealthy == nil {
			n.Error("a kubelet that is down is taken for healthy")
		}
	})
}
