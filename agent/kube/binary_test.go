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
)

// The binaries themselves are the judge: what the tables say of their version
// is held against what they say, both ways.
func TestBinaries(t *testing.T) {
	dir := os.Getenv("HARDEN_KUBE_BIN")
	if dir == "" {
		t.Skip("HARDEN_KUBE_BIN is not set to a directory with kube-apiserver, kube-controller-manager, kube-scheduler, kubelet and etcd")
	}
	for _, component := range components {
		t.Run(component, func(t *testing.T) {
			b := binary{path: filepath.Join(dir, component)}
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
}
