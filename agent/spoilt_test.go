package agent_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/node"
)

// spoiling is one way in which a file is not as it was written.
type spoiling struct {
	name string
	data []byte
}

// spoilings are what a bad disk, or whoever writes where he should not, can
// make of a file of lines. Each byte of the last two lines has a bit flipped, in
// the thorough form each bit; of the others it is each step-th byte (agent/journal
// has them all), and there the file is cut, and zeroed, too.
func spoilings(data []byte) []spoiling {
	step := 23
	if thorough {
		step = 5
	}
	var list []spoiling
	last := bytes.LastIndexByte(data[:max(0, bytes.LastIndexByte(data[:len(data)-1], '\n'))], '\n')
	add := func(spoilt []byte, format string, args ...any) {
		if !bytes.Equal(spoilt, data) {
			list = append(list, spoiling{fmt.Sprintf(format, args...), spoilt})
		}
	}
	for i := range data {
		if i < last && i%step != 0 {
			continue
		}
		for bit := range 8 {
			if thorough && i >= last || bit == i%8 {
				spoilt := bytes.Clone(data)
				spoilt[i] ^= 1 << bit
				add(spoilt, "bit %d of byte %d flipped", bit, i)
			}
		}
		if i%step != 0 {
			continue
		}
		add(data[:i], "cut at byte %d", i)
		add(append(bytes.Clone(data[:i]), make([]byte, len(data)-i)...), "zeros from byte %d on", i)
		hole := bytes.Clone(data)
		clear(hole[i:min(i+16, len(hole))])
		add(hole, "16 zeros from byte %d on", i)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	lines = lines[:len(lines)-1] // nothing is behind the last one
	for i := range lines {
		join := func(parts ...[][]byte) []byte { return bytes.Join(slices.Concat(parts...), nil) }
		add(join(lines[:i], lines[i+1:]), "line %d is missing", i+1)
		add(join(lines[:i+1], lines[i:]), "line %d comes twice", i+1)
		add(join(lines[:i], lines[i+1:], lines[i:i+1]), "line %d comes last", i+1)
		add(join(lines, lines[i:i+1]), "line %d comes again at the end", i+1)
		if i > 0 {
			add(join(lines[:i-1], lines[i:i+1], lines[i-1:i], lines[i+1:]), "lines %d and %d are swapped", i, i+1)
		}
	}
	for _, junk := range []string{"\n", "\x00", "x", "junk\n", "\x00\x00\n", "{}\n", `{"crc32c":"00000000","record":{}}` + "\n", "\xff\xfe\n", strings.Repeat("\x00", 4096), strings.Repeat("x", 5000) + "\n"} {
		add(append(bytes.Clone(data), junk...), "%.10q behind the end", junk)
	}
	return list
}

// kept is all that a directory holds.
type kept map[string]string

func keep(t *testing.T, dir string) kept {
	t.Helper()
	files := kept{}
	if err := walkFiles(dir, func(name string, data []byte) { files[name] = string(data) }); err != nil {
		t.Fatal(err)
	}
	return files
}

// lay makes a directory hold what was kept of it, and nothing else.
func (k kept) lay(t *testing.T, dir string) {
	t.Helper()
	now := keep(t, dir)
	for name := range now {
		if _, known := k[name]; !known {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range k {
		if now[name] == text {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// backups are the originals among what was kept.
func (k kept) backups() kept {
	only := maps.Clone(k)
	maps.DeleteFunc(only, func(name, _ string) bool { return !strings.Contains(name, "/backups/") })
	return only
}

// spoilt are the runs whose journals are spoilt: how they come to be, and whether
// they are at their end, so that nothing may be put back.
var spoilt = map[string]struct {
	settled bool
	make    func(n *testNode) (run string)
}{
	"applied": {true, func(n *testNode) string { return n.applied(site).ID }},
	"applied, and a newer one behind it": {true, func(n *testNode) string {
		older := n.applied(sooner)
		n.applied(site)
		return older.ID
	}},
	"rolled back": {true, func(n *testNode) string {
		record := n.applied(site)
		_, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		return record.ID
	}},
	"rolled back, and applied anew by a newer one": {true, func(n *testNode) string {
		record := n.applied(site)
		_, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.applied(site)
		return record.ID
	}},
	"waiting for confirmation": {true, func(n *testNode) string { return n.appliedWithin(site).ID }},
	"confirmed": {true, func(n *testNode) string {
		record := n.appliedWithin(site)
		_, err := n.agent("", nil).Confirm(n.Context(), "")
		n.ok(err)
		return record.ID
	}},
	"applied by a harden that sealed nothing": {true, func(n *testNode) string { return n.unsealed(n.applied(site).ID) }},
	"applied by a harden that sealed nothing, and a newer one behind it": {true, func(n *testNode) string {
		older := n.unsealed(n.applied(sooner).ID)
		n.ok(os.Chmod(n.path(certificate), 0o666))
		n.applied(site)
		return n.unsealed(older)
	}},
	"cut off by a harden that sealed nothing": {false, func(n *testNode) string {
		n.cutOff(lastStep)
		return n.unsealed(n.runDirs()[0])
	}},
	"cut off": {false, func(n *testNode) string {
		n.cutOff(lastStep)
		return n.runDirs()[0]
	}},
	"a rollback cut off": {false, func(n *testNode) string {
		record := n.applied(site)
		calls := killing(12)
		survives(func() { _, _ = n.agent("", calls).Rollback(n.Context(), "", agent.RollbackOptions{}) })
		return record.ID
	}},
	"cut off before its first change": {false, func(n *testNode) string {
		n.cutOff(func(op host.Op) bool { return strings.HasSuffix(op.Path, "/reserve") && op.Name == "renameat2" })
		return n.runDirs()[0]
	}},
}

// unsealed makes a run one of a harden that did not seal its journals.
func (n *testNode) unsealed(run string) string {
	n.Helper()
	n.ok(os.RemoveAll(n.path(node.StateDir + "/runs/" + run + "/seal")))
	return run
}

// TestSpoiltJournal spoils the journal of a run, and its seal, in every way, and starts the
// node again. A run that is settled is never undone. One that was interrupted is put
// back as a whole, or left alone and reported; and in no case is a backup gone
// while there is something left to be put back.
func TestSpoiltJournal(t *testing.T) {
	for name, s := range spoilt {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sample := newNode(t)
			synctest.Test(t, func(t *testing.T) {
				n := sample.small(t)
				old := n.snapshot()
				dir := node.StateDir + "/runs/" + s.make(n)
				inputs := 0
				for _, name := range []string{"/journal", "/seal"} {
					if _, err := os.Stat(n.path(dir + name)); err == nil || name == "/journal" {
						inputs += n.spoil(dir+name, old, s.settled)
					}
				}
				n.Attr("figure/inputs", strconv.Itoa(inputs))
			})
		})
	}
}

// spoil spoils a file of the node in every way, and counts the ways.
func (n *testNode) spoil(file string, old []string, settled bool) int {
	n.Helper()
	now := n.snapshot()
	tree := keep(n.T, n.dir)
	before, modes := tree.backups(), n.modes()
	calls := &script{}
	a := n.agent("", calls)
	running := n.running
	failures, undone, damaged := 0, 0, 0
	sound := []byte(n.read(file))
	defer func() { n.ok(os.WriteFile(n.path(file), sound, 0o600)) }()
	list := spoilings(sound)
	for _, s := range list {
		n.ok(os.WriteFile(n.path(file), s.data, 0o600))
		calls.ops = nil
		_, err := a.Recover(n.Context())
		untouched, back, backups := true, slices.Equal(now, old), before
		wrote := slices.ContainsFunc(calls.ops, func(op host.Op) bool { return !strings.HasSuffix(op.Path, "/lock") })
		if wrote { // otherwise all is as it was
			after := n.snapshot()
			untouched, back, backups = slices.Equal(now, after), slices.Equal(old, after), keep(n.T, n.path(node.StateDir)).backups()
		}
		wrong := ""
		switch {
		case settled && !untouched:
			wrong = "a settled run was undone"
		case !untouched && !back:
			wrong = "the node is neither untouched nor as before"
		case !back && !maps.Equal(backups, before):
			wrong = "backups are gone"
		case !settled && !back && err == nil:
			wrong = "nothing was said of what is left"
		case !settled && back && err != nil && kindOf(err) != node.Incomplete:
			wrong = "an error of a wrong kind"
		}
		if wrong != "" {
			if failures++; failures <= 5 {
				n.Errorf("%s: %s (error %v)", s.name, wrong, err)
			}
		}
		if err != nil {
			damaged++
		}
		if !untouched {
			undone++
		}
		if wrote {
			tree.lay(n.T, n.dir)
			n.setModes(modes)
			n.running = running
		}
	}
	if failures > 0 {
		n.Errorf("%d of %d ways to spoil it are not met", failures, len(list))
	}
	n.Logf("%d ways to spoil it: %d reported, %d put back", len(list), damaged, undone)
	return len(list)
}

// modes are those of all files and directories.
func (n *testNode) modes() map[string]os.FileMode {
	n.Helper()
	modes := map[string]os.FileMode{}
	n.ok(filepath.Walk(n.dir, func(name string, info os.FileInfo, err error) error {
		if err == nil {
			modes[name] = info.Mode()
		}
		return err
	}))
	return modes
}

func (n *testNode) setModes(modes map[string]os.FileMode) {
	n.Helper()
	n.ok(filepath.Walk(n.dir, func(name string, info os.FileInfo, err error) error {
		if _, known := modes[name]; err == nil && !known {
			if err := os.RemoveAll(name); err != nil {
				return err
			}
			if info.IsDir() {
				return filepath.SkipDir
			}
		}
		return err
	}))
	for name, mode := range modes {
		if mode.IsDir() {
			n.ok(os.MkdirAll(name, mode.Perm()))
		}
		n.ok(os.Chmod(name, mode))
	}
}
