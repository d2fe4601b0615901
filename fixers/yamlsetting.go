package fixers

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
)

// Setting is one value of a document and how it is judged.
type Setting struct {
	Field string    `yaml:"field"` // required; an address, such as "authentication.anonymous.enabled"
	Op    change.Op `yaml:"op"`    // "exact" where it is empty
	Value any       `yaml:"value"` // required; what is written
	Bound any       `yaml:"bound"` // for at-least, at-most and one-of: what is judged; if it is empty, the value
	// Default is what holds where the field is not set; empty: nothing does.
	Default  any  `yaml:"default"`
	Duration bool `yaml:"duration"` // values are durations such as "30m"; zero means the default
}

var settingOps = []change.Op{change.Exact, change.AtMost, change.AtLeast, change.OneOf, change.Includes, change.Excludes, change.Present, change.Absent}

func (s *Setting) check() error {
	if s.Field == "" {
		return message.Errorf("field is missing")
	}
	if s.Op == "" {
		s.Op = change.Exact
	}
	if !slices.Contains(settingOps, s.Op) {
		return message.Errorf("unknown op %q; one of %v", s.Op, settingOps)
	}
	if s.Value == nil && s.Op != change.Absent && (s.Op != change.Excludes || s.Bound == nil) {
		return message.Errorf("value is missing")
	}
	for _, v := range []*any{&s.Value, &s.Bound, &s.Default} {
		plain, err := plainValue(*v)
		if err != nil {
			return err
		}
		*v = plain
	}
	return s.sound()
}

// sound tells whether the value that would be written is one that then holds.
// Otherwise every run would write it, find it wanting and put it back. Lists
// are left to who reads them: a site may know better than a rule's bound.
func (s *Setting) sound() error {
	if s.Op == change.Absent || s.Op == change.Excludes || s.Op == change.OneOf {
		return nil
	}
	holds, err := s.want("", "").Holds(s.Value, true)
	if err != nil {
		return err
	}
	switch bound := cmp.Or(s.Bound, s.Value); {
	case !holds && s.Op == change.AtLeast:
		return message.Errorf("the value must be at least %v, and is %v", bound, s.Value)
	case !holds && s.Op == change.AtMost:
		return message.Errorf("the value must be at most %v, and is %v", bound, s.Value)
	case !holds:
		return message.Errorf("value %v is not %s %v", s.Value, s.Op, bound)
	}
	if !s.Duration {
		return nil
	}
	text, _ := s.Value.(string)
	switch length, err := time.ParseDuration(text); {
	case err != nil:
		return message.Errorf("value %v is not a duration such as 30m", s.Value)
	case length == 0:
		return message.Errorf("a duration of 0 means the default; write the default itself")
	}
	return nil
}

// plainValue turns what a YAML decoder gives into the values of wants.
func plainValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, string, int64:
		return v, nil
	case int:
		return int64(v), nil
	case []string:
		return v, nil
	case []any:
		list := make([]string, len(v))
		for i, e := range v {
			s, ok := e.(string)
			if !ok || s == "" {
				return nil, message.Errorf("list element %#v is not text", e)
			}
			list[i] = s
		}
		return list, nil
	}
	return nil, message.Errorf("value %v is not a text, number, truth value or list of texts", v)
}

func (s *Setting) want(rule, path string, effects ...change.Effect) change.Want {
	w := change.Want{Rule: rule, Target: change.FileTarget(path), Field: change.Field("yaml:" + s.Field), Op: s.Op,
		Value: s.Value, Bound: s.Bound, Default: s.Default, Effects: effects}
	if s.Duration {
		w.Compare, w.ZeroIsDefault = change.ByDuration, true
	}
	if s.Field == "tlsCipherSuites" {
		w.Compare = change.ByCipherSuite
	}
	return w
}

// YAMLSetting asks for a value in a YAML file that is there.
type YAMLSetting struct {
	Path    string `yaml:"path"` // required
	Setting `yaml:",inline"`
	Restart string `yaml:"restart"` // a systemd unit to restart when the value changes
}

// Check implements Fixer.
func (f *YAMLSetting) Check() error {
	if err := checkPath(f.Path); err != nil {
		return err
	}
	return f.check()
}

// Require implements Fixer.
func (f *YAMLSetting) Require(rule string, n Node) Requirement {
	if req, unknown := unknownPlace(f.Path, n); unknown {
		return req
	}
	paths, reason := find(f.Path, n)
	if !reason.IsZero() {
		return notApplicable("%s", reason)
	}
	first := paths[0]
	if _, err := n.Files.Exists(first.path); errors.Is(err, fs.ErrNotExist) {
		return notApplicable("%s does not exist on this node", first.path)
	}
	var effects []change.Effect
	effects = append(effects, f.Restarts()...)
	req := Requirement{Wants: []change.Want{f.want(rule, first.path, effects...)}}
	req.expect(first.path, first.place)
	return req
}
