package profiles

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// edition is the table of a benchmark as a second source lists it.
type edition struct {
	Minor  int // the first version that it is picked for
	Source string
	IDs    []string `yaml:"ids"`
	Level2 []string `yaml:"level2"` // nil where the source names no levels
}

// TestEditionsHaveTheIDsOfASecondSource holds every edition of the CIS
// Kubernetes Benchmark against the ids and levels that others list for it.
func TestEditionsHaveTheIDsOfASecondSource(t *testing.T) {
	data, err := os.ReadFile("testdata/editions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct{ Editions map[string]edition }
	if err := yaml.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(Editions("cis"), EditionsOn("rke2", "cis"), EditionsOn("k3s", "cis"))
	for _, e := range all {
		t.Run(e.Profile, func(t *testing.T) {
			want, known := recorded.Editions[e.Profile]
			if !known || len(want.IDs) == 0 {
				t.Fatal("testdata/editions.yaml has no such edition")
			}
			if e.Minor != want.Minor {
				t.Errorf("is picked from Kubernetes 1.%d on, should be from 1.%d", e.Minor, want.Minor)
			}
			p, err := Load(e.Profile, nil, files{}.source())
			if err != nil {
				t.Fatal(err)
			}
			var ids, level2 []string
			for _, c := range p.Controls {
				id := strings.TrimPrefix(c.ID, e.Profile+"/")
				ids = append(ids, id)
				if c.Level == 2 {
					level2 = append(level2, id)
				}
			}
			if diff := cmp.Diff(want.IDs, ids); diff != "" {
				t.Errorf("ids (-%s +profile):\n%s", want.Source, diff)
			}
			if diff := cmp.Diff(want.Level2, level2); want.Level2 != nil && diff != "" {
				t.Errorf("level 2 (-source +profile):\n%s", diff)
			}
		})
	}
	if names := Names(); !slices.Contains(names, "cis-2.1") || len(recorded.Editions) != len(all) {
		t.Errorf("%d editions are recorded, %d are built in", len(recorded.Editions), len(all))
	}
}
