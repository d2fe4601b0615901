package profiles

import (
	"cmp"
	"strconv"
	"strings"

	"harden/agent/stable"
	"harden/profiles/generated"
)

// Edition is an edition of a benchmark, and the first minor version of
// Kubernetes 1.x that it is picked for.
type Edition struct {
	Profile string
	Minor   int
}

// Editions lists the editions of a family for kubeadm's clusters.
func Editions(family string) []Edition { return EditionsOn("", family) }

// EditionsOn lists the editions of a family for a platform, "" for kubeadm, for the
// newest versions of Kubernetes first. A node gets the first one whose Minor is not above its
// own, so a Kubernetes newer than all of them gets the newest edition.
func EditionsOn(platform, family string) []Edition {
	var editions []Edition
	for _, p := range generated.Profiles {
		if p.Family != family || p.Platform != platform || p.From == "" {
			continue
		}
		// A test holds that every From is a version.
		minor, _ := strconv.Atoi(strings.TrimPrefix(p.From, "1."))
		editions = append(editions, Edition{p.Name, minor})
	}
	stable.Sort(editions, func(a, b Edition) int { return cmp.Compare(b.Minor, a.Minor) })
	return editions
}
