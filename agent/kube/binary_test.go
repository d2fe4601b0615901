package kube

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"harden/integration/oracle"
)

// The binaries themselves are the judge: what the tables say of their version
// is held against what they say, both ways.
func TestBinaries(t *testing.T) {
	if os.Getenv("HARDEN_KUBE_BIN") == "" {
		t.Skip("it starts a component a thousand times: make oracle runs it")
	}
	for _, component := range components {
		t.Run(component, func(t *testing.T) {
			b := binary{path: filepath.Join(oracle.Directory(t, component), component)}
			minor := b.minor(t)
			help := b.run("--help")
			listed := listed(help)
			if len(listed) < 50 {
				t.Fatalf("only %d flags in the help text", len(listed))
			}
			table, _ := tableOf(component)
			for _, name := range table.names() {
				f, _ := table.find(name)
				if exists, has := f.exists(minor), slices.Contains(listed, name) || b.accepts(name); exists != has {
					t.Errorf("%s exists: %v by the table, %v by the binary", name, exists, has)
				}
			}
			// etcd's table has no room for all its experiments.
			for _, name := range listed {
				if f, known := table.find(name); component != "etcd" && !(known && f.exists(minor)) {
					t.Errorf("%s is not in the table", name)
				}
			}
			defaults(t, component, minor, help)
			if component == "kube-apiserver" {
				admission(t, minor, help)
			}
			if component == "kube-controller-manager" {
				featureGates(t, minor, help)
			}
		})
	}
}

type binary struct{ path string }

// run gives all that it prints; only ever with --help or --version, so that
// nothing is started.
func (b binary) run(args ...string) string {
	// Help is help, whatever it exits with.
	out, _ := exec.Command(b.path, args...).CombinedOutput()
	return string(out)
}

// accepts tells whether a flag that the help text does not list is known: it
// is given a value that few flags take, and help is asked for.
func (b binary) accepts(flag string) bool {
	out := b.run(flag+"=x", "--help")
	return !strings.Contains(out, "unknown flag: "+flag) && !strings.Contains(out, "not defined: "+flag[1:])
}

var versionText = regexp.MustCompile(`(?:Kubernetes v1|etcd Version: 3)\.(\d+)\.`)

func (b binary) minor(t *testing.T) int {
	t.Helper()
	m := versionText.FindStringSubmatch(b.run("--version"))
	if m == nil {
		t.Fatalf("%s does not say its version", b.path)
	}
	minor, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return minor
}

var flagText = regexp.MustCompile(`(?m)^ +(?:-\w, )?(--[a-zA-Z0-9_-]+)`)

func listed(help string) []string {
	var names []string
	for _, m := range flagText.FindAllStringSubmatch(help, -1) {
		names = append(names, m[1])
	}
	return names
}

// defaults compares the defaults that the help text gives; it leaves out those
// that are empty, 0 or false.
func defaults(t *testing.T, component string, minor int, help string) {
	for _, b := range builtins {
		if b.component != component || !within(b.since, b.until, minor) {
			continue
		}
		m := regexp.MustCompile(`(?m)^ +` + b.flag + ` .*\(default "?([^)"]+)"?\)`).FindStringSubmatch(help)
		if m != nil && m[1] != b.value {
			t.Errorf("%s is %s by default, and %s by the table", b.flag, m[1], b.value)
		}
	}
}

var (
	onText      = regexp.MustCompile(`default enabled ones \(([^)]+)\)`)
	pluginsText = regexp.MustCompile(`--enable-admission-plugins .*list of admission plugins: ([^.]+)\.`)
	gateText    = regexp.MustCompile(`(?m)kube:(\w+)=true\|false \((?:ALPHA|BETA)`)
)

func admission(t *testing.T, minor int, help string) {
	on, all := onText.FindStringSubmatch(help), pluginsText.FindStringSubmatch(help)
	if on == nil || all == nil {
		t.Fatal("the help text names no admission plugins")
	}
	byHelp := strings.Split(on[1], ", ")
	slices.Sort(byHelp)
	if byTable := AdmissionPluginsOnByDefault(minor); !slices.Equal(byHelp, byTable) {
		t.Errorf("on by default: %v, and by the table %v", byHelp, byTable)
	}
	available := strings.Split(all[1], ", ")
	for _, p := range plugins {
		if within(p.since, p.until, minor) != slices.Contains(available, p.name) {
			t.Errorf("the table and the binary disagree on whether %s exists", p.name)
		}
	}
	for _, name := range available {
		if exists, reason := AdmissionPlugin(name, minor); !exists {
			t.Error(reason)
		}
	}
}

// featureGates are listed where they are alpha or beta; those that can be
// switched though they are stable or deprecated are not.
func featureGates(t *testing.T, minor int, help string) {
	var listed []string
	for _, m := range gateText.FindAllStringSubmatch(help, -1) {
		listed = append(listed, m[1])
	}
	for _, g := range gates {
		exists, _ := FeatureGate(g.name, minor)
		if !exists && slices.Contains(listed, g.name) {
			t.Errorf("the table does not let %s be switched, and the binary does", g.name)
		}
		if exists && !slices.Contains(listed, g.name) {
			t.Logf("%s is not listed: stable or deprecated", g.name)
		}
	}
	for name := range betaSince {
		beta := strings.Contains(help, "kube:"+name+"=true|false (BETA")
		if group := GroupGate(name, minor); beta != (group == "AllBeta") {
			t.Errorf("%s is switched by %q, and the help text says otherwise", name, group)
		}
	}
}

// kindOfType are the kinds of flags by what the help texts call their values;
// other types, such as string, take one value of which the last counts.
var kindOfType = map[string]Kind{
	"": Bool, "version[=true]": Bool, "RuntimeDefault": Bool, // a word in quotes in its description
	"strings": List, "int32Slice": List, "pattern=N,...": List, "reserved-memory": List, "colonSeparatedMultimapStringString": List,
	"stringArray": Array, "namedCertKey": Array,
	"mapStringString": Map, "mapStringBool": Map, "stringToString": Entry, "duration": Duration,
	"int": Number, "int32": Number, "uint": Number,
}

// otherKinds are flags whose type does not tell all: two maps that are not
// split at commas, and feature gates, which merge by component.
var otherKinds = map[string]Kind{"oidc-required-claim": Entry, "cpu-manager-policy-options": Entry, "feature-gates": Map}

// Of each flag that a help text lists, the type decides how the flag is read.
// etcd's help has no types: its flags are asked with a word behind them.
func TestKinds(t *testing.T) {
	compared := 0
	for _, component := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"} {
		t.Run(component, func(t *testing.T) {
			listed, _ := oracle.Help(t, filepath.Join(oracle.Directory(t, component), component))
			if len(listed) < 50 {
				t.Fatalf("%s lists only %d flags", component, len(listed))
			}
			for _, f := range listed {
				want, other := otherKinds[f.Name]
				if !other {
					want = kindOfType[f.Type]
				}
				if got := KindOf(component, f.Name); got != want {
					t.Errorf("--%s is of kind %d by the table and %d by its type %q", f.Name, got, want, f.Type)
				}
				compared++
			}
		})
	}
	t.Logf("kinds compared: %d", compared)
}

// A flag of etcd that is not a bool takes the next word, and one that is takes
// none: etcd then refuses the word, before it does anything.
func TestKindsOfEtcd(t *testing.T) {
	b := binary{path: filepath.Join(oracle.Directory(t, "etcd"), "etcd")}
	compared := 0
	for _, name := range listed(b.run("--help")) {
		out := b.run(name, "0s", "--none-of-its-flags")
		isBool := strings.Contains(out, `"0s" is not a valid flag`)
		known := isBool || strings.Contains(out, "not defined: -none-of-its-flags") || strings.Contains(out, "invalid value")
		if known && isBool != (KindOf("etcd", name[2:]) == Bool) {
			t.Errorf("%s is a bool: %v by the binary, not by the table", name, isBool)
		}
		if known {
			compared++
		}
	}
	t.Logf("kinds compared: %d", compared)
	if compared < 50 {
		t.Errorf("only %d flags were compared", compared)
	}
}
