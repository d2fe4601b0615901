package kubebench

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aquasecurity/kube-bench/check"
)

// control is an automated check about flags of one component.
type control struct {
	id, component string
	flags         []string
}

type bench struct {
	*testing.T
	program, node string
	parts         []*check.Controls
	controls      []control
	flags         map[string][]flagOf // component → those that checks are about
	others        map[string][]string // component → its other words
	manifests     map[string]string   // component → that of the compliant node
	shown, taken  map[string][]string // component → its process's words, and the canonical ones
	made          map[string]given    // flag → its mutant
	said          map[string]string   // check → harden's reason
}

var components = map[string]string{"$apiserverbin": "kube-apiserver", "$controllermanagerbin": "kube-controller-manager", "$schedulerbin": "kube-scheduler", "$etcdbin": "etcd"}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, node: filepath.Join(t.TempDir(), "node"), flags: map[string][]flagOf{}, others: map[string][]string{}, manifests: map[string]string{}}
	b.program = filepath.Join(t.TempDir(), "harden")
	if given := os.Getenv("HARDEN"); given != "" {
		b.program = given
	} else {
		b.run("../..", "go", "build", "-o", b.program, "./cmd/harden")
	}
	b.run("../..", "go", "run", "./integration/samplenode", b.node)
	b.run("", b.program, "apply", "--root", b.node, "--profile", edition, "--yes")
	b.load()
	for _, name := range components {
		text := string(b.must(os.ReadFile(b.manifest(name))))
		b.manifests[name] = text
		b.read(name, words(text))
	}
	return b
}

func (b *bench) manifest(name string) string {
	return filepath.Join(b.node, "etc/kubernetes/manifests", name+".yaml")
}

func (b *bench) must(data []byte, err error) []byte {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func (b *bench) run(dir string, argv ...string) {
	b.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", argv, err, out)
	}
}

// load reads the automated checks of kube-bench that look at a process's words.
func (b *bench) load() {
	b.Helper()
	cfg := strings.TrimSpace(string(b.must(exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aquasecurity/kube-bench").Output())))
	for file, kind := range map[string]check.NodeType{"master.yaml": check.MASTER, "etcd.yaml": check.ETCD} {
		text := string(b.must(os.ReadFile(filepath.Join(cfg, "cfg", edition, file))))
		text = strings.ReplaceAll(text, "/bin/ps -ef", "cat "+filepath.Join(b.node, "ps"))
		for variable, name := range components {
			text = strings.ReplaceAll(text, variable, name)
		}
		part, err := check.NewControls(kind, []byte(text), edition)
		if err != nil {
			b.Fatal(err)
		}
		b.parts = append(b.parts, part)
		for _, g := range part.Groups {
			for _, c := range g.Checks {
				b.add(c)
			}
		}
	}
	slices.SortFunc(b.controls, func(a, c control) int { return strings.Compare(a.id, c.id) })
}

func (b *bench) add(c *check.Check) {
	if c.Type != "" || c.Tests == nil || !strings.HasPrefix(c.Audit, "cat ") {
		return
	}
	is := control{id: c.ID}
	for _, name := range components {
		if strings.Contains(c.Audit, "grep "+name+" ") {
			is.component = name
		}
	}
	for _, item := range c.Tests.TestItems {
		if strings.HasPrefix(item.Flag, "--") && !slices.Contains(is.flags, item.Flag) {
			is.flags = append(is.flags, item.Flag)
		}
	}
	if is.component != "" && len(is.flags) > 0 {
		b.controls = append(b.controls, is)
	}
}

// words are those of the command that a manifest of kubeadm's has.
func words(manifest string) []string {
	_, list, _ := strings.Cut(manifest, "  - command:\n")
	var words []string
	for line := range strings.Lines(list) {
		word, is := strings.CutPrefix(line, "    - ")
		if !is {
			break
		}
		words = append(words, strings.TrimSpace(word))
	}
	return words
}

// read tells the flags that checks are about from the others.
func (b *bench) read(component string, all []string) {
	b.Helper()
	known := map[string]bool{}
	for _, c := range b.controls {
		for _, name := range c.flags {
			if c.component != component || known[name] {
				continue
			}
			known[name] = true
			f := flagOf{component: component, name: name, bad: b.bad(component, name)}
			for _, w := range all {
				if value, is := strings.CutPrefix(w, name+"="); is {
					f.good, f.is = value, true
				}
			}
			f.bad = cmp.Or(f.bad, standard[name])
			if f.bad == "" && !f.is && b.unwanted(component, name) {
				f.bad = "other"
			}
			if f.bad == "" && f.isBool() {
				f.bad = map[string]string{"true": "false", "false": "true"}[f.good]
			}
			if f.bad == "" && number.MatchString(f.good) {
				f.bad = "0"
			}
			b.flags[component] = append(b.flags[component], f)
		}
	}
	for _, w := range all[1:] {
		name, _, _ := strings.Cut(w, "=")
		if !known[name] {
			b.others[component] = append(b.others[component], w)
		}
	}
}

// bad is a value that checks do not want in a flag, "" where they name none.
func (b *bench) bad(component, name string) string {
	opposite := map[string]string{"true": "false", "false": "true"}
	var list []string
	for _, part := range b.parts {
		for _, g := range part.Groups {
			for _, c := range g.Checks {
				if c.Tests == nil || !strings.Contains(c.Audit, "grep "+component+" ") {
					continue
				}
				for _, item := range c.Tests.TestItems {
					if item.Flag == name && item.Compare.Op == "eq" && opposite[item.Compare.Value] != "" {
						return opposite[item.Compare.Value]
					}
					if item.Flag == name && item.Compare.Op == "nothave" && !slices.Contains(list, item.Compare.Value) {
						list = append(list, item.Compare.Value)
					}
				}
			}
		}
	}
	return strings.Join(list, ",")
}

// unwanted tells whether a check does not want a flag at all.
func (b *bench) unwanted(component, name string) bool {
	for _, part := range b.parts {
		for _, g := range part.Groups {
			for _, c := range g.Checks {
				if c.Tests != nil && strings.Contains(c.Audit, "grep "+component+" ") && len(c.Tests.TestItems) == 1 && c.Tests.TestItems[0].Flag == name && !c.Tests.TestItems[0].Set {
					return true
				}
			}
		}
	}
	return false
}
