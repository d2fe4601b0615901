package fixers

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/message"
)

// RKE2 and K3s generate what kubeadm leaves to people: manifests, the
// configuration of etcd, kubeconfigs. What a rule asks for there is asked of
// their own configuration instead, in a drop-in of harden's.

// rancherFiles are the places of kubeadm's files below the data directory.
var rancherFiles = map[string]string{
	"/etc/kubernetes/admin.conf": "server/cred/admin.kubeconfig", "/etc/kubernetes/controller-manager.conf": "server/cred/controller.kubeconfig",
	"/etc/kubernetes/scheduler.conf": "server/cred/scheduler.kubeconfig", pkiOfKubeadm: "server/tls",
	"/etc/kubernetes/proxy.conf": "agent/kubeproxy.kubeconfig",
}

// inRancher gives the place of one of kubeadm's files on RKE2 or K3s.
func inRancher(p string, n Node) (found, bool) {
	r := n.Facts.Rancher
	if r == nil {
		return found{}, false
	}
	at, is := rancherFiles[p]
	if p == "/etc/cni/net.d" && n.Facts.Platform == facts.K3s {
		at, is = "agent/etc/cni/net.d", true
	}
	return found{path.Join(r.DataDir, at), Place{NamedByRule: true}}, is
}

// Configured asks of the configuration of RKE2 or K3s what a rule asks of a
// manifest that they generate, or of a process that they start.
func Configured(rule string, req Requirement, n Node) Requirement {
	r := n.Facts.Rancher
	if r == nil || len(req.Wants) == 0 {
		return req
	}
	out := req
	out.Wants = nil
	for _, w := range req.Wants {
		c := n.generated(w)
		syntax, flag := w.Field.Address()
		w.Effects = restartOfRancher(r, w.Effects)
		switch {
		case c != nil && syntax == "flag":
			wants, certain := n.argument(w, c.Name, strings.TrimLeft(flag, "-"), c.Line, c.ManifestArgv)
			if certain != nil && certain.Status != change.Compliant {
				return *certain
			}
			if certain != nil {
				out.Observed = append(out.Observed, certain.Observed...)
			}
			out.Wants = append(out.Wants, wants...)
		case c != nil && (syntax == "mount" || syntax == "probe" || syntax == "annotation"):
			// RKE2 mounts what arguments name, and writes the probes, by itself.
		case c != nil && !n.asWritten(w):
			return blocked("%s writes %s again at each start, so changes to this file are lost; with rule rke2-profile it writes the file for root only", n.Facts.Platform, w.Target.Name())
		default:
			w.Later = w.Later || n.Facts.Live && syntax == "" && strings.HasPrefix(w.Target.Name(), r.DataDir+"/")
			out.Wants = append(out.Wants, w)
		}
	}
	out.namedByRule(r.DropIn())
	if len(out.Wants) == 0 && out.Status == "" {
		out.Status, out.Reason = change.Compliant, message.New("as %s is configured to start it", n.Facts.Platform)
	}
	return out
}

// asWritten tells whether mode and owner of a generated file are as a want asks.
func (n Node) asWritten(w change.Want) bool {
	info, err := n.Files.Stat(w.Target.Name())
	switch {
	case err != nil:
		return true // who judges it says so
	case w.Field == change.FieldMode:
		holds, err := w.Holds(change.Octal(info.Mode), true)
		return err == nil && holds
	}
	return w.Field == change.FieldOwner && w.Value == "root:root" && info.UID == 0 && info.GID == 0
}

// generated gives the component whose generated manifest, or process, a want is about.
func (n Node) generated(w change.Want) *facts.Component {
	if name := n.Facts.ManifestAt(w.Target.Name()); name != "" {
		return n.Facts.Components[name]
	}
	for _, e := range w.Effects {
		if c := n.Facts.Components[e.Component()]; c != nil && c.Manifest == "" && w.Target == change.FileTarget("") {
			return c
		}
	}
	return nil
}

// restartOfRancher restarts the unit in the place of a roll.
func restartOfRancher(r *facts.Rancher, all []change.Effect) []change.Effect {
	if len(all) == 0 {
		return all
	}
	return []change.Effect{change.RestartUnit(r.Unit)}
}

// argument asks for an argument of a component: line is what it is started with
// next, and now what it was started with, none where that is not to be seen. The
// verdict is certain where there is nothing to judge, or nothing to be done.
func (n Node) argument(w change.Want, component, flag string, line *cmdline.CommandLine, now []string) ([]change.Want, *Requirement) {
	r := n.Facts.Rancher
	if r.Unknown != nil {
		req := notKnown(message.New("how %s is configured", n.Facts.Platform), r.Unknown)
		return nil, &req
	}
	list := facts.ArgList(component)
	holds, value, given, err := heldBy(w, line, flag)
	if err != nil {
		req := failed("%v", err)
		return nil, &req
	}
	last, ours := r.Last(list, flag)
	switch {
	case holds && len(now) > 0 && holdsIn(w, now, flag):
		return []change.Want{w}, nil // by the manifest that was generated, and by the process
	case holds && n.Facts.Live && component != "etcd":
		return []change.Want{currentUnit(w.Rule, r.Unit)}, nil
	case holds:
		o := change.Observation{Target: change.FileTarget(r.Config), Field: w.Field, Op: w.Op, Expected: w.Value, Actual: w.Shown(value), Holds: true,
			Where: message.New("as %s is configured to start it", n.Facts.Platform)}
		if ours {
			o.Target, o.Path, o.Line, o.Where = change.FileTarget(last.Path), last.Path, last.Line, message.New("%s:%d", last.Path, last.Line)
		}
		return nil, &Requirement{Status: change.Compliant, Observed: []change.Observation{o}}
	}
	if req := n.unfixable(w, list, flag, ours, last); req != nil {
		return nil, req
	}
	if file, is := w.Value.(string); is && flag == "audit-log-path" && component == "kube-apiserver" {
		if req := n.roomForAuditLog(file); req != nil {
			return nil, req
		}
	}
	w.Target, w.Field = change.FileTarget(r.DropIn()), change.Field("arg:"+list+"/--"+flag)
	if given {
		w.Default = value
	}
	if text, is := w.Value.([]string); is && w.Op != change.Includes && w.Op != change.Excludes {
		w.Value, w.Bound = strings.Join(text, ","), anyOf(w.Bound, w.Value)
	}
	fixed, err := w.Fixed(w.Default, w.Default != nil)
	if err != nil {
		req := failed("%v", err)
		return nil, &req
	}
	if next := append(withoutOwn(line, r, list, flag), "--"+flag+"="+joined(fixed)); !holdsIn(w, next, flag) {
		req := blocked("%s:%d also sets --%s, and %s joins both values; remove it there", last.Path, last.Line, flag, component)
		return nil, &req
	}
	return append([]change.Want{w}, accessWants(w.Rule, r.DropIn(), "0600", "root:root")...), nil
}

func anyOf(first, second any) any {
	if first != nil {
		return first
	}
	return second
}

// unfixable says why harden's drop-in cannot set an argument.
func (n Node) unfixable(w change.Want, list, flag string, given bool, last facts.Given) *Requirement {
	r := n.Facts.Rancher
	by, replaced := r.Replaced(list)
	var req Requirement
	switch {
	case replaced:
		req = blocked("%s:%d replaces the list %s of all files before it, so a drop-in written by harden would have no effect; move its content to %s", by.Path, by.Line, list, r.Config)
	case list == "etcd-arg":
		req = blocked("%s writes etcd's configuration, and --%s does not have the required value there; correct etcd-arg in %s by hand", n.Facts.Platform, flag, r.Config)
	case w.Op == change.Absent && given:
		req = blocked("%s:%d sets --%s; remove it there", last.Path, last.Line, flag)
	case w.Op == change.Absent:
		req = blocked("%s sets --%s by itself", n.Facts.Platform, flag)
	case given && path.Dir(last.Path) == path.Dir(r.DropIn()) && last.Path > r.DropIn():
		req = blocked("%s:%d sets --%s after %s, and the last one wins; remove it there", last.Path, last.Line, flag, r.DropIn())
	default:
		return nil
	}
	return &req
}

// heldBy judges a flag of a command line.
func heldBy(w change.Want, line *cmdline.CommandLine, flag string) (holds bool, value string, given bool, err error) {
	s := line.Setting(flag)
	if !s.Unknown.IsZero() {
		return false, "", false, message.Error(s.Unknown)
	}
	if value, given = s.Text, s.Given(); !given && w.Default != nil {
		holds, err = w.Holds(w.Default, true)
		return holds, "", false, err
	}
	holds, err = w.Holds(value, given)
	return holds, value, given, err
}

func holdsIn(w change.Want, argv []string, flag string) bool {
	holds, _, _, err := heldBy(w, cmdline.FromArgv(path.Base(argv[0]), argv), flag)
	return err == nil && holds
}

// withoutOwn is a command line without what harden's drop-in gives of a flag.
func withoutOwn(line *cmdline.CommandLine, r *facts.Rancher, list, flag string) []string {
	argv := slices.Clone(line.Argv())
	for _, g := range r.List(list) {
		name, value, _ := facts.ArgOf(g.Value)
		if at := slices.Index(argv, "--"+name+"="+value); name == flag && g.Path == r.DropIn() && at >= 0 {
			argv = slices.Delete(argv, at, at+1)
		}
	}
	return argv
}

func joined(value any) string {
	if list, is := value.([]string); is {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(value)
}

// legacyKubelet is what a kubelet without --config starts from, where that is not
// what one with it does (cmd/kubelet/app/options, applyLegacyDefaults).
var legacyKubelet = map[string]any{"authentication.anonymous.enabled": true, "authentication.webhook.enabled": false,
	"authorization.mode": "AlwaysAllow", "readOnlyPort": int64(10255)}

// configured is Require where RKE2 or K3s starts the kubelet: by a directory of
// drop-ins, then by the arguments of the configuration, which win.
func (f *KubeletSetting) configured(rule string, n Node) Requirement {
	k, r := n.Facts.Kubelet, n.Facts.Rancher
	if req, unknown := unknownKubelet(k); unknown {
		return req
	}
	w := f.want(rule, r.DropIn(), change.RestartUnit(r.Unit))
	if w.Value == caOfKubeadm {
		w.Value = path.Join(r.DataDir, "agent/client-ca.crt")
	}
	if legacy, is := legacyKubelet[f.Field]; is && k.Config == "" {
		w.Default = legacy
	}
	flag := strings.TrimPrefix(f.Flag, "--")
	value, file := kubeletValue(n, k, f.Field)
	byFile := value != nil
	text, byFlag := k.Flags[flag]
	if own, is := k.Unsaid(flag); is && !byFlag && flag != "" {
		text, byFlag, file = own, true, k.ArgvFrom
	}
	if gate, is := strings.CutPrefix(f.Field, "featureGates."); is {
		flag = "feature-gates"
		for _, e := range strings.Split(k.Flags[flag], ",") {
			if on, is := strings.CutPrefix(e, gate+"="); is {
				text, byFlag = on, true
			}
		}
	}
	if byFlag {
		value = f.fromFlag(text)
	} else if !byFile {
		value = w.Default
	}
	holds, err := w.Holds(value, value != nil)
	if err != nil {
		return failed("%v", err)
	}
	if holds = holds && !(byFlag && f.isZero(text)); holds {
		return f.asConfigured(rule, n, w, value, flag, file)
	}
	if f.Flag == "" {
		return blocked("%s is %v; set it with %s in %s", f.Field, w.Shown(value), "kubelet-arg", r.Config)
	}
	w.Value, w.Bound, w.Default = joined(w.Value), anyOf(w.Bound, w.Value), nil
	if value != nil {
		w.Default = joined(value)
	}
	if w.Op == change.Exact {
		w.Bound = nil
	}
	wants, certain := n.argument(w, "kubelet", flag, cmdline.FromArgv("kubelet", append(slices.Clone(k.UnitArgv), given(byFlag, flag, text)...)), nil)
	if certain != nil {
		return *certain
	}
	req := Requirement{Wants: wants, Whole: true}
	req.namedByRule(r.DropIn())
	return req
}

func given(is bool, flag, text string) []string {
	if !is {
		return nil
	}
	return []string{"--" + flag + "=" + text}
}

// asConfigured is the verdict where the kubelet is configured rightly: it must
// also run so.
func (f *KubeletSetting) asConfigured(rule string, n Node, w change.Want, value any, flag, file string) Requirement {
	k := n.Facts.Kubelet
	if n.Facts.Live && (!k.Running || !k.Behind("config-dir", flag).IsZero() || n.Facts.Platform == facts.K3s) {
		return Requirement{Wants: []change.Want{currentUnit(rule, n.Facts.Rancher.Unit)}}
	}
	o := change.Observation{Target: change.FileTarget(n.Facts.Rancher.Config), Field: w.Field, Op: w.Op, Expected: anyOf(w.Bound, w.Value), Actual: w.Shown(value), Holds: true,
		Where: message.Value(file)}
	if source, line := k.FlagSource(flag); source != "" {
		o.Where = message.New("%s:%d", source, line)
	}
	return Requirement{Status: change.Compliant, Reason: message.New("as %s is configured to start it", n.Facts.Platform), Observed: []change.Observation{o}}
}
