package profiles

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"harden/profiles/generated"
)

// library is all rules by name.
type library struct {
	read    map[string]*rule
	builtin map[string]*generated.Rule // until they are asked for
}

// add puts a profile's own rules into the library. A name means one thing.
func (l library) add(f *file) error {
	for _, r := range f.Rules {
		if r.Name == "" || r.Kind == "" {
			return at(f.path, r.node, "a rule needs a name and a kind")
		}
		if l.has(r.Name) {
			other := l.rule(r.Name)
			where := other.path
			if other.node != nil {
				where = fmt.Sprintf("%s:%d", where, other.node.Line)
			}
			return at(f.path, r.node, "rule %q is already defined in %s", r.Name, where)
		}
		if !validName(r.Name) {
			return at(f.path, r.node, "rule %q: a name is of letters, digits and . _ -", r.Name)
		}
		for name, value := range r.Parameters {
			if !validParameter(name) {
				return at(f.path, &value, "parameter %q: a name is of small letters, digits and -", name)
			}
		}
		if err := r.checkSeverity(); err != nil {
			return err
		}
		l.read[r.Name] = &r
	}
	return nil
}

// names lists the rules.
func (l library) names() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(l.builtin)), maps.Keys(l.read))
	slices.Sort(names)
	return slices.Compact(names)
}

// has tells whether there is a rule of that name.
func (l library) has(name string) bool { return l.read[name] != nil || l.builtin[name] != nil }

// rule gives a rule; an empty one where there is none of that name.
func (l library) rule(name string) *rule {
	if r := l.read[name]; r != nil {
		return r
	}
	g := l.builtin[name]
	if g == nil {
		return &rule{}
	}
	l.read[name] = ruleOf(g)
	return l.read[name]
}

// Source finds profiles by name or path.
type Source struct {
	// Read reads a profile's file that the user named by path.
	Read func(path string) ([]byte, error)
	// Site reads NAME.yaml of the directory of the site's own profiles;
	// fs.ErrNotExist where there is none of that name.
	Site func(file string) ([]byte, error)
}

// open reads a profile that is not built in: a path if it looks like one,
// otherwise one of the site.
func (s Source) open(ref string) (*file, error) {
	if isPath(ref) {
		data, err := s.Read(ref)
		if err != nil {
			return nil, because(ref, nil, err, "cannot read the profile: %v", unwrapPath(err))
		}
		return decode(ref, data)
	}
	data, err := s.Site(ref + ".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unknownProfile(ref)
	}
	if err != nil {
		return nil, because(ref, nil, err, "cannot read the profile: %v", err)
	}
	f, err := decode(ref+".yaml", data)
	if f != nil {
		f.site = true
	}
	return f, err
}

// isPath tells a path from a profile's name.
func isPath(ref string) bool {
	return strings.Contains(ref, "/") || strings.HasSuffix(ref, ".yaml") || strings.HasSuffix(ref, ".yml")
}

// parent gives the reference that a profile extends: a relative path is
// relative to the file that it stands in, wherever harden was called.
func (f *file) parent(ref string) string {
	if !isPath(ref) || path.IsAbs(ref) {
		return ref
	}
	joined := path.Join(path.Dir(f.path), ref)
	if !strings.Contains(joined, "/") {
		return "./" + joined
	}
	return joined
}

// unwrapPath takes the operation and the path off an error that will be shown
// behind that path.
func unwrapPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
