package facts

import (
	"errors"
	"io"
	"os"
	"syscall"

	"harden/agent/message"
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

var errNobodyAsked = message.Errorf("systemd does not run here")

// service asks systemd about a service.
func (s *System) service(name string) (Service, error) {
	if s.Service == nil {
		return Service{}, errNobodyAsked
	}
	return s.Service(name)
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
			return nil, message.Errorf("%s has more than %d entries", dir, limit)
		case errors.Is(err, io.EOF):
			return names, nil
		case err != nil:
			return nil, err
		}
	}
}
