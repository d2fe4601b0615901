package planner

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
)

// reading is a target as it was read: once for each plan.
type reading struct {
	state change.State
	links uint64 // hard links, of a regular file
	err   error
}

// targets reads targets, each once, however many ask for it.
type targets struct {
	node    *node.Node
	ctx     context.Context
	facts   *facts.Facts
	systemd func() (node.Systemd, error)
	objects map[change.Target]func() reading // kubeadm's record, each part read once
	// asking gives the time that the cluster has to answer.
	asking   func() (context.Context, context.CancelFunc)
	mu       sync.Mutex
	readings map[change.Target]reading
	contents map[change.Target]bool // targets whose content somebody asks about
	secrets  map[change.Target]bool // targets that hold key material
	serving  message.Text           // what is wrong with the certificate that the kubelet serves with
}

// read gives a target's state, from memory after the first time. Several may
// ask, and what was read first is what all are told.
func (t *targets) read(target change.Target) reading {
	t.mu.Lock()
	r, known := t.readings[target]
	t.mu.Unlock()
	if known {
		return r
	}
	r = t.readNow(target)
	t.mu.Lock()
	defer t.mu.Unlock()
	if first, known := t.readings[target]; known {
		return first
	}
	t.readings[target] = r
	return r
}

func (t *targets) readNow(target change.Target) reading {
	switch target.Kind() {
	case change.KindFile:
		return t.readFile(target.Name(), t.contents[target])
	case change.KindSysctl:
		state, err := t.node.Root.ReadSysctl(target.Name())
		return reading{state: state, err: err}
	case change.KindUser:
		state, err := t.node.Root.ReadUser(target.Name())
		return reading{state: state, err: err}
	case change.KindGroup:
		state, err := t.node.Root.ReadGroup(target.Name())
		return reading{state: state, err: err}
	case change.KindObject:
		if read := t.objects[target]; read != nil {
			return read()
		}
		return t.readObject(target)
	case change.KindUnit:
		state, err := t.readUnit(target.Name())
		return reading{state: state, err: err}
	}
	return reading{err: errors.New("unknown kind of target " + string(target))}
}

func (t *targets) readObject(target change.Target) reading {
	ctx, cancel := t.asking()
	defer cancel()
	state, err := t.node.Cluster.State(ctx, target, t.facts)
	return reading{state: state, err: err}
}

func (t *targets) readFile(path string, withContent bool) reading {
	info, err := t.node.Root.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return reading{}
	}
	if err != nil || info.Symlink {
		if _, refused := t.node.Root.Resolve(path); refused != nil {
			err = refused // it says why no link is followed
		}
	}
	if err != nil {
		return reading{err: err}
	}
	if withContent && info.Regular && info.Size > node.MaxDocument {
		return reading{err: &host.Refused{Path: path, Reason: message.New("it is far larger than any file of its kind")}}
	}
	state, err := t.node.Root.State(path, withContent && info.Regular)
	if err == nil && !state.Exists() {
		return reading{} // gone between the two looks
	}
	if err == nil && state.File != nil && state.File.Content != nil {
		state.File.Content.Secret = t.secrets[change.FileTarget(path)]
	}
	return reading{state: state, links: info.Links, err: err}
}
