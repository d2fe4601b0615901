package agent_test

import (
	"os"
	"strings"
	"testing"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
)

// Only what the run wrote is put back. What somebody else changed since is
// named, field by field, and nothing at all is changed unless it is forced.
func TestRollbackRespectsOthers(t *testing.T) {
	tests := map[string]struct {
		edit   func(n *testNode)
		says   string // "" where it is not the run's business
		forced bool   // what --force makes of it is the old tree
	}{
		"a file that the run made was edited": {func(n *testNode) { n.replace(newFile, "a = 1", "a = 2") },
			"file:" + newFile + ": content", true},
		"a file that the run made was opened": {func(n *testNode) { n.ok(os.Chmod(n.path(newFile), 0o666)) },
			"file:" + newFile + ": mode", true},
		"a directory that the run made was opened": {func(n *testNode) { n.ok(os.Chmod(n.path("/etc/new"), 0o777)) },
			"file:/etc/new: mode", true},
		"an edited document was edited again": {func(n *testNode) { n.replace(kubeletConfig, "cluster.local", "example.org") },
			"file:" + kubeletConfig + ": content", true},
		"a mode that the run set was set again": {func(n *testNode) { n.ok(os.Chmod(n.path(cniConfig), 0o666)) },
			"file:" + cniConfig + ": mode", true},
		"a file was removed":               {func(n *testNode) { n.ok(os.Remove(n.path(kubeletConfig))) }, "file:" + kubeletConfig + ": type", true},
		"a file that the run made is gone": {edit: func(n *testNode) { n.ok(os.Remove(n.path(newFile))) }},
		"somebody put it back before":      {edit: func(n *testNode) { n.ok(os.Chmod(n.path(cniConfig), 0o644)) }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(n *testNode) {
				before := n.snapshot()
				record := n.applied(site)
				tt.edit(n)
				edited := n.snapshot()
				result, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
				if tt.says != "" {
					n.failed(err, node.Failed, tt.says, "nothing was rolled back")
					if strings.Count(err.Error(), "file:") != 1 {
						n.Errorf("more is named than was changed: %v", err)
					}
					n.equal(edited, n.snapshot())
					result, err = n.agent("", nil).Rollback(n.Context(), record.ID, agent.RollbackOptions{Force: true})
				}
				n.ok(err)
				n.equal(journal.RolledBack, result.Record.State)
				n.equal(before, n.snapshot())
			})
		})
	}
}

// The mode of a file is put back, and the content that somebody else wrote
// since stays: the run never wrote it.
func TestRollbackLeavesOtherFields(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.applied(site)
		n.replace(cniConfig, `"type": "bridge"`, `"type": "bridge2"`)
		_, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		info, err := os.Stat(n.path(cniConfig))
		n.ok(err)
		n.equal(os.FileMode(0o644), info.Mode())
		if !strings.Contains(n.read(cniConfig), "bridge2") {
			n.Error("somebody's edit is lost")
		}
	})
}

// sooner is site with one value that another run changes again.
var sooner = strings.ReplaceAll(strings.ReplaceAll(site, "a = 1", "a = 0"), "name: site\n", "name: sooner\n")

func TestRollbackUnderANewerRun(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		older := n.applied(sooner)
		between := n.snapshot()
		newer := n.applied(site)
		after := n.snapshot()
		_, err := n.agent("", nil).Rollback(n.Context(), older.ID, agent.RollbackOptions{Force: true})
		n.failed(err, node.Failed, newer.ID, newFile)
		if !strings.Contains(hint(err), "harden rollback "+newer.ID) {
			n.Errorf("the hint is %q", hint(err))
		}
		n.equal(after, n.snapshot())
		_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{}) // the newest
		n.ok(err)
		n.equal(between, n.snapshot())
		_, err = n.agent("", nil).Rollback(n.Context(), older.ID, agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
		_, err = n.agent("", nil).Rollback(n.Context(), older.ID, agent.RollbackOptions{})
		n.failed(err, node.Failed, "rolled back already")
		_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Failed, "no applied run")
	})
}

// A backup that rotted is noticed before it is written anywhere. The rest is
// put back, the reader is told where the originals lie, and the rollback can
// be taken up again.
func TestRollbackWithADamagedBackup(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		record := n.applied(site)
		written := n.read(kubeletConfig)
		var backup, kept string
		for _, step := range record.Steps {
			if step.Target == change.FileTarget(kubeletConfig) {
				backup = step.Backup
			}
		}
		kept = n.read(backup)
		n.ok(os.WriteFile(n.path(backup), []byte(strings.Replace(kept, "cluster.local", "cluster.lacol", 1)), 0o600))
		result, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Incomplete, "file:"+kubeletConfig, backup, "damaged")
		if !strings.Contains(hint(err), record.BackupDir) || !strings.Contains(hint(err), "harden rollback "+record.ID) {
			n.Errorf("the hint is %q", hint(err))
		}
		n.equal(journal.RollbackIncomplete, result.Record.State)
		n.equal(written, n.read(kubeletConfig))
		n.ok(os.WriteFile(n.path(backup), []byte(kept), 0o600))
		_, err = n.agent("", nil).Rollback(n.Context(), record.ID, agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
		n.equal(n.read(kubeletConfig), n.running)
	})
}

// A kubelet that does not come back with the old configuration either is said
// so; the files are put back all the same.
func TestRollbackRestartFails(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		n.applied(site)
		n.restarts(broken)
		_, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Incomplete, "kubelet.service")
		n.equal(before, n.snapshot())
	})
}

// A kubelet that never read what a run wrote is not restarted.
func TestRecoverRestartsOnlyWhatReadIt(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		n.cutOff(lastStep)
		interrupted, err := n.agent("", nil).Interrupted()
		n.ok(err)
		n.equal(1, len(interrupted))
		_, err = n.apply(n.agent(site, nil))
		n.failed(err, node.Failed, interrupted[0].ID, "was interrupted")
		results, err := n.agent("", nil).Recover(n.Context())
		n.ok(err)
		n.equal(1, len(results))
		n.equal(journal.RolledBack, results[0].Record.State)
		n.equal(before, n.snapshot())
		n.equal([]string(nil), n.units.Calls())
		results, err = n.agent("", nil).Recover(n.Context())
		n.ok(err)
		n.equal(0, len(results))
	})
	t.Run("restarted since", func(t *testing.T) {
		inBubble(t, func(n *testNode) {
			n.cutOff(lastStep)
			n.ok(n.units.Restart(n.Context(), "kubelet.service")) // by a reboot, for instance
			_, err := n.agent("", nil).Recover(n.Context())
			n.ok(err)
			n.equal([]string{restart, restart}, n.units.Calls())
			n.equal(n.read(kubeletConfig), n.running)
		})
	})
}

// A run that is at work, and no run that was interrupted, is left alone.
func TestRecoverWhileARunIsAtWork(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.cutOff(lastStep)
		lock, err := n.agent("", nil).Root.Lock(node.StateDir + "/lock")
		n.ok(err)
		interrupted, err := n.agent("", nil).Interrupted()
		n.ok(err)
		n.equal(0, len(interrupted))
		_, err = n.agent("", nil).Recover(n.Context())
		n.failed(err, node.Locked, "another run is at work")
		_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Locked)
		_, err = n.apply(n.agent(site, nil))
		n.failed(err, node.Locked)
		n.ok(lock.Unlock())
		_, err = n.agent("", nil).Recover(n.Context())
		n.ok(err)
	})
}

// Between the look for runs that were interrupted and the lock, another process
// may have settled them: nothing is undone twice, let alone undone by mistake.
func TestRecoverLooksAgainUnderTheLock(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.cutOff(lastStep)
		calls := &script{}
		calls.at = func(_ int, op host.Op) error {
			if op.Path == node.StateDir+"/lock" && op.Name == "openat" {
				_, err := n.agent("", nil).Recover(n.Context())
				n.ok(err)
				n.applied(site)
			}
			return nil
		}
		results, err := n.agent("", calls).Recover(n.Context())
		n.ok(err)
		n.equal(0, len(results))
		n.equal([]string{}, targets(n.plan(site)))
	})
}

// A journal that cannot be trusted is not acted upon.
func TestRecoverOfADamagedJournal(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.cutOff(lastStep)
		name := node.StateDir + "/runs/" + n.runDirs()[0] + "/journal"
		n.ok(os.WriteFile(n.path(name), []byte(strings.Replace(n.read(name), `"kind":"intent"`, `"kind":"intend"`, 1)), 0o600))
		torn := n.snapshot()
		_, err := n.agent("", nil).Recover(n.Context())
		n.failed(err, node.Incomplete, "damaged journal", "line")
		n.equal(torn, n.snapshot())
	})
}
