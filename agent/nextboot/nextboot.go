// Package nextboot finds what is set up on a node, outside of what rules are about, and
// keeps Kubernetes from working once the node has booted again: swap, kernel parameters,
// mount options, firewalls. It reads files of the node, and changes nothing. What it does
// not know for sure, such as what a CNI does with its own interfaces, it is silent about.
package nextboot

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/stable"
	"harden/fixers"
)

// maxFile bounds what is read of one file, in bytes; maxNames the entries of a directory.
const (
	maxFile  = 1 << 20
	maxNames = 10_000
)

// Find gives what is in the way of the next boot, the worst first, with what is known
// already. A machine without Kubernetes has nothing that could break.
func Find(root *host.Root, f *facts.Facts, known ...change.Conflict) []change.Conflict {
	n := &node{root: root, facts: f, list: append([]change.Conflict{}, known...)}
	if f.Kubelet == nil && len(f.Components) == 0 {
		return n.list
	}
	n.enabled, _ = fixers.EnabledUnits(n.root) // what cannot be read is not known to be started
	n.cni = n.networkPlugin()
	n.parameters()
	n.swap()
	n.mounts()
	n.umasks()
	n.allowList()
	n.firewalls()
	n.copies()
	stable.Sort(n.list, func(a, b change.Conflict) int {
		switch {
		case a.Severity == b.Severity:
			return 0
		case a.Severity.AtLeast(b.Severity):
			return -1
		}
		return 1
	})
	return n.list
}

// node is what is looked at, and what was found.
type node struct {
	root    *host.Root
	facts   *facts.Facts
	enabled map[string]string // units that are started at boot, with the link that says so
	cni     string            // what the CNI's configuration says
	list    []change.Conflict
}

func (n *node) add(id string, severity change.Severity, where string, reason, fix message.Text) {
	n.list = append(n.list, change.Conflict{ID: id, Severity: severity, Where: where, Reason: reason, Fix: fix})
}

// text reads a file; "" where it is not there. That one cannot be read is said.
func (n *node) text(file string) string {
	data, err := n.root.ReadFile(file, maxFile)
	said := slices.ContainsFunc(n.list, func(c change.Conflict) bool { return c.Where == file })
	if errors.Is(err, fs.ErrPermission) && !said {
		n.add("unread", change.Low, file, message.New("it cannot be read, so what it sets up at boot is not known"), message.New("run harden as root"))
	}
	return string(data)
}

// names lists a directory, sorted; nothing where it is not there.
func (n *node) names(dir string) []string {
	names, err := n.root.ReadNames(dir, maxNames)
	if err != nil {
		return nil
	}
	return names
}

// lines calls visit with each line of a file that says something, split into words, and its
// place.
func (n *node) lines(file string, visit func(words []string, place string)) {
	number := 0
	for line := range strings.Lines(n.text(file)) {
		number++
		if words := strings.Fields(line); len(words) > 0 && words[0][0] != '#' && words[0][0] != ';' {
			visit(words, at(file, number))
		}
	}
}

func at(file string, line int) string { return file + ":" + strconv.Itoa(line) }

// masked tells whether a unit cannot be started.
func (n *node) masked(unit string) bool { return fixers.Masked(n.root, unit) }

// networkPlugin is the text of the first configuration of a CNI, as the runtime picks it.
func (n *node) networkPlugin() string {
	const dir = "/etc/cni/net.d"
	for _, name := range n.names(dir) {
		switch path.Ext(name) {
		case ".conf", ".conflist", ".json":
			return n.text(path.Join(dir, name))
		}
	}
	return ""
}

// kubeletField is what the kubelet's configuration says of a field of its top level that is
// true or false, or its flag: "" where neither does.
func (n *node) kubeletField(field, flag string) string {
	k := n.facts.Kubelet
	if k == nil {
		return ""
	}
	if value, given := k.Flags[flag]; given {
		return value
	}
	value := ""
	for _, file := range append([]string{k.Config}, k.ConfigDropIns...) {
		if file == "" {
			continue
		}
		before, after, found := strings.Cut(n.text(file), field)
		if found && !strings.Contains(before[strings.LastIndexByte(before, '\n')+1:], "#") {
			after = strings.TrimLeft(after, "\": \t")
			value = after[:max(strings.IndexFunc(after, func(r rune) bool { return r < 'a' || r > 'z' }), 0)]
		}
	}
	return value
}
