package facts

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"sync"
)

// Version is a release of Kubernetes or etcd, without pre-release and build:
// "v1.34.1-rc.0+k3s1" is 1.34.1. The zero Version is not known.
type Version struct{ Major, Minor, Patch int }

var versionPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?:[-+_~].*)?$`)
})

// ParseVersion reads "1.34.1" or "1.34", with or without a "v" in front, and
// with anything behind that begins with one of "-+_~".
func ParseVersion(s string) (Version, error) {
	m := versionPattern().FindStringSubmatch(s)
	if m == nil {
		return Version{}, fmt.Errorf("cannot read version %q: want one like 1.34.1", s)
	}
	// The pattern lets through digits only, and few.
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	return Version{n[0], n[1], n[2]}, nil
}

// String is "1.34.1", or "" where the version is not known.
func (v Version) String() string {
	if v.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}

// IsZero tells that the version is not known.
func (v Version) IsZero() bool { return v == Version{} }

// Compare is -1, 0 or +1 as v is older than, the same as or newer than o.
func (v Version) Compare(o Version) int {
	return cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor), cmp.Compare(v.Patch, o.Patch))
}

// AtLeast tells whether v is of that minor release or a newer one. A version
// that is not known is at least nothing: ask IsZero first.
func (v Version) AtLeast(major, minor int) bool {
	return v.Compare(Version{Major: major, Minor: minor}) >= 0
}
