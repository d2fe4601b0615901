// Package candidate works out how the components of a node will be started once
// the changes of a plan are made: with which command line, environment, user,
// mounts and files. That is what a rehearsal needs (agent/rehearsal).
//
// The tree as it will be is read by the one model that reads it as it is
// (agent/facts). It writes nothing.
package candidate

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/rehearsal"
	"harden/agent/stable"
)

// Candidate is a component that changes touch.
type Candidate struct {
	Component string
	Changes   []change.Change // those that touch it
	// LeftOut says why it cannot be rehearsed at all, and is "" where it can.
	LeftOut message.Text
	// Unknown says why it is not known how it will be started.
	Unknown message.Text
	// PID is the process that runs now.
	PID int

	subject, present func(*Process) rehearsal.Subject
}

// Subject gives what is to be rehearsed, by the process that runs now.
func (c *Candidate) Subject(p *Process) rehearsal.Subject { return c.subject(p) }

// Present is the component as it runs now, which it accepts: what a rehearsal of
// that comes to says what the walls themselves do to it. It is false where the
// component is not known well enough.
func (c *Candidate) Present(p *Process) (s rehearsal.Subject, known bool) {
	if c.present == nil {
		return s, false
	}
	return c.present(p), true
}

// Kubelet is the name of the kubelet among components.
const Kubelet = "kubelet"

// Find gives the components that changes touch. now is the node as it is; its
// files are read through r.
func Find(r Reader, now *facts.Facts, changes []change.Change) ([]*Candidate, error) {
	tree := after{Reader: r, changed: map[string]*change.File{}}
	for _, c := range changes {
		if c.Target.Kind() == change.KindFile {
			tree.changed[c.Target.Name()] = c.After.File
		}
	}
	then, err := facts.Collect(tree, nil, facts.Override{}, nil)
	if err != nil {
		return nil, message.Errorf("cannot work out the state of the node after the change: %w", err)
	}
	v := view{tree: tree, now: now, then: then, changes: changes}
	v.present = &view{tree: after{Reader: r}, now: now, then: now}
	if r := now.Rancher; r != nil {
		return v.rancher(r), nil
	}
	var found []*Candidate
	for _, name := range facts.ComponentNames {
		if c := v.pod(name); c != nil {
			found = append(found, c)
		}
	}
	if c := v.kubelet(); c != nil {
		found = append(found, c)
	}
	return found, nil
}

// rancher is RKE2 or K3s itself, where a change restarts it: what it will start its
// components with is only known to that program, and it says so by starting them.
func (v *view) rancher(r *facts.Rancher) []*Candidate {
	restart := change.RestartUnit(r.Unit)
	var list []change.Change
	for _, c := range v.changes {
		if slices.Contains(c.Effects, restart) {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return []*Candidate{{Component: v.now.Platform, Changes: list,
		LeftOut: message.New("it sets the flags of its components only when %s restarts, so these components cannot be rehearsed before; harden checks them after the restart, and restores everything if one component does not start", r.Unit)}}
}

// view is a node as it is and as it will be.
type view struct {
	tree      after
	now, then *facts.Facts
	changes   []change.Change
	present   *view // without any change
}

// hidden is what no rehearsed process sees: the runtimes' state and sockets, the
// kubelet's, harden's own, and etcd's data.
func (v *view) hidden(more ...string) []string {
	list := append([]string{"/var/lib/containerd", "/var/lib/containers", "/var/lib/crio", "/var/lib/docker", "/var/lib/harden"}, more...)
	for _, f := range []*facts.Facts{v.now, v.then} {
		if dir := f.EtcdDataDir(); dir != "" {
			list = append(list, dir)
		}
		if etcd := f.Components["etcd"]; etcd != nil {
			if dir, given := etcd.File("wal-dir"); given && path.IsAbs(dir) {
				list = append(list, dir)
			}
		}
	}
	for i, name := range list {
		list[i] = v.onHost(name)
	}
	return list
}

// onHost is where a path of the tree lies.
func (v *view) onHost(name string) string { return path.Join(v.tree.Path(), name) }

// pod looks at a component that a manifest starts; nil where no change touches it.
func (v *view) pod(name string) *Candidate {
	now, then := v.now.Components[name], v.then.Components[name]
	if now == nil {
		return nil
	}
	c := &Candidate{Component: name, PID: now.PID, Changes: v.touching(now, then)}
	switch {
	case len(c.Changes) == 0:
		return nil
	case now.Manifest == "":
		c.LeftOut = message.New("it is not started by a manifest")
	case !now.Running:
		c.LeftOut = cmp.Or(now.Unproven, message.New("none of its processes runs"))
	case then == nil:
		c.Unknown = message.New("its manifest will be gone")
	case then.Unreadable != nil:
		c.Unknown = message.Of(then.Unreadable)
	case then.Line == nil || then.Container == nil:
		c.Unknown = message.New("its container is not known")
	case !then.Line.Unknown.IsZero():
		c.Unknown = then.Line.Unknown
	}
	c.subject = func(p *Process) rehearsal.Subject { return v.podSubject(now, then, p) }
	if now.Line != nil && now.Container != nil && now.Line.Unknown.IsZero() {
		c.present = func(p *Process) rehearsal.Subject {
			s := v.present.podSubject(now, now, p)
			s.Argv = now.Argv
			return s
		}
	}
	return c
}

// touching gives the changes that a component that a manifest starts takes up:
// those that roll it, and those of its manifest's content.
func (v *view) touching(now, then *facts.Component) []change.Change {
	var list []change.Change
	for _, c := range v.changes {
		isManifest := c.Target.Kind() == change.KindFile && c.Target.Name() == now.Manifest && !sameContent(c)
		if isManifest || slices.Contains(c.Effects, change.RollPod(now.Name)) || v.deprives(c, then) {
			list = append(list, c)
		}
	}
	return list
}

// deprives tells whether a change of mode or owner is of a file that a component
// sees which is not root, and so may be unable to read it from then on.
func (v *view) deprives(c change.Change, then *facts.Component) bool {
	if then == nil || then.Container == nil || then.UID == 0 || c.Target.Kind() != change.KindFile || c.Target.Name() == then.Manifest {
		return false
	}
	return slices.ContainsFunc(then.Container.Mounts, func(m mount) bool { return m.Host != "" && below(c.Target.Name(), m.Host) })
}

func sameContent(c change.Change) bool {
	a, b := c.Before.File, c.After.File
	return a != nil && b != nil && (b.Content == nil || a.Content != nil && a.Content.Digest == b.Content.Digest)
}

func below(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir+"/")
}

// written are the flags that name what a component writes: a directory, or a
// file of its own.
var (
	writtenDirectories = []string{"data-dir", "wal-dir", "cert-dir", "log-dir"}
	writtenFiles       = []string{"audit-log-path", "log-file"}
)

func (v *view) podSubject(now, then *facts.Component, p *Process) rehearsal.Subject {
	argv := then.Line.Argv()
	if then.Line.Program == "" {
		argv = append([]string{now.Argv[0]}, argv...)
	}
	s := rehearsal.Subject{Component: then.Name, Program: p.Program, Argv: argv, Environment: podEnvironment(now, then, p),
		UID: p.UID, GID: p.GID, Groups: p.Groups, Root: p.Root, Hidden: v.hidden("/var/lib/kubelet")}
	if now.Container == nil || now.Container.User != then.Container.User {
		s.UID, s.GID = then.UID, then.GID
	}
	mounts := slices.Clone(then.Container.Mounts)
	stable.Sort(mounts, func(a, b mount) int { return cmp.Compare(len(a.Container), len(b.Container)) })
	for _, m := range mounts {
		if m.Host == "" {
			s.Writable = append(s.Writable, m.Container)
			continue
		}
		s.Mounts = append(s.Mounts, rehearsal.Mount{Host: v.onHost(m.Host), Path: m.Container})
		for _, c := range v.changes {
			if c.Target.Kind() == change.KindFile && below(c.Target.Name(), m.Host) {
				s.Files = append(s.Files, v.tree.staged(path.Join(m.Container, strings.TrimPrefix(c.Target.Name(), m.Host)), c.Target.Name())...)
			}
		}
	}
	for _, flag := range writtenDirectories {
		if dir := then.Line.Setting(flag).Text; path.IsAbs(dir) {
			s.Writable = append(s.Writable, dir)
		}
	}
	for _, flag := range writtenFiles {
		if file := then.Line.Setting(flag).Text; path.IsAbs(file) {
			s.Writable = append(s.Writable, path.Dir(file))
			s.Files = append(s.Files, rehearsal.File{Path: file, Mode: 0o600, UID: s.UID, GID: s.GID})
		}
	}
	return s
}

// podEnvironment is that of the process, with what the manifest says now in the
// place of what it said.
func podEnvironment(now, then *facts.Component, p *Process) []string {
	gone := map[string]bool{}
	if now.Container != nil {
		for _, v := range now.Container.Variables {
			gone[v.Name] = true
		}
	}
	var list []string
	for _, v := range then.Container.Environment() {
		if v.Unknown.IsZero() {
			gone[v.Name] = true
			list = append(list, v.Name+"="+v.Text)
			continue
		}
		delete(gone, v.Name) // it comes from elsewhere, as it did
	}
	for _, variable := range p.Environment {
		if name, _, _ := strings.Cut(variable, "="); !gone[name] {
			list = append(list, variable)
		}
	}
	return list
}

// errNoProcess says that the process has ended meanwhile.
var errNoProcess = message.Errorf("its process has exited meanwhile")
