package agent_test

import (
	"os"
	"strconv"
	"testing"
	"testing/synctest"

	"harden/agent"
)

// TestKilledBetweenOwnerAndMode kills a run at each of its operations on a
// set-user-id file. The kernel clears that bit as soon as the owner changes;
// recover knows the file for the run's own all the same, and puts it back.
func TestKilledBetweenOwnerAndMode(t *testing.T) {
	needRoot(t)
	profile := rulesOf("pki-certificate-mode, owner", "{name: owner, kind: file-access, with: {path: "+certificate+", owner: '0:0'}}")
	o := outcome{sample: newNode(t)}
	prepared := func(t *testing.T) *testNode {
		n := o.sample.small(t)
		n.ok(os.Chown(n.path(certificate), 1000, 1000))
		n.ok(os.Chmod(n.path(certificate), 0o666|os.ModeSetuid|os.ModeSetgid))
		return n
	}
	synctest.Test(t, func(t *testing.T) {
		n := prepared(t)
		o.old = n.snapshot()
		n.applied(profile)
		o.new = n.snapshot()
	})
	kills := 0
	for _, back := range []bool{false, true} {
		for k, finished := 0, false; !finished && !t.Failed(); k++ {
			synctest.Test(t, func(t *testing.T) {
				n := prepared(t)
				if back {
					n.applied(profile)
				}
				finished = survives(func() {
					var err error
					if back {
						_, err = n.agent("", killing(k)).Rollback(n.Context(), "", agent.RollbackOptions{})
					} else {
						_, err = n.apply(n.agent(profile, killing(k)))
					}
					n.ok(err)
				})
				o.settle(n)
				if n.Failed() {
					n.Logf("killed at operation %d, back=%v", k, back)
				}
			})
			kills++
		}
	}
	t.Attr("figure/kills", strconv.Itoa(kills))
}
