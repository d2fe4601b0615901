package profiles

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"harden/fixers"
)

// The profiles in the documentation are sound.
func TestDocumentation(t *testing.T) {
	data, err := os.ReadFile("../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "```yaml\n")[1:]
	if len(blocks) < 2 {
		t.Fatalf("%d profiles in the documentation", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		_, name, _ := strings.Cut(text, "\nname: ")
		name, _, _ = strings.Cut(name, " ")
		t.Run(strings.Fields(name)[0], func(t *testing.T) {
			mustLoad(t, files{"/p/main.yaml": text}, nil)
		})
	}
}

// Every kind of rule has a row with all of its parameters.
func TestKindsAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range fixers.Kinds() {
		_, row, found := strings.Cut(string(data), "\n| `"+kind+"` |")
		if !found {
			t.Errorf("kind %s is not in the documentation", kind)
			continue
		}
		row, _, _ = strings.Cut(row, "\n")
		fixer, err := fixers.New(kind)
		if err != nil {
			t.Fatal(err)
		}
		for name := range parameterTypes(reflect.TypeOf(fixer).Elem()) {
			if !strings.Contains(row, "`"+name+"`") {
				t.Errorf("parameter %s of kind %s is not in the documentation", name, kind)
			}
		}
	}
}
