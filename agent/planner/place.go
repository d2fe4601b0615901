package planner

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/node"
	"harden/fixers"
)

// Paths come from flags and from configuration. Before root reads, closes,
// gives away or writes what lies at one, the place is judged here: whoever got
// a path in, the system's own directories and files stay as they are.

// places judges the places that requirements are about, each once.
type places struct {
	node   *node.Node
	facts  *facts.Facts
	cache  map[placeKey]error              // nil where they are right
	linked map[change.Target]change.Target // where links lead to
}

// misplaced gives the error of a path that a requirement is about, nil if there is
// none. A path that the rule's own parameters name is the operator's
// word; also then no directory of the system gets another mode or owner.
func (p *places) misplaced(req fixers.Requirement) (change.Target, error) {
	for i := range req.Wants {
		w := &req.Wants[i]
		if w.Target.Kind() == change.KindFile {
			if err := p.misplacedWant(w, req.Places); err != nil {
				return w.Target, err
			}
		}
		for _, e := range w.Effects {
			// A roll may write the manifest, though no want is about it.
			c := p.facts.Components[e.Component()]
			if c == nil || c.Manifest == "" {
				continue
			}
			if err := p.placed(c.Manifest, fixers.ManifestPlace(p.facts)); err != nil {
				return change.FileTarget(c.Manifest), err
			}
		}
	}
	return "", nil
}

func (p *places) misplacedWant(w *change.Want, places map[string]fixers.Place) error {
	name := w.Target.Name()
	place, known := places[name]
	if !known && p.facts.ManifestAt(name) != "" {
		place = fixers.ManifestPlace(p.facts)
	}
	if err := p.placed(name, place); err != nil || !place.NamedByRule {
		return err
	}
	itself := w.Match == "" || w.Matches(".", true)
	if itself && (w.Field == change.FieldMode || w.Field == change.FieldOwner) && systemDirectory(name) && !privateDirectory(name) {
		return ofSystem(name)
	}
	return nil
}

// placeKey is what a verdict on a place depends on.
type placeKey struct {
	path, text string
	look       fixers.ContentKind
	uid        int // -1 for any
}

// linkedTo gives the target that a name stands for: behind the links that root
// made. One that may not be followed stays as it is, and cannot be read.
func (p *places) linkedTo(t change.Target) change.Target {
	if t.Kind() != change.KindFile {
		return t
	}
	place, known := p.linked[t]
	if !known {
		place = t
		if resolved, err := p.node.Root.Resolve(t.Name()); err == nil {
			place = change.FileTarget(resolved)
		}
		p.linked[t] = place
	}
	return place
}

// placed judges a path, once. One that a parameter of the rule names is judged
// only where it is to be given to a user whom facts name.
func (p *places) placed(name string, place fixers.Place) error {
	if place.NamedByRule && place.UID == nil {
		return nil
	}
	key := placeKey{name, place.Text, place.Content, -1}
	if place.UID != nil {
		key.uid = *place.UID
	}
	err, known := p.cache[key]
	if !known {
		err = p.judgePlace(name, place)
		p.cache[key] = err
	}
	return err
}

// placedForReading judges a path that a fixer reads to find out what to require.
func (p *places) placedForReading(name string, place fixers.Place) error {
	resolved := p.linkedTo(change.FileTarget(name)).Name()
	if resolved != name {
		place.Text = cmp.Or(place.Text, name)
	}
	if err := p.placed(resolved, place); err != nil {
		return &fixers.Misplaced{Err: err}
	}
	return nil
}

func (p *places) judgePlace(name string, place fixers.Place) error {
	if systemDirectory(name) {
		return ofSystem(name)
	}
	home := ofKubernetes(name) || place.NamedByRule || p.linkedHome(name, place.Text)
	held, err := p.node.Root.Hold(name)
	unseen := errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0
	switch {
	case errors.Is(err, fs.ErrNotExist), unseen:
		held = nil // what is made there is ours; who cannot look cannot write either, and is told so
	case err != nil:
		return err
	default:
		defer held.Close()
	}
	switch {
	case home:
	case held == nil && !unseen:
		return blocked("%s does not exist and is outside of the directories of Kubernetes, so harden does not create it; correct the setting that names it", name)
	case !p.named(name, place):
		return blocked("%s is outside of the directories of Kubernetes, and harden found no file that names this path and that only root can write (%s); make the file that names it writable for root only, or name the path with --set or in a profile of your own",
			name, cmp.Or(strings.Join(place.NamedIn, ", "), "-"))
	}
	if held == nil {
		return nil
	}
	err = p.checkContent(held, name, place, home)
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return nil
	}
	return err
}

// linkedHome tells whether a place is where a link leads that root made at a place
// of Kubernetes, as where /var/lib/etcd lies on a disk of its own.
func (p *places) linkedHome(name, text string) bool {
	if text == "" || !ofKubernetes(text) {
		return false
	}
	behind := p.linkedTo(change.FileTarget(text)).Name()
	return behind != text && (name == behind || strings.HasPrefix(name, behind+"/"))
}

// maxNaming bounds what is read of a file that names a place, in bytes.
const maxNaming = 1 << 20

// named tells whether a file that only root could have written names a place.
func (p *places) named(name string, place fixers.Place) bool {
	text := place.Text
	if text == "" {
		text = name
	}
	return slices.ContainsFunc(place.NamedIn, func(file string) bool {
		data, err := host.Linked{Root: p.node.Root}.ReadTrusted(file, maxNaming)
		return err == nil && namesPath(data, text)
	})
}

// namesPath tells whether a text has a path as a word of its own, with a slash
// behind it or without.
func namesPath(text []byte, name string) bool {
	const more = "-._~/"
	inPath := func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte(more, c) >= 0
	}
	for rest := text; ; {
		at := bytes.Index(rest, []byte(name))
		if at < 0 {
			return false
		}
		begins := len(text) == len(rest) && at == 0
		if !begins {
			begins = !inPath(text[len(text)-len(rest)+at-1])
		}
		behind := bytes.TrimPrefix(rest[at+len(name):], []byte("/"))
		if begins && (len(behind) == 0 || !inPath(behind[0])) {
			return true
		}
		rest = rest[at+1:]
	}
}

// kubernetesDirectories are where Kubernetes and its installers keep what
// rules are about, with all that lies below. What pods write, such as volumes
// below /var/lib/kubelet/pods, is none of them.
var kubernetesDirectories = []string{
	"/etc/kubernetes", "/etc/cni", "/opt/cni", "/etc/etcd", "/etc/rancher", "/opt/rke", "/var/log/kubernetes",
	"/var/lib/etcd", "/var/lib/kubelet/pki", "/var/lib/kubelet/config.d", "/var/lib/rancher/etcd",
	"/var/lib/rancher/rke2/agent/etc", "/var/lib/rancher/rke2/agent/pod-manifests", "/var/lib/rancher/rke2/server",
	"/var/lib/rancher/k3s/agent/etc", "/var/lib/rancher/k3s/agent/pod-manifests", "/var/lib/rancher/k3s/server",
}

// kubernetesFiles are files of Kubernetes; a name that ends in a slash is a
// directory whose files, and not what lies deeper, are meant.
var kubernetesFiles = []string{
	"/var/lib/kubelet/", "/var/lib/rancher/rke2/agent/", "/var/lib/rancher/k3s/agent/", "/etc/default/kubelet", "/etc/sysconfig/kubelet",
}

// unitDirectories are where systemd looks for units.
var unitDirectories = []string{
	"/etc/systemd/system.control", "/run/systemd/system.control", "/etc/systemd/system", "/run/systemd/system",
	"/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
}

// ofKubernetes tells whether a path lies where Kubernetes keeps its files.
func ofKubernetes(name string) bool {
	below := func(dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }
	if path.Clean(name) != name {
		return false
	}
	return slices.ContainsFunc(kubernetesDirectories, below) ||
		slices.ContainsFunc(kubernetesFiles, func(f string) bool { return name == f || strings.HasSuffix(f, "/") && path.Dir(name)+"/" == f }) ||
		slices.ContainsFunc(unitDirectories, func(dir string) bool {
			return name == dir+"/"+fixers.KubeletUnit || path.Dir(name) == dir+"/"+fixers.KubeletUnit+".d"
		})
}

// systemDirectories are those of hier(7), without what lies below them.
var systemDirectories = []string{
	"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin",
	"/srv", "/sys", "/tmp", "/usr", "/var", "/var/cache", "/var/lib", "/var/local", "/var/lock", "/var/log", "/var/mail", "/var/opt", "/var/run", "/var/spool", "/var/tmp",
	"/etc/systemd", "/etc/systemd/system", "/etc/default", "/etc/sysconfig",
}

// systemTrees are directories of which all that lies below is the system's
// too, but for units of systemd.
var systemTrees = []string{
	"/bin", "/boot", "/dev", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/run", "/sbin", "/sys", "/usr",
}

// systemDirectory tells whether a path is the system's own, so that it is not a
// place of anything else whoever says so.
func systemDirectory(name string) bool {
	return slices.Contains(systemDirectories, path.Clean(name)) ||
		!ofKubernetes(name) && slices.ContainsFunc(systemTrees, func(dir string) bool { return strings.HasPrefix(name, dir+"/") })
}

// privateDirectory tells whether a directory of the system is one that nobody
// but root needs, so that a profile may close it.
func privateDirectory(name string) bool { return name == "/root" || name == "/boot" }

func ofSystem(name string) error {
	return blocked("%s is a directory of the operating system, and stays unchanged; correct the setting that names it as a place of Kubernetes", name)
}
