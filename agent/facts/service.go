package facts

import (
	"slices"

	"harden/agent/message"
)

// expected is what the main process of a service has to be, beside that systemd
// names it.
type expected struct {
	programs []string // it runs one of them
	user     bool     // it may be another user's than root's
	group    string   // that it moves itself to, "" where it stays in that of the service
}

// mainProcess proves the main process of a service, and gives its group. Who is
// in the group of a service was started by systemd, or by one who was; so the
// one process there that systemd itself started, and that is what is expected,
// is it. Where that is not one, systemd is asked, which takes some milliseconds:
// it names the process, which has to be in the very group. The process has no
// number, and there is no error, where the service does not run.
func (g *groups) mainProcess(name string, e expected) (p process, group string, err error) {
	group = "/system.slice/" + name // unless the unit has another slice
	if all := g.startedByInit(group, e); len(all) == 1 {
		return all[0], group, nil
	}
	told, err := g.service(name)
	if err != nil || told.MainPID == 0 {
		return process{}, "", err
	}
	if p, err = g.inGroup(told.MainPID, told.ControlGroup, e.group); err == nil {
		err = p.is(e)
	}
	if err != nil {
		return process{}, "", message.Errorf("harden ignores process %d, which systemd names as that of %s: %w", told.MainPID, name, err)
	}
	return p, told.ControlGroup, nil
}

// startedByInit gives the processes in the group of a service that systemd
// started and that are what is expected.
func (g *groups) startedByInit(group string, e expected) (all []process) {
	for _, pid := range g.membersOf(group) {
		if g.parent(pid) != 1 {
			continue
		}
		p, err := g.inGroup(pid, group, "")
		if err == nil && p.parent == 1 && p.is(e) == nil {
			all = append(all, p)
		}
	}
	return all
}

// membersOf lists the processes of the group of a service, none where it cannot
// be read.
func (g *groups) membersOf(group string) (pids []int) {
	for _, dir := range g.find([]string{group}) {
		some, err := members(dir)
		if err == nil {
			pids = append(pids, some...)
		}
	}
	return pids
}

// is tells why a process is not what is expected: it has not begun yet, is a
// script that begins another, or a program that serves another user.
func (p process) is(e expected) error {
	switch {
	case !slices.Contains(e.programs, p.program()):
		return message.Errorf("it runs %s", p.program())
	case !e.user && !p.root():
		return message.Errorf("its user and group ids are %v and %v, not root's", p.uids, p.gids)
	}
	return nil
}

// inGroup reads a process that has to be in the group of a service, or in
// another one that is not "".
func (g *groups) inGroup(pid int, controlGroup, other string) (process, error) {
	dir, err := openProcess(g.Proc, pid)
	if err != nil {
		return process{}, err
	}
	defer dir.close()
	data, err := dir.read("cgroup")
	if err != nil {
		return process{}, err
	}
	if g.initErr != nil {
		return process{}, message.Errorf("the control group of systemd cannot be read: %w", g.initErr)
	}
	seen := groupPath(data)
	if !inService(seen, controlGroup, g.init) && !inService(seen, other, g.init) {
		return process{}, message.Errorf("it is in the control group %s, not in %s", seen, controlGroup)
	}
	return dir.process(pid)
}

// childProcess proves a child of the main process of a service, in its group:
// with RKE2 the kubelet. It has no number where there is none.
func (g *groups) childProcess(name, mainProgram, program string) (process, error) {
	main, group, err := g.mainProcess(name, expected{programs: []string{mainProgram}})
	if err != nil || main.pid == 0 {
		return process{}, err
	}
	for _, pid := range g.membersOf(group) {
		if g.parent(pid) != main.pid {
			continue
		}
		p, err := g.inGroup(pid, group, "")
		if err == nil && p.parent == main.pid && p.is(expected{programs: []string{program}}) == nil {
			return p, nil
		}
	}
	return process{}, nil
}

// parent is the process that started another, 0 where that is not known.
func (g *groups) parent(pid int) int {
	dir, err := openProcess(g.Proc, pid)
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
