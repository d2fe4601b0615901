package main

import (
	"errors"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/agent/planner"
)

// cutOffRecord records a run on a tree that was cut off once it had written kubeadm's record
// of a cluster: what no tree has.
func cutOffRecord(ts *testscript.TestScript, args []string) error {
	root, err := host.OpenRoot(ts.MkAbs(args[0]), nil)
	if err != nil {
		return err
	}
	text := func(text string) change.State {
		return change.State{File: &change.File{Content: change.NewContent([]byte(text), false)}}
	}
	run, err := node.NewStore(root).Begin(journal.Header{Started: time.Now(), Profile: change.Profile{Name: "kubeadm-node"}, Root: root.Path(), Version: "test"},
		[]change.Change{{Target: controlplane.KubeletRecord, Rules: []string{planner.RecordRule}, Effects: []change.Effect{},
			Fields: []change.FieldChange{{Field: "kubeadm:kubelet/podPidsLimit", After: int64(4096)}},
			Before: text("kind: KubeletConfiguration\n"), After: text("kind: KubeletConfiguration\npodPidsLimit: 4096\n")}}, []byte("{}\n"))
	if err != nil {
		return errors.Join(err, root.Close())
	}
	return errors.Join(run.Intent(0), run.Done(0), run.Close(), root.Close())
}
