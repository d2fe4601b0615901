package agent_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/fixers"
	"harden/systemd"
)

// At boot, before the kubelet is started, what it would have to take up waits:
// it could not be proven. The rest is applied, and nothing is restarted.
func TestApplyWhileTheNodeBoots(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "inactive", SubState: "dead", Queued: true})
		before := n.read(kubeletConfig)
		plan, err := n.agent(site, nil).Plan(n.Context())
		n.ok(err)
		if len(plan.Changes) == 0 || plan.Unhealthy != nil {
			n.Fatalf("%d changes, unhealthy: %v", len(plan.Changes), plan.Unhealthy)
		}
		waits := slices.IndexFunc(plan.Findings, func(f change.Finding) bool {
			return f.Status == change.Blocked && strings.Contains(f.Reason.String(), "the kubelet has not started yet")
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

// kubeadm starts the kubelet at its end: an apply right after it waits until
// the kubelet answers, and no longer than a minute after that start.
func TestApplyWaitsForAKubeletThatStarts(t *testing.T) {
	for name, tt := range map[string]struct {
		started time.Duration // before now
		healthy time.Duration // after now
		waits   time.Duration
	}{
		"healthy":           {5 * time.Second, 0, 0},
		"healthy soon":      {5 * time.Second, 10 * time.Second, 10 * time.Second},
		"never":             {5 * time.Second, time.Hour, 55 * time.Second},
		"for a long time":   {time.Hour, time.Hour, 0},
		"just now, at once": {0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(n *testNode) {
				begin := time.Now()
				n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "active", SubState: "running", Started: begin.Add(-tt.started)})
				a := n.agent(site, nil)
				units := a.Systemd
				a.Systemd = func(ctx context.Context) (node.Systemd, error) {
					s, err := units(ctx)
					return &lateUnit{Systemd: s, from: begin.Add(tt.healthy)}, err
				}
				controlplane.AwaitStart(n.Context(), a.Node)
				if waited := time.Since(begin); waited < tt.waits || waited > tt.waits+time.Second {
					n.Errorf("waited %v, want %v", waited, tt.waits)
				}
			})
		})
	}
}

// lateUnit is a systemd whose unit, once it was looked at, is not up before a time.
type lateUnit struct {
	node.Systemd
	from  time.Time
	asked bool
}

func (l *lateUnit) Unit(ctx context.Context, name string) (systemd.Unit, error) {
	u, err := l.Systemd.Unit(ctx, name)
	if l.asked && time.Now().Before(l.from) {
		u.ActiveState = "activating"
	}
	l.asked = true
	return u, err
}

// A kubelet that is down, and not about to start, is still a reason to refuse.
func TestApplyOnAKubeletThatIsDown(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "inactive", SubState: "dead"})
		plan, err := n.agent(site, nil).Plan(n.Context())
		n.ok(err)
		if plan.Unhealthy == nil {
			n.Error("a kubelet that is down is taken for healthy")
		}
	})
}
