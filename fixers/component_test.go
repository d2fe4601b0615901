package fixers

import "testing"

// A manifest that could not be read says why: what is not a file, or was put in
// its place, is left alone and is not a reason to stop; the rest is an error.
func TestUnreadableManifest(t *testing.T) {
	manifest := func(text string) Node { return tree{apiServerManifest: text, "/elsewhere": "kind: Pod\n"}.collected(t) }
	fixer := flagged("--profiling", "", false)
	runRequirements(t, []requirementRow{
		{"a link", fixer, manifest("→../../../elsewhere"), []string{"blocked: " + apiServerManifest + ` is refused: it is a symbolic link to "../../../elsewhere"`}},
		{"no YAML", fixer, manifest("a: [\n"), []string{"error: cannot parse " + apiServerManifest + ": yaml: …"}},
		{"no pod", fixer, manifest("kind: Pod\n"), []string{"error: no container of " + apiServerManifest + ", or more than one, starts kube-apiserver"}},
	})
}
