package planner

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/host"
	"harden/fixers"
)

// readUnit tells whether a unit's process is older than the files that it was
// started from.
func (p *planning) readUnit(name string) (change.State, error) {
	k := p.facts.Kubelet
	if name != fixers.KubeletUnit || k == nil {
		return change.State{}, fmt.Errorf("nothing is known of unit %s", name)
	}
	units, err := p.systemd()
	if err != nil {
		return change.State{}, err
	}
	unit, err := units.Unit(p.ctx, name)
	if err != nil {
		return change.State{}, err
	}
	state := change.State{Unit: &change.Unit{}}
	switch {
	case unit.Started.IsZero():
	case unit.NeedDaemonReload:
		state.Unit.Stale = "its unit files were changed since systemd read them"
	default:
		files := slices.Concat([]string{k.Config}, k.ConfigDropIns, k.EnvFiles)
		state.Unit.Stale, err = p.newer(files, unit.Started)
		state.Unit.Stale = cmp.Or(state.Unit.Stale, k.Behind())
	}
	return state, err
}

// newer names a file that was written after a process was started.
func (p *planning) newer(files []string, started time.Time) (string, error) {
	for _, file := range files {
		if file == "" {
			continue
		}
		info, err := host.Linked{Root: p.Root}.Stat(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		// A time in the future would ask for a restart for ever.
		if info.ModTime.After(started) && info.ModTime.Before(p.Now()) {
			return fmt.Sprintf("%s was written after it was started", file), nil
		}
	}
	return "", nil
}
