package profiles

import "testing"

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
		key := f.Family + f.Kubernetes.Platform + " " + from
		if first[key] != "" {
			t.Errorf("%s and %s are both picked from Kubernetes %s on", first[key], f.Name, from)
		}
		first[key] = f.Name
	}
	for _, f := range everyBuiltin(t, "builtin") {
		if f.Family != "" && first[f.Family+f.Kubernetes.Platform+" 1.0"] == "" {
			t.Errorf("no edition of %s is picked for the oldest versions", f.Family)
		}
	}
}
