package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gopkg.in/yaml.v3"

	"harden/integration/sampletree"
)

// pendingCases are layouts whose right values harden does not give yet. A case
// that does is to be taken out of this list: the test says so.
var pendingCases []string

// layout is the right answer to a node that is laid out in another way than
// kubeadm's: testdata/cases/NAME/want.yaml, beside make.sh, which turns the
// sample node into that node; it runs in the root of the tree.
//
// A status may be one of several: "drift or blocked".
type layout struct {
	About    string
	Profile  string            // that judges it
	Root     bool              // make.sh needs root, and mounts or gives files away
	Findings map[string]string // rule → status, of a check before
	Reasons  map[string]string // rule → a part of the reason, of a check before
	Open     []string          // paths that some finding before is about, and is not compliant
	NoErrors bool              `yaml:"noErrors"` // no finding before is one
	After    map[string]string // rule → status, of a check after apply
	Left     int               // changes of a plan after apply
	Same     []string          // paths whose content apply leaves alone
	Owners   map[string]string // path → "uid:gid" after apply
	Files    []textWant        // after apply
	Either   [][]textWant      // of each list one holds after apply
}

// textWant is what stands in a file after apply.
type textWant struct {
	Path  string
	Has   []string // texts
	Lacks []string // regular expressions
	// Keeps holds that every line from before is there, in its order, but for
	// those that match one of Changed.
	Keeps   bool
	Changed []string
}

// TestCases judges and fixes nodes that people have: what harden says of each,
// what it writes, and that nothing is left to do afterwards.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob("testdata/cases/*/want.yaml")
	if err != nil || len(dirs) < 18 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	for _, name := range pendingCases {
		if _, err := os.Stat(filepath.Join("testdata/cases", name)); err != nil {
			t.Errorf("a pending case is not there: %v", err)
		}
	}
	syscall.Umask(0o022)
	for _, file := range dirs {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCase(t, name)
			if c.Root && !canMount(t) {
				t.Logf("not run: it needs root")
				return
			}
			c.run()
			switch pending := slices.Contains(pendingCases, name); {
			case pending && len(c.wrong) == 0:
				t.Errorf("%s (%s) is right now: take it out of pendingCases", name, c.About)
			case pending:
				t.Logf("pending: %s", strings.Join(c.wrong, "\n"))
			case len(c.wrong) > 0:
				t.Errorf("%s\n%s", c.About, strings.Join(c.wrong, "\n"))
			}
		})
	}
}

// layoutCase is one layout, being tried.
type layoutCase struct {
	*testing.T
	layout
	dir, node string
	before    map[string]string // what files held
	wrong     []string
}

func newCase(t *testing.T, name string) *layoutCase {
	t.Helper()
	c := &layoutCase{T: t, node: filepath.Join(t.TempDir(), "node"), before: map[string]string{}}
	var err error
	if c.dir, err = filepath.Abs(filepath.Join("testdata/cases", name)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(c.dir, "want.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&c.layout); err != nil {
		t.Fatal(err)
	}
	if c.About == "" || c.Profile == "" || len(c.Findings)+len(c.Open) == 0 {
		t.Fatal("want.yaml says too little")
	}
	return c
}

// lay lays the node out.
func (c *layoutCase) lay() {
	c.Helper()
	if err := sampletree.Write(c.node); err != nil {
		c.Fatal(err)
	}
	make := exec.Command("sh", "-eu", filepath.Join(c.dir, "make.sh"))
	make.Dir = c.node
	if c.Root {
		c.Cleanup(func() { _ = exec.Command("umount", "-R", filepath.Join(c.node, "usr")).Run() }) // where it was mounted
	}
	if out, err := make.CombinedOutput(); err != nil {
		c.Fatalf("make.sh: %v\n%s", err, out)
	}
}

func (c *layoutCase) run() {
	c.Helper()
	c.lay()
	c.remember()
	before := c.document("check")
	c.judged("before apply", before, c.Findings)
	c.explained(before)
	c.noticed(before)
	c.document("apply", "--yes")
	if left := c.document("plan"); len(left.Changes) != c.Left {
		c.problem("after apply a plan has %d changes, not %d: %v", len(left.Changes), c.Left, left.Changes)
	}
	c.judged("after apply", c.document("check"), c.After)
	c.written()
}

func (c *layoutCase) problem(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

// outside is what the documents of harden say that a case looks at.
type outside struct {
	Changes []struct {
		Target string
		Fields []struct{ Field string }
	}
	Findings []struct {
		Rule, Status, Reason string
		Targets              []string
	}
	Error struct{ Message string }
}

// document runs harden on the node. Every command has to end well.
func (c *layoutCase) document(verb string, args ...string) outside {
	c.Helper()
	self, err := os.Executable()
	if err != nil {
		c.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{verb, "--root", c.node, "--profile", c.Profile, "-o", "json"}, args...)...)
	cmd.Args[0] = "harden" // see TestMain
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=10")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var d outside
	if decoding := json.Unmarshal(out, &d); decoding != nil {
		c.Fatalf("%s: %v: %s%s", verb, decoding, out, stderr.Bytes())
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		c.problem("%s ended with %d: %s", verb, exit.ExitCode(), d.Error.Message)
	}
	return d
}

// judged compares verdicts.
func (c *layoutCase) judged(when string, d outside, want map[string]string) {
	for rule, statuses := range want {
		i := slices.IndexFunc(d.Findings, func(f struct {
			Rule, Status, Reason string
			Targets              []string
		}) bool {
			return f.Rule == rule
		})
		switch {
		case i < 0:
			c.problem("%s nothing is said of %s", when, rule)
		case !slices.Contains(strings.Split(statuses, " or "), d.Findings[i].Status):
			c.problem("%s %s is %s, not %s: %s", when, rule, d.Findings[i].Status, statuses, d.Findings[i].Reason)
		}
	}
}

func (c *layoutCase) explained(d outside) {
	for _, f := range d.Findings {
		if part, asked := c.Reasons[f.Rule]; asked && !strings.Contains(f.Reason, part) {
			c.problem("the reason of %s does not say %q: %s", f.Rule, part, f.Reason)
		}
		if c.NoErrors && f.Status == "error" {
			c.problem("%s could not be checked: %s", f.Rule, f.Reason)
		}
	}
}

// noticed tells whether some finding is about each path that must be seen.
func (c *layoutCase) noticed(d outside) {
	for _, path := range c.Open {
		seen := false
		for _, f := range d.Findings {
			open := f.Status == "drift" || f.Status == "blocked" || f.Status == "manual" || f.Status == "error"
			seen = seen || open && slices.Contains(f.Targets, "file:"+path)
		}
		if !seen {
			c.problem("no finding is about %s", path)
		}
	}
}

// remember keeps what the files held that apply must leave alone, in whole or
// in part.
func (c *layoutCase) remember() {
	for _, path := range c.Same {
		c.before[path] = c.text(path)
	}
	for _, f := range c.Files {
		if f.Keeps {
			c.before[f.Path] = c.text(f.Path)
		}
	}
}

func (c *layoutCase) text(path string) string {
	data, err := os.ReadFile(filepath.Join(c.node, path))
	if err != nil {
		c.problem("%v", err)
	}
	return string(data)
}

// written compares what stands in the files after apply.
func (c *layoutCase) written() {
	for _, path := range c.Same {
		if line, gone := lost(c.before[path], c.text(path), nil); gone || c.text(path) != c.before[path] {
			c.problem("%s was changed: %q is gone, or something is new", path, line)
		}
	}
	for path, owner := range c.Owners {
		var st syscall.Stat_t
		if err := syscall.Stat(filepath.Join(c.node, path), &st); err != nil {
			c.problem("%s: %v", path, err)
		} else if got := fmt.Sprintf("%d:%d", st.Uid, st.Gid); got != owner {
			c.problem("%s belongs to %s, not to %s", path, got, owner)
		}
	}
	for _, f := range c.Files {
		c.wrong = append(c.wrong, c.lacking(f)...)
	}
	for _, list := range c.Either {
		var all []string
		holds := false
		for _, f := range list {
			lacking := c.lacking(f)
			all, holds = append(all, lacking...), holds || len(lacking) == 0
		}
		if !holds {
			c.problem("neither: %s", strings.Join(all, "; nor: "))
		}
	}
}

func (c *layoutCase) lacking(f textWant) []string {
	var wrong []string
	text := c.text(f.Path)
	for _, part := range f.Has {
		if !strings.Contains(text, part) {
			wrong = append(wrong, fmt.Sprintf("%s lacks %q", f.Path, part))
		}
	}
	for _, part := range f.Lacks {
		if found := regexp.MustCompile(part).FindString(text); found != "" {
			wrong = append(wrong, fmt.Sprintf("%s has %q", f.Path, found))
		}
	}
	if f.Keeps {
		if line, gone := lost(c.before[f.Path], text, f.Changed); gone {
			wrong = append(wrong, fmt.Sprintf("%s has lost %q", f.Path, line))
		}
	}
	return wrong
}

// lost finds a line of a text that another one does not have in its order, but
// for those that match one of some expressions.
func lost(before, after string, changed []string) (string, bool) {
	lines := strings.SplitAfter(after, "\n")
	for line := range strings.Lines(before) {
		if slices.ContainsFunc(changed, func(e string) bool { return regexp.MustCompile(e).MatchString(line) }) {
			continue
		}
		at := slices.Index(lines, line)
		if at < 0 {
			return line, true
		}
		lines = lines[at+1:]
	}
	return "", false
}
