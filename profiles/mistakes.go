package profiles

import (
	"cmp"
	"errors"
	"slices"

	"harden/agent/stable"
)

// Mistakes is all that is wrong with a profile, in the order of the text; at least two. It reads as the first of them.
type Mistakes []error

func (m Mistakes) Error() string   { return m[0].Error() }
func (m Mistakes) Unwrap() []error { return m }

// mostMistakes are told at once: of a file that is something else each line may be one.
const mostMistakes = 20

// wrong notes a mistake, so that what stands behind it is looked at, too.
func (r *resolver) wrong(err error) {
	list, several := err.(Mistakes) //nolint:errorlint // it comes bare
	if !several && err != nil {
		list = Mistakes{err}
	}
	for _, one := range list {
		again := func(o error) bool { return o.Error() == one.Error() }
		if len(r.mistakes) < mostMistakes && !slices.ContainsFunc(r.mistakes, again) {
			r.mistakes = append(r.mistakes, one)
		}
	}
}

// all gives what was noted, and the error that ended it.
func (r *resolver) all(err error) error {
	if r.wrong(err); len(r.mistakes) < 2 {
		for _, one := range r.mistakes {
			return one
		}
		return nil
	}
	stable.Sort(r.mistakes, func(a, b error) int {
		var x, y *Error
		if errors.As(a, &x) && errors.As(b, &y) && x.Path == y.Path {
			return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
		}
		return 0
	})
	return r.mistakes
}
