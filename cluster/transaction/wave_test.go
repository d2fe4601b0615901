package transaction

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/cluster/object"
)

func TestWaves(t *testing.T) {
	var edits []object.Edit
	for n := range 20 {
		edits = append(edits, object.Edit{Change: change.Change{Target: change.ObjectTarget("Namespace", "", "", fmt.Sprintf("n%02d", n))}})
	}
	edits = append(edits, object.Edit{Change: change.Change{Target: change.ObjectTarget("ClusterRoleBinding", "rbac.authorization.k8s.io", "", "tiller")}})
	for text, want := range map[string][]int{"1,10%,100%": {1, 1, 19}, "100%": {21}, "5": {5, 16}, "50": {21}, "3,3,3%": {3, 18}} {
		waves, err := ParseWaves(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		seen := map[int]bool{}
		for _, b := range batches(edits, waves) {
			got = append(got, len(b.steps))
			for _, s := range b.steps {
				seen[s] = true
			}
		}
		if !cmp.Equal(got, want) || len(seen) != len(edits) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"", "0", "101%", "x", "1,,2", "-1"} {
		if _, err := ParseWaves(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
