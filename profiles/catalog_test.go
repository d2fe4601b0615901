package profiles

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// catalog is a source baseline as it was read once: the facts that a profile
// is made from.
type catalog struct {
	Name     string    `yaml:"catalog"`
	Controls []listing `yaml:"controls"`
}

type listing struct {
	ID         string
	STIG       string `yaml:"stig"` // the STIG id of a rule of a STIG: "CNTR-K8-000150"
	Scope      string // "node", "cluster", "build" or "organisational"
	Strength   string // "must" or "should"
	Automated  bool
	Severity   string // "CAT I", "CAT II" or "CAT III" of a STIG
	Level      int
	Title      Text
	SourceNote string `yaml:"source_note"` // what is wrong in the source
}

func catalogs(t *testing.T) []catalog {
	t.Helper()
	paths, err := filepath.Glob("testdata/catalog/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no catalogues in testdata: %v", err)
	}
	var all []catalog
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var c catalog
		if err := yaml.Unmarshal(data, &c); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, c)
	}
	return all
}

// TestCatalogs walks every source baseline: each of its controls has a home in
// the profile of its name, and the profile invents none.
func TestCatalogs(t *testing.T) {
	for _, c := range catalogs(t) {
		t.Run(c.Name, func(t *testing.T) {
			p, err := Load(c.Name, nil, files{}.source())
			if err != nil {
				t.Fatal(err)
			}
			controls := map[string]Control{}
			for _, control := range p.Controls {
				controls[strings.TrimPrefix(control.ID, c.Name+"/")] = control
			}
			stig := p.STIG()
			if strings.HasPrefix(c.Name, "stig-") != (stig != nil) {
				t.Errorf("its STIG is %v", stig)
			}
			for _, l := range c.Controls {
				if stig != nil {
					if id, version := stig.Rule(l.ID); version != l.STIG || !strings.HasPrefix(id, "S"+l.ID) || !strings.HasSuffix(id, "_rule") {
						t.Errorf("%s is called %s and %s, the source says %s", l.ID, id, version, l.STIG)
					}
				}
				control, ok := controls[l.ID]
				if !ok {
					t.Errorf("%s: the profile has no such control", l.ID)
					continue
				}
				delete(controls, l.ID)
				for _, problem := range problems(c.Name, l, control) {
					t.Errorf("%s: %s", l.ID, problem)
				}
			}
			for id := range controls {
				t.Errorf("%s: the baseline has no such control", id)
			}
		})
	}
}

// problems says what is wrong with a control of a profile.
func problems(name string, l listing, c Control) []string {
	var found []string
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			found = append(found, fmt.Sprintf(format, args...))
		}
	}
	say(!complete(l.Title), "the catalogue's title is not in both languages")
	say(!complete(c.Title), "the title is not in both languages")
	say(halfGiven(c.Manual), "the how-to is not in both languages")
	say(halfGiven(c.NotApplicable), "the reason for not-applicable is not in both languages")
	say(halfGiven(c.Note), "the note is not in both languages")
	category := map[string]string{"CAT I": "high", "CAT II": "medium", "CAT III": "low"}[l.Severity]
	say(c.Severity != category, "severity is %q, the source says %q", c.Severity, l.Severity)
	say(c.Level != 1 && c.Level != 2, "level is %d", c.Level)
	say(l.Level != 0 && c.Level != l.Level, "level is %d, the source says %d", c.Level, l.Level)
	say(len(c.Rules) == 0 && c.Manual == (Text{}) && c.NotApplicable == (Text{}), "neither rules, nor a how-to, nor a reason")
	say((c.From != "" || c.Until != "") && c.NotApplicable == (Text{}), "has versions, but no reason for the others")
	say(l.SourceNote != "" && c.Note == (Text{}), "the source is wrong here (%s), and no note says what is done instead", l.SourceNote)
	if name == "qkxy-cs001-2023" {
		level := map[string]int{"must": 1, "should": 2}[l.Strength]
		say(c.Level != level, "level is %d, the standard's %q is %d", c.Level, l.Strength, level)
		say(l.Automated && l.Scope == "node" && len(c.Rules) == 0 && c.NotApplicable == (Text{}),
			"the standard checks this automatically, and it lies on a node; a how-to is not enough")
	}
	return found
}

func complete(t Text) bool {
	return strings.TrimSpace(t.EN) != "" && strings.TrimSpace(t.ZH) != ""
}

func halfGiven(t Text) bool {
	return t != (Text{}) && !complete(t)
}

// TestHowTosAgree keeps the two languages of a how-to at one: the commands in
// backquotes are the same, whatever the sentence around them.
func TestHowTosAgree(t *testing.T) {
	for _, name := range Names() {
		p, err := Load(name, nil, files{}.source())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, control := range p.Controls {
			en, zh := commands(control.Manual.EN), commands(control.Manual.ZH)
			if !slices.Equal(en, zh) {
				t.Errorf("%s: the commands differ:\nen %q\nzh %q", control.ID, en, zh)
			}
		}
	}
}

// commands are the parts of a text in backquotes, sorted.
func commands(text string) []string {
	parts := strings.Split(text, "`")
	var list []string
	for i := 1; i < len(parts); i += 2 {
		list = append(list, parts[i])
	}
	slices.Sort(list)
	return list
}
