package fixers

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/message"
)

// maxRKEFile bounds what is read of an RKE file, in bytes.
const maxRKEFile = 4 << 20

// RKEFile is a file that describes a whole RKE cluster and lies where its
// operator works, mostly on no node at all: it is edited only where the
// operator names it, and takes effect once RKE is run.
type RKEFile struct {
	// File is "cluster" (RKE's cluster.yml) or "template" (a cluster template
	// of Rancher, which holds the same below rancher_kubernetes_engine_config). Required.
	File string `yaml:"file"`
	// Path is where the file lies, absolute; empty where nobody named it.
	Path  string `yaml:"path"`
	From  string `yaml:"from"`  // the rule is about clusters from this Kubernetes version on, such as "1.25"
	Until string `yaml:"until"` // and before this one
}

const rkeTemplateKey = "rancher_kubernetes_engine_config"

func (f *RKEFile) check() error {
	switch {
	case f.File != "cluster" && f.File != "template":
		return message.Errorf("file %q is neither cluster nor template", f.File)
	case f.Path != "" && (!path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path):
		return message.Errorf("path %q is not absolute and clean", f.Path)
	}
	for _, v := range []string{f.From, f.Until} {
		if v == "" {
			continue
		}
		if _, err := facts.ParseVersion(v); err != nil {
			return err
		}
	}
	return nil
}

// open reads the file, or gives the requirement that is certain without it. by says
// what a person does by hand, in one sentence without an end: "set a to 1".
func (f *RKEFile) open(n Node, by message.Text) (edit.Document, *Requirement) {
	if f.Path == "" {
		req := f.unnamed(n, by)
		return nil, &req
	}
	data, err := n.Files.ReadFile(f.Path, maxRKEFile)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = message.Errorf("there is no %s", f.Path)
		}
		req := failed("cannot read the RKE file: %v", err)
		return nil, &req
	}
	doc, err := edit.Open("yaml", data)
	if err != nil {
		req := failed("%v", located(f.Path, err))
		return nil, &req
	}
	for _, key := range f.marks() {
		if _, _, found, _ := doc.Get(key); found {
			return doc, f.version(doc, n)
		}
	}
	req := blocked("%s is not an RKE %s file: it has no %s", f.Path, f.File, strings.Join(f.marks(), ", "))
	return nil, &req
}

// marks are keys of which an RKE file has at least one.
func (f *RKEFile) marks() []string {
	if f.File == "template" {
		return []string{rkeTemplateKey}
	}
	return []string{"nodes", "services", "kubernetes_version"}
}

func (f *RKEFile) unnamed(n Node, by message.Text) Requirement {
	if reason := f.outside(n.Facts.Kubernetes.Minor); !n.Facts.Kubernetes.IsZero() && !reason.IsZero() {
		return notApplicable("the cluster runs Kubernetes %s; %s", n.Facts.Kubernetes, reason)
	}
	reason := message.New("in cluster.yml, %s, then run rke up; to let harden edit the file: --set rke-cluster-file=cluster.yml", by)
	if f.File == "template" {
		reason = message.New("in the RKE template, %s, then move the clusters to the new revision; to let harden edit a copy of the template: --set rke-template-file=template.yml", by)
	}
	return Requirement{Status: change.Manual, Reason: reason}
}

var rkeVersion = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v?1\.(\d{1,3})\.\d{0,3}(-rancher[\d.-]{1,8})?`)
})

// version holds the rule against the version of the cluster that the file
// describes; where it does not say one, against that of this node.
func (f *RKEFile) version(doc edit.Document, n Node) *Requirement {
	if f.From == "" && f.Until == "" {
		return nil
	}
	field := "kubernetes_version"
	if f.File == "template" {
		field = rkeTemplateKey + "." + field
	}
	value, line, _, err := doc.Get(field)
	if err != nil {
		req := failed("%v", located(f.Path, err))
		return &req
	}
	text, _ := value.(string)
	var req Requirement
	switch m := rkeVersion().FindStringSubmatch(text); {
	case m != nil:
		minor, err := strconv.Atoi(m[1])
		reason := f.outside(minor)
		if err == nil && reason.IsZero() {
			return nil
		}
		req = notApplicable("%s:%d says Kubernetes %s; %s", f.Path, line, m[0], reason)
	case n.Facts.Kubernetes.IsZero():
		req = blocked("%s sets no %s such as v1.15.9-rancher1-1, so it is not known whether this rule applies; add that line, or use --set kubernetes-version=1.15.9", f.Path, field)
	default:
		reason := f.outside(n.Facts.Kubernetes.Minor)
		if reason.IsZero() {
			return nil
		}
		req = notApplicable("the cluster runs Kubernetes %s; %s", n.Facts.Kubernetes, reason)
	}
	return &req
}

// outside says why a minor version of Kubernetes is none that the rule is
// about, or nothing.
func (f *RKEFile) outside(minor int) message.Text {
	bound := func(text string) int {
		v, err := facts.ParseVersion(text)
		if err != nil {
			return -1 // refused by check
		}
		return v.Minor
	}
	switch {
	case f.From != "" && minor < bound(f.From):
		return message.New("the setting is for %s and later", f.From)
	case f.Until != "" && minor >= bound(f.Until):
		return message.New("the setting is for versions before %s", f.Until)
	}
	return message.Text{}
}
