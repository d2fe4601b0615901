package facts

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"harden/agent/message"
)

// The group that a process is in says who started it: root alone makes groups
// at the top of a tree, and moves processes there. What a user may make lies
// below a group that was given to him, whatever its name. So a path counts
// from its beginning, and never a part of it.

// Bounds on what is read of control groups.
const (
	maxGroups  = 256  // below that of one pod
	maxMembers = 4096 // processes of one pod, or of one service
	maxEntries = 1024 // of a group: its files, of which a tree has a hundred, and groups
	groupDepth = 3    // below that of a pod: the container, and crun's own below it
)

// groupPath gives the group of a process in the tree by which systemd keeps its
// services, out of /proc/PID/cgroup: with version 1 the one named systemd, which
// is there too where both versions are in use, else that of version 2.
func groupPath(data []byte) string { return groupIn(data, "name=systemd") }

// groupIn gives the group of a process in the tree of a controller of version
// 1, or where there is no such tree in that of version 2.
func groupIn(data []byte, controller string) string {
	unified := ""
	for line := range bytes.Lines(data) {
		fields := strings.SplitN(strings.TrimSuffix(string(line), "\n"), ":", 3) // number:controllers:path
		switch {
		case len(fields) != 3:
		case slices.Contains(strings.Split(fields[1], ","), controller):
			return fields[2]
		case fields[0] == "0" && fields[1] == "":
			unified = fields[2]
		}
	}
	return unified
}

// ofInit is the group below which systemd keeps its own, as this process sees
// it: "" on most systems, more where systemd runs in a container.
func ofInit(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path, "/init.scope"), "/")
}

// inService tells whether a process that is seen in a group is in that of a
// service, as systemd names it. init is the group of systemd, as ofInit gives
// it. Both see the same tree, unless this process has one of its own.
func inService(seen, controlGroup, init string) bool {
	if controlGroup == "" || controlGroup == "/" || init == controlGroup {
		return false
	}
	if strings.HasPrefix(controlGroup, init+"/") {
		return seen == controlGroup
	}
	return seen == init+controlGroup
}

// groups is the running system as one look at it sees it.
type groups struct {
	*System
	trees   []hierarchy
	init    string // the group of systemd, as ofInit gives it
	initErr error
}

// look begins to look at the running system.
func (s *System) look() *groups {
	g := &groups{System: s, trees: s.hierarchies()}
	init, err := openProcess(s.Proc, 1)
	if err != nil {
		g.initErr = err
		return g
	}
	defer init.close()
	data, err := init.read("cgroup")
	g.init, g.initErr = ofInit(groupPath(data)), err
	for i, h := range g.trees {
		g.trees[i].init = ofInit(groupIn(data, h.controller))
	}
	return g
}

// hierarchies gives the trees of groups that pods can be in: that of version 2,
// or those of version 1, by what all runtimes use of it.
func (s *System) hierarchies() (list []hierarchy) {
	add := func(name, controller string) {
		if _, err := os.Stat(filepath.Join(s.Cgroups, name, "cgroup.procs")); err == nil {
			list = append(list, hierarchy{dir: filepath.Join(s.Cgroups, name), controller: controller})
		}
	}
	if add("", ""); len(list) > 0 {
		return list
	}
	for _, name := range []string{"memory", "pids", "cpu", "devices"} {
		add(name, name)
	}
	add("cpu,cpuacct", "cpu")
	add("systemd", "name=systemd")
	add("unified", "")
	return list
}

// hierarchy is one tree of groups.
type hierarchy struct {
	dir        string // where it is mounted
	controller string // as /proc/PID/cgroup names it, "" for version 2
	init       string // the group of systemd in it, as ofInit gives it
}

// podGroups gives where the group of a pod can lie, below the group of all pods
// (cgroupRoot of the kubelet, "" or "/group"): by the kubelet's driver and by
// the pod's quality of service (KEP-753; pkg/kubelet/cm names them so).
func podGroups(root, uid string) []string {
	parts := strings.FieldsFunc(root, func(r rune) bool { return r == '/' })
	parts = append(parts, "kubepods")
	var groups []string
	for _, service := range []string{"burstable", "", "besteffort"} {
		above := slices.Clone(parts)
		if service != "" {
			above = append(above, service)
		}
		groups = append(groups, "/"+path.Join(path.Join(above...), "pod"+uid), slicePath(append(above, "pod"+uid)))
	}
	return groups
}

// slicePath is the path of a slice of systemd: each holds in its name those that
// it is in, with a dash between, so a dash within is written otherwise.
func slicePath(parts []string) string {
	var group, name strings.Builder
	for i, part := range parts {
		if i > 0 {
			name.WriteByte('-')
		}
		name.WriteString(strings.ReplaceAll(part, "-", "_"))
		group.WriteString("/" + name.String() + ".slice")
	}
	return group.String()
}

// dockerGroups gives where the group of a container of Docker's can lie, by its
// driver.
func dockerGroups(id string) []string {
	return []string{"/docker/" + id, "/system.slice/docker-" + id + ".scope"}
}

// find gives the directories of those of some groups that are there, in the
// first tree that has one: at its top, or below where systemd keeps its own.
func (g *groups) find(paths []string) (found []string) {
	for _, h := range g.trees {
		for _, p := range paths {
			for _, top := range slices.Compact([]string{"", h.init}) {
				dir := filepath.Join(h.dir, top, p)
				if isDirectory(dir) {
					found = append(found, dir)
				}
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// members lists the processes in a group. The kernel's own list cannot be
// written by who is not in charge of the group.
func members(dir string) ([]int, error) {
	data, err := readAt(-1, filepath.Join(dir, "cgroup.procs"), maxProcFile) // an absolute path lies in no directory
	if err != nil {
		return nil, err
	}
	var pids []int
	for line := range bytes.Lines(data) {
		pid, err := strconv.Atoi(string(bytes.TrimSpace(line)))
		if err != nil || pid <= 0 { // 0 is one of another PID namespace
			continue
		}
		if pids = append(pids, pid); len(pids) > maxMembers {
			return nil, message.Errorf("%s has more than %d processes", dir, maxMembers)
		}
	}
	return pids, nil
}

// groupsBelow lists a group and those below it, as deep as containers have them.
func groupsBelow(dir string) ([]string, error) {
	groups := []string{dir}
	for begin, depth := 0, 0; depth < groupDepth; depth++ {
		level := groups[begin:]
		begin = len(groups)
		for _, above := range level {
			if isLeaf(above) {
				continue
			}
			names, err := directories(above)
			if err != nil && !errors.Is(err, os.ErrNotExist) { // it may end meanwhile
				return nil, err
			}
			for _, name := range names {
				if groups = append(groups, filepath.Join(above, name)); len(groups) > maxGroups {
					return nil, message.Errorf("%s has more than %d groups", dir, maxGroups)
				}
			}
		}
	}
	return groups, nil
}

// isLeaf tells whether a group has none below it: a directory has a link from
// itself, one from above and one from each directory in it.
func isLeaf(dir string) bool {
	var st syscall.Stat_t
	return syscall.Stat(dir, &st) == nil && st.Nlink == 2
}

// directories lists the groups right below one: beside them are its files.
func directories(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(maxEntries)
	if len(entries) == maxEntries {
		return nil, message.Errorf("%s has more than %d entries", dir, maxEntries)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
