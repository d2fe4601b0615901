package profiles

import (
	"harden/agent/message"

	"slices"
	"strings"
)

// similar suggests the known name that was perhaps meant: "; did you mean "x"?", or "".
func similar(name string, names []string) message.Text {
	if near := Nearest(name, names); near != "" {
		return message.New("; did you mean %q?", near)
	}
	return message.Text{}
}

// Nearest gives the name that is fewest edits from what was written, where that is at most
// every third letter; of several the first. "" where none is as near. Case does not count.
func Nearest(name string, names []string) string {
	best, least := "", len(name)/3+1
	for _, known := range names {
		if len(name) > 3 && strings.Contains(known, name) {
			best, least = known, min(least, 1)
		}
		if n := edits(strings.ToLower(name), strings.ToLower(known)); n < least {
			best, least = known, n
		}
	}
	return best
}

// edits counts the letters to insert, leave out, replace, or swap with the next one until a
// text is the other (the distance of Damerau and Levenshtein).
func edits(a, b string) int {
	if d := len(a) - len(b); max(d, -d) > len(a)/3 {
		return len(a) + len(b) // too far, and what was typed may be long
	}
	row := func(first int) []int { return append([]int{first}, make([]int, len(b))...) }
	before, last := row(0), row(0)
	for j := range b {
		last[j+1] = j + 1
	}
	for i := range a {
		next := row(i + 1)
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(last[j+1]+1, next[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last = last, next
	}
	return last[len(b)]
}

// orThese suggests a name, or says which there are.
func orThese(name string, names []string) message.Text {
	if near := similar(name, names); !near.IsZero() {
		return near
	}
	const most = 12
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "…")
	}
	return message.New("; there are %s", strings.Join(names, ", "))
}

// unknownProfile says that there is no profile of a name, and which one was perhaps meant.
func unknownProfile(ref string) error {
	near, newest := Nearest(ref, Names()), Editions("cis")[0].Profile
	switch {
	case strings.HasPrefix(ref, "cis-"):
		return at(ref, nil, "no profile has this name; the newest edition is %s; harden profiles list shows all profiles", newest)
	case near != "":
		return at(ref, nil, "no profile has this name; did you mean %q? harden profiles list shows all profiles", near)
	}
	return at(ref, nil, "no profile has this name; harden profiles list shows all profiles")
}
