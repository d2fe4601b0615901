package fixers

import (
	"errors"
	"io/fs"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
)

// named gives the path of a file that a flag names and that is not there: what
// is not a path, but a password in its place, is not repeated.
func named(file string) any { return change.Like(file, "/") }

// Mount is a directory of the host that a component sees at the same path.
type Mount struct {
	Path     string `yaml:"path"`
	Writable bool   `yaml:"writable"`
}

// component finds a component of the control plane that harden can change:
// one that the kubelet runs from a manifest.
func component(n Node, name string) (*facts.Component, Requirement) {
	c := n.Facts.Components[name]
	var untrusted *host.Untrusted
	switch {
	case c == nil:
		return nil, notApplicable("no %s runs on this node", name)
	case c.Manifest == "" && n.Facts.Platform == facts.K3s:
		if c.Unreadable != nil {
			return nil, notKnown(message.New("how %s is configured", n.Facts.Platform), c.Unreadable)
		}
		return c, Requirement{}
	case c.Manifest == "":
		return nil, blocked("%s runs here (process %d), but no static pod manifest starts it; set its flags where it is configured: for RKE, in cluster.yml", name, c.PID)
	case errors.As(c.Unreadable, &untrusted):
		return nil, failed("%s", message.List(message.Of(untrusted), untrusted.Remedy))
	case errors.As(c.Unreadable, new(*host.Refused)):
		return nil, blocked("%v", c.Unreadable)
	case errors.Is(c.Unreadable, fs.ErrPermission):
		return nil, failed(OnlyRootReads, c.Unreadable)
	case c.Unreadable != nil:
		return nil, failed("%v", c.Unreadable)
	case c.Line == nil:
		return nil, failed("%s cannot be read as a pod", c.Manifest)
	case len(c.Copies) > 0:
		return nil, blocked("the kubelet starts a pod from every file of its directory, and two files start %s: %s and %s; move all but one of them elsewhere", name, c.Manifest, strings.Join(c.Copies, ", "))
	case !c.Line.Unknown.IsZero():
		return nil, blocked("the flags of %s cannot be determined: %s (%s); write its command and flags directly in the manifest, as kubeadm does", name, c.Line.Unknown, c.Manifest)
	}
	return c, Requirement{}
}

// versioned also gives the minor version that decides which flags a component
// knows, Kubernetes 1.minor or etcd 3.minor; nil where that is not known.
func versioned(n Node, name string) (*facts.Component, int, Requirement) {
	c, req := component(n, name)
	if c == nil {
		return nil, 0, req
	}
	v := c.Version
	if name != "etcd" && (v.IsZero() || n.Facts.KubernetesFrom == facts.GivenByUser) {
		v = n.Facts.Kubernetes
	}
	if v.IsZero() {
		return nil, 0, blocked("the version of %s is not known, because the tag of its image is not a version; so its flags are not known either; name the version with --set kubernetes-version=1.34.1", name)
	}
	return c, v.Minor, Requirement{}
}

// hardenDir is where files for the control plane lie that no guide gives
// another place: a directory of its own, because a pod that mounts a single
// file keeps the old one after an atomic replace.
const hardenDir = "/etc/kubernetes/harden"

// mountWants asks for a directory on the host, and that the component sees it.
func mountWants(rule string, n Node, c *facts.Component, m Mount) []change.Want {
	mount := change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: change.Field("mount:" + m.Path), Op: change.Present, Value: "ro",
		Effects: []change.Effect{change.RollPod(c.Name)}}
	if m.Writable {
		mount.Op, mount.Value = change.Exact, "rw"
	}
	return append([]change.Want{mount}, directoryWants(rule, n, m.Path)...)
}

// directoryWants asks for a directory: for root alone where harden makes it.
// Another that is there may be somebody's with good reason, /var/log for one.
func directoryWants(rule string, n Node, dir string) []change.Want {
	target := change.FileTarget(dir)
	wants := []change.Want{{Rule: rule, Target: target, Field: change.FieldType, Op: change.Exact, Value: "directory"}}
	if _, err := n.Files.Exists(dir); dir == hardenDir || errors.Is(err, fs.ErrNotExist) {
		wants = append(wants, change.Want{Rule: rule, Target: target, Field: change.FieldMode, Op: change.AtMost, Value: "0700"})
	}
	return wants
}

// fileBy gives the file that a flag of a component names. It is false where the
// flag names none, and cannot is the verdict where it is not known which.
func fileBy(c *facts.Component, flag string) (file string, given bool, cannot *Requirement) {
	name := strings.TrimPrefix(flag, "--")
	if file, given = c.File(name); given && file == "" {
		req := blocked("the value of %s cannot be determined: %s; write the value into the manifest", flag, c.Setting(name).Unknown)
		return "", true, &req
	}
	return file, given, nil
}

// rolls gives the effect of changing a file that a component reads at start,
// where its manifest names the file.
func rolls(c *facts.Component, file string) []change.Effect {
	if c.Manifest == "" {
		return nil // it is not the kubelet that starts it
	}
	if c.Line == nil {
		return nil
	}
	for name := range c.Line.Flags() {
		if at, _ := c.File(name); at == file {
			return []change.Effect{change.RollPod(c.Name)}
		}
	}
	return nil
}
