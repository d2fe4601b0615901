package facts

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/cmdline"
	"harden/agent/message"
)

// manifests reads the directory of static pods as the kubelet does: every file
// in it but those whose name begins with a dot, whatever they are called, or the
// one file that stands in its place (pkg/kubelet/config, file.go, file_linux.go).
// It gives the control plane's components by their names.
func (c *collector) manifests() map[string]*Component {
	found := map[string]*Component{}
	dir := c.facts.ManifestDir
	if directory, err := c.Exists(dir); err == nil && !directory {
		for _, component := range c.manifest(dir) {
			add(found, component)
		}
		return found
	}
	for _, file := range c.names(dir) {
		if strings.HasPrefix(file, ".") {
			continue
		}
		at := path.Join(dir, file)
		if directory, err := c.Exists(at); err != nil || directory {
			continue
		}
		for _, component := range c.manifest(at) {
			add(found, component)
		}
	}
	return found
}

// add takes a component from one more file. Where several start it, that with
// its own name stands for it, as kubeadm and rke2 call them.
func add(found map[string]*Component, component *Component) {
	before := found[component.Name]
	switch {
	case before == nil:
		found[component.Name] = component
	case named(component.Manifest) == component.Name && named(before.Manifest) != before.Name:
		component.Copies = append(before.Copies, before.Manifest)
		found[component.Name] = component
	default:
		before.Copies = append(before.Copies, component.Manifest)
	}
}

// named is the component that a file is called after: the name without its end,
// kube-apiserver for kube-apiserver.yaml and for kube-apiserver.manifest.
func named(file string) string {
	base := path.Base(file)
	return strings.TrimSuffix(base, path.Ext(base))
}

// manifest reads one file of the directory: the components that it starts. A
// file that is called after one and cannot be read or understood is that one's,
// and says why.
func (c *collector) manifest(file string) []*Component {
	called := ""
	for _, name := range ComponentNames {
		if named(file) == name {
			called = name
		}
	}
	unknown := func(err error) []*Component {
		if called == "" {
			return nil
		}
		return []*Component{{Name: called, Manifest: file, Unreadable: err, pod: podIdentity{"kube-system", called, "", called}}}
	}
	data, err := c.readFile(file, configLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		c.unreadable(file, err)
		return unknown(err)
	}
	pod, err := c.podIn(data)
	if err != nil {
		c.note("cannot parse %s: %v", file, err)
		return unknown(message.Errorf("cannot parse %s: %w", file, err))
	}
	var components []*Component
	for _, name := range ComponentNames {
		if container := pod.Find(name); container != nil {
			components = append(components, startedBy(file, name, pod, container))
		}
	}
	if len(components) == 0 {
		return unknown(message.Errorf("no container of %s, or more than one, starts %s", file, called))
	}
	return components
}

// startedBy is a component as a manifest says it.
func startedBy(file, name string, pod *cmdline.Pod, container *cmdline.Container) *Component {
	line := container.CommandLine(name)
	component := &Component{Name: name, Manifest: file, Line: line, Container: container, ManifestArgv: line.Argv(),
		Image: container.Image, Version: imageVersion(container.Image),
		UID: int(max(container.User.UID, 0)), GID: int(max(container.User.GID, 0)),
		pod: podIdentity{pod.Namespace, pod.Name, pod.UID, container.Name}}
	if component.pod.namespace == "" {
		component.pod.namespace = "default" // as the kubelet takes it
	}
	return component
}

// podIn reads a manifest. What can be edited is parsed already.
func (c *collector) podIn(data []byte) (*cmdline.Pod, error) {
	root, err := c.texts.Tree(data)
	if err != nil {
		if root, err = looseTree(data); err != nil {
			return nil, err
		}
	}
	return cmdline.ReadPod(root)
}

// looseTree parses what edit does not take, as anchors. The parser is not ours:
// its panic must not end a program that runs as root.
func looseTree(data []byte) (tree *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = message.Errorf("the YAML parser failed: %v", p)
		}
	}()
	tree = &yaml.Node{}
	if err := yaml.Unmarshal(data, tree); err != nil {
		return nil, err
	}
	return tree, checkMappings(tree)
}

// DocumentKind gives what a YAML text says that it is, also where it holds what is not
// edited, as anchors. It says nothing where the parser of Kubernetes could read it otherwise.
func DocumentKind(data []byte) (apiVersion, kind string) {
	root, err := looseTree(data)
	if err != nil || root.Kind != yaml.DocumentNode || root.Content[0].Kind != yaml.MappingNode {
		return "", ""
	}
	for i, pairs := 0, root.Content[0].Content; i+1 < len(pairs); i += 2 {
		switch pairs[i].Value {
		case "apiVersion":
			apiVersion = pairs[i+1].Value
		case "kind":
			kind = pairs[i+1].Value
		}
	}
	return apiVersion, kind
}
