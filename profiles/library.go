package profiles

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The rule library and the built-in profiles: one rule stands once, and a
// baseline is a table of ids and rules.
//
//go:embed rules/*.yaml builtin/*.yaml
var builtin embed.FS

// Names lists the built-in profiles.
func Names() []string {
	entries, err := fs.ReadDir(builtin, "builtin")
	if err != nil {
		panic("profiles: built-in profiles are missing: " + err.Error())
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// library reads every rule that is compiled in.
func library() (map[string]rule, error) {
	entries, err := fs.ReadDir(builtin, "rules")
	if err != nil {
		return nil, err
	}
	rules := map[string]rule{}
	for _, e := range entries {
		f, err := decodeBuiltin(path.Join("rules", e.Name()))
		if err != nil {
			return nil, err
		}
		if err := add(rules, f); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// add puts a file's rules into the library. A name means one thing.
func add(rules map[string]rule, f *file) error {
	for _, r := range f.Rules {
		if other, twice := rules[r.Name]; twice {
			return &Error{Path: f.path, Line: r.line, Message: fmt.Sprintf("rule %q is already defined in %s:%d", r.Name, other.path, other.line)}
		}
		if r.Name == "" || r.Kind == "" {
			return &Error{Path: f.path, Line: r.line, Message: "a rule needs a name and a kind"}
		}
		rules[r.Name] = r
	}
	return nil
}

// Source finds profiles by name or path.
type Source struct {
	// Read reads a profile's file that the user named by path.
	Read func(path string) ([]byte, error)
	// Site reads NAME.yaml of the directory of the site's own profiles;
	// fs.ErrNotExist where there is none of that name.
	Site func(file string) ([]byte, error)
}

// open reads a profile: a path if it looks like one, otherwise a built-in
// one, otherwise one of the site.
func (s Source) open(ref string) (*file, error) {
	if strings.Contains(ref, "/") || strings.HasSuffix(ref, ".yaml") || strings.HasSuffix(ref, ".yml") {
		data, err := s.Read(ref)
		if err != nil {
			return nil, &Error{Path: ref, Message: fmt.Sprintf("cannot read the profile: %v", unwrapPath(err))}
		}
		return decode(ref, data)
	}
	if slices.Contains(Names(), ref) {
		return decodeBuiltin("builtin/" + ref + ".yaml")
	}
	data, err := s.Site(ref + ".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Path: ref, Message: "no profile of that name; harden profiles list shows those there are"}
	}
	if err != nil {
		return nil, &Error{Path: ref, Message: fmt.Sprintf("cannot read the profile: %v", err)}
	}
	return decode(ref+".yaml", data)
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
