package agent_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"harden/agent/change"
	"harden/agent/kube"
	"harden/fixers"
	"harden/integration/oracle"
	"harden/profiles"
)

var oracleRounds = flag.Int("oracle", 1, "with 60 every mutant of every rule is judged, with less a part of them")

// Each rule about a flag of the control plane gets mutants: its value right and
// wrong, in other spellings, repeated, in a variable, in args, in a shell's
// string, and not at all. What the real component takes decides which verdict
// is the right one.
func TestVerdictsOfComponents(t *testing.T) {
	dir := oracle.Directory(t, "kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
	j := &judgement{testNode: newNode(t), dir: dir, base: map[string]string{}, said: map[string]map[string]string{},
		kubernetes: oracle.Minor(t, filepath.Join(dir, "kube-apiserver")), etcd: oracle.Minor(t, filepath.Join(dir, "etcd"))}
	j.become()
	for _, rule := range flagRules(t) {
		f := rule.Fixer.(*fixers.ComponentFlag)
		name, exists, _ := kube.Flag(f.Component, f.Flag, j.minor(f.Component))
		if !exists {
			continue
		}
		for i, m := range mutantsOf(f, name) {
			if (i+len(rule.Name))%max(1, 60 / *oracleRounds) == 0 {
				j.judge(rule, f, strings.TrimPrefix(name, "--"), m)
			}
		}
	}
	t.Logf("mutants judged: %d (%d right, %d wrong); refused by the component: %d, of these called compliant: %d; false compliant: %d; needless drift: %d",
		j.judged, j.right, j.judged-j.right, j.refused, j.refusedCompliant, j.falseCompliant, j.needless)
	t.Attr("figure/mutants-judged", strconv.Itoa(j.judged))
	t.Attr("figure/false-compliant", strconv.Itoa(j.falseCompliant))
	if j.judged < 2**oracleRounds {
		t.Errorf("only %d mutants were judged", j.judged)
	}
}

// flagRules are the rules about flags of all profiles, each once.
func flagRules(t *testing.T) []profiles.Rule {
	t.Helper()
	seen := map[string]bool{}
	var rules []profiles.Rule
	for _, name := range []string{"cis-1.12", "qkxy-cs001-2023", "rancher-2.3.5", "k8s-security-bp", "qingteng-12"} {
		p, err := profiles.Load(name, nil, profiles.Source{})
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range p.Rules {
			if f, is := rule.Fixer.(*fixers.ComponentFlag); is && !seen[fmt.Sprint(rule.Name, *f)] {
				seen[fmt.Sprint(rule.Name, *f)] = true
				rules = append(rules, rule)
			}
		}
	}
	return rules
}

// mutant is one way of giving a flag.
type mutant struct {
	how    string
	words  []string // what the component gets
	listed []string // how the manifest has it, where that differs
	env    map[string]string
	place  string // "command", "args" or "shell"
}

func mutantsOf(f *fixers.ComponentFlag, name string) (list []mutant) {
	values := valuesOf(f)
	given := func(v string) string { return name + "=" + v }
	list = append(list, mutant{how: "absent", place: "command"})
	for _, v := range values {
		list = append(list,
			mutant{how: "plain", words: []string{given(v)}, place: "command"},
			mutant{how: "in args", words: []string{given(v)}, place: "args"},
			mutant{how: "in a shell", words: []string{given(v)}, place: "shell"},
			mutant{how: "in a variable", words: []string{given(v)}, listed: []string{name + "=$(M)"}, env: map[string]string{"M": v}, place: "command"},
			mutant{how: "after --", words: []string{"--", given(v)}, place: "command"},
			mutant{how: "escaped", words: []string{name + "=$(M)"}, listed: []string{name + "=$$(M)"}, env: map[string]string{"M": v}, place: "command"})
		if f.Component == "etcd" {
			variable := "ETCD_" + strings.ToUpper(strings.ReplaceAll(name[2:], "-", "_"))
			list = append(list, mutant{how: "one dash", words: []string{given(v)[1:]}, place: "command"},
				mutant{how: "etcd's variable", env: map[string]string{variable: v}, place: "command"},
				mutant{how: "no variable of etcd's", env: map[string]string{strings.ToLower(variable): v}, place: "command"})
		} else {
			list = append(list, mutant{how: "underscores", words: []string{"--" + strings.ReplaceAll(given(v)[2:len(name)], "-", "_") + given(v)[len(name):]}, place: "command"})
		}
		if kube.KindOf(f.Component, name[2:]) != kube.Bool {
			list = append(list, mutant{how: "two words", words: []string{name, v}, place: "command"})
		} else {
			list = append(list, mutant{how: "bare", words: []string{name}, place: "command"})
		}
		for _, w := range values {
			if w != v {
				list = append(list, mutant{how: "twice", words: []string{given(v), given(w)}, place: "command"})
			}
		}
	}
	return list
}

// valuesOf gives the value that a rule asks for in some spellings, and others.
func valuesOf(f *fixers.ComponentFlag) []string {
	right := textOf(f.Value)
	if f.Value == nil {
		right = "x"
	}
	values := []string{right, "", "other"}
	switch n, err := strconv.Atoi(right); {
	case right == "true" || right == "false":
		return []string{"true", "T", "1", "false", "f", "0", "FALSE"}
	case err == nil:
		return []string{right, "0" + right, fmt.Sprintf("%#x", n), strconv.Itoa(n + 1), strconv.Itoa(max(0, n-1)), "0", "1_0"}
	}
	if d, err := time.ParseDuration(right); err == nil {
		return []string{right, d.String(), strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s", (d / 2).String(), (2 * d).String(), "0"}
	}
	// Of what is not a list, one with a good value twice is refused after the flags
	// are told, which the test does not see.
	kind := kube.KindOf(f.Component, f.Flag[2:])
	if kind != kube.List && kind != kube.Map && f.Component != "etcd" {
		return values
	}
	if list := strings.Split(right, ","); len(list) > 1 || f.Op == change.Includes || f.Op == change.Excludes || f.Op == change.OneOf {
		values = append(values, strings.Join(append([]string{"AlwaysAllow"}, list...), ","), strings.Join(list[1:], ","), `"`+right+`"`, right+"\n,AlwaysAllow",
			"AlwaysAllow\n,"+right, strings.ToLower(right), " "+right, list[0]+","+right)
	}
	return values
}

func textOf(v any) string {
	if list, is := v.([]string); is {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(v)
}

type judgement struct {
	*testNode
	dir  string
	base map[string]string            // component → its manifest on the sample node
	said map[string]map[string]string // command line → flags, of what was asked before

	kubernetes, etcd int // minor versions of the components

	judged, right, refused, refusedCompliant, falseCompliant, needless int
}

func (j *judgement) minor(component string) int {
	if component == "etcd" {
		return j.etcd
	}
	return j.kubernetes
}

// become makes the sample node, which is of Kubernetes 1.34, one of the version of
// the components.
func (j *judgement) become() {
	versions := strings.NewReplacer(":v1.34.1", fmt.Sprintf(":v1.%d.0", j.kubernetes), "etcd:3.6.4-0", fmt.Sprintf("etcd:3.%d.9-0", j.etcd))
	for _, component := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"} {
		manifest := "/etc/kubernetes/manifests/" + component + ".yaml"
		j.base[manifest] = versions.Replace(j.read(manifest))
		j.write(manifest, j.base[manifest], 0o600)
	}
}

// judge holds harden's verdict on a mutant against the component's word.
func (j *judgement) judge(rule profiles.Rule, f *fixers.ComponentFlag, flag string, m mutant) {
	manifest := "/etc/kubernetes/manifests/" + f.Component + ".yaml"
	j.write(manifest, mutated(j.T, j.base[manifest], f.Component, flag, m), 0o600)
	defer j.write(manifest, j.base[manifest], 0o600)
	verdict, observed := j.verdict(rule, flag)
	flags := j.ask(f.Component, m)
	value, told := flags[flag]
	switch {
	case len(flags) < 10:
		j.refused++
		if verdict == change.Compliant {
			j.refusedCompliant++
		}
		return
	case !told, flag == "authorization-mode" && value == "[]" && len(m.words) > 0 && m.words[0] != "--":
		return // etcd does not tell all, and an empty list of modes is refused once the flags are told
	}
	holds := holdsFor(f, flag, value, m)
	j.judged++
	if holds {
		j.right++
	}
	switch {
	case verdict == change.Compliant && !holds:
		j.falseCompliant++
		j.Errorf("false compliant: %s (%s %s %s) with %s %q %v: the component has %q", rule.Name, flag, f.Op, textOf(f.Value), m.how, m.words, m.env, value)
	case observed && !holds:
		j.falseCompliant++
		j.Errorf("falsely observed: %s (%s %s %s) with %s %q %v: the component has %q", rule.Name, flag, f.Op, textOf(f.Value), m.how, m.words, m.env, value)
	case verdict == change.Drift && !observed && holds:
		j.needless++
		j.Logf("needless drift: %s (%s %s %s) with %s %q %v: the component has %q", rule.Name, flag, f.Op, textOf(f.Value), m.how, m.words, m.env, value)
	}
}

// verdict gives the status of a rule, and whether all that was observed of its
// flag holds.
func (j *judgement) verdict(rule profiles.Rule, flag string) (change.Status, bool) {
	p := &profiles.Profile{Name: "one", Version: "1", Rules: []profiles.Rule{rule}}
	a := j.agent("", nil)
	a.Profile, a.Systemd = p, nil
	plan, err := a.Check(j.Context())
	j.ok(err)
	f := j.finding(plan, rule.Name)
	seen, holds := false, true
	for _, o := range f.Observed {
		if strings.HasPrefix(string(o.Field), "flag:") {
			seen, holds = true, holds && o.Holds
		}
	}
	return f.Status, seen && holds
}

// ask starts the component with the words of the mutant.
func (j *judgement) ask(component string, m mutant) map[string]string {
	argv := []string{filepath.Join(j.dir, component)}
	switch component {
	case "etcd": // with http, certificates are not read
		argv = append(argv, "--listen-client-urls=http://0.0.0.0:0", "--advertise-client-urls=http://0.0.0.0:0", "--listen-peer-urls=http://0.0.0.0:0", "--log-level=info")
	default:
		argv = append(argv, "-v=1")
	}
	argv = append(argv, m.words...)
	var env []string
	for name, value := range m.env {
		env = append(env, name+"="+value)
	}
	key := strings.Join(append(slices.Clone(argv), env...), "\x00")
	if j.said[key] == nil {
		j.said[key] = oracle.Ask(j.T, 20*time.Second, j.TempDir(), env, argv...).Flags
	}
	return j.said[key]
}

// mutated writes a mutant into a component's manifest.
func mutated(t *testing.T, base, component, flag string, m mutant) string {
	t.Helper()
	var pod map[string]any
	if err := yaml.Unmarshal([]byte(base), &pod); err != nil {
		t.Fatal(err)
	}
	container := pod["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)
	var command []string
	for _, word := range container["command"].([]any) {
		if !strings.HasPrefix(word.(string), "--"+flag+"=") {
			command = append(command, word.(string))
		}
	}
	words := m.words
	if m.listed != nil {
		words = m.listed
	}
	switch m.place {
	case "command":
		container["command"] = append(command, words...)
	case "args":
		container["command"], container["args"] = command, words
	case "shell":
		quoted := make([]string, len(command)+len(words))
		for i, w := range append(command, words...) {
			quoted[i] = "'" + w + "'"
		}
		container["command"] = []string{"/bin/sh", "-c", "exec " + strings.Join(quoted, " ")}
	}
	var env []map[string]string
	for name, value := range m.env {
		env = append(env, map[string]string{"name": name, "value": value})
	}
	container["env"] = env
	out, err := yaml.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// defaultPlugins are admission plugins that are on where no flag says anything,
// of those that rules are about.
var defaultPlugins = []string{"NamespaceLifecycle", "ServiceAccount", "PodSecurity", "LimitRanger", "ResourceQuota"}

// holdsFor judges the value that a component has; it is written apart from
// harden's own judgement, to judge it.
func holdsFor(f *fixers.ComponentFlag, flag, value string, m mutant) bool {
	bound := f.Bound
	if bound == nil {
		bound = f.Value
	}
	wanted := strings.Split(textOf(bound), ",")
	have := elementsOf(f.Component, flag, value)
	given := len(m.words) > 0 && m.words[0] != "--" || m.how == "etcd's variable"
	if flag == "authorization-mode" && len(have) == 0 {
		have = []string{"AlwaysAllow"}
	}
	if flag == "enable-admission-plugins" && f.Op == change.Includes {
		have = append(slices.Clone(have), defaultPlugins...)
	}
	if f.Given && !given {
		return f.Op == change.Excludes || f.Op == change.Absent
	}
	switch f.Op {
	case change.Present:
		return value != "" && value != "[]"
	case change.Absent:
		return value == "" || value == "[]" || !given
	case change.Includes:
		return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(have, w) })
	case change.Excludes:
		return !slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(have, w) })
	case change.OneOf:
		return len(have) > 0 && !slices.ContainsFunc(have, func(h string) bool { return !slices.Contains(wanted, h) })
	case change.AtLeast, change.AtMost:
		h, w := amount(value), amount(textOf(bound))
		return f.Op == change.AtLeast && h >= w || f.Op == change.AtMost && h <= w
	}
	if slices.Equal(have, wanted) || value == textOf(bound) {
		return true
	}
	h, err1 := time.ParseDuration(value)
	w, err2 := time.ParseDuration(textOf(bound))
	return err1 == nil && err2 == nil && h == w
}

func amount(text string) float64 {
	if d, err := time.ParseDuration(text); err == nil {
		return d.Seconds()
	}
	n, _ := strconv.ParseFloat(text, 64) // the component wrote it
	return n
}

// elementsOf gives the elements of what a component logs of a list, and of
// feature gates the last of each.
func elementsOf(component, flag, value string) []string {
	switch kind := kube.KindOf(component, flag); {
	case kind == kube.Map:
		last := map[string]string{}
		for _, entry := range strings.Split(value, ",") {
			key, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(entry, ":"), "kube:"), "=")
			last[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
		var entries []string
		for key, value := range last {
			entries = append(entries, key+"="+value)
		}
		return entries
	case component == "etcd":
		return strings.Split(value, ",") // as it logs them
	case kind != kube.List:
		return []string{value}
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	if inner == "" {
		return nil
	}
	list, err := csv.NewReader(strings.NewReader(inner)).Read()
	if err != nil {
		return []string{value}
	}
	return list
}
