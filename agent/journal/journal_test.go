package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/message"
)

const stateDir = "/var/lib/harden"

var (
	started  = time.Date(2026, 11, 21, 23, 24, 34, 0, time.UTC)
	finished = started.Add(time.Minute)
	reload   = change.DaemonReload
	restart  = change.RestartUnit("kubelet.service")
)

func sampleHeader() Header {
	return Header{
		Started: started,
		Profile: change.Profile{Name: "kubeadm-node", Version: "1", Digest: "sha256:00"},
		Node:    change.Node{Platform: "kubeadm", Kubernetes: "1.34.1", Roles: []string{"control-plane", "etcd"}},
		Root:    "/",
		Version: "0.1.0",
		Units:   map[string]string{"kubelet.service": "5c2b7a"},
	}
}

// sampleChanges has one change of each way in which a backup is kept or not.
func sampleChanges() []change.Change {
	config := &change.File{Mode: 0o644, Xattrs: map[string][]byte{"user.x": {0, 0xff}}, Content: change.NewContent([]byte("a: 1\n"), false)}
	edited := &change.File{Mode: 0o600, Xattrs: config.Xattrs, Content: change.NewContent([]byte("a: 2\n"), false)}
	return []change.Change{
		{
			Target: "file:/var/lib/kubelet/config.yaml", Rules: []string{"kubelet-qps"}, Controls: []string{"cis-1.12/4.2.8"},
			Fields: []change.FieldChange{
				{Field: "yaml:eventRecordQPS", Before: nil, After: int64(1) << 60},
				{Field: "yaml:list", Before: []string{"a"}, After: []string{}},
				{Field: "yaml:on", Before: true, After: 0.5},
			},
			Effects: []change.Effect{restart},
			Before:  change.State{File: config}, After: change.State{File: edited},
		},
		{
			Target: "file:/etc/kubernetes/encryption.yaml",
			Before: change.State{},
			After:  change.State{File: &change.File{Mode: 0o600, Content: change.NewContent([]byte("key: hunter2\n"), true)}},
		},
		{
			Target: "file:/etc/kubernetes/admin.conf",
			Before: change.State{File: &change.File{Mode: 0o644}},
			After:  change.State{File: &change.File{Mode: 0o600}},
		},
		{
			Target: "file:/etc/empty",
			Before: change.State{File: &change.File{Mode: 0o644, Content: change.NewContent(nil, false)}},
			After:  change.State{},
		},
		{
			Target: "sysctl:kernel.panic",
			Before: change.State{Sysctl: &change.Sysctl{Value: "0"}}, After: change.State{Sysctl: &change.Sysctl{Value: "10"}},
		},
	}
}

// action is one thing that a run records.
type action struct {
	name string
	do   func(*Run) error
}

// applyActions are those of a run that succeeds, undoActions those of its undo.
func applyActions() []action {
	var list []action
	for i := range sampleChanges() {
		list = append(list,
			action{fmt.Sprint("intent ", i), func(r *Run) error { return r.Intent(i) }},
			action{fmt.Sprint("done ", i), func(r *Run) error { return r.Done(i) }})
	}
	return append(list,
		action{"reload", func(r *Run) error { return r.EffectIntent(reload) }},
		action{"reloaded", func(r *Run) error { return r.EffectDone(reload, nil) }},
		action{"restart", func(r *Run) error { return r.EffectIntent(restart) }},
		action{"restarted", func(r *Run) error {
			return r.EffectDone(restart, map[string]string{"InvocationID": "77aa"})
		}},
		action{"commit", func(r *Run) error { return r.Commit(finished) }})
}

func undoActions() []action {
	list := []action{{"undo", func(r *Run) error { return r.UndoBegin(message.Value("asked for")) }}}
	for i := len(sampleChanges()) - 1; i > 0; i-- {
		list = append(list,
			action{fmt.Sprint("undo intent ", i), func(r *Run) error { return r.UndoIntent(i) }},
			action{fmt.Sprint("undo done ", i), func(r *Run) error { return r.UndoDone(i) }})
	}
	return append(list,
		action{"skip 0", func(r *Run) error { return r.UndoSkipped(0, message.Value("changed since")) }},
		action{"undo restart", func(r *Run) error { return r.UndoEffectIntent(restart) }},
		action{"undo restarted", func(r *Run) error { return r.UndoEffectDone(restart, nil) }},
		action{"settle", func(r *Run) error {
			return r.EndUndo(RollbackIncomplete, finished, []message.Text{message.Value("file:/x is left")})
		}})
}

func begin(t *testing.T, s *Store) *Run {
	t.Helper()
	run, err := s.Begin(sampleHeader(), sampleChanges(), []byte("{}\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

func perform(t *testing.T, run *Run, actions []action) {
	t.Helper()
	for _, a := range actions {
		if err := a.do(run); err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
	}
}

// must is for calls that have no reason to fail in a test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestRunIsRemembered(t *testing.T) {
	disk := osDisk{t.TempDir()}
	run := begin(t, Open(disk, stateDir))
	for _, a := range append(applyActions(), undoActions()...) {
		perform(t, run, []action{a})
		loaded := must(Open(disk, stateDir).Load(run.ID()))
		if diff := cmp.Diff(run.Record(), loaded); diff != "" {
			t.Fatalf("after %s (-written +read):\n%s", a.name, diff)
		}
	}
	r := run.Record()
	if r.State != RollbackIncomplete || r.Reason.String() != "asked for" || !r.Finished.Equal(finished) || len(r.Problems) != 1 {
		t.Errorf("record at the end: %+v", r)
	}
	if diff := cmp.Diff(sampleHeader(), r.Header); diff != "" {
		t.Error(diff)
	}
	for i, c := range sampleChanges() {
		step := r.Steps[i]
		if diff := cmp.Diff(c.Fields, step.Fields); diff != "" {
			t.Errorf("fields of step %d: %s", i, diff)
		}
		if undone := i > 0; !step.Intended || !step.Done || step.Undone != undone || (!step.UndoSkipped.IsZero()) == undone {
			t.Errorf("step %d: %+v", i, step)
		}
	}
	if diff := cmp.Diff([]EffectStep{{reload, true, nil}, {restart, true, map[string]string{"InvocationID": "77aa"}}}, r.Effects); diff != "" {
		t.Error(diff)
	}
}

func TestBeforeGivesTheStateFromBefore(t *testing.T) {
	disk := osDisk{t.TempDir()}
	store := Open(disk, stateDir)
	r := must(store.Load(begin(t, store).ID()))
	for i, c := range sampleChanges() {
		got, err := store.Before(r, i)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.Before, got, cmp.Comparer(func(a, b []byte) bool { return string(a) == string(b) })); diff != "" {
			t.Errorf("step %d (-before +backup):\n%s", i, diff)
		}
	}
	for name, data := range map[string]string{"other bytes": "a: 3\n", "more bytes": "a: 1\n\n", "fewer bytes": "a:"} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(disk.at(r.Steps[0].Backup), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Before(r, 0); err == nil || !strings.Contains(err.Error(), r.Steps[0].Backup) {
				t.Errorf("error %v does not name %s", err, r.Steps[0].Backup)
			}
		})
	}
}

func TestFilesArePrivateAndHoldNoNewSecret(t *testing.T) {
	disk := osDisk{t.TempDir()}
	run := begin(t, Open(disk, stateDir))
	perform(t, run, applyActions())
	var seen []string
	err := filepath.Walk(disk.at(stateDir), func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if info.Mode().IsRegular() {
			seen = append(seen, info.Name())
			if strings.Contains(string(must(os.ReadFile(path))), "hunter2") {
				t.Errorf("%s holds the secret that was written to the target", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0000", "0003", "journal", "plan.json", "seal"}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestBeginRefuses(t *testing.T) {
	file := func(c *change.Content) change.State { return change.State{File: &change.File{Content: c}} }
	tests := []struct {
		name   string
		change change.Change
		want   string
	}{
		{"a target that is not UTF-8", change.Change{Target: "file:/etc/\xff"}, "does not survive"},
		{"an account that is not UTF-8", change.Change{Target: "user:x", Before: change.State{User: &change.User{Comment: "\xe9"}}}, "does not survive"},
		{"bytes of another digest", change.Change{Target: "file:/x", Before: file(&change.Content{Data: []byte("a"), Digest: change.Digest(nil)})}, "its bytes are not"},
		{"content without its bytes", change.Change{Target: "file:/x", Before: file(&change.Content{Digest: "sha256:12"})}, "its bytes are not"},
		{"random bytes that are not made", change.Change{Target: "file:/x", After: file(&change.Content{Generate: []change.Generate{{Token: "T", Bytes: 32}}})}, "not made yet"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := Open(osDisk{t.TempDir()}, stateDir)
			_, err := store.Begin(sampleHeader(), []change.Change{test.change}, nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if runs := must(store.Runs()); len(runs) > 0 {
				t.Errorf("left behind: %+v", runs)
			}
		})
	}
}

func TestOrderOfRecords(t *testing.T) {
	applied, undone := applyActions(), append(applyActions(), undoActions()...)
	tests := []struct {
		name   string
		before []action
		do     func(*Run) error
	}{
		{"a step that is not there", nil, func(r *Run) error { return r.Intent(5) }},
		{"a step below none", nil, func(r *Run) error { return r.Intent(-1) }},
		{"done without intent", nil, func(r *Run) error { return r.Done(0) }},
		{"effect done without intent", nil, func(r *Run) error { return r.EffectDone(reload, nil) }},
		{"write after commit", applied, func(r *Run) error { return r.Intent(0) }},
		{"undo of a step before undo", applied, func(r *Run) error { return r.UndoIntent(0) }},
		{"undone without intent", applied, func(r *Run) error { _ = r.UndoBegin(message.Text{}); return r.UndoDone(0) }},
		{"skipped without reason", applied, func(r *Run) error { _ = r.UndoBegin(message.Text{}); return r.UndoSkipped(0, message.Text{}) }},
		{"settled as applied", applied, func(r *Run) error { _ = r.UndoBegin(message.Text{}); return r.EndUndo(Applied, finished, nil) }},
		{"undo of a step after the end", undone, func(r *Run) error { return r.UndoIntent(0) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := Open(osDisk{t.TempDir()}, stateDir)
			run := begin(t, store)
			perform(t, run, test.before)
			if err := test.do(run); err == nil || !strings.Contains(err.Error(), run.ID()) {
				t.Errorf("error %v does not name the run", err)
			}
			if diff := cmp.Diff(run.Record(), must(store.Load(run.ID()))); diff != "" {
				t.Errorf("journal is spoilt:\n%s", diff)
			}
		})
	}
}
