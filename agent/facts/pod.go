package facts

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// pod is what matters of a static pod's manifest.
type pod struct {
	Metadata struct{ Name, Namespace, UID string }
	Spec     struct {
		SecurityContext securityContext `yaml:"securityContext"`
		Containers      []container
	}
}

type container struct {
	Name, Image     string
	Command, Args   []string
	SecurityContext securityContext `yaml:"securityContext"`
}

// securityContext says whom a pod, or over it a container, runs as; nil is not
// said.
type securityContext struct {
	User  *int `yaml:"runAsUser"`
	Group *int `yaml:"runAsGroup"`
}

// runsAs gives whom a container of the pod runs as, root where nothing is said.
func (p *pod) runsAs(c container) (uid, gid int) {
	first := func(ids ...*int) int {
		for _, id := range ids {
			if id != nil {
				return *id
			}
		}
		return 0
	}
	return first(c.SecurityContext.User, p.Spec.SecurityContext.User), first(c.SecurityContext.Group, p.Spec.SecurityContext.Group)
}

// plain fills the pod in from a plain manifest.
func (p *pod) plain(root *yaml.Node) bool {
	metadata, plain := field(root, "metadata")
	if !plain || !textField(metadata, "name", &p.Metadata.Name) || !textField(metadata, "namespace", &p.Metadata.Namespace) ||
		!textField(metadata, "uid", &p.Metadata.UID) {
		return false
	}
	spec, plain := field(root, "spec")
	if !plain || !p.Spec.SecurityContext.plain(spec) {
		return false
	}
	list, plain := field(spec, "containers")
	if !plain || list == nil || list.Kind != yaml.SequenceNode || list.Tag != "!!seq" {
		return false
	}
	containers := make([]container, len(list.Content))
	for i, n := range list.Content {
		c := &containers[i]
		if !textField(n, "name", &c.Name) || !textField(n, "image", &c.Image) ||
			!textsField(n, "command", &c.Command) || !textsField(n, "args", &c.Args) || !c.SecurityContext.plain(n) {
			return false
		}
	}
	p.Spec.Containers = containers
	return true
}

// plain fills it in from the plain mapping that it is a part of.
func (s *securityContext) plain(of *yaml.Node) bool {
	context, plain := field(of, "securityContext")
	if !plain || context == nil {
		return plain
	}
	return idField(context, "runAsUser", &s.User) && idField(context, "runAsGroup", &s.Group)
}

// idField gives the number of a user or a group of a key in a mapping.
func idField(n *yaml.Node, key string, id **int) (plain bool) {
	value, plain := field(n, key)
	if !plain || value == nil {
		return plain
	}
	if value.Kind != yaml.ScalarNode || value.Tag != "!!int" || value.Value != "0" && strings.HasPrefix(value.Value, "0") {
		return false
	}
	number, err := strconv.Atoi(value.Value)
	*id = &number
	return err == nil
}
