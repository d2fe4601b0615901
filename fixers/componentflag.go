package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/message"
)

// ComponentFlag asks for a flag of a control-plane component that runs as a
// static pod. The flag is written under the name that the component's version
// knows; one that the version does not know is never written, because it
// would keep the component from starting.
type ComponentFlag struct {
	// Component is "kube-apiserver", "kube-controller-manager", "kube-scheduler" or "etcd". Required.
	Component string    `yaml:"component"`
	Flag      string    `yaml:"flag"`  // required; its current name, such as "--profiling"
	Op        change.Op `yaml:"op"`    // "exact" where it is empty
	Value     any       `yaml:"value"` // required unless Op is "absent"; a text, or a list of texts
	Bound     any       `yaml:"bound"`
	// Default is what holds where the flag is not given, in versions whose own
	// default harden does not know.
	Default any `yaml:"default"`
	// Given asks for the flag itself: that the component's own default would
	// do is not enough.
	Given bool `yaml:"given"`
	// Mount is a directory of the host that the component has to see; without
	// a path it is the one that the flag's file lies in. The file is one that
	// another rule or the component itself makes.
	Mount *Mount `yaml:"mount"`
}

// Check implements Fixer.
func (f *ComponentFlag) Check() error {
	if !slices.Contains(facts.ComponentNames, f.Component) {
		return message.Errorf("component %q is not one of %s", f.Component, strings.Join(facts.ComponentNames, ", "))
	}
	if !strings.HasPrefix(f.Flag, "--") {
		return message.Errorf("flag %q does not begin with --", f.Flag)
	}
	if f.Op == "" {
		f.Op = change.Exact
	}
	if !slices.Contains(settingOps, f.Op) {
		return message.Errorf("unknown op %q; one of %v", f.Op, settingOps)
	}
	if f.Value == nil && f.Op != change.Absent {
		return message.Errorf("value is missing")
	}
	for _, v := range []*any{&f.Value, &f.Bound, &f.Default} {
		plain, err := flagText(*v)
		if err != nil {
			return err
		}
		*v = plain
	}
	if f.Mount == nil {
		return nil
	}
	switch dir := f.mounted(); {
	case dir == "":
		return message.Errorf("mount: give it a path, or give the flag a value that is a path")
	case !path.IsAbs(dir) || path.Clean(dir) != dir || dir == "/":
		return message.Errorf("mount %q is not absolute and clean, or is all of the host", dir)
	}
	return nil
}

// mounted is the directory that the component has to see.
func (f *ComponentFlag) mounted() string {
	if f.Mount.Path == "" && f.file() != "" {
		return path.Dir(f.file())
	}
	return f.Mount.Path
}

// file is the path that the flag is given where it is one, or "".
func (f *ComponentFlag) file() string {
	text, _ := f.Value.(string)
	if !path.IsAbs(text) || f.Op != change.Exact && f.Op != change.Present {
		return ""
	}
	return text
}

// flagText gives a value as it stands behind a flag: a text, or a list.
func flagText(v any) (any, error) {
	plain, err := plainValue(v)
	if err != nil || plain == nil {
		return nil, err
	}
	if list, ok := plain.([]string); ok {
		return list, nil
	}
	return fmt.Sprint(plain), nil
}

// Require implements Fixer.
func (f *ComponentFlag) Require(rule string, n Node) Requirement {
	c, minor, req := versioned(n, f.Component)
	if c == nil {
		return req
	}
	name, exists, reason := kube.Flag(f.Component, f.Flag, minor)
	switch {
	case !exists:
		return notApplicable("%s", reason)
	case f.aboutEtcd() && n.Facts.Platform == facts.K3s && n.Facts.Components["etcd"] == nil: // but SQLite, or a database elsewhere
		return notApplicable("no %s runs on this node", "etcd")
	}
	if file, is, cannot := fileBy(c, "--authorization-config"); is && f.Flag == "--authorization-mode" {
		return f.byAuthorizers(n, c, file, cannot)
	}
	if req, elsewhere := f.inFile(rule, n, c, name); elsewhere {
		return req
	}
	if req, plain := plainURLs(c, name, c.Manifest, func(name string) string { return c.Setting(name).Text }); plain {
		return req
	}
	setting := c.Setting(strings.TrimPrefix(name, "--"))
	if !setting.Unknown.IsZero() {
		return blocked("the value of %s cannot be determined: %s; write the value into the manifest", name, setting.Unknown)
	}
	given, is := setting.Text, setting.Given()
	want := change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: change.Field("flag:" + name), Op: f.Op, Value: f.Value, Bound: f.Bound,
		Default: f.standard(name, minor), Effects: []change.Effect{change.RollPod(f.Component)}}
	if length(f.Value) && (!is || length(given)) && (want.Default == nil || length(want.Default)) {
		want.Compare = change.ByDuration
	}
	want.ZeroIsDefault = f.Flag == "--authorization-mode" // pkg/kubeapiserver/options, BuiltInAuthorizationOptions.Complete
	switch {
	case strings.HasSuffix(f.Flag, "-admission-plugins"):
		return f.plugins(want, c, minor)
	case strings.HasSuffix(f.Flag, "cipher-suites"):
		want.Compare = change.ByCipherSuite
	case f.Flag == "--feature-gates" && f.Op == change.Excludes:
		if group := f.byGroup(setting.Text, minor); group != "" {
			return blocked("%s=false in --feature-gates switches off every gate of that group that the flag does not name; remove this entry, or add this rule's gate with =true", group)
		}
	}
	req = Requirement{Wants: []change.Want{want}, Whole: true}
	if given != "" && f.Op == change.Present && given != f.Value {
		return req // somebody's own file, which the component reads already
	}
	if file := f.file(); given != file && f.misses(n, file) {
		return blocked("%s would not start with %s=%s: this file does not exist, and no rule creates it", c.Name, name, file)
	}
	if f.Mount != nil {
		req.Wants = append(req.Wants, mountWants(rule, n, c, Mount{Path: f.mounted(), Writable: f.Mount.Writable})...)
		req.namedByRule(f.mounted())
	}
	probes, cannot := f.probes(rule, c)
	if cannot != nil {
		return *cannot
	}
	req.Wants = append(req.Wants, probes...)
	return req
}

// byAuthorizers judges a mode of authorization where a file takes the place of the flag;
// cannot is why the file is not known.
func (f *ComponentFlag) byAuthorizers(n Node, c *facts.Component, file string, cannot *Requirement) Requirement {
	switch {
	case cannot != nil:
		return *cannot
	case c.Setting("authorization-mode").Given():
		return blocked("kube-apiserver refuses --authorization-mode together with --authorization-config; remove one of them from %s", c.Manifest)
	}
	return f.authorizers(n, c, file)
}

// byGroup gives AllBeta or AllAlpha where that switches off a gate which must not
// be: "RotateKubeletServerCertificate=false" is then what holds.
func (f *ComponentFlag) byGroup(entries string, minor int) string {
	list, _ := f.Value.([]string)
	given := strings.Split(entries, ",")
	for _, unwanted := range list {
		gate, off := strings.CutSuffix(unwanted, "=false")
		group := kube.GroupGate(gate, minor)
		if off && group != "" && slices.Contains(given, group+"=false") && !slices.Contains(given, gate+"=true") {
			return group
		}
	}
	return ""
}

// standard is what holds where the flag is not given: what is known of the
// version, else what the rule says. That a flag must be there at all, or must
// not, only the rule can say to be met by a default.
func (f *ComponentFlag) standard(name string, minor int) any {
	if f.Given {
		return nil
	}
	value, known := kube.Default(f.Component, name, minor)
	if !known || f.Default == nil && (f.Op == change.Present || f.Op == change.Absent) {
		return f.Default
	}
	return value
}

// length tells whether a value is a duration: 60s and 1m0s are the same.
func length(v any) bool {
	text, _ := v.(string)
	if !strings.ContainsAny(text, "hms") {
		return false
	}
	_, err := time.ParseDuration(text)
	return err == nil
}

// aboutEtcd tells whether a flag of the API server says how it asks etcd.
func (f *ComponentFlag) aboutEtcd() bool { return strings.HasPrefix(f.Flag, "--etcd-") }

// misses tells whether the file that the flag is to name is not there, and no rule
// makes it.
func (f *ComponentFlag) misses(n Node, file string) bool {
	if file == "" || f.Mount != nil || strings.HasPrefix(file, hardenDir+"/") {
		return false
	}
	_, err := n.Files.Exists(file)
	return errors.Is(err, fs.ErrNotExist)
}
