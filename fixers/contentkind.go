package fixers

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"harden/agent/facts"
)

// Place is what is known of a path that a rule is about, so that it can be judged
// before root reads it, writes it, or changes its mode or owner. The zero value is a
// path of which nothing is known: it must lie where Kubernetes keeps its files.
type Place struct {
	Content ContentKind
	// NamedByRule is set if the rule's own parameters name the path. That is the
	// profile's or the operator's decision, and needs no other file to confirm it.
	NamedByRule bool
	// NamedIn are files that may name a path which lies elsewhere: one that only
	// root could have written must. Text is what they name it by, "" for the
	// path itself.
	NamedIn []string
	Text    string
	// UID is the user whose what lies there must be already; nil for any.
	UID *int
}

// ContentKind is what must be at a place.
type ContentKind string

// The kinds of content. Those that are documents have the name of their kind.
const (
	AnyContent      ContentKind = ""
	EtcdData        ContentKind = "etcd-data"
	Certificates    ContentKind = "certificates"
	UnitFile        ContentKind = "unit-file"
	EnvironmentFile ContentKind = "environment-file"

	StaticPod           ContentKind = "Pod"
	KubeletConfig       ContentKind = "KubeletConfiguration"
	Kubeconfig          ContentKind = "Config"
	EncryptionConfig    ContentKind = "EncryptionConfiguration"
	AuditPolicy         ContentKind = "Policy"
	AdmissionConfig     ContentKind = "AdmissionConfiguration"
	AuthenticationFile  ContentKind = "AuthenticationConfiguration"
	AuthorizationFile   ContentKind = "AuthorizationConfiguration"
	SchedulerConfig     ContentKind = "KubeSchedulerConfiguration"
	EventRateLimitsFile ContentKind = "Configuration"
)

// documents gives, for the contents that are documents, the API groups that their
// apiVersion may be of; "" is the core group, whose versions have no slash.
var documents = map[ContentKind][]string{
	StaticPod:           {""},
	KubeletConfig:       {"kubelet.config.k8s.io"},
	Kubeconfig:          {""},
	EncryptionConfig:    {"apiserver.config.k8s.io"},
	AuditPolicy:         {"audit.k8s.io"},
	AdmissionConfig:     {"apiserver.config.k8s.io", "apiserver.k8s.io"},
	AuthenticationFile:  {"apiserver.config.k8s.io"},
	AuthorizationFile:   {"apiserver.config.k8s.io"},
	SchedulerConfig:     {"kubescheduler.config.k8s.io"},
	EventRateLimitsFile: {"eventratelimit.admission.k8s.io"},
}

// IsDocument tells whether a content is a YAML document.
func (l ContentKind) IsDocument() bool { return documents[l] != nil }

// Is tells whether a document with this apiVersion and kind is such a content.
// Before Kubernetes 1.13 the kind of an encryption configuration was another.
func (l ContentKind) Is(apiVersion, kind string) bool {
	group, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		group = ""
	}
	if l == EncryptionConfig && kind == "EncryptionConfig" && apiVersion == "v1" {
		return true
	}
	return kind == string(l) && apiVersion != "" && slices.Contains(documents[l], group)
}

// Misplaced says that a path is not what a rule is about, so that nothing of it
// is read or written.
type Misplaced struct{ Err error }

func (e *Misplaced) Error() string { return e.Err.Error() }
func (e *Misplaced) Unwrap() error { return e.Err }

// read reads a file at a place, after it was judged.
func (n Node) read(path string, place Place, limit int64) ([]byte, error) {
	if _, err := n.Files.Exists(path); errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if n.Placed != nil {
		if err := n.Placed(path, place); err != nil {
			return nil, err
		}
	}
	return n.Files.ReadFile(path, limit)
}

// unread is the verdict where a file could not be read.
func unread(format string, err error) Requirement {
	var misplaced *Misplaced
	if errors.As(err, &misplaced) {
		return blocked("%v", misplaced)
	}
	return failed(format, err)
}

// expect notes what must be at a path that the requirement is about.
func (w *Requirement) expect(path string, place Place) {
	if w.Places == nil {
		w.Places = map[string]Place{}
	}
	w.Places[path] = place
}

// namedByRule notes paths that the rule's own parameters name.
func (w *Requirement) namedByRule(paths ...string) {
	for _, p := range paths {
		w.expect(p, Place{NamedByRule: true})
	}
}

// ManifestPlace is the place of a component's manifest.
func ManifestPlace(f *facts.Facts) Place {
	return Place{Content: StaticPod, Text: f.ManifestDir, NamedIn: kubeletFiles(f.Kubelet)}
}

// kubeletFiles are those in which the operator says what the kubelet uses.
func kubeletFiles(k *facts.Kubelet) []string {
	if k == nil {
		return nil
	}
	files := unitFiles(k)
	if k.Config != "" {
		files = append(files, k.Config)
	}
	return append(files, k.ConfigDropIns...)
}

// unitFiles are those that say how the kubelet is started.
func unitFiles(k *facts.Kubelet) []string { return slices.Concat(k.UnitFiles, k.EnvFiles) }

// configPlace is the place of the kubelet's configuration and its drop-ins.
func configPlace(k *facts.Kubelet, path string) Place {
	place := Place{Content: KubeletConfig, NamedIn: unitFiles(k), Text: relative(k.Flags["config"])}
	if path != k.Config {
		place.Text = cmp.Or(relative(k.Flags["config-dir"]), k.ConfigDir)
	}
	return place
}

// relative is a path as its file names it where that is relative to the working
// directory, which the unit says; "" where the path is named as it is.
func relative(file string) string {
	if filepath.IsAbs(file) {
		return ""
	}
	return strings.TrimSuffix(file, "/")
}

// flagPlace is the place of a file that a component's flag names. own is the
// one that the rule makes.
func flagPlace(c *facts.Component, look ContentKind, path, own string) Place {
	if path == own {
		return Place{NamedByRule: true}
	}
	place := Place{Content: look}
	if c.Manifest != "" {
		place.NamedIn = []string{c.Manifest}
	}
	return place
}
