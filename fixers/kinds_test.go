package fixers

import (
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write kinds.go, and the table of kinds in docs/profiles.md")

const kindsPage = "../docs/profiles.md"

// TestKindsAreThoseOfTheSources holds the list of kinds, and the table of them in the
// documentation, against the types of this package; with -update it writes them.
func TestKindsAreThoseOfTheSources(t *testing.T) {
	sources := readSources(t)
	var list, table strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(sources.kinds())) {
		name := sources.kinds()[kind]
		fmt.Fprintf(&list, "%q: func() Fixer { return new(%s) },\n", kind, name)
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", kind, sources.asks(name), strings.Join(sources.parameters(name), ", "))
	}
	code, err := format.Source([]byte("// Code generated from the types that have a Check method by go generate ./fixers; DO NOT EDIT.\n\npackage fixers\n\n" +
		"// kinds makes the empty parameters of each kind of rule.\nvar kinds = map[string]func() Fixer{\n" + list.String() + "}\n"))
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, "kinds.go", func(string) string { return string(code) })
	sameText(t, kindsPage, func(page string) string {
		const begin, end = "<!-- the kinds, made from the types in fixers by: go generate ./fixers -->\n\n", "\n<!-- end of the kinds -->"
		before, rest, found := strings.Cut(page, begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			t.Fatalf("%s has no place for the kinds", kindsPage)
		}
		return before + begin + "| kind | asks | parameters (**required**) |\n| --- | --- | --- |\n" + table.String() + end + after
	})
}

// sameText compares a file with what it has to be; with -update it writes it.
func sameText(t *testing.T, path string, made func(have string) string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	want := made(string(data))
	switch {
	case want == string(data):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not what the types say; run: go generate ./fixers", path)
	}
}

// Every parameter is in the table by the name that a profile gives it.
func TestParametersAreThoseOfTheTypes(t *testing.T) {
	sources := readSources(t)
	for kind, name := range sources.kinds() {
		f, err := New(kind)
		if err != nil {
			t.Fatal(err)
		}
		row := strings.Join(sources.parameters(name), ", ")
		for _, key := range keysOf(reflect.TypeOf(f).Elem()) {
			if !strings.Contains(row, "`"+key+"`") {
				t.Errorf("parameter %s of kind %s is not in its row", key, kind)
			}
		}
		if strings.TrimSpace(sources.asks(name)) == "" {
			t.Errorf("the comment of %s does not say what it asks: %q", name, sources.types[name].doc)
		}
		if !strings.Contains(row, "**") {
			t.Errorf("no parameter of kind %s is required", kind)
		}
	}
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		switch key, inline := key(string(field.Tag)); {
		case inline:
			keys = append(keys, keysOf(field.Type)...)
		case key != "":
			keys = append(keys, key)
		}
	}
	return keys
}

// goSources are the types of this package as their sources say them.
type goSources struct {
	types  map[string]goType
	checks map[string]bool // the types that have a method Check
}

type goType struct {
	doc    string
	fields *ast.StructType
}

func readSources(t *testing.T) goSources {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	s := goSources{types: map[string]goType{}, checks: map[string]bool{}}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			s.note(d)
		}
	}
	return s
}

func (s *goSources) note(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.Name == "Check" && d.Recv != nil {
			if pointer, is := d.Recv.List[0].Type.(*ast.StarExpr); is {
				s.checks[pointer.X.(*ast.Ident).Name] = true
			}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if spec, is := spec.(*ast.TypeSpec); is {
				if fields, is := spec.Type.(*ast.StructType); is {
					s.types[spec.Name.Name] = goType{oneLine(d.Doc.Text()), fields}
				}
			}
		}
	}
}

var (
	acronym  = regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`)
	newWord  = regexp.MustCompile(`([a-z])([A-Z])`)
	sentence = regexp.MustCompile(`\.( |$)`)
	inQuotes = regexp.MustCompile(`"[^"]*"`)
)

// kinds are the names of the types by their kinds: kubelet-serving-ca is
// KubeletServingCA.
func (s *goSources) kinds() map[string]string {
	kinds := map[string]string{}
	for name := range s.checks {
		words := newWord.ReplaceAllString(acronym.ReplaceAllString(name, "$1-$2"), "$1-$2")
		kinds[strings.ToLower(words)] = name
	}
	return kinds
}

// asks is what a type asks: "that files are open to no more than a mode".
func (s *goSources) asks(name string) string {
	_, asks, _ := strings.Cut(firstSentence(s.types[name].doc), name+" asks ")
	return s.markdown(name, asks)
}

// parameters are those of a type, each with what its comment says.
func (s *goSources) parameters(name string) []string {
	var list []string
	for _, field := range s.types[name].fields.Fields.List {
		tag := ""
		if field.Tag != nil {
			tag = strings.Trim(field.Tag.Value, "`")
		}
		key, inline := key(tag)
		switch {
		case inline:
			list = append(list, s.parameters(field.Type.(*ast.Ident).Name)...)
		case key != "":
			list = append(list, s.parameter(name, key, field))
		}
	}
	return list
}

func (s *goSources) parameter(of, key string, field *ast.Field) string {
	text := oneLine(field.Comment.Text())
	required := false
	if doc := oneLine(field.Doc.Text()); doc != "" {
		text = strings.TrimPrefix(strings.TrimPrefix(firstSentence(doc), field.Names[0].Name+" "), "is ")
		required = strings.HasSuffix(doc, " Required.")
	}
	if rest, is := strings.CutPrefix(text, "required"); is {
		required, text = true, strings.TrimPrefix(rest, ";")
	}
	row := "`" + key + "`"
	if required {
		row = "**" + row + "**"
	}
	if text = strings.TrimSpace(text); text != "" {
		row += " (" + s.markdown(of, text) + ")"
	}
	return row
}

// markdown writes values, and the fields of a type, as a profile does.
func (s *goSources) markdown(of, text string) string {
	text = inQuotes.ReplaceAllString(text, "`$0`")
	for _, field := range s.types[of].fields.Fields.List {
		if field.Tag == nil || len(field.Names) == 0 {
			continue
		}
		key, _ := key(strings.Trim(field.Tag.Value, "`"))
		text = regexp.MustCompile(`\b`+field.Names[0].Name+`\b`).ReplaceAllString(text, "`"+key+"`")
	}
	return strings.ReplaceAll(text, "|", `\|`)
}

// key is the name of a field in YAML; inline are the fields of another type.
func key(tag string) (name string, inline bool) {
	name, options, _ := strings.Cut(reflect.StructTag(tag).Get("yaml"), ",")
	return name, options == "inline"
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func firstSentence(text string) string {
	if at := sentence.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return text
}
