package profiles

import (
	"os"
	"strings"
	"testing"
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
