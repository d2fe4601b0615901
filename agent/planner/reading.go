package planner

import (
	"errors"
	"io/fs"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/node"
)

// reading is a target as it was read: once for each plan.
type reading struct {
	state change.State
	links uint64 // hard links, of a regular file
	err   error
}

// read gives a target's state, from memory after the first time. Several may
// ask, and what was read first is what all are told.
func (p *planning) read(t change.Target) reading {
	p.reading.Lock()
	r, known := p.readings[t]
	p.reading.Unlock()
	if known {
		return r
	}
	r = p.readNow(t)
	p.reading.Lock()
	defer p.reading.Unlock()
	if first, known := p.readings[t]; known {
		return first
	}
	p.readings[t] = r
	return r
}

func (p *planning) readNow(t change.Target) reading {
	switch t.Kind() {
	case change.KindFile:
		return p.readFile(t.Name(), p.contents[t])
	case change.KindSysctl:
		state, err := p.Root.ReadSysctl(t.Name())
		return reading{state: state, err: err}
	case change.KindUser:
		state, err := p.Root.ReadUser(t.Name())
		return reading{state: state, err: err}
	case change.KindGroup:
		state, err := p.Root.ReadGroup(t.Name())
		return reading{state: state, err: err}
	case change.KindUnit:
		state, err := p.readUnit(t.Name())
		return reading{state: state, err: err}
	}
	return reading{err: errors.New("unknown kind of target " + string(t))}
}

func (p *planning) readFile(path string, withContent bool) reading {
	info, err := p.Root.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return reading{}
	}
	if err != nil || info.Symlink {
		if _, refused := p.Root.Resolve(path); refused != nil {
			err = refused // it says why no link is followed
		}
	}
	if err != nil {
		return reading{err: err}
	}
	if withContent && info.Regular && info.Size > node.MaxDocument {
		return reading{err: &host.Refused{Path: path, Reason: "it is far larger than any file of its kind"}}
	}
	state, err := p.Root.State(path, withContent && info.Regular)
	if err == nil && !state.Exists() {
		return reading{} // gone between the two looks
	}
	if err == nil && state.File != nil && state.File.Content != nil {
		state.File.Content.Secret = p.secrets[change.FileTarget(path)]
	}
	return reading{state: state, links: info.Links, err: err}
}
