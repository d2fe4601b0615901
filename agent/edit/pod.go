package edit

import (
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
// Flags and new mounts are gathered: a manifest is given a dozen at once, and
// each edit of the text is read back.
type podDocument struct {
	yaml    *yamlDocument
	pending map[string][]string // list of words → what it is to be
	mounts  []newMount

	lists map[string]podList // of the tree with the root that follows
	root  *yaml.Node
}

// podList is a list of words as the manifest has it, each with its line.
type podList struct {
	words []string
	lines []int
}

// Where things stand in a manifest.
const (
	podCommand = "spec.containers[0].command"
	podArgs    = "spec.containers[0].args"
	podMounts  = "spec.containers[0].volumeMounts"
	podVolumes = "spec.volumes"
)

func openPod(texts *Texts, data []byte) (Document, error) {
	doc, err := openYAML(texts, data)
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

// Flush writes the flags and mounts that were gathered: together where that
// can be done, which reads the text back once, and otherwise one by one.
func (d *podDocument) Flush() error {
	lists := d.listEdits()
	if d.yaml.together(append(d.mountEdits(), lists...)) == nil {
		d.mounts = nil
		clear(d.pending)
		return nil
	}
	if err := d.flushMounts(); err != nil {
		return err
	}
	clear(d.pending)
	for _, edit := range lists {
		if err := edit(d.yaml); err != nil {
			return err
		}
	}
	return nil
}

// listEdits gives the edits that write the flags that were gathered.
func (d *podDocument) listEdits() (edits []func(*yamlDocument) error) {
	for _, list := range []string{podCommand, podArgs} {
		if words, changed := d.pending[list]; changed {
			edits = append(edits, func(y *yamlDocument) error { return y.Set(list, words) })
		}
	}
	return edits
}

// Bytes gives the text with all flags and mounts that could be written; Flush
// tells whether all could.
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
		if lines := d.list(list).lines; at < len(lines) { // one that is new has none
			line = lines[at]
		}
		return podFlagValue(d.words(list), at), line, true, nil
	case "mount":
		return d.getMount(name)
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

// words gives a list of texts, to be read only, or nil where there is none.
func (d *podDocument) words(list string) []string {
	if words, changed := d.pending[list]; changed {
		return words
	}
	return d.list(list).words
}

// list reads a list of texts in the manifest, once: each flag is looked for in
// it. It is empty where there is no such list.
func (d *podDocument) list(address string) podList {
	if d.root != d.yaml.root {
		d.root, d.lists = d.yaml.root, map[string]podList{}
	}
	l, known := d.lists[address]
	if known {
		return l
	}
	steps, err := parseAddress(address)
	nodes := walk(d.root, steps)
	if list := nodes[len(nodes)-1]; err == nil && len(nodes) > len(steps) && isScalarList(list) {
		l.words = texts(list)
		for _, item := range list.Content {
			l.lines = append(l.lines, item.Line)
		}
	}
	d.lists[address] = l
	return l
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
		d.pending[list] = append(slices.Clone(d.words(list)), name+"="+text)
		return nil
	}
	words := d.words(list)
	given, _, _ := strings.Cut(words[at], "=")
	d.pending[list] = slices.Replace(slices.Clone(words), at, at+podFlagWords(words, at), given+"="+text)
	return nil
}
