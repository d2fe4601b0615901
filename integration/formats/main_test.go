// Package formats holds harden's reports against what others say of their
// formats: the published schemas of SARIF and OSCAL, promlint, and the rules of the checklists
// and results that STIG Viewer reads. It looks at
// what the binary prints of the sample node, and at the golden files of
// agent/format, which hold hostile names. It changes nothing but trees of its
// own.
package formats

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is where harden itself lies.
const repository = "../.."

// printed are reports by name: what printed them.
var printed map[string]map[string][]byte

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "harden-formats-")
	if err == nil {
		printed, err = printAll(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

var formats = []string{"sarif", "oscal", "prometheus"}

// ofSTIG are those that only a report on a STIG is printed in.
var ofSTIG = []string{"ckl", "cklb", "xccdf"}

// printAll builds harden and prints reports of the sample node: of several
// profiles, in both languages, before and after an apply, and what changed.
func printAll(dir string) (map[string]map[string][]byte, error) {
	harden, node := filepath.Join(dir, "harden"), filepath.Join(dir, "node")
	for _, args := range [][]string{{"build", "-o", harden, "./cmd/harden"}, {"run", "./integration/samplenode", node}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = repository
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	run := func(args ...string) ([]byte, error) {
		out, err := exec.Command(harden, append(args, "--root", node)...).Output()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("harden %s: %w: %s", strings.Join(args, " "), err, exit.Stderr)
		}
		return out, err
	}
	all := map[string]map[string][]byte{}
	for _, f := range append(formats, ofSTIG...) {
		all[f] = map[string][]byte{}
	}
	stig := func(when string) error {
		for _, f := range ofSTIG {
			for _, profile := range []string{"stig-kubernetes-v2r6", "stig-rke2-v2r7"} {
				for _, lang := range []string{"en", "zh"} {
					out, err := run("check", "--profile", profile, "--lang", lang, "-o", f)
					if err != nil {
						return err
					}
					all[f][profile+" "+lang+" "+when] = out
				}
			}
		}
		return nil
	}
	if err := stig("before"); err != nil {
		return nil, err
	}
	add := func(name string, args ...string) error {
		for _, f := range formats {
			out, err := run(append(args, "-o", f)...)
			if err != nil {
				return err
			}
			all[f][name] = out
		}
		return nil
	}
	for _, p := range []string{"kubeadm-node", "cis-1.12", "qkxy-cs001-2023", "rancher-2.1"} {
		for _, lang := range []string{"en", "zh"} {
			if err := add(p+" "+lang, "check", "--profile", p, "--lang", lang); err != nil {
				return nil, err
			}
		}
	}
	steps := []struct {
		name string
		keep string // what is printed goes to a file
		args []string
	}{
		{keep: "before.json", args: []string{"check", "--profile", "cis-1.12", "-o", "json"}},
		{args: []string{"attest", "cis-1.12/5.1.1", "--reason", "reviewed", "--expires", "2999-12-31"}},
		{args: []string{"attest", "cis-1.12/5.1.3", "--verdict", "open", "--reason", "two <roles> left", "--expires", "2999-12-31"}},
		{args: []string{"apply", "--yes", "--profile", "cis-1.12"}},
		{keep: "after.json", args: []string{"check", "--profile", "cis-1.12", "-o", "json"}},
		{name: "attested", args: []string{"check", "--profile", "cis-1.12"}},
		{name: "diff", args: []string{"diff", filepath.Join(dir, "before.json"), filepath.Join(dir, "after.json")}},
		{name: "diff back", args: []string{"diff", filepath.Join(dir, "after.json"), filepath.Join(dir, "before.json"), "--lang", "zh"}},
	}
	for _, s := range steps {
		if s.name != "" {
			if err := add(s.name, s.args...); err != nil {
				return nil, err
			}
			continue
		}
		out, err := run(s.args...)
		if err != nil {
			return nil, err
		}
		if s.keep != "" {
			if err := os.WriteFile(filepath.Join(dir, s.keep), out, 0o600); err != nil {
				return nil, err
			}
		}
	}
	return all, stig("after")
}

// everything gives the reports in one format: those that were printed, and the
// golden files.
func everything(t *testing.T, format string) map[string][]byte {
	t.Helper()
	golden, err := filepath.Glob(filepath.Join(repository, "agent/format/testdata/*."+format))
	if err != nil {
		t.Fatal(err)
	}
	if len(golden) == 0 {
		t.Fatal("there is no golden file")
	}
	all := map[string][]byte{}
	for name, data := range printed[format] {
		all[name] = data
	}
	for _, file := range golden {
		if all[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// moduleDir is where the source of a module lies.
func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
