package fixers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/facts"
	"harden/agent/host"
)

// tree is a node's files by path. A path that ends in "/" is a directory, a
// text that begins with "→" is a symbolic link.
type tree map[string]string

// and gives the tree with more files over it.
func (f tree) and(more tree) tree {
	all := tree{}
	for _, part := range []tree{f, more} {
		for path, text := range part {
			all[path] = text
		}
	}
	return all
}

// root lays the tree out.
func (f tree) root(t *testing.T) *host.Root {
	t.Helper()
	dir := t.TempDir()
	for path, text := range f {
		real := filepath.Join(dir, path)
		link, isLink := strings.CutPrefix(text, "→")
		err := os.MkdirAll(filepath.Dir(real), 0o755)
		switch {
		case err != nil:
		case strings.HasSuffix(path, "/"):
			err = os.MkdirAll(real, 0o755)
		case isLink:
			err = os.Symlink(link, real)
		default:
			err = os.WriteFile(real, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	return root
}

// node gives the tree with facts that are made by hand.
func (f tree) node(t *testing.T, made *facts.Facts) Node {
	t.Helper()
	if made == nil {
		made = &facts.Facts{}
	}
	return Node{Facts: made, Files: f.root(t)}
}

// collected gives the tree with the facts that are found in it.
func (f tree) collected(t *testing.T) Node {
	t.Helper()
	root := f.root(t)
	found, err := facts.Collect(root, nil, facts.Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Node{Facts: found, Files: root}
}

// requirementLines writes a requirement for comparison: its status and reason, or a line per
// want, "target [match] field op value {effects}".
func requirementLines(w Requirement) []string {
	if w.Status != "" {
		return []string{string(w.Status) + ": " + w.Reason.String()}
	}
	var lines []string
	for _, want := range w.Wants {
		line := string(want.Target)
		if want.Match != "" {
			line += " " + want.Match
		}
		line += " " + string(want.Field) + " " + string(want.Op)
		switch v := want.Value.(type) {
		case nil:
		case []byte:
			line += " text"
		case []string:
			line += " [" + strings.Join(v, " ") + "]"
		default:
			line += fmt.Sprintf(" %v", v)
		}
		for _, e := range want.Effects {
			line += " {" + string(e) + "}"
		}
		lines = append(lines, line)
	}
	return lines
}

// requirementRow is a row: what a fixer must require of a node. A line that ends in "…"
// is the beginning of what must be there.
type requirementRow struct {
	name  string
	fixer Fixer
	node  Node
	want  []string
}

func runRequirements(t *testing.T, rows []requirementRow) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if err := r.fixer.Check(); err != nil {
				t.Fatal(err)
			}
			w := r.fixer.Require("rule", r.node)
			got := requirementLines(w)
			for i := range r.want {
				if begin, cut := strings.CutSuffix(r.want[i], "…"); cut && i < len(got) && strings.HasPrefix(got[i], begin) {
					got[i] = r.want[i]
				}
			}
			if diff := cmp.Diff(r.want, got); diff != "" {
				t.Errorf("requirement (-want +got):\n%s", diff)
			}
			for _, want := range w.Wants {
				if want.Rule != "rule" {
					t.Errorf("want of %s names rule %q", want.Target, want.Rule)
				}
			}
		})
	}
}

// checked is a row: parameters and what Check says of them, or with "…" how
// that begins.
type checked struct {
	name  string
	fixer Fixer
	want  string
}

func runChecks(t *testing.T, rows []checked) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			message := ""
			if err := r.fixer.Check(); err != nil {
				message = err.Error()
			}
			begin, cut := strings.CutSuffix(r.want, "…")
			if message != r.want && (!cut || !strings.HasPrefix(message, begin)) {
				t.Errorf("error %q\n want %q", message, r.want)
			}
		})
	}
}

// Every kind can be made, and says what is wrong with empty parameters.
func TestKinds(t *testing.T) {
	for _, kind := range Kinds() {
		f, err := New(kind)
		if err != nil {
			t.Fatal(err)
		}
		if another, err := New(kind); err != nil || another == f {
			t.Errorf("kind %s gives the same parameters twice (%v)", kind, err)
		}
		if f.Check() == nil {
			t.Errorf("kind %s needs no parameters", kind)
		}
	}
	if _, err := New("sysctrl"); err == nil || !strings.HasPrefix(err.Error(), `unknown kind "sysctrl"; one of [account `) {
		t.Errorf("error %v", err)
	}
}
