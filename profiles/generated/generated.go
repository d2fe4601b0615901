// Package generated holds the built-in profiles and rules as Go values. People
// edit the YAML below profiles/builtin and profiles/rules; go generate
// ./profiles writes one Go file for each, and its long texts into prose. A test
// fails where one is older than its YAML. It is data: package profiles reads it,
// and nothing changes it.
package generated

import (
	"embed"

	"harden/fixers"
)

// Prose has the texts of controls and the long texts of rules: one file for each
// YAML file, compressed by gzip. Each text is three strings, with a zero byte behind
// each: the rule or control and the field, as in "kubelet-anonymous-auth why", then
// the English, then the Chinese. To read one: zcat FILE | tr '\0' '\n'.
//
//go:embed prose
var Prose embed.FS

// Text is what people read, in English and Chinese. It is a part of the format of
// profiles; in the JSON of reports it is report.Bilingual, which knows languages that
// a user can choose.
type Text struct {
	EN string `yaml:"en" json:"en"`
	ZH string `yaml:"zh" json:"zh"`
}

// In returns the text in a language, "en" or "zh", or the other one where it is missing.
func (t Text) In(lang string) string {
	if lang == "zh" && t.ZH != "" || t.EN == "" {
		return t.ZH
	}
	return t.EN
}

// Profile is a built-in profile as its YAML says it, before it is laid over
// those that it extends.
type Profile struct {
	Name, Version, Source, Family string
	Title                         Text
	From                          string // the first Kubernetes version that the edition is picked for, or ""
	Platform                      string // that it is about: "rke2", "k3s"; "" is kubeadm
	Extends, Skip                 []string
	Set                           []Parameter
	Adjust                        []Use
	Controls                      []Control
}

// Control is a control of a profile. Its texts are in Prose: title, manual,
// notApplicable, note.
type Control struct {
	ID, As      string
	Level       int
	Severity    string
	Rules       []Use
	From, Until string
}

// Use names a rule, and its parameters where they are not the rule's own: a
// YAML mapping, or "".
type Use struct{ Rule, With string }

// Parameter is a parameter and its value: a string, int, bool or []string.
type Parameter struct {
	Name  string
	Value any
}

// Rule is a rule of the library. Its long texts are in Prose: why, risk, because.
type Rule struct {
	Name, Kind string
	Path       string // of its YAML, below profiles/
	With       string // its parameters as the YAML says them, with $names
	Fixer      fixers.Fixer
	Parameters []Parameter
	Needs      []string
	Title      Text
	Rating     Rating
}

// Rating is how much a rule matters.
type Rating struct {
	Severity   string
	Warn       bool // the risk is to be read before it is applied
	Frameworks []IDs
}

// IDs are what a framework calls a rule's requirement, with ", " between them.
type IDs struct{ Framework, IDs string }
