package facts

import (
	"cmp"
	"fmt"
	"strings"

	"harden/agent/message"
)

// Version is a release of Kubernetes or etcd, without pre-release and build:
// "v1.34.1-rc.0+k3s1" is 1.34.1. The zero Version is not known.
type Version struct{ Major, Minor, Patch int }

// ParseVersion reads "1.34.1" or "1.34", with or without a "v" in front, and
// with anything behind that begins with one of "-+_~".
func ParseVersion(s string) (Version, error) {
	var v Version
	major, rest, dot := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	end := strings.IndexAny(rest, "-+_~")
	if end < 0 {
		end = len(rest)
	}
	minor, patch, three := strings.Cut(rest[:end], ".")
	if !dot || !number(major, 4, &v.Major) || !number(minor, 4, &v.Minor) || three && !number(patch, 6, &v.Patch) || strings.Contains(rest[end:], "\n") {
		return Version{}, message.Errorf("cannot read version %q: want one like 1.34.1", s)
	}
	return v, nil
}

// number reads a decimal number of so many digits at most.
func number(s string, digits int, n *int) bool {
	if s == "" || len(s) > digits {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
		*n = *n*10 + int(c-'0')
	}
	return true
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
