package agent

import (
	"slices"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/node"
)

// needed refuses to take away files with which a control plane was made since: a
// run before kubeadm lays them, kubeadm makes manifests that name them, and no run
// could put back what they are needed for. The key of its secrets would be lost
// for good.
func needed(f *facts.Facts, changes []change.Change) error {
	writes := func(file string) bool {
		return slices.ContainsFunc(changes, func(c change.Change) bool { return c.Target == change.FileTarget(file) })
	}
	for _, c := range changes {
		if c.Target.Kind() != change.KindFile || c.Before.Exists() {
			continue
		}
		for _, component := range f.Components {
			if component.Line == nil || writes(component.Manifest) {
				continue // its manifest goes back with the file
			}
			for name := range component.Line.Flags() {
				if file, _ := component.File(name); file == c.Target.Name() {
					return node.Failure(node.Failed, "it is needed as long as the control plane is there; after kubeadm reset it can go",
						"%s was made since with --%s=%s, a file that this run made", component.Name, name, file)
				}
			}
		}
	}
	return nil
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
