package planner

import (
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/stable"
	"harden/fixers"
	"harden/profiles"
)

// RecordRule is the name, as of a rule and of a control, under which it stands in plans
// and reports that kubeadm's record of the cluster has what the control planes run
// with. kubeadm writes manifests and the kubelet's configuration anew from that record,
// at every upgrade and for every node that joins.
const RecordRule = "kubeadm-record"

// recording is the record as it will be.
type recording struct {
	parts   map[string]edit.Document // what the parts of this node are going to run with
	kept    map[string]bool          // addresses of what the record is given
	files   map[change.Target]*kubeadm.File
	fields  map[change.Target][]change.FieldChange
	lost    []message.Text    // what holds now, and the record has otherwise
	waiting []message.Text    // what another control plane does not run with yet
	own     []kubeadm.Setting // what only this node can have
}

// recordWithin bounds all that is asked about the record for a check, from the first
// question on: who looks does not wait for an API server that is stuck.
const recordWithin = 2 * time.Second

// aboutRecord tells whether this node has a say in kubeadm's record: it is a control
// plane that kubeadm made, and some rule is about what stands there.
func (p *planning) aboutRecord() bool {
	api := p.facts.Components[controlplane.APIServer]
	if p.facts.Platform != facts.Kubeadm || !p.facts.Joined || api == nil || api.Manifest == "" {
		return false
	}
	return slices.ContainsFunc(p.Profile.Rules, func(r profiles.Rule) bool { _, part, _ := p.startedWith(r.Fixer); return part != "" })
}

// keepsRecord tells whether the record is read and kept.
func (p *planning) keepsRecord() bool {
	return !p.Passive && p.Record != node.RecordLeft && p.Cluster != nil && !p.NoRestart && p.aboutRecord()
}

// record adds the changes of kubeadm's record: of what rules are about and hold, what
// this node is going to run with, and every other control plane runs with already.
func (p *planning) record() {
	p.recorded = nil
	if !p.aboutRecord() {
		return
	}
	finding := &change.Finding{Rule: RecordRule, Controls: []string{RecordRule}, Severity: change.High, Targets: []change.Target{controlplane.ClusterRecord, controlplane.KubeletRecord}}
	waiting := ""
	if p.Waiting != nil {
		waiting = p.Waiting()
	}
	switch {
	case waiting != "":
		finding.Status, finding.Reason = change.Blocked, message.New("kubeadm's record of the cluster still contains what run %s wrote; that run was undone while the API server did not run. harden restores the record automatically once the API server answers, or with harden recover; until then do not upgrade with kubeadm", waiting)
	case p.Passive:
		return
	case p.Record == node.RecordLeft:
		if !p.encrypts() {
			return
		}
		finding.Status, finding.Reason = change.Waived, message.New("kubeadm's record of the cluster stays as it is (--set kubeadm-record=off): the next kubeadm upgrade starts the API server without --encryption-provider-config, and no stored secret can be read until harden apply has run again")
		finding.Waiver = &change.Waiver{Reason: finding.Reason.String()}
	case p.Cluster == nil || p.NoRestart: // what is written then does not run yet
		return
	default:
		r := &recording{parts: map[string]edit.Document{}, kept: map[string]bool{}, files: map[change.Target]*kubeadm.File{}, fields: map[change.Target][]change.FieldChange{}}
		if err := p.keep(r); err != nil {
			finding.Status, finding.Reason = change.Blocked, message.New("cannot tell what kubeadm's record of the cluster contains: %v", err)
			break
		}
		p.changes = append(p.changes, r.changes(p)...)
		p.patch(r)
		finding.Status, finding.Reason = r.verdict()
		finding.Observed = r.observed()
	}
	p.recorded = finding
}

// encrypts tells whether the API server is going to store encrypted.
func (p *planning) encrypts() bool {
	running, err := p.willRun(controlplane.APIServer)
	if err != nil || running == nil {
		return false
	}
	_, _, found, _ := running.Get("flag:" + fixers.EncryptionFlag)
	return found
}

// keep finds what the record lacks, rule by rule.
func (p *planning) keep(r *recording) error {
	for _, t := range []change.Target{controlplane.ClusterRecord, controlplane.KubeletRecord} {
		reading := p.read(t)
		switch {
		case reading.err != nil:
			return reading.err
		case !reading.state.Exists():
			return message.Errorf("%s does not exist, so no upgrade of kubeadm could read it either", t.Name())
		}
		file, err := kubeadm.Open(reading.state.File.Content.Data, p.facts.Kubernetes)
		if err != nil {
			return message.Errorf("%s: %w", t.Name(), err)
		}
		r.files[t] = file
	}
	// Encryption comes first: what it needs stays where a run is rolled back.
	var units []unit
	for _, stays := range []bool{true, false} {
		for i := range p.rules {
			if _, is := p.rules[i].Fixer.(fixers.Migrating); is != stays || !p.willHold(&p.rules[i]) {
				continue
			}
			u, err := p.lostOf(r, &p.rules[i])
			if err != nil {
				return err
			}
			u.stays = stays
			units = append(units, u)
		}
	}
	for _, u := range units { // the other control planes were asked in the meantime
		if err := p.keepUnit(r, u); err != nil {
			return err
		}
	}
	return nil
}

// unit is what the record lacks of what a rule is about: it is kept together, or not at all.
type unit struct {
	rule       *requiredRule
	target     change.Target
	part       string
	settings   []kubeadm.Setting
	recordable bool // by all control planes, in one record
	stays      bool // after a rollback
}

// willHold tells whether a rule holds once the plan is carried out.
func (p *planning) willHold(r *requiredRule) bool {
	if !p.blocked[r.Name].IsZero() || !r.waived.IsZero() {
		return false
	}
	if r.req.Status != "" {
		return r.req.Status == change.Compliant
	}
	status := p.verdicts[r.Name].status
	return status == change.Compliant || status == change.Drift
}

// lostOf looks for what a rule of a kind is about.
func (p *planning) lostOf(r *recording, rule *requiredRule) (unit, error) {
	target, part, fields := p.startedWith(rule.Fixer)
	u := unit{rule: rule, target: target, part: part, recordable: true}
	running, err := r.running(p, part)
	if err != nil || running == nil {
		return u, err
	}
	for _, field := range fields {
		lost, err := r.files[target].Lost(part, field, running)
		if u.settings = append(u.settings, lost...); err != nil && len(lost) > 0 {
			u.recordable = false
		}
	}
	return u, nil
}

// keepUnit has the record keep a unit, as far as another did not already.
func (p *planning) keepUnit(r *recording, u unit) error {
	mounts := func(s kubeadm.Setting) bool { return strings.Contains(s.Address, "/mount:") }
	if len(r.kept) > 0 && slices.ContainsFunc(u.settings, mounts) { // another unit may show the directory by now
		again, err := p.lostOf(r, u.rule)
		if err != nil {
			return err
		}
		again.stays, u = u.stays, again
	}
	u.settings = slices.DeleteFunc(u.settings, func(s kubeadm.Setting) bool { return r.kept[s.Address] })
	if len(u.settings) == 0 {
		return nil
	}
	if u.recordable {
		missing, err := p.missing(u.part, u.settings)
		switch {
		case err != nil:
			return err
		case !missing.IsZero():
			r.waiting = append(r.waiting, missing)
			return nil
		}
		if err := r.files[u.target].Keep(u.settings); err == nil {
			r.add(u.target, u.settings, u.stays)
			if p.verdicts[u.rule.Name].status != change.Drift {
				r.lost = append(r.lost, named(u.settings)...)
			}
			return nil
		}
	}
	r.own = append(r.own, u.settings...)
	return nil
}

// running is willRun, which is the same for all rules.
func (r *recording) running(p *planning, part string) (edit.Document, error) {
	if doc := r.parts[part]; doc != nil {
		return doc, nil
	}
	doc, err := p.willRun(part)
	if err == nil {
		r.parts[part] = doc
	}
	return doc, err
}

// startedWith says which part rules of a kind are about, what of it, and which object
// records it.
func (p *planning) startedWith(f fixers.Fixer) (t change.Target, part string, fields []string) {
	if f, is := f.(fixers.Configuring); is {
		field, _ := f.KubeletSetting()
		return controlplane.KubeletRecord, kubeadm.KubeletPart, []string{field}
	}
	if f, is := f.(fixers.Starting); is {
		component, flags := f.Flags()
		for _, flag := range flags {
			if name, exists, _ := kube.Flag(component, flag, p.minorOf(component)); exists {
				fields = append(fields, name)
			}
		}
		part = component
	}
	return controlplane.ClusterRecord, part, fields
}

// minorOf is the minor version that decides which flags a component knows.
func (p *planning) minorOf(part string) int {
	if c := p.facts.Components[part]; c != nil && !c.Version.IsZero() {
		return c.Version.Minor
	}
	return p.facts.Kubernetes.Minor
}

// willRun gives what a part of this node runs with once the plan is carried out; nil
// where it has none.
func (p *planning) willRun(part string) (edit.Document, error) {
	file, syntax := "", "yaml"
	if c := p.facts.Components[part]; c != nil {
		file, syntax = c.Manifest, "pod:"+part
	} else if part == kubeadm.KubeletPart && p.facts.Kubelet != nil {
		file = p.facts.Kubelet.Config
	}
	if file == "" {
		return nil, nil
	}
	var data []byte
	for _, c := range p.changes {
		if c.Target == p.linkedTo(change.FileTarget(file)) && c.After.File != nil && c.After.File.Content != nil {
			data = c.After.File.Content.Data
		}
	}
	if data == nil {
		var err error
		if data, err = p.files.ReadFile(file, node.MaxDocument); err != nil {
			return nil, err
		}
	}
	doc, err := p.Texts.Open(syntax, data)
	if err != nil {
		return nil, located(file, err)
	}
	return doc, nil
}

// missing says which other control plane does not run with all of some settings, and is
// "" where each does.
func (p *planning) missing(part string, unit []kubeadm.Setting) (message.Text, error) {
	p.Await(p.ctx, message.New("reading the flags of the other control planes"))
	peers, err := p.peers()
	if err != nil {
		return message.Text{}, err
	}
	for _, peer := range peers {
		for _, s := range unit {
			doc := peer.Parts[part]
			if doc == nil {
				return message.New("%s of %s is not known", part, peer.Name), nil
			}
			_, field, _ := strings.Cut(s.Address, "/")
			if value, _, _, err := doc.Get(field); err != nil || !kubeadm.Same(value, s.Value) {
				return message.New("%s on %s", s.Name(), peer.Name), nil
			}
		}
	}
	return message.Text{}, nil
}

// otherControlPlanes asks for them, once.
func (p *planning) otherControlPlanes() ([]node.Peer, error) {
	ctx, cancel := p.asking()
	defer cancel()
	return p.Cluster.Peers(ctx, p.facts)
}

// add notes settings that the record is given.
func (r *recording) add(t change.Target, unit []kubeadm.Setting, stays bool) {
	for _, s := range unit {
		r.kept[s.Address] = true
		r.fields[t] = append(r.fields[t], change.FieldChange{Field: change.Field("kubeadm:" + s.Address), Before: s.Before, After: s.Value, Stays: stays, Rules: []string{RecordRule}})
	}
}

// changes are those of the objects.
func (r *recording) changes(p *planning) []change.Change {
	var list []change.Change
	for t, fields := range r.fields {
		file := change.File{Content: change.NewContent(slices.Clone(r.files[t].Bytes()), false)}
		list = append(list, change.Change{Target: t, Rules: []string{RecordRule}, Fields: fields, Before: p.read(t).state, After: change.State{File: &file}})
	}
	return list
}

// verdict says what the next upgrade would make of what holds now.
func (r *recording) verdict() (change.Status, message.Text) {
	switch {
	case len(r.lost) > 0:
		return change.Drift, message.New("holds now, lost at the next kubeadm upgrade, because kubeadm's record has another value: %s", first(r.lost))
	case len(r.waiting) > 0:
		return change.Blocked, message.New("kubeadm's record is updated once every control plane runs with these settings; apply on the other control planes too; still open: %s", first(r.waiting))
	case len(r.own) > 0:
		return change.Manual, message.New("kubeadm's record cannot hold settings of this node only; upgrade with kubeadm upgrade --patches %s, or apply again after the upgrade: %s", patches, first(named(r.own)))
	}
	return change.Compliant, message.New("kubeadm's record agrees with the flags of the control plane")
}

// patches is where kubeadm is given what its record cannot hold.
const patches = "/etc/kubernetes/harden/patches"

// patch adds the file with which kubeadm upgrade and join keep the settings of this
// node's own kubelet. A component's command line is one list, which no patch can add
// to without fixing all of it: that stays with harden apply.
func (p *planning) patch(r *recording) {
	target := change.FileTarget(patches + "/kubeletconfiguration+merge.yaml")
	p.contents[target] = true
	before := p.read(target)
	if before.err != nil {
		return // the verdict says what to do without
	}
	file := change.File{Mode: 0o600}
	if !p.asRoot() {
		file.UID, file.GID = uint32(os.Geteuid()), uint32(os.Getegid())
	}
	doc, err := edit.Open("yaml", []byte("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"))
	if before.state.File != nil && before.state.File.Content != nil {
		file = *before.state.File
		doc, err = edit.Open("yaml", file.Content.Data)
	}
	if err != nil {
		return
	}
	var fields []change.FieldChange
	for _, s := range r.own {
		part, field, _ := strings.Cut(s.Address, "/")
		now, _, _, err := doc.Get(field)
		if part != kubeadm.KubeletPart || s.Value == nil || err != nil || kubeadm.Same(now, s.Value) || doc.Set(field, s.Value) != nil {
			continue
		}
		fields = append(fields, change.FieldChange{Field: change.Field("yaml:" + field), Before: now, After: s.Value, Rules: []string{RecordRule}})
	}
	if len(fields) == 0 {
		return
	}
	file.Content = change.NewContent(doc.Bytes(), false)
	p.changes = append(p.changes, change.Change{Target: target, Rules: []string{RecordRule}, Fields: fields, Before: before.state, After: change.State{File: &file}})
}

// named are the names of settings.
func named(settings []kubeadm.Setting) (names []message.Text) {
	for _, s := range settings {
		names = append(names, message.Value(s.Name()))
	}
	return names
}

// first gives the first names of a list: JSON has the others as what was observed.
func first(names []message.Text) message.Text {
	const most = 8
	if more := len(names) - most; more > 0 {
		return message.New("%s and %d more", message.Series(names[:most]...), more)
	}
	return message.Series(names...)
}

// UpgradeRule is the name under which it stands in reports whether everything starts with
// the version of Kubernetes that is to come.
const UpgradeRule = "kubeadm-upgrade"

// kubeadmFlags holds flags of the kubelet that kubeadm writes anew at each upgrade.
const kubeadmFlags = "/var/lib/kubelet/kubeadm-flags.env"

// upgraded judges what is given to the components by the tables of the version to come.
func (p *planning) upgraded() change.Finding {
	f := change.Finding{Rule: UpgradeRule, Controls: []string{UpgradeRule}, Severity: change.High, Targets: []change.Target{}, Status: change.Compliant,
		Reason: message.New("Kubernetes %s knows every flag and feature gate that is set here, as far as harden knows", p.facts.Kubernetes)}
	minor := p.facts.Kubernetes.Minor
	if minor > kube.Newest {
		f.Status, f.Reason = change.Error, message.New("harden knows Kubernetes up to 1.%d, and cannot tell what 1.%d refuses", kube.Newest, minor)
		return f
	}
	var refused []message.Text
	add := func(t change.Target, component string, why message.Text) {
		if !why.IsZero() {
			refused = append(refused, message.New("%s: %s", component, why))
			f.Targets = append(f.Targets, t)
		}
	}
	given := func(t change.Target, component string, flags map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(flags)) {
			add(t, component, kube.Refuses(component, "--"+name, minor))
		}
		for gate := range strings.SplitSeq(flags["feature-gates"], ",") {
			name, _, _ := strings.Cut(gate, "=")
			add(t, component, kube.RefusesGate(name, minor))
		}
	}
	for _, name := range facts.ComponentNames {
		if c := p.facts.Components[name]; c != nil && c.Line != nil && name != "etcd" {
			given(change.FileTarget(c.Manifest), name, c.Line.Flags())
		}
	}
	if k := p.facts.Kubelet; k != nil {
		flags := maps.Clone(k.Flags)
		maps.DeleteFunc(flags, func(name, _ string) bool {
			source, _ := k.FlagSource(name)
			return source == kubeadmFlags
		})
		given(change.UnitTarget(fixers.KubeletUnit), kubeadm.KubeletPart, flags)
		if doc, err := p.willRun(kubeadm.KubeletPart); err == nil && doc != nil {
			for _, name := range edit.Keys(doc, "featureGates") {
				add(change.FileTarget(k.Config), kubeadm.KubeletPart, kube.RefusesGate(name, minor))
			}
		}
	}
	if len(refused) > 0 {
		slices.Sort(f.Targets)
		f.Targets = slices.Compact(f.Targets)
		f.Status, f.Reason = change.Blocked, message.New("remove these settings before the upgrade, also from kubeadm's record; with them a component does not start in Kubernetes %s: %s", p.facts.Kubernetes, message.List(refused...))
	}
	return f
}

// observed is what the verdict was made from.
func (r *recording) observed() []change.Observation {
	var list []change.Observation
	for t, fields := range r.fields {
		for _, f := range fields {
			list = append(list, change.Observation{Target: t, Field: f.Field, Op: change.Exact, Expected: f.After, Actual: f.Before, Where: message.Value(strings.Replace(t.Name(), "/", " ", 1))})
		}
	}
	stable.Sort(list, func(a, b change.Observation) int { return strings.Compare(string(a.Field), string(b.Field)) })
	return list
}
