// Package facts says what this node is: its platform, roles and versions, the
// Kubernetes components on it with their command lines, and the files that
// they really use.
//
// It is read once per run. It writes nothing, starts no process, asks no
// network, and guesses no path: what cannot be found out is left empty, and
// what cannot be read is said in a note.
package facts

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"harden/agent/edit"
)

// The platforms that Facts.Platform names.
const (
	Kubeadm = "kubeadm"
	RKE     = "rke"
	RKE2    = "rke2"
	K3s     = "k3s"
	None    = "none"
)

// The roles that Facts.Roles lists.
const (
	ControlPlane = "control-plane"
	Etcd         = "etcd"
	Worker       = "worker"
)

// Reader reads a directory tree. Paths are absolute and lie below the tree's
// root. No method follows a symbolic link, in any component of the path; what
// is not there gives an error that wraps fs.ErrNotExist.
type Reader interface {
	// Path is where the tree lies: "/" or the directory given with --root.
	Path() string
	// ReadFile refuses more than limit bytes, and all but regular files.
	ReadFile(path string, limit int64) ([]byte, error)
	// ReadDir returns the names in a directory, sorted.
	ReadDir(path string) ([]string, error)
	// Exists tells whether path is a directory; a symbolic link is not one.
	Exists(path string) (directory bool, err error)
}

// GivenByUser is where a version comes from that the user gave.
const GivenByUser = "given by the user"

// Override is what the user says of the node; an empty field is detected.
type Override struct {
	Role       string // "control-plane", "etcd" or "worker"
	Kubernetes string // "1.34.1", "v1.34"
}

// Facts is what a node is.
type Facts struct {
	Live     bool   // the running system rather than a tree given with --root
	Platform string // "kubeadm", "rke", "rke2", "k3s" or "none"
	// Joined tells whether the node belongs to a cluster: `kubeadm init` or
	// `join` has run, or another installer. Before, the kubelet of kubeadm's
	// packages is there and has no configuration.
	Joined bool
	Roles  []string // sorted, of "control-plane", "etcd", "worker"; empty if none
	// Kubernetes is the version of the API server on a control-plane node,
	// else of the kubelet; zero if it is not known.
	Kubernetes     Version
	KubernetesFrom string // says where that version was found
	Kubelet        *Kubelet
	// Components holds those of ComponentNames that have a static pod manifest
	// or a running process.
	Components  map[string]*Component
	ManifestDir string   // the static pod directory, whether it exists or not
	Notes       []string // what could not be read, and so is not known
}

// HasRole tells whether the node has the role.
func (f *Facts) HasRole(role string) bool { return slices.Contains(f.Roles, role) }

// EtcdDataDir is the --data-dir of etcd, "/var/lib/etcd" (kubeadm's default)
// where etcd does not say, and "" where the node has no etcd.
func (f *Facts) EtcdDataDir() string {
	etcd := f.Components["etcd"]
	if etcd == nil {
		return ""
	}
	if dir, ok := etcd.Flag("data-dir"); ok && dir != "" {
		return absolute(dir, "/")
	}
	return "/var/lib/etcd"
}

// Collect reads the facts of a node. It fails only where nothing else makes
// sense: the root cannot be read, or the override is not valid. Processes are
// read below procDir ("/proc"), and only if live. What is parsed for it is kept
// in texts, nil where nobody asks again.
func Collect(r Reader, live bool, procDir string, override Override, texts *edit.Texts) (*Facts, error) {
	if _, err := r.ReadDir("/"); err != nil {
		return nil, fmt.Errorf("cannot read the root directory: %w", err)
	}
	c := &collector{Reader: r, texts: texts, facts: &Facts{Live: live}}
	var processes []process
	if live {
		var err error
		if processes, err = readProcesses(procDir, append([]string{"kubelet"}, ComponentNames...)); err != nil {
			c.note("cannot list processes: %v", err)
		}
		if !slices.ContainsFunc(processes, func(p process) bool { return p.name == "kubelet" }) && hidesProcesses(procDir) {
			c.note("cannot see the processes of other users in %s (hidepid)", procDir)
		}
	}
	f := c.facts
	f.Kubelet = c.kubelet(procDir, processes)
	f.Platform = c.platform()
	f.ManifestDir = c.manifestDir()
	f.Components = c.components(processes)
	f.Joined = c.joined()
	f.Roles = c.roles()
	f.Kubernetes, f.KubernetesFrom = c.kubernetesVersion()
	if err := f.apply(override); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Facts) apply(o Override) error {
	if o.Role != "" {
		if !slices.Contains([]string{ControlPlane, Etcd, Worker}, o.Role) {
			return fmt.Errorf("cannot use role %q: want %s, %s or %s", o.Role, ControlPlane, Etcd, Worker)
		}
		f.Roles = []string{o.Role}
	}
	if o.Kubernetes != "" {
		v, err := ParseVersion(o.Kubernetes)
		if err != nil {
			return err
		}
		f.Kubernetes, f.KubernetesFrom = v, GivenByUser
	}
	return nil
}

// collector carries the facts found so far through the steps of Collect.
type collector struct {
	Reader
	facts *Facts
	texts *edit.Texts
}

// Configuration files are small; a bigger one is refused, not read.
const configLimit = 1 << 20 // bytes

// note records once what could not be read.
func (c *collector) note(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(c.facts.Notes, s) {
		c.facts.Notes = append(c.facts.Notes, s)
	}
}

// unreadable notes a path of the tree, once however it was tried.
func (c *collector) unreadable(path string, err error) {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err // without the path a second time
	}
	c.note("cannot read %s: %v", path, err)
}

// read returns what a configuration file holds. A missing file is nil, false;
// one that is there and cannot be read is noted, and is nil, true.
func (c *collector) read(path string) (data []byte, exists bool) {
	data, err := c.ReadFile(path, configLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false
	case err != nil:
		c.unreadable(path, err)
		return nil, true
	}
	return data, true
}

// names lists a directory; one that is missing is empty, one that cannot be
// read is noted.
func (c *collector) names(dir string) []string {
	names, err := c.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.unreadable(dir, err)
	}
	return names
}

// has tells whether all the paths exist.
func (c *collector) has(paths ...string) bool {
	for _, path := range paths {
		if _, err := c.Exists(path); err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				c.unreadable(path, err)
			}
			return false
		}
	}
	return true
}
