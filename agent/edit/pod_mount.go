package edit

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// findMount finds the mount through which the container sees a directory of
// the host at the same path: that directory's own, or one above it.
func (d *podDocument) findMount(dir string) int {
	best, length := -1, 0
	volumes := d.hostPaths()
	for i, mount := range d.yaml.items(d.at("volumeMounts")) {
		at := textIn(mount, "mountPath")
		if at != "" && within(dir, at) && len(at) > length && volumes[textIn(mount, "name")] == path.Clean(at) {
			best, length = i, len(at)
		}
	}
	return best
}

// hostPaths gives the directories of the host by the names of their volumes.
func (d *podDocument) hostPaths() map[string]string {
	paths := map[string]string{}
	for _, volume := range d.yaml.items(podVolumes) {
		name, at := textIn(volume, "name"), textIn(volume, "hostPath", "path")
		if _, twice := paths[name]; !twice && name != "" && at != "" {
			paths[name] = path.Clean(at)
		}
	}
	return paths
}

// textIn gives a text in a node, "" where there is none or something else.
func textIn(n *yaml.Node, keys ...string) string {
	for i := range keys {
		at := childIndex(n, step{key: &keys[i]})
		if at < 0 {
			return ""
		}
		n = n.Content[at]
	}
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	text, _ := scalarValue(n).(string)
	return text
}

// setMount mounts a directory of the host at the same path. A single file is
// never mounted: the container would keep the old one after an atomic replace.
func (d *podDocument) setMount(dir string, value any) error {
	if value != "ro" && value != "rw" {
		return message.Errorf("a directory is mounted ro or rw, not %v", value)
	}
	readOnly := value == "ro"
	if mode, _, found, err := d.getMount(dir); err != nil || found && mode == value {
		return err
	}
	if slices.ContainsFunc(d.mounts, func(m newMount) bool { return m.dir == dir }) {
		if err := d.flushMounts(); err != nil {
			return err
		}
	}
	if i := d.findMount(dir); i >= 0 {
		return d.yaml.Set(fmt.Sprintf("%s[%d].readOnly", d.at("volumeMounts"), i), readOnly)
	}
	d.mounts = append(d.mounts, newMount{dir: dir, volume: d.freeVolumeName(volumeName(dir)), readOnly: readOnly})
	return nil
}

// getMount tells how the container sees a directory of the host.
func (d *podDocument) getMount(dir string) (value any, line int, found bool, err error) {
	mode := func(readOnly bool) string {
		if readOnly {
			return "ro"
		}
		return "rw"
	}
	for _, m := range d.mounts {
		switch {
		case m.dir == dir:
			return mode(m.readOnly), 0, true, nil
		case within(dir, m.dir):
			if err := d.flushMounts(); err != nil {
				return nil, 0, false, err
			}
			return d.getMount(dir)
		}
	}
	i := d.findMount(dir)
	if i < 0 {
		return nil, 0, false, nil
	}
	_, line, _, err = d.yaml.Get(fmt.Sprintf("%s[%d].mountPath", d.at("volumeMounts"), i))
	readOnly, _, _, _ := d.yaml.Get(fmt.Sprintf("%s[%d].readOnly", d.at("volumeMounts"), i))
	return mode(readOnly == true), line, true, err
}

// within tells whether a path is a directory, or lies below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// newMount is a directory of the host that is to be mounted at the same path.
type newMount struct {
	dir, volume string
	readOnly    bool
}

// seen is the mount as the container has it, given the volume that it is of.
func (m newMount) seen() *yaml.Node {
	entries := []*yaml.Node{stringNode("mountPath"), stringNode(m.dir), stringNode("name"), stringNode(m.volume)}
	if m.readOnly {
		entries = append(entries, stringNode("readOnly"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
	return mapping(entries...)
}

func (m newMount) given() *yaml.Node {
	return mapping(stringNode("hostPath"), mapping(stringNode("path"), stringNode(m.dir), stringNode("type"), stringNode("DirectoryOrCreate")),
		stringNode("name"), stringNode(m.volume))
}

// flushMounts writes the mounts that were gathered, all or none.
func (d *podDocument) flushMounts() error {
	if len(d.mounts) == 0 {
		return nil
	}
	before := d.yaml.data
	for _, edit := range d.mountEdits() {
		if err := edit(d.yaml); err != nil {
			// Half of a mount keeps a pod from starting. The old text was read
			// before, so reading it again cannot fail.
			return errors.Join(err, d.yaml.load(before))
		}
	}
	d.mounts = nil // not before: what was told to be set must not be forgotten
	return nil
}

// mountEdits gives the edits that add the mounts that were gathered.
func (d *podDocument) mountEdits() []func(*yamlDocument) error {
	if len(d.mounts) == 0 {
		return nil
	}
	var seen, given []*yaml.Node
	for _, m := range d.mounts {
		seen, given = append(seen, m.seen()), append(given, m.given())
	}
	return []func(*yamlDocument) error{
		func(y *yamlDocument) error { return y.addItems(d.at("volumeMounts"), seen) },
		func(y *yamlDocument) error { return y.addItems(podVolumes, given) },
	}
}

func mapping(entries ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: entries}
}

// freeVolumeName changes a name that another volume has: /a/b and /a-b give the
// same one, and a kubelet does not start a pod that has it twice.
func (d *podDocument) freeVolumeName(name string) string {
	taken := map[string]bool{}
	for _, volume := range d.yaml.items(podVolumes) {
		taken[textIn(volume, "name")] = true
	}
	for _, m := range d.mounts {
		taken[m.volume] = true
	}
	free := name
	for n := 2; taken[free]; n++ {
		end := "-" + strconv.Itoa(n)
		free = name[:min(len(name), 63-len(end))] + end
	}
	return free
}

// volumeName makes a volume's name, a DNS label, from a directory.
func volumeName(dir string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower("harden"+dir)), "-")
	return strings.TrimRight(name[:min(len(name), 63)], "-")
}
