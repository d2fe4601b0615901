package planner

import (
	"context"
	"slices"
	"sync"

	"harden/agent/facts"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
	"harden/systemd"
)

// cachedUnits is systemd as one plan sees it: each unit is read once, because
// its two hundred properties take a millisecond.
type cachedUnits struct {
	node.Systemd
	mu    sync.Mutex
	units map[string]func() (systemd.Unit, error)
}

// Unit gives a unit as it was when it was first asked for.
func (s *cachedUnits) Unit(ctx context.Context, name string) (systemd.Unit, error) {
	s.mu.Lock()
	read := s.units[name]
	if read == nil {
		read = sync.OnceValues(func() (systemd.Unit, error) { return s.Systemd.Unit(ctx, name) })
		s.units[name] = read
	}
	s.mu.Unlock()
	return read()
}

// connectSystemd connects a planner to systemd, once.
func (p *planning) connectSystemd() (node.Systemd, error) {
	units, err := p.Units(p.ctx)
	if err != nil || units == nil {
		return nil, err
	}
	return &cachedUnits{Systemd: units, units: map[string]func() (systemd.Unit, error){}}, nil
}

// prefetchSockets starts to list the open ports if a rule is about them: the kernel
// takes some milliseconds for it.
func (p *planning) prefetchSockets() {
	if p.facts.Live && slices.ContainsFunc(p.Profile.Rules, aboutPorts) {
		background(func() { _, _ = p.sockets() }) // the fixers wait for it
	}
}

// listSockets lists the open ports that rules are about. The components of
// Kubernetes hold most of them.
func (p *planning) listSockets() ([]facts.Socket, error) {
	ports := map[facts.Port]bool{}
	for _, r := range p.Profile.Rules {
		if f, is := r.Fixer.(fixers.Listening); is {
			ports[f.Listens()] = true
		}
	}
	var likely []int
	if k := p.facts.Kubelet; k != nil && k.Running {
		likely = append(likely, k.PID)
	}
	for _, name := range facts.ComponentNames {
		if c := p.facts.Components[name]; c != nil && c.Running {
			likely = append(likely, c.PID)
		}
	}
	return facts.Listening("/proc", ports, likely)
}

// aboutPorts tells whether a rule is about the open ports.
func aboutPorts(r profiles.Rule) bool {
	_, is := r.Fixer.(fixers.Listening)
	return is
}

// prefetchUnits starts to read the kubelet's unit if a rule is about it, while
// the facts are gathered: systemd takes some milliseconds for a new connection.
func (p *planning) prefetchUnits() {
	about := func(r profiles.Rule) bool { _, is := r.Fixer.(fixers.OfUnit); return is }
	if p.Systemd == nil || !slices.ContainsFunc(p.Profile.Rules, about) {
		return
	}
	background(func() {
		if units, err := p.systemd(); err == nil {
			_, _ = units.Unit(p.ctx, fixers.KubeletUnit) // cached; who needs it waits for it
		}
	})
}

// cachedFiles are files as one plan sees them: what several rules read is read
// once, and is the same for all of them. Fixers run one after the other.
type cachedFiles struct {
	fixers.Reader
	files       map[limited]cached[[]byte]
	directories map[string]cached[[]string]
	existing    map[string]cached[bool]
}

// limited is a path, and how much of it is read.
type limited struct {
	path  string
	limit int64
}

// cached is the result of a call.
type cached[T any] struct {
	value T
	err   error
}

func newCachedFiles(files fixers.Reader) *cachedFiles {
	return &cachedFiles{files, map[limited]cached[[]byte]{}, map[string]cached[[]string]{}, map[string]cached[bool]{}}
}

// ReadFile implements fixers.Reader.
func (s *cachedFiles) ReadFile(path string, limit int64) ([]byte, error) {
	return readCached(s.files, limited{path, limit}, func() ([]byte, error) { return s.Reader.ReadFile(path, limit) })
}

// ReadDir implements fixers.Reader.
func (s *cachedFiles) ReadDir(path string) ([]string, error) {
	return readCached(s.directories, path, func() ([]string, error) { return s.Reader.ReadDir(path) })
}

// Exists implements fixers.Reader.
func (s *cachedFiles) Exists(path string) (directory bool, err error) {
	return readCached(s.existing, path, func() (bool, error) { return s.Reader.Exists(path) })
}

func readCached[K comparable, T any](known map[K]cached[T], what K, look func() (T, error)) (T, error) {
	answer, is := known[what]
	if !is {
		answer.value, answer.err = look()
		known[what] = answer
	}
	return answer.value, answer.err
}
