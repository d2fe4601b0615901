package fixers

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/message"
)

// KubeletUnit is the systemd unit that runs the kubelet.
const KubeletUnit = facts.KubeletUnit

// maxKubeletFile bounds what is read of a kubelet configuration, in bytes.
const maxKubeletFile = 4 << 20

// KubeletSetting asks for a setting of the kubelet that is in effect, whatever sets
// it. A flag wins over the drop-in directory, that over the configuration file, that
// over the built-in default (kubernetes.io, "Set Kubelet Parameters Via A
// Configuration File"). The value is written where it takes effect.
type KubeletSetting struct {
	Setting `yaml:",inline"`
	// Flag is the deprecated flag for the same setting, such as "--anonymous-auth".
	Flag string `yaml:"flag"`
	// Since is the first Kubernetes version that knows the field, such as "1.25".
	Since string `yaml:"since"`
}

// Check implements Fixer.
func (f *KubeletSetting) Check() error {
	if f.Flag != "" && !strings.HasPrefix(f.Flag, "--") {
		return message.Errorf("flag %q does not begin with --", f.Flag)
	}
	if f.Since != "" {
		if _, err := facts.ParseVersion(f.Since); err != nil {
			return message.Errorf("since: %w", err)
		}
	}
	if err := f.check(); err != nil {
		return err
	}
	return f.checkField()
}

// Require implements Fixer.
func (f *KubeletSetting) Require(rule string, n Node) Requirement {
	k := n.Facts.Kubelet
	if k == nil {
		return notApplicable("no kubelet is installed on this node")
	}
	if reason := f.unknownTo(k.Version); !reason.IsZero() {
		return notApplicable("%s", reason)
	}
	if n.Facts.Rancher != nil {
		return f.configured(rule, n)
	}
	if req, unclear := unclearConfig(k); unclear {
		return req
	}
	path, err := f.effectiveFile(n, k)
	if errors.Is(err, fs.ErrNotExist) {
		return notApplicable("%s does not exist: this node has not joined a cluster yet", k.Config)
	}
	if err != nil {
		return unread("%v", err)
	}
	req := Requirement{Wants: []change.Want{f.want(rule, path, change.RestartUnit(KubeletUnit))}}
	if _, is := f.Default.(string); is {
		req.Wants[0].ZeroIsDefault = true // SetDefaults_KubeletConfiguration fills in an empty text
	}
	req.expect(path, configPlace(k, path))
	if gate, is := strings.CutPrefix(f.Field, "featureGates."); is {
		return f.gate(rule, gate, n, k, req)
	}
	flag := strings.TrimPrefix(f.Flag, "--")
	if !k.Behind("config", "config-dir", flag).IsZero() {
		// What is written where its unit says is judged, and does not run yet.
		req.Wants = append(req.Wants, currentUnit(rule, KubeletUnit))
	}
	value, given := k.Flags[flag]
	unsaid := false
	if !given {
		value, unsaid = k.Unsaid(flag)
	}
	if f.Flag == "" || !given && !unsaid {
		return req
	}
	want := req.Wants[0]
	shown := want.Shown(value)
	holds, err := want.Holds(f.fromFlag(value), true)
	switch holds = err == nil && holds && !f.isZero(value); {
	case holds && unsaid:
		return req // until its next start, from which on the file counts
	case holds && len(req.Wants) > 1:
		return Requirement{Wants: req.Wants[1:]}
	case holds:
		return Requirement{Status: change.Compliant, Reason: message.New("set by the flag %s=%s", f.Flag, shown), Observed: []change.Observation{{
			Target: change.UnitTarget(KubeletUnit), Field: change.Field("flag:" + f.Flag), Op: want.Op, Expected: cmp.Or(want.Bound, want.Value),
			Actual: shown, Where: message.New("%s %s", k.ArgvFrom, f.Flag), Holds: true}}}
	}
	return f.withoutFlag(rule, path, shown, k, req)
}

// withoutFlag also asks that the flag is taken away that overrides the file: shown
// is its value.
func (f *KubeletSetting) withoutFlag(rule, path string, shown any, k *facts.Kubelet, req Requirement) Requirement {
	source, line := k.FlagSource(strings.TrimPrefix(f.Flag, "--"))
	if source == "" {
		return blocked("the flag %s=%s overrides %s, and no unit or environment file that sets this flag was found; remove the flag where the kubelet is started", f.Flag, shown, path)
	}
	if othersOwn(source) {
		return blocked("the flag %s=%s in %s:%d overrides %s; that file belongs to a package or to all services, so override the flag in /etc/systemd/system/kubelet.service.d, or remove the flag", f.Flag, shown, source, line, path)
	}
	unset := change.Want{Rule: rule, Target: change.FileTarget(source), Field: change.Field("flag:" + f.Flag), Op: change.Absent, Bound: f.Value,
		Effects: []change.Effect{change.RestartUnit(KubeletUnit)}}
	req.expect(source, Place{Content: EnvironmentFile, NamedIn: k.UnitFiles})
	if slices.Contains(k.UnitFiles, source) {
		req.expect(source, Place{Content: UnitFile})
		unset.Effects = append(unset.Effects, change.DaemonReload)
	}
	req.Wants = append(req.Wants, unset)
	return req
}

// unclearConfig is the verdict where it is not known which files the kubelet reads.
func unclearConfig(k *facts.Kubelet) (req Requirement, unclear bool) {
	if req, unknown := unknownKubelet(k); unknown {
		return req, true
	}
	if file, is := k.Unsaid("config"); is {
		return blocked("process %d runs with --config=%s, which no unit or environment file sets, so harden does not read this file; set the flag in the kubelet's unit", k.PID, file), true
	}
	if k.Config == "" {
		return blocked("the kubelet runs without a configuration file; start it with --config, as kubeadm does"), true
	}
	if dir, is := k.Unsaid("config-dir"); is {
		return blocked("process %d runs with --config-dir=%s, which no unit or environment file sets, so harden does not read this directory; set the flag in the kubelet's unit", k.PID, dir), true
	}
	return Requirement{}, false
}

// effectiveFile gives the file whose value wins: the last drop-in that sets
// the field, otherwise the configuration file itself.
func (f *KubeletSetting) effectiveFile(n Node, k *facts.Kubelet) (string, error) {
	if _, err := n.Files.Exists(k.Config); err != nil {
		return "", message.Errorf("cannot find the kubelet's configuration: %w", err)
	}
	for _, path := range slices.Backward(k.ConfigDropIns) {
		data, err := n.read(path, configPlace(k, path), maxKubeletFile)
		if err != nil {
			return "", message.Errorf("cannot read %s: %w", path, err)
		}
		doc, err := n.Texts.Open("yaml", data)
		if err != nil {
			return "", located(path, err)
		}
		_, _, found, err := doc.Get(f.Field)
		if err != nil {
			return "", located(path, err)
		}
		if found {
			return path, nil
		}
	}
	return k.Config, nil
}

// located writes where a document cannot be read the way compilers do.
func located(path string, err error) error {
	var syntax *edit.SyntaxError
	var typed *edit.TypeError
	switch {
	case errors.As(err, &syntax):
		return message.Errorf("%s:%d:%d: %s", path, syntax.Line, syntax.Column, syntax.Message)
	case errors.As(err, &typed):
		return message.Errorf("%s:%d: %s is a %s", path, typed.Line, typed.Address, typed.Kind)
	}
	return message.Errorf("%s: %w", path, err)
}

// fromFlag reads a flag's text as a value of the same type as the setting's.
func (f *KubeletSetting) fromFlag(text string) any {
	switch f.Value.(type) {
	case bool:
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case int64:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case []string:
		return strings.Split(text, ",")
	}
	return text
}

// isZero tells whether a duration flag is zero: unlike in the file, where it
// means the default, a zero flag switches the time-out off.
func (f *KubeletSetting) isZero(text string) bool {
	return f.Duration && strings.Trim(text, "0hms.") == ""
}
