// Package facts says what this node is: its platform, roles and versions, the
// Kubernetes components on it with their command lines, and the files that
// they really use.
//
// It is read once per run. It writes nothing, starts no process, asks no
// network, and guesses no path: what cannot be found out is left empty, and
// what cannot be read is said in a note.
//
// A process is believed to be a part of Kubernetes only where systemd, or the
// control group of the pod that the kubelet made from a manifest, says so. What
// it says of itself, its name and its command line, proves nothing; and no path
// that is written to comes from one, but from files that root alone could have
// written.
package facts

import (
	"errors"
	"io/fs"
	"slices"

	"harden/agent/edit"
	"harden/agent/message"
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
	// ReadTrusted is ReadFile for a file that root, or who runs this, alone could
	// have written; any other is an error that says who else could.
	ReadTrusted(path string, limit int64) ([]byte, error)
	// ReadNames returns the names in a directory, sorted. More than limit are an
	// error.
	ReadNames(path string, limit int) ([]string, error)
	// Exists tells whether path is a directory; a symbolic link is not one.
	Exists(path string) (directory bool, err error)
	// Link gives what a symbolic link says, "" where path is none.
	Link(path string) (target string, err error)
}

// GivenByUser is where a version comes from that the user gave.
const GivenByUser = "given by the user"

// Override is what the user says of the node; an empty field is detected.
type Override struct {
	Role       string // "control-plane", "etcd" or "worker"
	Kubernetes string // "1.34.1", "v1.34"
}

// Facts is what a node is. It has many fields: each is something that rules ask about.
type Facts struct {
	Live     bool   // the running system rather than a tree given with --root
	Platform string // "kubeadm", "rke", "rke2", "k3s" or "none"
	// Joined tells whether the node belongs to a cluster: `kubeadm init` or
	// `join` has run, or another installer. Before, the kubelet of kubeadm's
	// packages is there and has no configuration.
	Joined bool
	// Coming is what kubeadm will make of the machine, where these are the facts of
	// the node that it is going to be: "init" or "join-control-plane".
	Coming string
	Roles  []string // sorted, of "control-plane", "etcd", "worker"; empty if none
	// Kubernetes is the version of the API server on a control-plane node,
	// else of the kubelet; zero if it is not known.
	Kubernetes     Version
	KubernetesFrom string // says where that version was found
	// HostName is what the machine calls itself, in small letters: the kernel's name, below
	// --root that of /etc/hostname; "" where it is not known.
	HostName string
	Kubelet  *Kubelet
	// Rancher is how RKE2 or K3s is configured, nil on other platforms.
	Rancher *Rancher
	// Components holds those of ComponentNames that have a static pod manifest
	// or a running process.
	Components  map[string]*Component
	ManifestDir string         // the static pod directory, whether it exists or not
	Notes       []message.Text // what could not be read, and so is not known
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
	if dir, ok := etcd.File("data-dir"); ok && dir != "" {
		return absolute(dir, "/")
	}
	return "/var/lib/etcd"
}

// Collect reads the facts of a node. It fails only where nothing else makes
// sense: the root cannot be read, or the override is not valid. system is the
// running system that the tree is of, nil where it does not run. What is parsed
// is kept in texts, nil where nobody asks again.
func Collect(r Reader, system *System, override Override, texts *edit.Texts) (*Facts, error) {
	if _, err := r.Exists("/"); err != nil {
		return nil, message.Errorf("cannot read the root directory: %w", err)
	}
	c := &collector{Reader: r, texts: texts, facts: &Facts{Live: system != nil}}
	if system != nil {
		c.system = system.look()
	}
	f := c.facts
	f.HostName = c.hostName()
	f.Kubelet = c.kubelet()
	f.Platform = c.platform()
	f.Rancher = c.rancher()
	if f.Kubelet == nil || f.Rancher != nil { // a kubelet that a package brought beside RKE2 is not the node's
		f.Kubelet = c.kubeletWithoutUnit()
	}
	f.ManifestDir = c.manifestDir()
	f.Components = c.components()
	if k := f.Kubelet; k != nil {
		c.proveKubelet(k)
		k.Version, k.VersionFrom = c.kubeletVersion(k)
	}
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
			return message.Errorf("cannot use role %q: want %s, %s or %s", o.Role, ControlPlane, Etcd, Worker)
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
	system *groups // nil where the tree does not run
	facts  *Facts
	texts  *edit.Texts
	places kubeletPlaces

	containers    map[string]dockerContainer // of RKE's, by their names, once they were asked for
	containersErr error
}

// Configuration files are small; a bigger one is refused, not read. So are
// directories of them.
const (
	configLimit = 1 << 20 // bytes
	namesLimit  = 10_000
)

// note records once what could not be read.
func (c *collector) note(format string, args ...any) {
	if s := message.New(format, args...); !slices.Contains(c.facts.Notes, s) {
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

// readFile reads a file that says what is so of the node, or what is to be
// done to it. On the running system it has to be root's own: what somebody else
// could have written decides nothing. A tree is as a whole somebody's.
func (c *collector) readFile(path string, limit int64) ([]byte, error) {
	if c.system == nil {
		return c.ReadFile(path, limit)
	}
	return c.ReadTrusted(path, limit)
}

// readOr returns what a configuration file holds. A missing file is nil, false,
// nil. One that is there and cannot be read, or believed, is noted, and is nil,
// true and the reason.
func (c *collector) readOr(path string) (data []byte, exists bool, err error) {
	data, err = c.readFile(path, configLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		c.unreadable(path, err)
		return nil, true, message.Errorf("cannot read %s: %w", path, err)
	}
	return data, true, nil
}

// names lists a directory; one that is missing is empty, one that cannot be
// read is noted.
func (c *collector) names(dir string) []string {
	names, err := c.ReadNames(dir, namesLimit)
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
