package facts

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ComponentNames are the parts of a control plane, etcd included.
var ComponentNames = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}

// Component is a part of the control plane on this node.
type Component struct {
	Name         string
	Manifest     string // path of the static pod manifest, "" if there is none
	ManifestArgv []string
	Unreadable   error   // why the manifest could not be read or parsed; nil where it could
	Image        string  // in the manifest
	Version      Version // by the image's tag; zero where the tag is no version
	Running      bool
	PID          int
	Argv         []string // of the running process
	UID, GID     int      // that the process runs as, effective
}

// Flag is the value of a flag of the component: of the manifest, which is what
// runs after the next change, or of the process where there is no manifest.
func (c *Component) Flag(name string) (value string, ok bool) {
	argv := c.ManifestArgv
	if len(argv) == 0 {
		argv = c.Argv
	}
	return Flag(argv, name)
}

func (c *collector) components(processes []process) map[string]*Component {
	found := map[string]*Component{}
	for _, name := range ComponentNames {
		component := c.manifest(name)
		p, running := componentProcess(processes, name, component, c.facts.Platform)
		if running {
			if component == nil {
				component = &Component{Name: name}
			}
			component.Running, component.PID, component.Argv = true, p.pid, p.argv
			component.UID, component.GID = p.uid, p.gid
		}
		if component != nil {
			found[name] = component
		}
	}
	return found
}

// manifest reads the static pod of a component, or nil where there is none.
// The file has the component's name: so kubeadm and rke2 write it.
func (c *collector) manifest(name string) *Component {
	file := path.Join(c.facts.ManifestDir, name+".yaml")
	component := &Component{Name: name, Manifest: file}
	data, err := c.ReadFile(file, configLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		c.unreadable(file, err)
		component.Unreadable = err
		return component
	}
	var pod pod
	if err := c.decodeYAML(data, &pod, pod.plain); err != nil {
		c.note("cannot parse %s: %v", file, err)
		component.Unreadable = fmt.Errorf("cannot parse %s: %w", file, err)
		return component
	}
	containers := pod.Spec.Containers
	i := slices.IndexFunc(containers, func(c container) bool { return c.Name == name })
	if i < 0 {
		i = slices.IndexFunc(containers, func(c container) bool {
			return len(c.Command) > 0 && path.Base(c.Command[0]) == name
		})
	}
	if i >= 0 {
		component.ManifestArgv = slices.Concat(containers[i].Command, containers[i].Args)
		component.Image = containers[i].Image
		component.Version = imageVersion(containers[i].Image)
	}
	return component
}

// pod is what matters of a static pod's manifest.
type pod struct {
	Spec struct{ Containers []container }
}

type container struct {
	Name, Image   string
	Command, Args []string
}

// plain fills the pod in from a plain manifest.
func (p *pod) plain(root *yaml.Node) bool {
	spec, plain := field(root, "spec")
	if !plain {
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
			!textsField(n, "command", &c.Command) || !textsField(n, "args", &c.Args) {
			return false
		}
	}
	p.Spec.Containers = containers
	return true
}

// imageVersion reads the tag of an image: "registry:5000/etcd:3.6.4-0" is 3.6.4.
func imageVersion(image string) Version {
	image, _, _ = strings.Cut(image, "@")
	_, tag, _ := strings.Cut(path.Base(image), ":")
	v, err := ParseVersion(tag)
	if err != nil {
		return Version{}
	}
	return v
}
