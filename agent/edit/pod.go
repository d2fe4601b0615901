package edit

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// podDocument is a static pod's manifest: a Pod with one container that is
// told what to do by flags. Addresses are
//
//	flag:--profiling           a flag in the container's command or args
//	mount:/var/log/kubernetes  "ro" or "rw" where the host's directory is mounted
//	annotation:example.org/a   an annotation of the pod
//
// Flags are gathered: a manifest is given a dozen at once, and each edit of
// the text is read back.
type podDocument struct {
	yaml    *yamlDocument
	pending map[string][]string // list of words → what it is to be
}

// Where things stand in a manifest.
const (
	podCommand = "spec.containers[0].command"
	podArgs    = "spec.containers[0].args"
	podMounts  = "spec.containers[0].volumeMounts"
	podVolumes = "spec.volumes"
)

func openPod(data []byte) (Document, error) {
	doc, err := openYAML(data)
	if err != nil {
		return nil, err
	}
	d := &podDocument{yaml: doc, pending: map[string][]string{}}
	if kind, line, _, _ := doc.Get("kind"); kind != "Pod" {
		return nil, &SyntaxError{Line: max(line, 1), Message: "this is no Pod"}
	}
	if len(d.words(podCommand)) == 0 && len(d.words(podArgs)) == 0 {
		return nil, &SyntaxError{Line: 1, Message: "the pod's first container has no command"}
	}
	return d, nil
}

// Flush writes the flags that were gathered.
func (d *podDocument) Flush() error {
	for _, list := range []string{podCommand, podArgs} {
		words, changed := d.pending[list]
		if !changed {
			continue
		}
		delete(d.pending, list)
		if err := d.yaml.Set(list, words); err != nil {
			return err
		}
	}
	return nil
}

// Bytes gives the text with all flags that could be written; Flush tells
// whether all could.
func (d *podDocument) Bytes() []byte {
	_ = d.Flush()
	return d.yaml.Bytes()
}

// podAddress reads an address.
func podAddress(address string) (kind, name string, err error) {
	kind, name, _ = strings.Cut(address, ":")
	switch {
	case kind == "flag" && checkFlagName(name) == nil, kind == "annotation" && name != "" && utf8.ValidString(name),
		kind == "mount" && path.IsAbs(name) && path.Clean(name) == name && utf8.ValidString(name):
		return kind, name, nil
	}
	return "", "", fmt.Errorf("address %q is no flag, mount or annotation of a pod", address)
}

// Get gives a string, whatever is asked for.
func (d *podDocument) Get(address string) (value any, line int, found bool, err error) {
	kind, name, err := podAddress(address)
	if err != nil {
		return nil, 0, false, err
	}
	switch kind {
	case "flag":
		list, at := d.findFlag(name)
		if at < 0 {
			return nil, 0, false, nil
		}
		_, line, _, err := d.yaml.Get(fmt.Sprintf("%s[%d]", list, at))
		return podFlagValue(d.words(list), at), line, true, err
	case "mount":
		i := d.findMount(name)
		if i < 0 {
			return nil, 0, false, nil
		}
		_, line, _, err := d.yaml.Get(fmt.Sprintf("%s[%d].mountPath", podMounts, i))
		if readOnly, _, _, _ := d.yaml.Get(fmt.Sprintf("%s[%d].readOnly", podMounts, i)); readOnly == true {
			return "ro", line, true, err
		}
		return "rw", line, true, err
	}
	return d.yaml.Get(annotation(name))
}

// Set writes a flag's value (a list is joined by commas), mounts a directory
// of the host ("ro" or "rw"), or sets an annotation.
func (d *podDocument) Set(address string, value any) error {
	kind, name, err := podAddress(address)
	if err != nil {
		return err
	}
	switch kind {
	case "flag":
		return d.setFlag(name, value)
	case "mount":
		return d.setMount(name, value)
	}
	return d.yaml.Set(annotation(name), fmt.Sprint(value))
}

// Unset removes a flag wherever it stands, or an annotation.
func (d *podDocument) Unset(address string) error {
	kind, name, err := podAddress(address)
	if err != nil {
		return err
	}
	switch kind {
	case "flag":
		for _, list := range []string{podArgs, podCommand} {
			words := d.words(list)
			if kept := withoutPodFlag(words, name); len(kept) < len(words) {
				d.pending[list] = kept
			}
		}
		return nil
	case "annotation":
		return d.yaml.Unset(annotation(name))
	}
	return fmt.Errorf("%s cannot be removed from a pod", address)
}

func annotation(name string) string { return "metadata.annotations[" + strconv.Quote(name) + "]" }

// words gives a list of texts, or nil where there is none.
func (d *podDocument) words(list string) []string {
	if words, changed := d.pending[list]; changed {
		return slices.Clone(words)
	}
	value, _, _, err := d.yaml.Get(list)
	words, ok := value.([]string)
	if err != nil || !ok {
		return nil
	}
	return words
}

// findFlag finds the last place of a flag, which is the one that counts.
func (d *podDocument) findFlag(name string) (list string, at int) {
	for _, list := range []string{podArgs, podCommand} {
		for i, word := range slices.Backward(d.words(list)) {
			if given, _, _ := strings.Cut(word, "="); samePodFlag(given, name) {
				return list, i
			}
		}
	}
	return "", -1
}

// withoutPodFlag gives the words without those of a flag.
func withoutPodFlag(words []string, name string) []string {
	var kept []string
	for i := 0; i < len(words); i++ {
		if given, _, _ := strings.Cut(words[i], "="); samePodFlag(given, name) {
			i += podFlagWords(words, i) - 1
			continue
		}
		kept = append(kept, words[i])
	}
	return kept
}

// samePodFlag compares names as pflag does for Kubernetes: "_" is "-".
func samePodFlag(a, b string) bool {
	return strings.ReplaceAll(a, "_", "-") == strings.ReplaceAll(b, "_", "-") && strings.HasPrefix(a, "-")
}

// podFlagWords is how many words a flag takes: two in "--name value".
func podFlagWords(words []string, at int) int {
	if !strings.Contains(words[at], "=") && at+1 < len(words) && !strings.HasPrefix(words[at+1], "-") {
		return 2
	}
	return 1
}

func podFlagValue(words []string, at int) string {
	if _, value, ok := strings.Cut(words[at], "="); ok {
		return value
	}
	if podFlagWords(words, at) == 2 {
		return words[at+1]
	}
	return "true"
}

func (d *podDocument) setFlag(name string, value any) error {
	text := fmt.Sprint(value)
	if list, ok := value.([]string); ok {
		text = strings.Join(list, ",")
	}
	list, at := d.findFlag(name)
	if at < 0 {
		list = podCommand
		if args := d.words(podArgs); len(args) > 0 {
			list = podArgs
		}
		d.pending[list] = append(d.words(list), name+"="+text)
		return nil
	}
	words := d.words(list)
	given, _, _ := strings.Cut(words[at], "=")
	d.pending[list] = slices.Replace(words, at, at+podFlagWords(words, at), given+"="+text)
	return nil
}

// findMount finds the mount through which the container sees a directory of
// the host at the same path: that directory's own, or one above it.
func (d *podDocument) findMount(dir string) int {
	best, length := -1, 0
	volumes := d.hostPaths()
	for i := range d.yaml.count(podMounts) {
		at := d.text("%s[%d].mountPath", podMounts, i)
		within := dir == at || strings.HasPrefix(dir, strings.TrimSuffix(at, "/")+"/")
		if at != "" && within && len(at) > length && volumes[d.text("%s[%d].name", podMounts, i)] == path.Clean(at) {
			best, length = i, len(at)
		}
	}
	return best
}

// hostPaths gives the directories of the host by the names of their volumes.
func (d *podDocument) hostPaths() map[string]string {
	paths := map[string]string{}
	for i := range d.yaml.count(podVolumes) {
		name, at := d.text("%s[%d].name", podVolumes, i), d.text("%s[%d].hostPath.path", podVolumes, i)
		if _, twice := paths[name]; !twice && name != "" && at != "" {
			paths[name] = path.Clean(at)
		}
	}
	return paths
}

// text gives a text of the manifest, "" where there is none or something else.
func (d *podDocument) text(format, list string, item int) string {
	value, _, _, err := d.yaml.Get(fmt.Sprintf(format, list, item))
	text, is := value.(string)
	if err != nil || !is {
		return ""
	}
	return text
}

// setMount mounts a directory of the host at the same path. A single file is
// never mounted: the container would keep the old one after an atomic replace.
func (d *podDocument) setMount(dir string, value any) error {
	if value != "ro" && value != "rw" {
		return fmt.Errorf("a directory is mounted ro or rw, not %v", value)
	}
	readOnly := value == "ro"
	if mode, _, found, err := d.Get("mount:" + dir); found && err == nil && mode == value {
		return nil
	}
	if i := d.findMount(dir); i >= 0 {
		return d.yaml.Set(fmt.Sprintf("%s[%d].readOnly", podMounts, i), readOnly)
	}
	name := d.freeVolumeName(volumeName(dir))
	mount := fmt.Sprintf("%s[%d]", podMounts, d.yaml.count(podMounts))
	volume := fmt.Sprintf("%s[%d]", podVolumes, d.yaml.count(podVolumes))
	seen := []*yaml.Node{stringNode("mountPath"), stringNode(dir), stringNode("name"), stringNode(name)}
	if readOnly {
		seen = append(seen, stringNode("readOnly"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
	given := []*yaml.Node{stringNode("hostPath"), mapping(stringNode("path"), stringNode(dir), stringNode("type"), stringNode("DirectoryOrCreate")),
		stringNode("name"), stringNode(name)}
	before := d.yaml.data
	err := d.addItem(mount, mapping(seen...))
	if err == nil {
		err = d.addItem(volume, mapping(given...))
	}
	if err != nil {
		// Half of a mount keeps a pod from starting. The old text was read
		// before, so reading it again cannot fail.
		return errors.Join(err, d.yaml.load(before))
	}
	return nil
}

func mapping(entries ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: entries}
}

// addItem adds a whole mapping to a list: each edit of the text is read back,
// so one is better than one for each of its entries.
func (d *podDocument) addItem(address string, item *yaml.Node) error {
	steps, err := parseAddress(address)
	if err == nil {
		err = d.yaml.setNode(address, steps, item)
	}
	if err != nil {
		return fmt.Errorf("cannot set %s: %w", address, err)
	}
	return nil
}

// freeVolumeName changes a name that another volume has: /a/b and /a-b give the
// same one, and a kubelet does not start a pod that has it twice.
func (d *podDocument) freeVolumeName(name string) string {
	taken := map[string]bool{}
	for i := range d.yaml.count(podVolumes) {
		taken[d.text("%s[%d].name", podVolumes, i)] = true
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
