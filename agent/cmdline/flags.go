package cmdline

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"harden/agent/kube"
)

// Occurrence is one place in which a flag is given.
type Occurrence struct {
	Name  string // without dashes, "_" as "-" where the component takes them for the same
	Value string // as it is written
	First int    // its first word in the command line; -1 for a variable
	Words int    // how many words it takes, 0 for a variable
	Place Place
	// Unknown says why the value is not known, and is empty where it is.
	Unknown string
}

// Occurrences gives every flag of the command line, in order, and those that
// variables set. Words that no flag takes are left out; the components refuse
// them.
func (c *CommandLine) Occurrences() []Occurrence { return c.given }

func (c *CommandLine) occurrences() []Occurrence {
	var list []Occurrence
	for i := 0; i < len(c.Words); i++ {
		word := c.Words[i].Text
		if word == "--" {
			break
		}
		if len(word) < 2 || word[0] != '-' {
			continue
		}
		o := Occurrence{First: i, Words: 1, Place: c.Words[i].Place, Unknown: c.Words[i].Unknown}
		name, value, given := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
		o.Name = c.normal(name)
		switch {
		case given:
			o.Value = value
		case kube.KindOf(c.Component, o.Name) == kube.Bool:
			o.Value = "true"
		case i+1 < len(c.Words):
			i++
			o.Value, o.Words = c.Words[i].Text, 2
			if o.Unknown == "" {
				o.Unknown = c.Words[i].Unknown
			}
		}
		list = append(list, o)
	}
	return append(list, c.byVariables(list)...)
}

// byVariables gives the flags that etcd takes from its environment: those that
// are not on its command line (go.etcd.io/etcd pkg/flags, SetFlagsFromEnv).
func (c *CommandLine) byVariables(given []Occurrence) []Occurrence {
	if c.Component != "etcd" {
		return nil
	}
	last := map[string]Occurrence{}
	var order []string
	for _, v := range c.environment {
		name, is := strings.CutPrefix(v.Name, "ETCD_")
		if !is || v.Text == "" && v.Unknown == "" {
			continue
		}
		name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		if slices.ContainsFunc(given, func(o Occurrence) bool { return o.Name == name }) {
			continue
		}
		if _, twice := last[name]; !twice {
			order = append(order, name)
		}
		last[name] = Occurrence{Name: name, Value: v.Text, First: -1, Place: v.Place, Unknown: v.Unknown}
	}
	var list []Occurrence
	for _, name := range order {
		list = append(list, last[name])
	}
	return list
}

// normal writes a flag's name as the component's parser knows it.
func (c *CommandLine) normal(name string) string {
	if c.Component == "etcd" {
		return name
	}
	return strings.ReplaceAll(name, "_", "-")
}

// Setting is what a component makes of all occurrences of one flag.
type Setting struct {
	Kind        kube.Kind
	Occurrences []Occurrence // none where the flag is not given
	// Text is the value: of a bool "true" or "false", of a list its elements with
	// commas between them, of a map the last entry of each key, KEY=VALUE.
	Text string
	// Unknown says why the value is not known, and is empty where it is.
	Unknown string
}

// Given tells whether the flag is given at all.
func (s Setting) Given() bool { return len(s.Occurrences) > 0 }

// Setting gives what the component makes of a flag, "profiling" without dashes.
func (c *CommandLine) Setting(name string) Setting {
	s := Setting{Kind: kube.KindOf(c.Component, name), Unknown: c.Unknown}
	for _, o := range c.given {
		if o.Name == name {
			s.Occurrences = append(s.Occurrences, o)
		}
	}
	for _, o := range s.Occurrences {
		s.take(o)
	}
	return s
}

// Flags gives all flags that are given, by their names, with the value that the
// component makes of each.
func (c *CommandLine) Flags() map[string]string {
	flags := map[string]string{}
	for _, o := range c.given {
		if _, known := flags[o.Name]; !known {
			flags[o.Name] = c.Setting(o.Name).Text
		}
	}
	return flags
}

// take adds one more occurrence to what the earlier ones came to.
func (s *Setting) take(o Occurrence) {
	if o.Unknown != "" {
		s.Unknown = o.Unknown
	}
	first := len(s.Occurrences) > 0 && s.Occurrences[0] == o
	switch s.Kind {
	case kube.Bool:
		s.Text = boolText(o.Value)
	case kube.List:
		s.join(first, elements(o.Value))
	case kube.Array:
		s.join(first, []string{o.Value})
	case kube.Map:
		s.Text = merged(s.Text, o.Value, o.Name == "feature-gates")
	default:
		s.Text = o.Value
	}
}

func (s *Setting) join(first bool, more []string) {
	text := strings.Join(more, ",")
	if !first && s.Text != "" {
		text = strings.Trim(s.Text+","+text, ",")
	}
	s.Text = text
}

// boolText gives a bool in one spelling. What no component takes stays.
func boolText(value string) string {
	b, err := strconv.ParseBool(value)
	if err != nil {
		return value
	}
	return strconv.FormatBool(b)
}

// elements splits a list as pflag's stringSlice does, as one line of CSV.
func elements(value string) []string {
	if value == "" {
		return nil
	}
	if !strings.Contains(value, `"`) {
		return strings.Split(value, ",")
	}
	list, err := csv.NewReader(strings.NewReader(value)).Read()
	if err != nil {
		return strings.Split(value, ",")
	}
	return list
}

// merged adds entries to a map. Of feature gates, which are bools in any
// spelling, those of the component itself may be named with its prefix:
// "kube:Gate=T" is "Gate=true" (component-base, featuregate).
func merged(text, more string, gates bool) string {
	var entries []string
	for _, entry := range strings.Split(text+","+more, ",") {
		entry = strings.TrimSpace(entry)
		if gates {
			entry = strings.TrimPrefix(entry, "kube:")
		}
		key, value, is := strings.Cut(entry, "=")
		if key == "" {
			continue
		}
		if is && gates {
			entry = key + "=" + boolText(strings.TrimSpace(value))
		}
		entries = slices.DeleteFunc(entries, func(e string) bool { return e == key || strings.HasPrefix(e, key+"=") })
		entries = append(entries, entry)
	}
	return strings.Join(entries, ",")
}
