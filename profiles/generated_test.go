package profiles

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"go/format"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write generated/ and the table of profiles in docs/profiles.md from the YAML files")

// TestGenerated holds the Go files in generated/ against the YAML files that
// they are made from, read strictly; with -update it writes them.
func TestGenerated(t *testing.T) {
	want, prose := map[string]string{}, map[string]string{}
	var list strings.Builder
	list.WriteString("// Profiles are the built-in profiles by name.\nvar Profiles = []*Profile{")
	for _, f := range everyBuiltin(t, "builtin") {
		fmt.Fprintf(&list, "&%s,", variable(f.Name))
		want[f.Name+".go"] = goFile(t, "builtin/"+f.Name+".yaml", "", profileLiteral(t, f))
		prose[prosePath("builtin/"+f.Name+".yaml")] = proseText(t, f)
	}
	list.WriteString("}\n\n// Rules are the rules of the library, by file.\nvar Rules = [][]Rule{")
	for _, f := range everyBuiltin(t, "rules") {
		source := strings.TrimPrefix(f.path, builtinPath)
		name := strings.TrimSuffix(path.Base(source), ".yaml")
		fmt.Fprintf(&list, "%sRules,", variable(name))
		prose[prosePath(source)] = proseText(t, f)
		want["rules-"+name+".go"] = goFile(t, source, `import "harden/fixers"`, rulesLiteral(t, variable(name)+"Rules", source, f))
	}
	want["list.go"] = goFile(t, "the names of builtin/*.yaml and rules/*.yaml", "", list.String()+"}\n")
	have := generatedFiles(t)
	for name := range have {
		if want[name] == "" {
			stale(t, "generated/"+name, func() error { return os.Remove("generated/" + name) })
		}
	}
	for name, text := range want {
		if have[name] != text {
			stale(t, "generated/"+name, func() error { return os.WriteFile("generated/"+name, []byte(text), 0o644) })
		}
	}
	proseFiles(t, prose)
	profilesPage(t, everyBuiltin(t, "builtin"))
}

// proseText is the file of a built-in file's long texts; see generated.Prose.
func proseText(t *testing.T, f *file) string {
	t.Helper()
	var text strings.Builder
	seen := map[proseKey]bool{}
	add := func(name, field string, value Text) {
		if value == (Text{}) {
			return
		}
		if key := (proseKey{name, field}); strings.ContainsAny(name, " \x00") || seen[key] {
			t.Fatalf("%s: %q has %s twice, or a space in its name", f.path, name, field)
		} else {
			seen[key] = true
		}
		fmt.Fprintf(&text, "%s %s\x00%s\x00%s\x00", name, field, value.EN, value.ZH)
	}
	for _, c := range f.Controls {
		add(c.ID, "title", c.Title)
		add(c.ID, "manual", c.Manual)
		add(c.ID, "notApplicable", c.NotApplicable)
		add(c.ID, "note", c.Note)
	}
	for _, r := range f.Rules {
		add(r.Name, "why", r.Why)
		add(r.Name, "risk", r.Risk)
		add(r.Name, "because", r.Because)
	}
	return text.String()
}

// proseFiles holds the files in generated/prose against the texts. It compares what is in them:
// another version of Go may compress it in another way.
func proseFiles(t *testing.T, want map[string]string) {
	t.Helper()
	have, err := filepath.Glob("generated/prose/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range have {
		if want[strings.TrimPrefix(file, "generated/")] == "" {
			stale(t, file, func() error { return os.Remove(file) })
		}
	}
	for name, text := range want {
		if text != "" && unpacked(t, "generated/"+name) != text {
			stale(t, "generated/"+name, func() error { return os.WriteFile("generated/"+name, packed(t, text), 0o644) })
		}
	}
}

// unpacked is the text of a file in generated/prose, or "".
func unpacked(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(name)
	if os.IsNotExist(err) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// profilesPage holds the table of profiles in the documentation against the YAML
// files; with -update it writes it.
func profilesPage(t *testing.T, files []*file) {
	t.Helper()
	const page, begin, end = "../docs/profiles.md", "<!-- the profiles, made from profiles/builtin by: go generate ./profiles -->\n\n", "\n<!-- end of the profiles -->"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), begin)
	have, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the profiles", page)
	}
	table := "| profile | is | picked for Kubernetes |\n| --- | --- | --- |\n"
	slices.SortStableFunc(files, func(a, b *file) int { return byNumber(Control{ID: a.Name}, Control{ID: b.Name}) })
	for _, f := range files {
		table += fmt.Sprintf("| `%s` | %s | %s |\n", f.Name, f.Title.EN, pickedFor(f, files))
	}
	if have != table {
		stale(t, page, func() error { return os.WriteFile(page, []byte(before+begin+table+end+after), 0o644) })
	}
}

// pickedFor are the versions of Kubernetes that an edition is picked for; "" of
// what has to be named.
func pickedFor(f *file, files []*file) string {
	minor := func(f *file) int {
		n, err := strconv.Atoi(strings.TrimPrefix(f.Kubernetes.From, "1."))
		if err != nil {
			return -1
		}
		return n
	}
	from, next := minor(f), 0
	for _, other := range files {
		if n := minor(other); other.Family == f.Family && other.Kubernetes.Platform == f.Kubernetes.Platform && n > from && (next == 0 || n < next) {
			next = n
		}
	}
	switch {
	case from < 0:
		return ""
	case next == 0:
		return fmt.Sprintf("1.%d and newer", from)
	case from == 0:
		return fmt.Sprintf("up to 1.%d", next-1)
	case from == next-1:
		return fmt.Sprintf("1.%d", from)
	}
	return fmt.Sprintf("1.%d to 1.%d", from, next-1)
}

func stale(t *testing.T, name string, fix func() error) {
	t.Helper()
	if !*update {
		t.Errorf("%s is not what the YAML says; run: go generate ./profiles", name)
		return
	}
	if err := fix(); err != nil {
		t.Fatal(err)
	}
}

// generatedFiles reads what is in generated/, but for its types.
func generatedFiles(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir("generated")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		data, err := os.ReadFile("generated/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	delete(files, "generated.go")
	return files
}

// goFile is a file of package generated.
func goFile(t *testing.T, source, imports, body string) string {
	t.Helper()
	text := "// Code generated from " + source + " by go generate ./profiles; DO NOT EDIT.\n\npackage generated\n\n" + imports + "\n\n" + body
	formatted, err := format.Source([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v\n%s", source, err, text)
	}
	return string(formatted)
}

// variable is a name of Go for a name of a file: cis-1.12 is cis1_12.
func variable(name string) string {
	parts := strings.Split(strings.ReplaceAll(name, ".", "_"), "-")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	return strings.Join(parts, "")
}

// literal writes a structure of Go, but for fields that are empty.
type literal struct{ bytes.Buffer }

func (l *literal) field(name, value string) {
	if value != "" {
		fmt.Fprintf(l, "%s: %s, ", name, value)
	}
}

func (l *literal) line(name, value string) {
	if value != "" {
		fmt.Fprintf(l, "%s: %s,\n", name, value)
	}
}

// quoted is a text of Go, in backquotes where it has several lines.
func quoted(text string) string {
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "\n") && strconv.CanBackquote(strings.ReplaceAll(text, "\n", "")):
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func textLiteral(t Text) string {
	if t == (Text{}) {
		return ""
	}
	var l literal
	l.field("EN", quoted(t.EN))
	l.field("ZH", quoted(t.ZH))
	return "Text{" + strings.TrimSuffix(l.String(), ", ") + "}"
}

func namesLiteral(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("%#v", names)
}

func profileLiteral(t *testing.T, f *file) string {
	t.Helper()
	if f.Format != Format || len(f.Rules) > 0 || len(f.Waivers) > 0 {
		t.Fatalf("%s: a built-in profile has the format %s, no rules and no waivers of its own", f.path, Format)
	}
	var l literal
	fmt.Fprintf(&l, "var %s = Profile{\n", variable(f.Name))
	l.line("Name", quoted(f.Name))
	l.line("Version", quoted(f.Version))
	l.line("Source", quoted(f.Source))
	l.line("Family", quoted(f.Family))
	l.line("Title", textLiteral(f.Title))
	l.line("From", quoted(f.Kubernetes.From))
	l.line("Platform", quoted(f.Kubernetes.Platform))
	l.line("Extends", namesLiteral(f.Extends))
	l.line("Skip", namesLiteral(f.Skip))
	l.line("Set", parametersLiteral(t, f.path, f.Set))
	if len(f.Adjust) > 0 {
		l.WriteString("Adjust: []Use{\n")
		for _, name := range slices.Sorted(maps.Keys(f.Adjust)) {
			with := f.Adjust[name]
			fmt.Fprintf(&l, "{%q, %s},\n", name, withLiteral(t, f.path, &with))
		}
		l.WriteString("},\n")
	}
	l.WriteString("Controls: []Control{\n")
	for _, c := range f.Controls {
		l.WriteString(controlLiteral(t, f, &c))
	}
	l.WriteString("},\n}\n")
	return l.String()
}

func controlLiteral(t *testing.T, f *file, c *control) string {
	t.Helper()
	uses, err := c.uses(f.path)
	if err != nil {
		t.Fatal(err)
	}
	var rules literal
	for _, u := range uses {
		var use literal
		use.field("Rule", quoted(u.rule))
		if u.with != nil {
			use.field("With", withLiteral(t, f.path, u.with))
		}
		fmt.Fprintf(&rules, "{%s}, ", strings.TrimSuffix(use.String(), ", "))
	}
	var l literal
	l.field("ID", quoted(c.ID))
	l.field("As", quoted(c.As))
	l.field("Level", number(c.Level))
	l.field("Severity", quoted(c.Severity))
	l.field("From", quoted(c.From))
	l.field("Until", quoted(c.Until))
	if rules.Len() > 0 {
		l.field("Rules", "[]Use{"+strings.TrimSuffix(rules.String(), ", ")+"}")
	}
	return "{" + strings.TrimSuffix(l.String(), ", ") + "},\n"
}

func rulesLiteral(t *testing.T, name, source string, f *file) string {
	t.Helper()
	var l literal
	fmt.Fprintf(&l, "var %s = []Rule{\n", name)
	for _, r := range f.Rules {
		params := map[string]param{}
		for parameter, node := range r.Parameters {
			params[parameter] = param{layer: layer{&node, r.path}}
		}
		fixer, err := r.fixer(nil, params)
		if err != nil {
			t.Fatal(err)
		}
		l.WriteString("{\n")
		l.line("Name", quoted(r.Name))
		l.line("Kind", quoted(r.Kind))
		l.line("Path", quoted(source))
		if r.With.Kind != 0 {
			l.line("With", withLiteral(t, r.path, &r.With))
		}
		l.line("Fixer", "&"+valueLiteral(t, reflect.ValueOf(fixer).Elem()))
		l.line("Parameters", parametersLiteral(t, r.path, r.Parameters))
		l.line("Needs", namesLiteral(r.Needs))
		l.line("Title", textLiteral(r.Title))
		l.line("Rating", ratingLiteral(r.rating))
		l.WriteString("},\n")
	}
	l.WriteString("}\n")
	return l.String()
}

func ratingLiteral(r rating) string {
	var l literal
	l.field("Severity", quoted(r.Severity))
	if r.Warn {
		l.field("Warn", "true")
	}
	l.field("Frameworks", frameworksLiteral(r.Frameworks))
	return "Rating{" + strings.TrimSuffix(l.String(), ", ") + "}"
}

func frameworksLiteral(ids map[string][]string) string {
	var lists []string
	for _, f := range Frameworks() {
		if list := ids[f.Name]; len(list) > 0 {
			lists = append(lists, fmt.Sprintf("{%q, %q}", f.Name, strings.Join(list, ", ")))
		}
	}
	if lists == nil {
		return ""
	}
	return "[]IDs{" + strings.Join(lists, ", ") + "}"
}

// withLiteral is the parameters of a rule as YAML on one line.
func withLiteral(t *testing.T, path string, with *yaml.Node) string {
	t.Helper()
	flow := *with
	flow.Style |= yaml.FlowStyle
	data, err := yaml.Marshal(&flow)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return quoted(strings.TrimSuffix(string(data), "\n"))
}

func parametersLiteral(t *testing.T, path string, parameters map[string]yaml.Node) string {
	t.Helper()
	if len(parameters) == 0 {
		return ""
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		node := parameters[name]
		var value any
		if err := node.Decode(&value); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, is := value.([]any); is {
			var texts []string
			if err := node.Decode(&texts); err != nil {
				t.Fatalf("%s: parameter %s: %v", path, name, err)
			}
			value = texts
		}
		back := nodeOf(value)
		if diff := cmp.Diff(plainValue(t, &node), plainValue(t, &back)); diff != "" {
			t.Fatalf("%s: parameter %s has a value that package generated has no type for:\n%s", path, name, diff)
		}
		list = append(list, fmt.Sprintf("{%q, %#v}", name, value))
	}
	return "[]Parameter{" + strings.Join(list, ", ") + "}"
}

func plainValue(t *testing.T, n *yaml.Node) (value any) {
	t.Helper()
	if err := n.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// valueLiteral is a part of a fixer.
func valueLiteral(t *testing.T, v reflect.Value) string {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		var l literal
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				l.field(v.Type().Field(i).Name, valueLiteral(t, f))
			}
		}
		return v.Type().String() + "{" + strings.TrimSuffix(l.String(), ", ") + "}"
	case reflect.Pointer:
		if v.Elem().Kind() == reflect.Struct {
			return "&" + valueLiteral(t, v.Elem())
		}
	case reflect.Slice:
		var elements []string
		for i := range v.Len() {
			elements = append(elements, valueLiteral(t, v.Index(i)))
		}
		return v.Type().String() + "{" + strings.Join(elements, ", ") + "}"
	case reflect.Interface:
		if n, is := v.Interface().(int64); is {
			return fmt.Sprintf("int64(%d)", n)
		}
		return valueLiteral(t, v.Elem())
	case reflect.String:
		if v.Len() == 0 {
			return `""`
		}
		return quoted(v.String())
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint16, reflect.Uint32:
		return fmt.Sprint(v.Interface())
	}
	t.Fatalf("a fixer has a %s, which TestGenerated cannot write", v.Type())
	return ""
}
