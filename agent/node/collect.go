package node

import (
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
)

// Collect gathers the facts of a node, through the links that root made. A
// manifest has the name behind them, which is the one that is written. system is
// nil below --root, where nothing runs.
func Collect(root *host.Root, system *facts.System, override facts.Override, texts *edit.Texts) (*facts.Facts, error) {
	f, err := facts.Collect(host.Linked{Root: root}, system, override, texts)
	if err != nil {
		return nil, err
	}
	for _, c := range f.Components {
		if resolved, err := root.Resolve(c.Manifest); c.Manifest != "" && err == nil {
			c.Manifest = resolved
		}
	}
	return f, nil
}
