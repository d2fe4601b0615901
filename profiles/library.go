package profiles

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// The rule library and the built-in profiles: one rule stands once, and a
// baseline is a table of ids and rules.
//
//go:embed rules/*.yaml builtin/*.yaml
var builtin embed.FS

// builtinPath begins the paths of files that are compiled in.
const builtinPath = "builtin:"

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

// library is all rules by name. A rule that is compiled in is only noted by
// its name at first, and parsed when it is asked for: a profile uses a part of
// them, and a plan must not wait for the rest.
type library map[string]*rule

// ruleStart begins each rule in the files of the library.
const ruleStart = "  - name: "

// readLibrary notes the rules that are compiled in.
func readLibrary() (library, error) {
	entries, err := fs.ReadDir(builtin, "rules")
	if err != nil {
		return nil, err
	}
	rules := library{}
	for _, e := range entries {
		name := path.Join("rules", e.Name())
		data, err := builtin.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := rules.note(builtinPath+name, string(data)); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// note finds the rules in a file of the library by the lines they begin with.
func (l library) note(file, text string) error {
	var current *rule
	line := 0
	for rest := text; rest != ""; {
		line++
		row, after, _ := strings.Cut(rest, "\n")
		if name, begins := strings.CutPrefix(row, ruleStart); begins {
			current = &rule{Name: name, path: file, node: &yaml.Node{Line: line}, block: rest[:0]}
			if other, twice := l[name]; twice {
				return at(file, current.node, "rule %q is already defined in %s:%d", name, other.path, other.node.Line)
			}
			l[name] = current
		}
		if current != nil {
			// The block grows by this line: it is a part of the text.
			start := len(text) - len(rest) - len(current.block)
			current.block = text[start : len(text)-len(after)]
		}
		rest = after
	}
	return nil
}

// add puts a profile's own rules into the library. A name means one thing.
func (l library) add(f *file) error {
	for _, r := range f.Rules {
		if r.Name == "" || r.Kind == "" {
			return at(f.path, r.node, "a rule needs a name and a kind")
		}
		if other, twice := l[r.Name]; twice {
			return at(f.path, r.node, "rule %q is already defined in %s:%d", r.Name, other.path, other.node.Line)
		}
		if !namePattern.MatchString(r.Name) {
			return at(f.path, r.node, "rule %q: a name is of letters, digits and . _ -", r.Name)
		}
		for name, value := range r.Parameters {
			if !parameterName.MatchString(name) {
				return at(f.path, &value, "parameter %q: a name is of small letters, digits and -", name)
			}
		}
		l[r.Name] = &r
	}
	return nil
}

// names lists the rules.
func (l library) names() []string { return slices.Sorted(maps.Keys(l)) }

// rule gives a rule, parsed but for the texts that explain it.
func (l library) rule(name string) (rule, bool) {
	r, known := l[name]
	if !known {
		return rule{}, false
	}
	if r.block != "" && r.Kind == "" {
		parsed := parseBlock(withoutTexts(r.block), r.path)
		parsed.path, parsed.node, parsed.block = r.path, r.node, r.block
		*r = parsed
	}
	return *r, true
}

// texts gives what explains a rule, parsed when somebody asks.
func (r rule) texts() (why, risk Text) {
	if r.block == "" {
		return r.Why, r.Risk
	}
	parsed := parseBlock(r.block, r.path)
	return parsed.Why, parsed.Risk
}

// parseBlock parses one rule of the library. It was read strictly when it was
// tested, so what is wrong with it is a defect of this program.
func parseBlock(block, file string) rule {
	var list []rule
	if err := yaml.Unmarshal([]byte(block), &list); err != nil || len(list) != 1 {
		panic(fmt.Sprintf("profiles: %s: a rule cannot be read: %v\n%s", file, err, block))
	}
	return list[0]
}

// withoutTexts leaves out the lines of "why" and "risk", which are most of a
// rule's text.
func withoutTexts(block string) string {
	var kept strings.Builder
	skipping := false
	for line := range strings.Lines(block) {
		if strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "     ") {
			skipping = strings.HasPrefix(line, "    why:") || strings.HasPrefix(line, "    risk:")
		}
		if !skipping {
			kept.WriteString(line)
		}
	}
	return kept.String()
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
	if isPath(ref) {
		data, err := s.Read(ref)
		if err != nil {
			return nil, because(ref, nil, err, "cannot read the profile: %v", unwrapPath(err))
		}
		return decode(ref, data)
	}
	if slices.Contains(Names(), ref) {
		return decodeBuiltin("builtin/" + ref + ".yaml")
	}
	data, err := s.Site(ref + ".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, at(ref, nil, "no profile of that name; harden profiles list shows those there are")
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
