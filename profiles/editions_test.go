package profiles

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The versions that CIS names for its editions; where two cover a version, it
// is the newer edition's.
func TestEditions(t *testing.T) {
	want := []Edition{{"cis-2.1", 36}, {"cis-2.0.1", 34}, {"cis-1.12", 32}, {"cis-1.11", 29}, {"cis-1.10", 28}, {"cis-1.9", 27}, {"cis-1.8", 26}, {"cis-1.7", 25},
		{"cis-1.24", 24}, {"cis-1.23", 22}, {"cis-1.20", 19}, {"cis-1.6", 16}, {"cis-1.5", 0}}
	if diff := cmp.Diff(want, Editions("cis")); diff != "" {
		t.Errorf("editions (-want +have):\n%s", diff)
	}
}

// Every profile of a family of editions says which versions it is for, each
// its own, and one takes whatever is older than all.
func TestEditionsSayTheirVersions(t *testing.T) {
	first := map[string]string{}
	for _, f := range everyBuiltin(t, "builtin") {
		if f.Family == "" {
			continue
		}
		from := f.Kubernetes.From
		if !kubernetesMinor(from) {
			t.Errorf("%s: kubernetes.from is %q, not a version such as \"1.32\"", f.path, from)
		}
		key := f.Family + " " + from
		if first[key] != "" {
			t.Errorf("%s and %s are both picked from Kubernetes %s on", first[key], f.Name, from)
		}
		first[key] = f.Name
	}
	for _, f := range everyBuiltin(t, "builtin") {
		if f.Family != "" && first[f.Family+" 1.0"] == "" {
			t.Errorf("no edition of %s is picked for the oldest versions", f.Family)
		}
	}
}
