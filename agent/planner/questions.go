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

// seenUnits is systemd as one plan sees it: each unit is read once, because
// its two hundred properties take a millisecond.
type seenUnits struct {
	node.Systemd
	mu   sync.Mutex
	seen map[string]func() (systemd.Unit, error)
}

// Unit gives a unit as it was when it was first asked for.
func (s *seenUnits) Unit(ctx context.Context, name string) (systemd.Unit, error) {
	s.mu.Lock()
	read := s.seen[name]
	if read == nil {
		read = sync.OnceValues(func() (systemd.Unit, error) { return s.Systemd.Unit(ctx, name) })
		s.seen[name] = read
	}
	s.mu.Unlock()
	return read()
}

// seeing connects a planner to systemd, once.
func (p *planning) seeing() (node.Systemd, error) {
	units, err := p.Units(p.ctx)
	if err != nil || units == nil {
		return nil, err
	}
	return &seenUnits{Systemd: units, seen: map[string]func() (systemd.Unit, error){}}, nil
}

// askSockets begins to list the open ports where a rule is about them: the
// kernel takes some milliseconds for it.
func (p *planning) askSockets() {
	if p.facts.Live && slices.ContainsFunc(p.Profile.Rules, aboutPorts) {
		background(func() { _, _ = p.sockets() }) // the fixers ask again
	}
}

// listening lists the open ports that rules are about. The components of
// Kubernetes hold most of them.
func (p *planning) listening() ([]facts.Socket, error) {
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

// askUnits begins to read the kubelet's unit where a rule is about it, while
// the facts are gathered: systemd takes some milliseconds for a new connection.
func (p *planning) askUnits() {
	about := func(r profiles.Rule) bool { _, is := r.Fixer.(*fixers.UnitCurrent); return is }
	if p.Systemd == nil || !slices.ContainsFunc(p.Profile.Rules, about) {
		return
	}
	background(func() {
		if units, err := p.systemd(); err == nil {
			_, _ = units.Unit(p.ctx, fixers.KubeletUnit) // asked for again by who needs it
		}
	})
}

// seenFiles are files as one plan sees them: what several rules ask for is
// looked at once, and is the same for all of them. Fixers are asked one after
// the other.
type seenFiles struct {
	fixers.Reader
	files       map[limited]seen[[]byte]
	directories map[string]seen[[]string]
	existing    map[string]seen[bool]
}

// limited is a path, and how much of it is read.
type limited struct {
	path  string
	limit int64
}

// seen is what an answer was.
type seen[T any] struct {
	value T
	err   error
}

func seeFiles(files fixers.Reader) *seenFiles {
	return &seenFiles{files, map[limited]seen[[]byte]{}, map[string]seen[[]string]{}, map[string]seen[bool]{}}
}

// ReadFile implements fixers.Reader.
func (s *seenFiles) ReadFile(path string, limit int64) ([]byte, error) {
	return once(s.files, limited{path, limit}, func() ([]byte, error) { return s.Reader.ReadFile(path, limit) })
}

// ReadDir implements fixers.Reader.
func (s *seenFiles) ReadDir(path string) ([]string, error) {
	return once(s.directories, path, func() ([]string, error) { return s.Reader.ReadDir(path) })
}

// Exists implements fixers.Reader.
func (s *seenFiles) Exists(path string) (directory bool, err error) {
	return once(s.existing, path, func() (bool, error) { return s.Reader.Exists(path) })
}

func once[K comparable, T any](known map[K]seen[T], what K, look func() (T, error)) (T, error) {
	answer, is := known[what]
	if !is {
		answer.value, answer.err = look()
		known[what] = answer
	}
	return answer.value, answer.err
}
