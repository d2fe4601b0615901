package agent

import (
	"slices"
	"sync"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/node"
)

// needed refuses to take away files with which a control plane was made since: a
// run before kubeadm lays them, kubeadm makes manifests that name them, and no run
// could put back what they are needed for. The key of its secrets would be lost
// for good.
func (a *Agent) needed(f *facts.Facts, changes []change.Change) error {
	record := sync.OnceValue(func() *kubeadm.File { return a.recordBut(f, changes) })
	writes := func(file string) bool {
		return slices.ContainsFunc(changes, func(c change.Change) bool { return c.Target == change.FileTarget(file) })
	}
	for _, c := range changes {
		if c.Target.Kind() != change.KindFile || c.Before.Exists() {
			continue
		}
		if component, flag, is := record().Names(c.Target.Name()); is {
			return node.Failure(node.Failed, message.New("first roll back on the control plane that was hardened last, because that run wrote the record; or remove the setting from the ConfigMap kube-system/kubeadm-config"),
				"kubeadm's record of the cluster sets %s --%s=%s, a file that this run created: after the next kubeadm upgrade this component would not start on this node", component, flag, c.Target.Name())
		}
		for _, component := range f.Components {
			if component.Line == nil || writes(component.Manifest) || f.Rancher != nil && writes(f.Rancher.DropIn()) {
				continue // what names it goes back with the file
			}
			for name := range component.Line.Flags() {
				if file, _ := component.File(name); file == c.Target.Name() {
					return node.Failure(node.Failed, message.New("this file is needed as long as the control plane exists; after kubeadm reset it can be removed"),
						"%s was created after the run, with --%s=%s, a file that the run created", component.Name, name, file)
				}
			}
		}
	}
	return nil
}

// recordBut is kubeadm's record of the cluster, where it is not put back with the changes;
// without settings where it cannot be read, and on a node that is not a control plane.
func (a *Agent) recordBut(f *facts.Facts, changes []change.Change) *kubeadm.File {
	if a.Cluster == nil || f.Components[controlplane.APIServer] == nil || slices.ContainsFunc(changes, func(c change.Change) bool { return c.Target == controlplane.ClusterRecord }) {
		return &kubeadm.File{}
	}
	state, err := a.ReadState(controlplane.ClusterRecord)
	if err != nil || !state.Exists() {
		return &kubeadm.File{}
	}
	file, err := kubeadm.Open(state.File.Content.Data, facts.Version{})
	if err != nil {
		return &kubeadm.File{}
	}
	return file
}

// changesOf are those of a run that are still to be undone.
func changesOf(record journal.Record) []change.Change {
	var changes []change.Change
	for _, step := range record.Steps {
		if step.Intended && !step.Undone {
			changes = append(changes, step.Change)
		}
	}
	return changes
}
