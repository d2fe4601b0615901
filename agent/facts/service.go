package facts

import (
	"fmt"
	"slices"
)

// mainProcess proves the main process of a service: systemd names it, it is in
// the very group of the service, and it runs one of the programs. user says that
// it may be another user than root, which the unit has it run as. The process
// has no number, and there is no error, where the service does not run.
func (s *System) mainProcess(name string, programs []string, user bool) (p process, told Service, err error) {
	if told, err = s.service(name); err != nil || told.MainPID == 0 {
		return process{}, told, err
	}
	if p, err = s.inGroup(told.MainPID, told.ControlGroup); err == nil {
		err = p.isOneOf(programs, user)
	}
	if err != nil {
		return process{}, told, fmt.Errorf("process %d, which systemd names as that of %s, does not count: %w", told.MainPID, name, err)
	}
	return p, told, nil
}

// isOneOf tells why a process is not what it is looked for as: it has not begun
// yet, is a script that begins another, or a program that serves another user.
func (p process) isOneOf(programs []string, user bool) error {
	switch {
	case !slices.Contains(programs, p.program()):
		return fmt.Errorf("it runs %s", p.program())
	case !user && !p.root():
		return fmt.Errorf("its user and group ids are %v and %v, not root's", p.uids, p.gids)
	}
	return nil
}

// inGroup reads a process that has to be in the group of a service.
func (s *System) inGroup(pid int, controlGroup string) (process, error) {
	dir, err := openProcess(s.Proc, pid)
	if err != nil {
		return process{}, err
	}
	defer dir.close()
	data, err := dir.read("cgroup")
	if err != nil {
		return process{}, err
	}
	init, err := s.initGroup("name=systemd")
	if err != nil {
		return process{}, fmt.Errorf("the control group of systemd cannot be read: %w", err)
	}
	if seen := groupPath(data); !inService(seen, controlGroup, init) {
		return process{}, fmt.Errorf("it is in the control group %s, not in %s", seen, controlGroup)
	}
	return dir.process(pid)
}

// childProcess proves a child of the main process of a service, in its group:
// with RKE2 the kubelet. It has no number where there is none.
func (s *System) childProcess(name, mainProgram, program string) (process, error) {
	parent, told, err := s.mainProcess(name, []string{mainProgram}, false)
	if err != nil || parent.pid == 0 {
		return process{}, err
	}
	var pids []int
	for _, dir := range s.find([]string{told.ControlGroup}) {
		some, err := members(dir)
		if err != nil {
			return process{}, fmt.Errorf("cannot list the processes of %s: %w", name, err)
		}
		pids = append(pids, some...)
	}
	for _, pid := range pids {
		if s.parent(pid) != parent.pid {
			continue
		}
		p, err := s.inGroup(pid, told.ControlGroup)
		if err == nil && p.parent == parent.pid && p.isOneOf([]string{program}, false) == nil {
			return p, nil
		}
	}
	return process{}, nil
}

// parent is the process that started another, 0 where that is not known.
func (s *System) parent(pid int) int {
	dir, err := openProcess(s.Proc, pid)
	if err != nil {
		return 0
	}
	defer dir.close()
	status, err := dir.status()
	if err != nil {
		return 0
	}
	return status.parent
}
