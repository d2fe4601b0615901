// Package profiles loads hardening profiles: which rules with which
// parameters serve which controls of a published baseline, what a site
// changes of that, and what it waives. The built-in profiles and the rule
// library are Go values, generated from YAML. Profiles are read strictly: what is not understood
// is an error with file, line and column, never ignored. It reads no node.
package profiles

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/fixers"
	"harden/profiles/generated"
)

// Text is what people read, in English and Chinese.
type Text = generated.Text

// Profile is a profile after overlays and parameters: what is to hold.
type Profile struct {
	Name     string
	Version  string
	Title    Text
	Source   string // the baseline it is made from
	Rules    []Rule // sorted by name
	Controls []Control
	Waivers  []Waiver
	// Parameters are the values that --set can change, by name.
	Parameters map[string]any
	// Differences are those to the profiles that it extends; nil of a built-in one.
	Differences *Differences

	places   map[Waiver]string          // where they stand, "site.yaml:10"
	severity map[string]change.Severity // of rules, where profiles say it
}

// Rule is one rule with its parameters filled in.
type Rule struct {
	Name     string
	Kind     string
	Fixer    fixers.Fixer // shared by all profiles that use it: not to be changed
	Title    Text
	Needs    []Rule   // rules that must hold for this one to be safe, in the profile or not
	Controls []string // "profile/id", sorted

	definition *rule
}

// Why says what the rule is for.
func (r Rule) Why() Text { return r.definition.why() }

// Risk says what it can break.
func (r Rule) Risk() Text { return r.definition.risk() }

// Because says why the rule is as severe as it is.
func (r Rule) Because() Text { return r.definition.because() }

// Warn tells whether the risk is to be read before the rule is applied.
func (r Rule) Warn() bool { return r.definition.Warn }

// IDs are what one of Frameworks calls the rule's requirement.
func (r Rule) IDs(framework string) []string { return r.definition.Frameworks[framework] }

// Control is one requirement of a baseline: served by rules, or judged by a
// person, or not to be met on a node at all.
type Control struct {
	ID            string // "profile/id"
	Title         Text
	Level         int
	Severity      string // "high", "medium" or "low" where the source says one, or ""
	Rules         []string
	Manual        Text   // how a person judges it
	NotApplicable Text   // why it cannot apply, or not outside the versions below
	From          string // the first Kubernetes version that it is about, "1.20", or ""
	Until         string // the first that it is no longer about, or ""
	Note          Text   // where the source is wrong or unclear
}

// Waiver is a site's decision to leave a rule or a control open for a time.
type Waiver struct {
	Rule    string `yaml:"rule"`
	Control string `yaml:"control"`
	// Objects are those of the cluster that it is about; the zero value: the whole control.
	Objects Objects `yaml:"objects" json:",omitzero"`
	Reason  string  `yaml:"reason"`
	Expires string  `yaml:"expires"` // last day, "2027-06-30", UTC
}

// Expired tells whether a waiver no longer holds.
func (w Waiver) Expired(now time.Time) bool {
	day, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.Before(day.AddDate(0, 0, 1))
}

// Covers tells whether the waiver is about all of a rule that serves some controls.
func (w Waiver) Covers(rule string, controls []string) bool {
	return w.Objects == (Objects{}) && w.About(rule, controls)
}

// About tells whether the waiver names a rule or one of the controls that it serves, for
// all that it finds or for some objects.
func (w Waiver) About(rule string, controls []string) bool {
	return w.Rule != "" && w.Rule == rule || w.Control != "" && slices.ContainsFunc(controls, func(c string) bool {
		return c == w.Control || strings.HasSuffix(c, "/"+w.Control)
	})
}

// Identity names the profile by what it asks for: two profiles of one digest
// make the same plan.
func (p *Profile) Identity() change.Profile {
	type rule struct {
		Name, Kind string
		Fixer      fixers.Fixer
		Controls   []string
	}
	rules := make([]rule, len(p.Rules))
	for i, r := range p.Rules {
		rules[i] = rule{r.Name, r.Kind, r.Fixer, r.Controls}
	}
	data, err := json.Marshal(struct {
		Rules   []rule
		Waivers []Waiver
	}{rules, p.Waivers})
	if err != nil {
		panic("profiles: a fixer's parameters cannot be encoded: " + err.Error())
	}
	return change.Profile{Name: p.Name, Version: p.Version, Digest: change.Digest(data)}
}

// Rule finds a rule by name.
func (p *Profile) Rule(name string) (Rule, bool) {
	i, found := slices.BinarySearchFunc(p.Rules, name, func(r Rule, n string) int { return strings.Compare(r.Name, n) })
	if !found {
		return Rule{}, false
	}
	return p.Rules[i], true
}

// Select keeps the rules and controls that are named, the rules that serve a
// control that is named, and the controls that a rule that is named serves,
// with only; nil keeps all. It drops those named with skip. A name that
// nothing has is an error.
func (p *Profile) Select(only, skip []string) error {
	if only == nil && len(skip) == 0 {
		return nil
	}
	for _, name := range append(slices.Clone(only), skip...) {
		if !slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.answersTo(name) }) &&
			!slices.ContainsFunc(p.Controls, func(c Control) bool { return c.answersTo(name) }) {
			if near := p.Similar(name); !near.IsZero() {
				return &Error{Path: p.Name, Message: message.New("the profile has no rule or control %q%s", name, near)}
			}
			return &Error{Path: p.Name, Message: message.New("the profile has no rule or control %q; harden profiles show %s lists them", name, p.Name)}
		}
	}
	p.Rules = slices.DeleteFunc(p.Rules, func(r Rule) bool {
		named := func(list []string) bool { return slices.ContainsFunc(list, r.answersTo) }
		return only != nil && !named(only) || named(skip)
	})
	p.Controls = slices.DeleteFunc(slices.Clone(p.Controls), func(c Control) bool {
		named := func(list []string) bool {
			return slices.ContainsFunc(list, func(name string) bool { return c.answersTo(name) || slices.Contains(c.Rules, name) })
		}
		return only != nil && !named(only) || slices.ContainsFunc(skip, c.answersTo)
	})
	return nil
}

// names are those of the rules and controls.
func (p *Profile) names() []string {
	var names []string
	for _, r := range p.Rules {
		names = append(names, r.Name)
	}
	for _, c := range p.Controls {
		_, id, _ := strings.Cut(c.ID, "/")
		names = append(names, id)
	}
	return names
}

// Similar suggests the rule or control that was perhaps meant: "; did you mean "x"?", or "".
func (p *Profile) Similar(name string) message.Text { return similar(name, p.names()) }

func (c Control) answersTo(name string) bool {
	return named(c.ID, name)
}

func (r Rule) answersTo(name string) bool {
	return r.Name == name || slices.ContainsFunc(r.Controls, func(c string) bool {
		return named(c, name)
	})
}

// named tells whether a control is meant by a name: its id, with or without its
// profile, or the section that it stands in.
func named(id, name string) bool {
	_, short, _ := strings.Cut(id, "/")
	return id == name || short == name || strings.HasPrefix(short, name+".") || strings.Contains(name, "/") && strings.HasPrefix(id, name+".")
}
