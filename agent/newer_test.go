package agent_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
)

// recorded makes the lines of a journal of what the records say, with checksums
// that are right.
func recorded(records []string) string {
	var text strings.Builder
	for _, r := range records {
		fmt.Fprintf(&text, `{"crc32c":"%08x","record":%s}`+"\n", crc32.Checksum([]byte(r), crc32.MakeTable(crc32.Castagnoli)), r)
	}
	return text.String()
}

// records are those in a journal.
func (n *testNode) records(file string) (list []string) {
	n.Helper()
	for line := range strings.Lines(n.read(file)) {
		var l struct{ Record json.RawMessage }
		n.ok(json.Unmarshal([]byte(line), &l))
		list = append(list, string(l.Record))
	}
	return list
}

// A run that a newer harden recorded is told from one that is damaged: nobody is
// told to take it away, or that there is no applied run.
func TestRunOfANewerHarden(t *testing.T) {
	tests := map[string]struct {
		what string
		edit func(records []string) []string
	}{
		"a format": {"format 2", func(r []string) []string {
			r[0] = strings.Replace(r[0], `"run":{`, `"run":{"format":2,"more":[1],`, 1)
			return r
		}},
		"a field": {`unknown field "with"`, func(r []string) []string {
			r[len(r)-1] = strings.Replace(r[len(r)-1], `"kind":`, `"with":"care","kind":`, 1)
			return r
		}},
		"a field of a change": {`unknown field "acl"`, func(r []string) []string {
			r[1] = strings.Replace(r[1], `"target":`, `"acl":{},"target":`, 1)
			return r
		}},
		"a record": {`record "sealed"`, func(r []string) []string {
			return append(r, fmt.Sprintf(`{"seq":%d,"kind":"sealed"}`, len(r)+1))
		}},
	}
	for name, test := range tests {
		for _, state := range []string{"applied", "cut off"} {
			t.Run(name+", "+state, func(t *testing.T) {
				inBubble(t, func(n *testNode) {
					if state == "applied" {
						n.applied(site)
					} else {
						n.cutOff(lastStep)
					}
					id := n.runDirs()[0]
					dir := node.StateDir + "/runs/" + id
					text := recorded(test.edit(n.records(dir + "/journal")))
					n.ok(os.WriteFile(n.path(dir+"/journal"), []byte(text), 0o600))
					// The newer one sealed what it wrote.
					end := journal.Applied
					if state != "applied" {
						end = journal.InProgress
					}
					seal := fmt.Sprintf(`{"size":%d,"crc32c":"%08x","state":%q,"more":1}`, len(text), crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli)), end)
					n.ok(os.WriteFile(n.path(dir+"/seal"), []byte(recorded([]string{seal})), 0o600))
					before := n.snapshot()
					want := "run " + id + " was written by a newer harden ("
					says := func(err error) {
						n.Helper()
						n.failed(err, node.Failed, want, test.what, "use that version")
						if h := hint(err); strings.Contains(h, "move") || strings.Contains(h, "remove") || strings.Contains(err.Error(), "no applied run") {
							n.Errorf("%v: the hint is %q", err, h)
						}
					}
					_, err := n.agent("", nil).Recover(n.Context())
					if state == "applied" { // there is nothing to settle
						n.ok(err)
					} else {
						says(err)
					}
					_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
					says(err)
					_, err = n.agent("", nil).Rollback(n.Context(), id, agent.RollbackOptions{})
					says(err)
					_, err = n.agent("", nil).RollbackToBaseline(n.Context(), agent.RollbackOptions{})
					says(err)
					n.equal(before, n.snapshot())
					records, err := n.runs()
					n.ok(err)
					n.equal(journal.Newer, records[0].State)
					n.equal(state == "applied", records[0].Ended)
					// Where it had come to its end, others go on beside it.
					result, err := n.apply(n.agent(sooner, nil))
					if state != "applied" {
						says(err)
						return
					}
					n.ok(err)
					// Of a run that had ended the end and the beginning are looked at.
					if name != "a field of a change" && (len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0].String(), want)) {
						n.Errorf("the warnings are %q", result.Warnings)
					}
				})
			})
		}
	}
}

// A journal that lost its tail to before the first change looks like one of a run
// that wrote nothing. It is discarded only where that is so.
func TestLostTailIsNotDiscarded(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.applied(site)
		dir := node.StateDir + "/runs/" + n.runDirs()[0]
		list := n.records(dir + "/journal")
		prepared := 1
		for strings.Contains(list[prepared], `"kind":"change"`) {
			prepared++
		}
		// As a harden that sealed nothing left it.
		n.ok(os.Remove(n.path(dir + "/seal")))
		n.ok(os.WriteFile(n.path(dir+"/journal"), []byte(recorded(list[:prepared])), 0o600))
		before, kept := n.snapshot(), keep(n.T, n.path(dir))
		_, err := n.agent("", nil).Recover(n.Context())
		n.failed(err, node.Incomplete, path.Base(dir), "records no write", "is not as the run found it")
		if h := hint(err); !strings.Contains(h, dir+"/backups") || !strings.Contains(h, "plan.json") {
			n.Errorf("the hint is %q", h)
		}
		n.equal(before, n.snapshot())
		n.equal(kept, keep(n.T, n.path(dir)))
		_, err = n.apply(n.agent(sooner, nil))
		n.failed(err, node.Failed, "was interrupted")
	})
}

// A run that was interrupted while it was being prepared goes, also where it would have
// changed a target twice, or restarted a process.
func TestUnpreparedRunIsDiscarded(t *testing.T) {
	inBubble(t, func(n *testNode) {
		content := func(text string) change.State {
			return change.State{File: &change.File{Mode: 0o600, Content: change.NewContent([]byte(text), false)}}
		}
		unit := func(stale string) change.State { return change.State{Unit: &change.Unit{Stale: message.Value(stale)}} }
		a := n.agent("", nil)
		run, err := a.Store.Begin(journal.Header{Started: time.Now()}, []change.Change{
			{Target: change.FileTarget("/etc/twice"), After: content("1")},
			{Target: change.FileTarget("/etc/twice"), Before: content("1"), After: content("2"), Later: true},
			{Target: "pod:etcd", Before: unit("it is behind"), After: unit("")},
		}, []byte("{}"))
		n.ok(err)
		n.ok(run.Close())
		dir := node.StateDir + "/runs/" + run.ID()
		list := n.records(dir + "/journal")
		n.ok(os.WriteFile(n.path(dir+"/journal"), []byte(recorded(list[:len(list)-1])), 0o600))
		n.ok(os.Remove(n.path(dir + "/seal")))
		before := n.snapshot()
		results, err := a.Recover(n.Context())
		n.ok(err)
		n.equal(1, len(results))
		n.equal([]string{}, n.runDirs())
		n.equal(before, n.snapshot())
	})
}
