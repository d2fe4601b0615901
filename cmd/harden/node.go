package main

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"harden/agent"
	"harden/agent/controlplane"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/profiles"
	"harden/systemd"
)

// kubernetesVersion is the parameter that tells what cannot be found on a
// node: it is about the node, not about a profile.
const kubernetesVersion = "kubernetes-version"

// kubeadmConfig is the parameter that names the file that kubeadm will be started
// with. It is about the node, too.
const kubeadmConfig = "kubeadm-config"

// kubeadmRecord is the parameter that leaves kubeadm's record of the cluster alone.
const kubeadmRecord = "kubeadm-record"

// session is an agent on the node that the settings name.
type session struct {
	*agent.Agent
	root  *host.Root
	close func()
	// collect reads the facts; Collect gives those that were read ahead, once.
	collect func() (*facts.Facts, error)
	// picked says why this profile was taken, where none was named.
	picked report.Bilingual
	inputs report.Inputs
	report *failures // of the kube-bench report that is planned from, nil where there is none
}

// open gives an agent without a profile: for what needs no plan.
func (a *app) open() (*session, error) {
	root, err := host.OpenRoot(a.Root, nil)
	if err != nil {
		hint := message.New("--root must name a directory that exists")
		if errors.As(err, new(*host.Refused)) {
			hint = message.New("name the directory itself, not the link to it")
		}
		return nil, &node.Error{Kind: node.Usage, Err: err, Hint: hint}
	}
	s := &session{root: root}
	override := facts.Override{Role: a.Role, Kubernetes: a.Set[kubernetesVersion]}
	texts := &edit.Texts{}
	s.Agent = &agent.Agent{
		Node:  &node.Node{Root: root, Texts: texts, NoRestart: a.NoRestart, Timeout: a.Timeout, KubeadmConfig: a.Set[kubeadmConfig], Now: time.Now, Moment: host.Now, Log: a.log, OnWait: a.wait},
		Store: node.NewStore(root), Version: version(), KeepRuns: a.KeepRuns, Rehearsing: agent.Rehearsing(a.Rehearse),
	}
	var connection atomic.Pointer[systemd.Manager] // made by who asks first, who may still be at it at the end
	if err := a.record(s); err != nil {
		_ = root.Close() // nothing was read yet
		return nil, err
	}
	if root.Live() {
		var once sync.Once
		var err error
		s.Systemd = func(ctx context.Context) (node.Systemd, error) {
			once.Do(func() {
				var made *systemd.Manager
				made, err = systemd.Connect(ctx)
				connection.Store(made)
			})
			return connection.Load(), err
		}
	}
	system := s.system()
	s.collect = func() (*facts.Facts, error) { return node.Collect(root, system, override, texts) }
	s.Collect = s.collect
	s.close = func() {
		if made := connection.Load(); made != nil {
			made.Close()
		}
		// The descriptor is only read through.
		_ = root.Close()
	}
	return s, nil
}

// record says whether kubeadm's record of the cluster is kept. The way back keeps it in
// any case.
func (a *app) record(s *session) error {
	if s.root.Live() {
		s.Cluster, s.Kubelets = controlplane.NewRecord(s.Node), controlplane.Kubelets{Node: s.Node}
	}
	switch value := node.RecordChoice(a.Set[kubeadmRecord]); value {
	case "", node.RecordLeft, node.RecordKept:
		s.Record = value
		return nil
	default:
		return usage("--set %s=%s: the value must be on or off", kubeadmRecord, string(value))
	}
}

// answersWithin is how long systemd may take to say what it knows of a service.
const answersWithin = 10 * time.Second

// system is what runs on the node, nil below --root.
func (s *session) system() *facts.System {
	if s.Systemd == nil {
		return nil
	}
	return &facts.System{Proc: "/proc", Cgroups: "/sys/fs/cgroup", Service: func(name string) (facts.Service, error) {
		// Facts are read before a run is known, and once more when it is cancelled.
		ctx, cancel := context.WithTimeout(context.Background(), answersWithin)
		defer cancel()
		units, err := s.Systemd(ctx)
		if err != nil {
			return facts.Service{}, err
		}
		unit, err := units.Unit(ctx, name)
		return facts.Service{MainPID: int(unit.MainPID), ControlGroup: unit.ControlGroup}, err
	}}
}

// openWithProfile gives an agent that can plan.
func (a *app) openWithProfile() (*session, error) {
	s, err := a.open()
	if err != nil {
		return nil, err
	}
	if err := a.loadProfile(s); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// loadProfile reads the profile, and at the same time collects the facts that
// it is picked by and that the first plan is made from. Where it is to be
// picked, the newest benchmark is the likeliest.
func (a *app) loadProfile(s *session) error {
	first := prefetch(s.collect)
	s.Collect = func() (*facts.Facts, error) {
		s.Collect = s.collect // those facts are good for one plan: what comes later may have changed
		return first()
	}
	name := a.Profile
	if a.from != "" {
		var err error
		if s.report, err = a.readFailures(); err != nil {
			return err
		}
		if name == "" {
			name, s.picked = s.report.Benchmark, report.Bilingual{EN: "the report is about it", ZH: "报告即针对该基线"}
		}
	}
	if err := a.locate(s.root.Live()); err != nil {
		return err
	}
	set := maps.Clone(a.Set)
	delete(set, kubernetesVersion)
	delete(set, kubeadmConfig)
	delete(set, kubeadmRecord)
	load := func(name string) (*profiles.Profile, error) { return profiles.Load(name, set, a.keptSource(s, name)) }
	profile := func() (*profiles.Profile, error) { return load(name) }
	if name == "" {
		newest := profiles.Editions("cis")[0].Profile
		likely := prefetch(func() (*profiles.Profile, error) { return load(newest) })
		f, err := first()
		if err != nil {
			return err
		}
		if name, s.picked, err = pick(f); err != nil {
			return err
		}
		if name == newest {
			profile = likely
		}
	}
	s.inputs = report.Inputs{Profile: name, Set: a.Set, Only: a.Only, Skip: a.Skip, Role: a.Role, NoRestart: a.NoRestart}
	p, err := profile()
	if err != nil {
		return err
	}
	if s.report != nil {
		if a.Only, err = s.report.only(p); err != nil {
			return err
		}
		s.inputs.Only = a.Only
	}
	if err := p.Select(a.Only, a.Skip); err != nil {
		return err
	}
	s.Profile = p
	return a.readAttestations(s)
}

// prefetch starts a computation whose result is needed later. A panic surfaces where
// the result is used.
func prefetch[T any](work func() (T, error)) func() (T, error) {
	once := sync.OnceValues(work)
	go func() {
		defer func() { _ = recover() }()
		_, _ = once()
	}()
	return once
}

// pick chooses the profile for a node where none was named, and says why.
func pick(f *facts.Facts) (name string, why report.Bilingual, err error) {
	v := f.Kubernetes
	of := func(platform string) report.Bilingual {
		if v.IsZero() {
			return report.Bilingual{EN: "this is " + platform + " node", ZH: "本节点为 " + strings.TrimPrefix(strings.TrimPrefix(platform, "a "), "an ") + " 节点"}
		}
		return report.Bilingual{EN: "this is " + platform + " node with Kubernetes " + v.String(), ZH: "Kubernetes " + v.String()}
	}
	switch {
	case f.Platform == facts.Kubeadm && v.IsZero():
		return "kubeadm-node", report.Bilingual{EN: "this is a kubeadm node, and its version of Kubernetes is not known; to check CIS give --set kubernetes-version=1.34.1",
			ZH: "Kubernetes 版本未知；如需检查 CIS，请给出 --set kubernetes-version=1.34.1"}, nil
	case f.Platform == facts.Kubeadm, f.Rancher != nil:
		editions, platform := profiles.Editions("cis"), "a kubeadm"
		if f.Rancher != nil {
			editions, platform = profiles.EditionsOn(f.Platform, "cis"), map[string]string{facts.RKE2: "an RKE2", facts.K3s: "a K3s"}[f.Platform]
		}
		i := slices.IndexFunc(editions, func(e profiles.Edition) bool { return v.AtLeast(1, e.Minor) })
		if i < 0 {
			i = len(editions) - 1
		}
		return editions[i].Profile, of(platform), nil
	case f.Platform == facts.RKE && !v.IsZero() && !v.AtLeast(1, 13):
		return "rancher-2.1", of("an RKE"), nil
	case f.Platform == facts.RKE:
		return "rancher-2.3.5", of("an RKE"), nil
	}
	return "", report.Bilingual{}, &node.Error{Kind: node.Usage, Hint: message.New("for a directory tree use --root DIR, otherwise name a profile with --profile; harden profiles list shows all profiles"),
		Err: message.Errorf("no kubeadm or RKE node was found here (platform %s), so no profile is picked", f.Platform)}
}

// title is the profile's title with the reason it was taken.
func (a *app) title(s *session) string {
	title := s.Profile.Title.In(string(a.Lang))
	switch {
	case s.picked == report.Bilingual{}:
		return title
	case a.Lang == "zh":
		return title + "（自动选择：" + s.picked.ZH + "；可用 --profile 指定）"
	}
	return title + " (picked: " + s.picked.EN + ")"
}

// rules is what the views say of the rules that a plan carries out.
func (s *session) rules(plan *planner.Plan) map[string]report.Rule {
	rules := map[string]report.Rule{}
	for _, c := range plan.Changes {
		for _, name := range c.Rules {
			if name == planner.RecordRule {
				rules[name] = recordRule
			}
			if r, known := s.Profile.Rule(name); known {
				rules[name] = ruleView(r)
			}
		}
	}
	return rules
}

// warnInterrupted tells on stderr of a run that was interrupted.
func (a *app) warnInterrupted(s *session) error {
	records, err := s.Interrupted()
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return nil // only root can look; a plan is of use all the same
	}
	if err != nil {
		return err
	}
	for _, r := range records {
		switch {
		case r.State.Unreadable() && r.Ended:
			a.warn(message.New("run %s cannot be rolled back, but apply works: %s", r.ID, message.List(r.Problems...)))
		case r.State.Unreadable():
			a.warn(message.New("run %s cannot be recovered, and apply changes nothing until it is: %s", r.ID, message.List(r.Problems...)))
		case r.State != journal.Pending:
			a.warn(message.New("run %s was interrupted; recover it with: harden recover", r.ID))
		}
	}
	if err := a.warnWaiting(s); err != nil {
		return err
	}
	return a.warnPending(s)
}

// warnWaiting tells on stderr of a run that is undone but for kubeadm's record.
func (a *app) warnWaiting(s *session) error {
	records, err := s.Waiting()
	if err != nil {
		return err
	}
	for _, r := range records {
		a.warn(message.New("run %s was undone, but kubeadm's record of the cluster is not restored yet: harden waits for the API server. harden restores it automatically once the API server answers, or with harden recover; until then apply changes nothing", r.ID))
	}
	return nil
}

// warnUnseen tells root on stderr what of the node could not be looked at, or
// contradicts itself: a rule about it may have seen less than there is. To
// anyone else most of a node is closed, and the findings say so.
func (a *app) warnUnseen(plan *planner.Plan) {
	a.warnPlatform(plan)
	if os.Geteuid() != 0 {
		return
	}
	for _, note := range plan.Facts.Notes {
		a.warn(note)
	}
}

// warnPlatform tells that a profile is about the nodes of another platform.
func (a *app) warnPlatform(plan *planner.Plan) {
	here := ""
	if plan.Facts.Rancher != nil {
		here = plan.Facts.Platform
	}
	own := profiles.EditionsOn(here, "cis")
	for _, platform := range []string{"", facts.RKE2, facts.K3s} {
		about := func(e profiles.Edition) bool { return e.Profile == plan.Profile.Name }
		if platform != here && (here != "" || plan.Facts.Platform == facts.Kubeadm) && slices.ContainsFunc(profiles.EditionsOn(platform, "cis"), about) {
			a.warn(message.New("profile %s does not apply to this node, which runs %s; profile %s applies, and harden chooses it if you name none", plan.Profile.Name, plan.Facts.Platform, own[0].Profile))
		}
	}
}
