package facts

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

// System is the running system that a tree of files belongs to.
type System struct {
	Proc    string // where the kernel shows processes: "/proc"
	Cgroups string // where it shows control groups: "/sys/fs/cgroup"
	// Service asks systemd about a service. nil where there is nobody to ask.
	Service func(name string) (Service, error)
}

// Service is what systemd says of a service.
type Service struct {
	MainPID      int    // 0 where no process of it runs
	ControlGroup string // as systemd sees the tree of groups: "/system.slice/kubelet.service"
}

var errNobodyAsked = errors.New("there is no systemd to ask")

// service asks systemd about a service.
func (s *System) service(name string) (Service, error) {
	if s.Service == nil {
		return Service{}, errNobodyAsked
	}
	return s.Service(name)
}

// once gives the system as one look at it sees it: each service is asked about
// once.
func (s *System) once() *System {
	if s == nil || s.Service == nil {
		return s
	}
	seen := *s
	var mu sync.Mutex
	told := map[string]func() (Service, error){}
	seen.Service = func(name string) (Service, error) {
		mu.Lock()
		ask := told[name]
		if ask == nil {
			ask = sync.OnceValues(func() (Service, error) { return s.Service(name) })
			told[name] = ask
		}
		mu.Unlock()
		return ask()
	}
	return &seen
}

// ahead begins to ask systemd about a service, which takes some milliseconds
// for a new connection. A panic shows where the answer is wanted.
func (s *System) ahead(name string) {
	if s == nil {
		return
	}
	go func() {
		defer func() { _ = recover() }()
		_, _ = s.service(name)
	}()
}

// listing gives the names in a directory, in no order. Others may fill it: more
// than limit names are an error.
func listing(dir string, limit int) ([]string, error) {
	fd, err := syscall.Open(dir, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: dir, Err: err}
	}
	f := os.NewFile(uintptr(fd), dir)
	defer f.Close()
	var names []string
	for {
		some, err := f.Readdirnames(512)
		names = append(names, some...)
		switch {
		case len(names) > limit:
			return nil, fmt.Errorf("%s has more than %d entries", dir, limit)
		case errors.Is(err, io.EOF):
			return names, nil
		case err != nil:
			return nil, err
		}
	}
}
