package profiles

import (
	"maps"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Objects selects objects of a cluster, and containers in them. What is empty selects
// all; "*" and "?" are patterns. It can be compared.
type Objects struct {
	Namespace       string `yaml:"namespace"`       // of the object; of a Namespace its own name
	NamespaceLabels Labels `yaml:"namespaceLabels"` // that its namespace has
	Kind            string `yaml:"kind"`            // "DaemonSet"
	Name            string `yaml:"name"`
	Container       string `yaml:"container"` // what is found in this container only
}

// Labels are labels as one text, sorted: "app=web,team=legacy".
type Labels string

// UnmarshalYAML reads a mapping of names to values.
func (l *Labels) UnmarshalYAML(n *yaml.Node) error {
	var labels map[string]string
	if err := n.Decode(&labels); err != nil {
		return message.Errorf("namespaceLabels is a mapping of labels to values")
	}
	var list []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		list = append(list, key+"="+labels[key])
	}
	*l = Labels(strings.Join(list, ","))
	return nil
}

// In tells whether all labels are among some.
func (l Labels) In(labels map[string]string) bool {
	if l == "" {
		return true
	}
	for label := range strings.SplitSeq(string(l), ",") {
		key, value, _ := strings.Cut(label, "=")
		if have, is := labels[key]; !is || have != value {
			return false
		}
	}
	return true
}

// String shows the selection: "kind=DaemonSet name=node-exporter"; "" is all.
func (o Objects) String() string {
	var list []string
	for _, part := range o.parts() {
		if part.pattern != "" {
			list = append(list, part.name+"="+part.pattern)
		}
	}
	return strings.Join(list, " ")
}

type part struct{ name, pattern string }

func (o Objects) parts() []part {
	return []part{{"namespace", o.Namespace}, {"namespaceLabels", string(o.NamespaceLabels)}, {"kind", o.Kind}, {"name", o.Name}, {"container", o.Container}}
}

// check refuses patterns that select nothing.
func (o Objects) check() error {
	for _, part := range o.parts() {
		if _, err := path.Match(part.pattern, ""); part.name != "namespaceLabels" && err != nil {
			return message.Errorf("objects: %s is not a pattern: %q", part.name, part.pattern)
		}
	}
	return nil
}

// Place is what an object is to a selection.
type Place struct {
	Namespace, Kind, Name string
	Container             string            // "": not about one container
	Labels                map[string]string // of the namespace
}

// Select tells whether an object, or a container in it, is one of them.
func (o Objects) Select(p Place) bool {
	match := func(pattern, text string) bool {
		is, err := path.Match(pattern, text)
		return pattern == "" || err == nil && is
	}
	return match(o.Namespace, p.Namespace) && o.NamespaceLabels.In(p.Labels) && match(o.Kind, p.Kind) && match(o.Name, p.Name) && match(o.Container, p.Container)
}
