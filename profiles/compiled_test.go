package profiles

import (
	"encoding/binary"
	"flag"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "write compiled.bin from the YAML files")

// TestCompiled holds what is compiled in against the YAML files that it was
// made from, read strictly.
func TestCompiled(t *testing.T) {
	profiles, rules := everyBuiltin(t, "builtin"), everyRule(t)
	w := compiledWriter{known: &compiledTexts{begins: map[string]int{}}}
	w.all(t, profiles, rules)
	if *update {
		if err := os.WriteFile("compiled.bin", w.whole(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if compiled != string(w.whole()) {
		t.Fatal("compiled.bin is not what the YAML files say; run: go generate ./profiles")
	}
	if diff := cmp.Diff(names(profiles), Names()); diff != "" {
		t.Errorf("names (-YAML +compiled):\n%s", diff)
	}
	lazy := builtinRules()
	if diff := cmp.Diff(rules.names(), lazy.names()); diff != "" {
		t.Errorf("rules (-YAML +compiled):\n%s", diff)
	}
	asWritten := cmp.Options{cmp.AllowUnexported(rule{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(rule{}, "node", "explained", "Why", "Risk"), nodesAsWritten}
	for _, name := range rules.names() {
		want, got := rules.rule(name), lazy.rule(name)
		if diff := cmp.Diff(want, got, asWritten); diff != "" {
			t.Errorf("rule %s (-YAML +compiled):\n%s", name, diff)
		}
		if why, risk := got.texts().read(); why != want.Why || risk != want.Risk || got.node.Line != want.node.Line {
			t.Errorf("rule %s: line %d, why %v, risk %v; want %d, %v, %v", name, got.node.Line, why, risk, want.node.Line, want.Why, want.Risk)
		}
	}
}

// nodesAsWritten compares YAML but for its comments.
var nodesAsWritten = cmpopts.IgnoreFields(yaml.Node{}, "HeadComment", "LineComment", "FootComment")

func names(files []*file) []string {
	var list []string
	for _, f := range files {
		list = append(list, f.Name)
	}
	return list
}

// compiledWriter writes what compiledReader reads.
type compiledWriter struct {
	data  []byte
	known *compiledTexts
}

// compiledTexts are the texts, each once, and where they begin.
type compiledTexts struct {
	data   []byte
	begins map[string]int
}

func (w *compiledWriter) uint(n int) {
	if n < 0 {
		panic("a negative number")
	}
	w.data = binary.AppendUvarint(w.data, uint64(n))
}

func (w *compiledWriter) int(n int) { w.uint(n<<1 ^ n>>63) }

func (w *compiledWriter) texts(list ...string) {
	for _, text := range list {
		begin, known := w.known.begins[text]
		if !known && text != "" {
			begin = compiledHead + len(w.known.data)
			w.known.begins[text], w.known.data = begin, append(w.known.data, text...)
		}
		w.uint(begin)
		w.uint(len(text))
	}
}

// body writes something as a text of its own.
func (w *compiledWriter) body(write func(*compiledWriter)) {
	body := compiledWriter{known: w.known}
	write(&body)
	w.texts(string(body.data))
}

// file gives the whole file.
func (w *compiledWriter) whole() []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(compiledHead+len(w.known.data)))
	return slices.Concat(head, w.known.data, w.data)
}

func (w *compiledWriter) bilingual(texts ...Text) {
	for _, t := range texts {
		w.texts(t.EN, t.ZH)
	}
}

func (w *compiledWriter) list(texts []string) {
	w.uint(len(texts))
	w.texts(texts...)
}

func (w *compiledWriter) node(n *yaml.Node) {
	w.uint(int(n.Kind))
	if n.Kind == 0 {
		return
	}
	w.uint(int(n.Style))
	w.texts(n.Tag, n.Value)
	w.uint(n.Line)
	w.uint(n.Column)
	w.uint(len(n.Content))
	for _, c := range n.Content {
		w.node(c)
	}
}

func (w *compiledWriter) all(t *testing.T, profiles []*file, rules library) {
	t.Helper()
	w.uint(len(profiles))
	for _, f := range profiles {
		if f.Format != Format || len(f.Rules) > 0 || len(f.Waivers) > 0 {
			t.Fatalf("%s: a built-in profile has the format %s, no rules and no waivers of its own", f.path, Format)
		}
		w.texts(f.Name)
		d := draftFromYAML(t, f.Name, profiles, rules)
		w.body(func(w *compiledWriter) { w.profile(t, built(t, d, rules)) })
		w.body(func(w *compiledWriter) { w.draft(d) })
	}
	w.uint(len(rules.names()))
	for _, name := range rules.names() {
		r := rules.rule(name)
		w.texts(r.Name)
		w.body(func(w *compiledWriter) { w.rule(r) })
	}
}

func (w *compiledWriter) rule(r *rule) {
	w.texts(r.path[len(builtinPath):])
	w.uint(r.node.Line)
	w.texts(r.Kind)
	w.bilingual(r.Title)
	w.list(r.Needs)
	w.node(&r.With)
	w.body(func(w *compiledWriter) { w.bilingual(r.Why, r.Risk) })
	w.uint(len(r.Parameters))
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		node := r.Parameters[name]
		w.texts(name)
		w.node(&node)
	}
}
