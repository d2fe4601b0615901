package change

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"harden/agent/message"
)

// Op is how a want is judged.
type Op string

// The operations. A field that is absent fails all but Absent and Excludes.
const (
	Exact    Op = "exact"    // equal to the value
	AtMost   Op = "at-most"  // a number not above the bound; mode bits: none outside the bound, so 0400 satisfies 0600
	AtLeast  Op = "at-least" // a number or duration not below the bound
	OneOf    Op = "one-of"   // every element is in the bound
	Includes Op = "includes" // a list that has every element of the value
	Excludes Op = "excludes" // a list that has no element of the value
	Present  Op = "present"  // there at all; made from the value where it is not
	Absent   Op = "absent"
)

// Comparison says how two values of a field are compared.
type Comparison string

// Comparisons other than by value.
const (
	ByValue    Comparison = ""
	ByDuration Comparison = "duration" // "1800s" equals "30m0s"
	// ByCipherSuite compares names of TLS cipher suites: two names of one suite
	// are equal, and those of TLS 1.3 are always good.
	ByCipherSuite Comparison = "cipher-suite"
)

// Want is what a rule asks of one field of a node. Fixers make wants, the
// planner judges them against what the drivers read. It has many fields, because the
// rules of all kinds are said in it; most of them are zero in most wants.
type Want struct {
	Rule   string
	Target Target
	// Match makes a want about every file below the directory Target whose
	// path relative to it matches: "*.conf", "**/*.key" (any depth, also
	// none), "**" (everything below and the directory itself). Empty: Target.
	Match string
	Field Field
	Op    Op
	// Value is what is written where the want does not hold: nil, bool,
	// int64, string, []string; []byte for FieldContent. For Excludes with a
	// Bound it is what is written where nothing else would be left.
	Value any
	// Bound is what is judged; nil where it is Value.
	Bound any
	// Default is what holds where a document does not set the field (the
	// built-in default of the program that reads it); nil: nothing holds.
	Default any
	// ZeroIsDefault says that a zero value in the document means Default, as
	// kubelet's durations do, and an empty list of authorization modes.
	ZeroIsDefault bool
	Compare       Comparison
	Secret        bool       // the value is key material
	Generate      []Generate // tokens in a FieldContent value
	Effects       []Effect   // what a change of this field needs afterwards
	// Later makes the change a second one of its target, written once all
	// static pods run with the first.
	Later bool
	// SingleAPIServer says that the want does harm where more than one API server
	// serves the cluster.
	SingleAPIServer bool
	// AllServersRead says that the want does harm before every API server of the
	// cluster can read what it has this one write.
	AllServersRead bool
	// Stays says that a rollback leaves the field as the run wrote it once a
	// second change of the same rule was begun: without it, data that was
	// written meanwhile could not be read any more.
	Stays bool
}

// Matches tells whether a want with Match is about a file, by its path
// relative to the want's directory ("." is the directory itself). A mode is
// asked of files only: what opens a file closes a directory.
func (w Want) Matches(rel string, directory bool) bool {
	pattern, deep := strings.CutPrefix(w.Match, "**")
	pattern = strings.TrimPrefix(pattern, "/")
	switch {
	case directory && w.Field == FieldMode:
		return false
	case deep && pattern == "":
		return true
	case rel == "." || !deep && strings.Contains(rel, "/"):
		return false
	}
	matched, err := path.Match(pattern, path.Base(rel))
	return err == nil && matched
}

// bound gives the judged value of a want.
func (w Want) bound() any {
	if w.Bound != nil {
		return w.Bound
	}
	return w.Value
}

// Holds judges a field's value. found is false where the field is absent and
// has no default. An error means that the value cannot be judged at all: a
// text where a number must stand, for instance.
func (w Want) Holds(value any, found bool) (bool, error) {
	switch {
	case w.Op == Absent:
		return !found, nil
	case !found:
		return w.Op == Excludes, nil
	}
	bound := w.bound()
	switch w.Op {
	case Present:
		syntax, _ := w.Field.Address()
		return syntax == "" || !unset(value), nil
	case Exact:
		return w.equal(value, bound)
	case AtMost, AtLeast:
		if w.Field == FieldMode {
			have, err := ParseMode(value)
			if err != nil {
				return false, err
			}
			limit, err := ParseMode(bound)
			return have&^limit == 0, err
		}
		have, err := w.number(value)
		if err != nil {
			return false, err
		}
		limit, err := w.number(bound)
		if w.Op == AtMost {
			return have <= limit, err
		}
		return have >= limit, err
	case OneOf, Includes, Excludes:
		have, list := elements(value), elements(bound)
		if w.Compare == ByCipherSuite {
			have, list = cipherSuites(have), append(cipherSuites(list), suitesOfTLS13...)
		}
		switch w.Op {
		case OneOf:
			return len(have) > 0 && !slices.ContainsFunc(have, func(e string) bool { return !slices.Contains(list, e) }), nil
		case Includes:
			return !slices.ContainsFunc(list, func(e string) bool { return !slices.Contains(have, e) }), nil
		default:
			return !slices.ContainsFunc(list, func(e string) bool { return slices.Contains(have, e) }), nil
		}
	}
	return false, message.Errorf("unknown operation %q", w.Op)
}

// Fixed gives the value to write where the want does not hold. A mode is
// only ever narrowed, a list keeps the elements nobody objects to.
func (w Want) Fixed(value any, found bool) (any, error) {
	switch {
	case w.Op == Absent:
		return nil, nil
	case w.Field == FieldMode && w.Op == AtMost && found:
		have, err := ParseMode(value)
		if err != nil {
			return nil, err
		}
		limit, err := ParseMode(w.bound())
		return Octal(have & limit), err
	case w.Op == Includes && found:
		have := elements(value)
		for _, e := range elements(w.Value) {
			if !slices.Contains(have, e) {
				have = append(have, e)
			}
		}
		return likeBefore(value, have), nil
	case w.Op == Excludes && found:
		kept := slices.DeleteFunc(elements(value), func(e string) bool { return slices.Contains(elements(w.bound()), e) })
		if len(kept) == 0 && w.Bound != nil && w.Value != nil {
			kept = elements(w.Value)
		}
		return likeBefore(value, kept), nil
	}
	return w.Value, nil
}

// likeBefore writes a list as it was written before: one text with commas
// stays one.
func likeBefore(before any, list []string) any {
	if _, is := before.(string); is {
		return strings.Join(list, ",")
	}
	return list
}

// Agrees tells whether two wants of one field can both hold, because they ask
// the same, or add and remove different elements of one list.
func (w Want) Agrees(o Want) bool {
	lists := func(op Op) bool { return op == Includes || op == Excludes }
	if w.Op == o.Op && (lists(w.Op) || w.Op == Absent) {
		return true
	}
	if lists(w.Op) && lists(o.Op) {
		return !slices.ContainsFunc(elements(w.bound()), func(e string) bool { return slices.Contains(elements(o.bound()), e) })
	}
	return w.Op == o.Op && reflect.DeepEqual(w.Value, o.Value) && reflect.DeepEqual(w.bound(), o.bound())
}

// unset tells whether a setting's value is what stands for none: a component
// with --client-ca-file= is one without the flag.
func unset(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	}
	return false
}

func (w Want) equal(a, b any) (bool, error) {
	if w.Compare == ByDuration {
		x, err := w.number(a)
		if err != nil {
			return false, err
		}
		y, err := w.number(b)
		return x == y, err
	}
	return reflect.DeepEqual(a, b), nil
}

// number reads a number, or a duration in seconds.
func (w Want) number(v any) (float64, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case string:
		if w.Compare == ByDuration {
			d, err := time.ParseDuration(v)
			if err != nil {
				return 0, message.Errorf("%q is not a duration such as 30m or 1800s", w.Shown(v))
			}
			return d.Seconds(), nil
		}
		if n, err := strconv.ParseFloat(v, 64); err == nil {
			return n, nil
		}
	}
	return 0, message.Errorf("%v is not a number", w.Shown(v))
}

// ParseMode reads a mode such as "0600", in octal.
func ParseMode(v any) (uint32, error) {
	s, ok := v.(string)
	n, err := strconv.ParseUint(s, 8, 32)
	if !ok || err != nil || n > 0o7777 {
		return 0, message.Errorf("%v is not a file mode such as 0600", v)
	}
	return uint32(n), nil
}

func elements(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []string:
		return slices.Clone(v)
	case string:
		return strings.FieldsFunc(v, func(r rune) bool { return r == ',' })
	}
	return []string{fmt.Sprint(v)}
}
