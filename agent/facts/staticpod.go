package facts

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"harden/agent/message"
)

// The kubelet gives a pod of a manifest a UID that no pod of the API server can
// have: 32 hex digits without a dash, or the one in the manifest. It makes the
// pod's control group, its directory and that of its logs by it, so what runs in
// that group was started from a manifest of root's. (pkg/kubelet/config,
// applyDefaults; pkg/kubelet/cm; the CRI's path of logs)

const staticUIDLength = 32

// maxPodNames is how many pods are looked for a UID among; a node has some
// hundreds, with those that ended.
const maxPodNames = 20_000

func isStaticUID(uid string) bool {
	return len(uid) == staticUIDLength && strings.Trim(uid, "0123456789abcdef") == ""
}

// podsOf gives the UIDs of the pods that the kubelet made from a manifest, those
// before the present one too, by the directories that it made for them.
func (c *collector) podsOf(component *Component) ([]string, error) {
	uids, err := c.podsByLogs(component)
	if err == nil && len(uids) > 0 {
		return uids, nil
	}
	more, podsErr := c.podsByDirectories(component)
	switch {
	case len(more) > 0 || podsErr == nil && err == nil:
		return more, nil
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return nil, podsErr
	}
	return nil, err
}

// podsByLogs looks in the directory of logs: NAMESPACE_NAME-NODE_UID/CONTAINER.
// What node that is the kubelet knows; another name with the same beginning is
// that of another pod of root's.
func (c *collector) podsByLogs(component *Component) ([]string, error) {
	dir := c.below(c.places.podLogs)
	names, err := listing(dir, maxPodNames)
	if err != nil {
		return nil, err
	}
	var uids, other []string
	begin := component.pod.namespace + "_" + component.pod.name + "-"
	for _, name := range names {
		last := strings.LastIndexByte(name, '_')
		if last < 0 || !strings.HasPrefix(name[:last], begin) {
			continue
		}
		uid := name[last+1:]
		if !isStaticUID(uid) && (uid == "" || uid != component.pod.uid) || !isDirectory(filepath.Join(dir, name, component.pod.container)) {
			continue
		}
		if name[len(begin):last] == c.nodeName() {
			uids = append(uids, uid)
		} else {
			other = append(other, uid)
		}
	}
	if len(uids) == 0 {
		uids = other
	}
	return uids, nil
}

// podsByDirectories looks in the kubelet's own directory: pods/UID/containers/NAME.
func (c *collector) podsByDirectories(component *Component) ([]string, error) {
	dir := filepath.Join(c.below(c.places.root), "pods")
	names, err := listing(dir, maxPodNames)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(names, func(uid string) bool {
		static := isStaticUID(uid) || uid != "" && uid == component.pod.uid
		return !static || !isDirectory(filepath.Join(dir, uid, "containers", component.pod.container))
	}), nil
}

// nodeName is what the kubelet calls its node, unless a cloud says otherwise.
func (c *collector) nodeName() string {
	if k := c.facts.Kubelet; k != nil && k.Flags["hostname-override"] != "" {
		return k.Flags["hostname-override"]
	}
	return c.facts.HostName
}

// hostName is what the machine calls itself. Below --root it is what the next boot calls
// it: the first line of /etc/hostname that is no comment (hostname(5)).
func (c *collector) hostName() string {
	var text []byte
	if c.system != nil {
		text, _ = readAt(-1, filepath.Join(c.system.Proc, "sys/kernel/hostname"), maxProcFile) // unreadable is not known
	} else {
		text, _ = c.ReadFile("/etc/hostname", maxProcFile)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return strings.ToLower(line)
		}
	}
	return ""
}

// below is where a path of the tree lies. Links on the way are followed: what is
// read there is only held against control groups.
func (c *collector) below(path string) string { return filepath.Join(c.Path(), path) }

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// podProcess proves the process of a component: it runs the component's program
// in the control group of a pod that the kubelet made from its manifest.
func (c *collector) podProcess(component *Component) (process, error) {
	uids, err := c.podsOf(component)
	if err != nil {
		return process{}, message.Errorf("the pods of this node cannot be listed: %w", err)
	}
	if len(uids) == 0 {
		return process{}, message.Errorf("the kubelet has made no pod from %s yet", component.Manifest)
	}
	var groups []string
	for _, uid := range uids {
		groups = append(groups, podGroups(c.places.groups, uid)...)
	}
	p, err := c.system.newestIn(c.system.find(groups), component.Name)
	if err == nil && p.pid == 0 {
		err = message.Errorf("no pod that the kubelet made from %s has a process of this component", component.Manifest)
	}
	for _, uid := range uids {
		if err == nil && strings.Contains(p.group, "pod"+uid) { // one of theirs it is: which
			p.pod = uid
		}
	}
	return p, err
}

// newestIn finds the process of a program in some groups; of several, as where
// the kubelet replaces a pod, the one that was started last. A process that one
// of them started does not count.
func (g *groups) newestIn(tops []string, program string) (process, error) {
	var found []process
	var why error
	for _, top := range tops {
		groups, err := groupsBelow(top)
		if err != nil {
			return process{}, err
		}
		for _, group := range groups {
			some, err := g.inPod(group, program)
			found, why = append(found, some...), cmp.Or(why, err)
		}
	}
	newest := process{}
	for _, p := range found {
		started := func(other process) bool { return other.pid == p.parent }
		if !slices.ContainsFunc(found, started) && p.started >= newest.started {
			newest = p
		}
	}
	if newest.pid == 0 {
		return process{}, why
	}
	return newest, nil
}

// inPod gives the processes of a program in one group, and an error where one
// of the group could not be looked at.
func (g *groups) inPod(group, program string) (found []process, why error) {
	pids, err := members(group)
	if err != nil {
		return nil, unlessGone(err)
	}
	for _, pid := range pids {
		p, err := g.member(group, pid, program)
		switch {
		case err != nil:
			why = cmp.Or(why, unlessGone(err))
		case p.pid != 0:
			p.group = group
			found = append(found, p)
		}
	}
	return found, why
}

// member reads a process of a group that runs a program. The group is listed
// again while the process is held open, so it is that process which is in it.
// It has no number where it is another.
func (g *groups) member(group string, pid int, program string) (process, error) {
	dir, err := openProcess(g.Proc, pid)
	if err != nil {
		return process{}, err
	}
	defer dir.close()
	argv, err := dir.argv()
	if err != nil || path.Base(argv[0]) != program {
		return process{}, about(pid, err)
	}
	now, err := members(group)
	if err != nil || !slices.Contains(now, pid) {
		return process{}, err
	}
	p, err := dir.process(pid)
	if err != nil {
		return process{}, about(pid, err)
	}
	return p, nil
}

func about(pid int, err error) error {
	if err == nil {
		return nil
	}
	return message.Errorf("process %d cannot be examined: %w", pid, err)
}

// unlessGone is an error but for that of what has ended.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.ENODEV) || errors.Is(err, errEnded) {
		return nil
	}
	return err
}
