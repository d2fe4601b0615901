package edit

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"harden/agent/cmdline"
	"harden/agent/message"
)

// podDocument is a static pod's manifest, and in it the container of one
// component. Addresses are
//
//	flag:--profiling           a flag of the component, wherever it is given
//	mount:/var/log/kubernetes  "ro" or "rw" where the host's directory is mounted
//	probe:livenessProbe        the host that a probe asks, "" for the pod's own address
//	annotation:example.org/a   an annotation of the pod
//
// Flags and new mounts are gathered: a manifest is given a dozen at once, and
// each edit of the text is read back.
type podDocument struct {
	yaml      *yamlDocument
	component string
	container *cmdline.Container
	pending   map[string][]cmdline.Word // list of words, "command" or "args" → what it is to be
	started   *cmdline.CommandLine      // with all that was set; nil where it is to be read anew
	mounts    []newMount
}

// podVolumes is where the volumes of a pod stand.
const podVolumes = "spec.volumes"

// openPod opens a manifest for the container of a component; without one for
// its first container.
func openPod(texts *Texts, component string, data []byte) (Document, error) {
	doc, err := openYAML(texts, data)
	if err != nil {
		return nil, err
	}
	d := &podDocument{yaml: doc, component: component, pending: map[string][]cmdline.Word{}}
	if kind, line, _, _ := doc.Get("kind"); kind != "Pod" {
		return nil, &SyntaxError{Line: max(line, 1), Message: message.New("this is not a Pod")}
	}
	pod, err := cmdline.ReadPod(doc.root)
	if err != nil {
		return nil, &SyntaxError{Line: 1, Message: message.Of(err)}
	}
	switch {
	case component != "":
		d.container = pod.Find(component)
	case len(pod.Containers) > 0:
		d.container = &pod.Containers[0]
	}
	if d.container == nil {
		return nil, &SyntaxError{Line: 1, Message: message.New("no container of the pod, or more than one, starts %s", component)}
	}
	if len(d.container.Command)+len(d.container.Args) == 0 {
		return nil, &SyntaxError{Line: 1, Message: message.New("the container has no command")}
	}
	return d, nil
}

// at gives the address of something in the component's container.
func (d *podDocument) at(field string) string {
	return fmt.Sprintf("spec.containers[%d].%s", d.container.Index, field)
}

// words gives the words of a list, "command" or "args", as they are to be.
func (d *podDocument) words(list string) []cmdline.Word {
	if words, changed := d.pending[list]; changed {
		return words
	}
	if list == "args" {
		return d.container.Args
	}
	return d.container.Command
}

// line gives what the component is started with, with all that was set.
func (d *podDocument) line() *cmdline.CommandLine {
	if d.started == nil {
		now := *d.container
		now.Command, now.Args = placed(d.words("command")), placed(d.words("args"))
		d.started = now.CommandLine(d.component)
	}
	return d.started
}

// become takes over other words for a list.
func (d *podDocument) become(list string, words []cmdline.Word) {
	d.pending[list], d.started = words, nil
}

// placed gives words the places that they have in their list now.
func placed(words []cmdline.Word) []cmdline.Word {
	words = slices.Clone(words)
	for i := range words {
		words[i].Place.Index = i
	}
	return words
}

// Flush writes the flags and mounts that were gathered: together where that
// can be done, which reads the text back once, and otherwise one by one.
func (d *podDocument) Flush() error {
	lists := d.listEdits()
	if d.yaml.together(append(d.mountEdits(), lists...)) == nil {
		d.mounts = nil
		return d.reread()
	}
	if err := d.flushMounts(); err != nil {
		return err
	}
	clear(d.pending)
	d.started = nil
	for _, edit := range lists {
		if err := edit(d.yaml); err != nil {
			return err
		}
	}
	return d.reread()
}

// reread takes the container anew from the text, in which all stands by now.
func (d *podDocument) reread() error {
	clear(d.pending)
	return d.takeContainer()
}

// takeContainer reads the container again; what is gathered stays.
func (d *podDocument) takeContainer() error {
	d.started = nil
	pod, err := cmdline.ReadPod(d.yaml.root)
	if err != nil {
		return err
	}
	d.container = &pod.Containers[d.container.Index]
	return nil
}

// listEdits gives the edits that write the flags that were gathered.
func (d *podDocument) listEdits() (edits []func(*yamlDocument) error) {
	for _, list := range []string{"command", "args"} {
		if words, changed := d.pending[list]; changed {
			texts := make([]string, len(words))
			for i, w := range words {
				texts[i] = w.Text
			}
			edits = append(edits, func(y *yamlDocument) error { return y.Set(d.at(list), texts) })
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

// podProbes are the probes whose host has an address.
var podProbes = []string{"livenessProbe", "readinessProbe", "startupProbe"}

// podAddress reads an address.
func podAddress(address string) (kind, name string, err error) {
	kind, name, _ = strings.Cut(address, ":")
	switch {
	case kind == "flag" && checkFlagName(name) == nil, kind == "annotation" && name != "" && utf8.ValidString(name),
		kind == "mount" && path.IsAbs(name) && path.Clean(name) == name && utf8.ValidString(name),
		kind == "probe" && slices.Contains(podProbes, name):
		return kind, name, nil
	}
	return "", "", message.Errorf("address %q is not a flag, mount, probe or annotation of a pod", address)
}

// Get gives a string, whatever is asked for.
func (d *podDocument) Get(address string) (value any, line int, found bool, err error) {
	kind, name, err := podAddress(address)
	if err != nil {
		return nil, 0, false, err
	}
	switch kind {
	case "flag":
		return d.getFlag(name)
	case "mount":
		return d.getMount(name)
	case "probe":
		return d.getProbe(name)
	}
	return d.yaml.Get(annotation(name))
}

// Set writes a flag's value (a list is joined by commas), mounts a directory
// of the host ("ro" or "rw"), or sets a probe's host or an annotation.
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
	case "probe":
		return d.yaml.Set(d.at(name+"."+d.probeKind(name)+".host"), fmt.Sprint(value))
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
		return d.unsetFlag(name)
	case "annotation":
		return d.yaml.Unset(annotation(name))
	}
	return message.Errorf("%s cannot be removed from a pod", address)
}

// getProbe gives the host that a probe over HTTP or TCP asks. It is not found
// where there is no such probe.
func (d *podDocument) getProbe(name string) (value any, line int, found bool, err error) {
	at := d.at(name + "." + d.probeKind(name))
	if _, _, found, _ = d.yaml.Get(at); !found {
		return nil, 0, false, nil
	}
	value, line, found, err = d.yaml.Get(at + ".host")
	if err == nil && (!found || value == nil) {
		return "", line, true, nil
	}
	return value, line, found, err
}

// probeKind is how a probe asks: "tcpSocket", or "httpGet" where it does not say so.
func (d *podDocument) probeKind(name string) string {
	if _, _, found, _ := d.yaml.Get(d.at(name + ".tcpSocket")); found {
		return "tcpSocket"
	}
	return "httpGet"
}

func annotation(name string) string { return "metadata.annotations[" + strconv.Quote(name) + "]" }
