package agent_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/node"
)

// Before a target is touched, the journal says on the disk that it will be,
// and what it held is backed up: read here with nothing but what is there at
// that moment.
func TestIntentIsDurableBeforeEachWrite(t *testing.T) {
	inBubble(t, func(n *testNode) {
		touched := map[string]bool{}
		calls := &script{}
		calls.at = func(k int, op host.Op) error {
			if strings.HasPrefix(op.Path, node.StateDir) || op.Path == "/var/lib" {
				return nil
			}
			runs, err := n.runs()
			n.ok(err)
			record := runs[len(runs)-1]
			step := -1
			for i, s := range record.Steps {
				if s.Intended {
					step = i
				}
			}
			if step < 0 {
				n.Fatalf("operation %d, %v: no intent is recorded", k, op)
			}
			target := record.Steps[step].Target.Name()
			if op.Path != target && path.Dir(op.Path) != path.Dir(target) && op.Path != path.Dir(target) {
				n.Errorf("operation %d, %v: the journal speaks of %s", k, op, target)
			}
			if _, err := n.agent("", nil).Store.Before(record, step); err != nil {
				n.Errorf("operation %d, %v: %v", k, op, err)
			}
			last := lastIndex(calls.ops, func(op host.Op) bool { return path.Base(op.Path) == "journal" })
			if calls.ops[last].Name != "fdatasync" {
				n.Errorf("operation %d, %v: the intent is not durable: %v", k, op, calls.ops[last])
			}
			touched[target] = true
			return nil
		}
		result, err := n.apply(n.agent(site, calls))
		n.ok(err)
		for _, step := range result.Record.Steps {
			if !touched[step.Target.Name()] {
				n.Errorf("%s was written by no operation that was seen", step.Target)
			}
		}
	})
}

func lastIndex(ops []host.Op, is func(host.Op) bool) int {
	for i, op := range slices.Backward(ops) {
		if is(op) {
			return i
		}
	}
	return -1
}

// A file is whole on the disk before it gets its name, and its name is on the
// disk before anything else is done: for targets and for the journal's files.
func TestFilesAreDurable(t *testing.T) {
	inBubble(t, func(n *testNode) {
		calls := &script{}
		_, err := n.apply(n.agent(site, calls))
		n.ok(err)
		_, err = n.agent("", calls).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		renames := 0
		for k, op := range calls.ops {
			if op.Name != "renameat" && op.Name != "renameat2" {
				if op.Name == "unlinkat" && !strings.HasPrefix(op.Path, node.StateDir) {
					n.equal(host.Op{Name: "fsync", Path: path.Dir(op.Path)}, calls.ops[k+1])
				}
				continue
			}
			renames++
			before := calls.ops[k-1]
			if before.Name != "fsync" || !temporary(before.Path) || path.Dir(before.Path) != path.Dir(op.Path) {
				n.Errorf("operation %d, %v: the last one was %v, and no fsync of what gets its name", k, op, before)
			}
			n.equal(host.Op{Name: "fsync", Path: path.Dir(op.Path)}, calls.ops[k+1])
		}
		if renames < 9 {
			n.Errorf("%d files were named", renames)
		}
		for k, op := range calls.ops {
			if op.Name == "fchmod" && !temporary(op.Path) && !strings.HasPrefix(op.Path, node.StateDir) {
				n.equal(host.Op{Name: "fsync", Path: op.Path}, calls.ops[k+1])
			}
		}
	})
}

// Changes are written in an order that never leaves a file without its owner
// or its directory: groups, users, kernel parameters, then files by path.
func TestOrderOfChanges(t *testing.T) {
	n := newNode(t)
	plan, err := n.agent(site, nil).Plan(n.Context())
	n.ok(err)
	n.equal([]string{"file:" + cniConfig, "file:" + certificate, "file:/etc/new", "file:/etc/new/deep", "file:" + newFile, "file:" + kubeletConfig}, targets(plan))
	for _, c := range plan.Changes {
		if c.Target.Name() != "/etc/new" {
			continue
		}
		n.equal([]change.FieldChange{{Field: change.FieldType, After: "directory"}}, c.Fields)
		n.equal([]string{"site-file"}, c.Rules)
		n.equal([]string{"site/all"}, c.Controls)
	}
}
