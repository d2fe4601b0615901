package formats

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/defenseunicorns/go-oscal/src/pkg/validation"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validate holds a document against a schema, formats such as dates and URIs
// included.
func validate(t *testing.T, schema []byte, document []byte) {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("mem:schema", parsed); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("mem:schema")
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(instance); err != nil {
		t.Errorf("%v", err)
	}
}

// sarifSchema is the published schema, which the library holds as a constant
// that it does not export.
func sarifSchema(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(moduleDir(t, "github.com/owenrumney/go-sarif/v3"), "pkg/report/v210/sarif/schema.go")
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range tree.Decls {
		declared, is := d.(*ast.GenDecl)
		if !is || declared.Tok != token.CONST {
			continue
		}
		if literal, is := declared.Specs[0].(*ast.ValueSpec).Values[0].(*ast.BasicLit); is {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			return []byte(text)
		}
	}
	t.Fatal(file + " holds no schema")
	return nil
}

func TestSARIF(t *testing.T) {
	schema := sarifSchema(t)
	for name, document := range everything(t, "sarif") {
		t.Run(name, func(t *testing.T) {
			validate(t, schema, document)
			report, err := sarif.FromBytes(document, sarif.WithStrictValidation())
			if err != nil {
				t.Fatal(err)
			}
			// What the schema cannot say: an index points at the rule of its id.
			for _, r := range report.Runs[0].Results {
				if got := report.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID; *got != *r.RuleID {
					t.Errorf("ruleIndex %d is %s, not %s", r.RuleIndex, *got, *r.RuleID)
				}
			}
		})
	}
}

func TestOSCAL(t *testing.T) {
	file := filepath.Join(moduleDir(t, "github.com/defenseunicorns/go-oscal"), "src/internal/schemas/oscal_complete_schema-1-1-3.json")
	schema, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, document := range everything(t, "oscal") {
		t.Run(name, func(t *testing.T) {
			validate(t, schema, document)
			validator, err := validation.NewValidator(document)
			if err != nil {
				t.Fatal(err)
			}
			if err := validator.Validate(); err != nil {
				t.Error(err)
			}
			references(t, document)
		})
	}
}

// references makes sure that every identifier is given once, and that one
// that is pointed at is given.
func references(t *testing.T, document []byte) {
	t.Helper()
	given, pointed := map[string]int{}, map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for key, e := range v {
				id, _ := e.(string)
				switch key {
				case "uuid":
					given[id]++
				case "observation-uuid", "risk-uuid", "subject-uuid":
					pointed[id] = true
				default:
					walk(e)
				}
			}
		}
	}
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		t.Fatal(err)
	}
	walk(tree)
	for id, n := range given {
		if n > 1 {
			t.Errorf("%s is given %d times", id, n)
		}
	}
	for id := range pointed {
		if given[id] == 0 {
			t.Errorf("%s is pointed at, and given nowhere", id)
		}
	}
}
