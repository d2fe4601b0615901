package planner

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
)

// Before kubeadm has made a machine a node, its configuration file stands for
// the manifests and the kubelet's configuration that it will write. Fixers are given
// the facts of that future node, and their wants about those files become wants
// about kubeadm's file.

// kubeadmFiles are where kubeadm's configuration usually lies, the last ones with
// Cluster API. A name that ends in "/" is a directory of such files.
var kubeadmFiles = []string{"/etc/kubeadm/", "/etc/kubernetes/kubeadm-config.yaml", "/run/kubeadm/kubeadm.yaml", "/run/kubeadm/kubeadm-join-config.yaml"}

// maxKubeadmFiles bounds how many files of a directory are looked at.
const maxKubeadmFiles = 1000

// futureNode is the node that kubeadm will make.
type futureNode struct {
	path  string // of kubeadm's file
	file  *kubeadm.File
	facts *facts.Facts
	files fixers.Reader
	parts map[change.Target]string // a file that kubeadm will write → the part of its own that it comes from
	err   error                    // why its file cannot be used; nothing else is set then
}

// findFutureNode finds the configuration that kubeadm will be started with; nil if
// there is none, or if it is for a worker, which has nothing to set in it.
func (p *planning) findFutureNode() *futureNode {
	if p.facts.Platform != facts.Kubeadm || p.facts.Joined {
		return nil
	}
	found, err := p.kubeadmConfiguration(p.facts.Kubernetes)
	switch {
	case err != nil:
		return &futureNode{err: err}
	case found == nil || found.file.Purpose() == kubeadm.JoinWorker:
		return nil
	}
	if err := found.collectFacts(p.Root, p.facts); err != nil {
		return &futureNode{err: message.Errorf("%s: %w", found.path, err)}
	}
	return found
}

// kubeadmConfiguration reads the file that the operator named, or the one that is
// there.
func (p *planning) kubeadmConfiguration(fallback facts.Version) (*futureNode, error) {
	files := host.Linked{Root: p.Root}
	if p.KubeadmConfig != "" {
		c, err := readKubeadm(files, p.KubeadmConfig, fallback)
		if err == nil && c == nil {
			err = message.Errorf("%s holds no document of kubeadm", p.KubeadmConfig)
		}
		return c, err
	}
	var all []*futureNode
	for _, name := range kubeadmFiles {
		list := []string{name}
		if dir, is := strings.CutSuffix(name, "/"); is {
			list = nil
			names, err := files.ReadNames(dir, maxKubeadmFiles)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			for _, n := range names {
				if ext := path.Ext(n); ext == ".yaml" || ext == ".yml" {
					list = append(list, path.Join(dir, n))
				}
			}
		}
		for _, file := range list {
			c, err := readKubeadm(files, file, fallback)
			switch {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				return nil, err
			case c != nil:
				all = append(all, c)
			}
		}
	}
	if len(all) > 1 {
		return nil, message.Errorf("%s and %s are both configurations of kubeadm; name the one that kubeadm uses: --set kubeadm-config=FILE", all[0].path, all[1].path)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all[0], nil
}

// readKubeadm reads a file; nil where it has no document of kubeadm.
func readKubeadm(files host.Linked, name string, fallback facts.Version) (*futureNode, error) {
	data, err := files.ReadTrusted(name, node.MaxDocument)
	if err != nil {
		return nil, err
	}
	file, err := kubeadm.Open(data, fallback)
	if err != nil {
		return nil, located(name, err)
	}
	if !file.Known() {
		return nil, nil
	}
	return &futureNode{path: name, file: file}, nil
}

// collectFacts collects the facts of the node as it will be.
func (c *futureNode) collectFacts(root *host.Root, now *facts.Facts) error {
	const manifests, kubelet = "/etc/kubernetes/manifests", "/var/lib/kubelet/config.yaml"
	over := overlay{host.Linked{Root: root}, map[string][]byte{}}
	c.parts = map[change.Target]string{}
	for _, name := range c.file.Components() {
		at := path.Join(manifests, name+".yaml")
		over.files[at], c.parts[change.FileTarget(at)] = c.file.Manifest(name), name
	}
	text, err := c.file.Kubelet()
	if err != nil {
		return err
	}
	over.files[kubelet], c.parts[change.FileTarget(kubelet)] = text, kubeadm.KubeletPart
	if now.Kubelet == nil { // a machine to write the file on, not the one that it is for
		over.files["/usr/lib/systemd/system/kubelet.service"] = []byte("[Service]\nExecStart=/usr/bin/kubelet --config=" + kubelet + "\n")
	}
	override := facts.Override{}
	if now.KubernetesFrom == facts.GivenByUser {
		override.Kubernetes = now.Kubernetes.String()
	}
	if c.facts, err = facts.Collect(over, nil, override, nil); err != nil {
		return err
	}
	c.facts.Platform = facts.Kubeadm
	c.facts.Coming, c.files = string(c.file.Purpose()), over
	return nil
}

// purpose is what kubeadm will do with the file; "" where there is none, or it cannot be used.
func (c *futureNode) purpose() kubeadm.Purpose {
	if c == nil || c.file == nil {
		return ""
	}
	return c.file.Purpose()
}

// canMeet tells whether rules of a kind can be met before kubeadm has run: those
// about its configuration, and about files that it leaves alone.
func (c *futureNode) canMeet(f fixers.Fixer) bool {
	_, is := f.(fixers.Foretold)
	return is
}

// requirement gives what a rule requires of the future node.
func (c *futureNode) requirement(p *planning, rule profiles.Rule) fixers.Requirement {
	if c.err != nil {
		return fixers.Requirement{Status: change.Error, Reason: message.New("cannot use the configuration of kubeadm: %v", c.err)}
	}
	placed := func(name string, place fixers.Place) error {
		if c.parts[change.FileTarget(name)] != "" {
			return nil
		}
		return p.placedForReading(name, place)
	}
	req := rule.Fixer.Require(rule.Name, fixers.Node{Facts: c.facts, Files: c.files, Sockets: p.sockets, Placed: placed})
	req.Observed = nil // it is not a fact yet
	for target := range c.parts {
		delete(req.Places, target.Name())
	}
	if req.Status != "" {
		return req
	}
	req.Wants = c.kubeadmWants(req.Wants)
	if len(req.Wants) == 0 && c.file.Purpose() != kubeadm.Init {
		return fixers.Requirement{Status: change.Blocked, Reason: message.New("a further control plane takes this setting from the record of the cluster, the ConfigMap kube-system/kubeadm-config; apply again after kubeadm join")}
	}
	if len(req.Wants) == 0 {
		return fixers.Requirement{Status: change.Blocked, Reason: message.New(needsCluster)}
	}
	if req.Places == nil {
		req.Places = map[string]fixers.Place{}
	}
	req.Places[c.path] = fixers.Place{NamedByRule: true}
	return req
}

// kubeadmWants turns wants about what kubeadm will write into wants about its own
// configuration. A further control plane is configured by the cluster, not by its file.
func (c *futureNode) kubeadmWants(wants []change.Want) []change.Want {
	var list []change.Want
	for _, w := range wants {
		w.Effects = nil // nothing runs yet
		part := c.parts[w.Target]
		syntax, address := w.Field.Address()
		switch {
		case part == "" && w.Target.Kind() == change.KindFile:
			list = append(list, w)
		case part == "" || c.file.Purpose() != kubeadm.Init:
		case part == kubeadm.KubeletPart && syntax == "yaml":
			w.Field = change.Field("kubeadm:" + part + "/" + address)
		case syntax == "flag" || syntax == "mount":
			w.Field = change.Field("kubeadm:" + part + "/" + string(w.Field))
		default:
			continue // kubeadm itself sees to its modes, owners and probes
		}
		if part != "" && c.file.Purpose() == kubeadm.Init {
			w.Target = change.FileTarget(c.path)
			list = append(list, w)
		}
	}
	return list
}

// openKubeadm opens kubeadm's file for the composer.
func (c *composition) openKubeadm(data []byte) (edit.Document, error) {
	return kubeadm.Open(data, c.facts.Kubernetes)
}

// overlay is a tree with files over it that are not there yet.
type overlay struct {
	host.Linked
	files map[string][]byte
}

// Path implements facts.Reader.
func (o overlay) Path() string { return o.Root.Path() }

// ReadFile implements facts.Reader and fixers.Reader.
func (o overlay) ReadFile(name string, limit int64) ([]byte, error) {
	if data, is := o.files[name]; is {
		return slices.Clone(data), nil
	}
	return o.Linked.ReadFile(name, limit)
}

// ReadTrusted implements facts.Reader.
func (o overlay) ReadTrusted(name string, limit int64) ([]byte, error) {
	if data, is := o.files[name]; is {
		return slices.Clone(data), nil
	}
	return o.Linked.ReadTrusted(name, limit)
}

// ReadNames implements facts.Reader.
func (o overlay) ReadNames(dir string, limit int) ([]string, error) {
	names, err := o.Linked.ReadNames(dir, limit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return names, err
	}
	for file := range o.files {
		if path.Dir(file) == dir {
			names, err = append(names, path.Base(file)), nil
		}
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

// Exists implements facts.Reader and fixers.Reader.
func (o overlay) Exists(name string) (directory bool, err error) {
	if _, is := o.files[name]; is {
		return false, nil
	}
	return o.Linked.Exists(name)
}
