package cmdline

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"harden/agent/kube"
	"harden/agent/message"
)

// Occurrence is one place in which a flag is given.
type Occurrence struct {
	Name  string // without dashes, "_" as "-" where the component takes them for the same
	Value string // as it is written
	First int    // its first word in the command line; -1 for a variable
	Words int    // how many words it takes, 0 for a variable
	Place Place
	// Unknown says why the value is not known, and is empty where it is.
	Unknown message.Text
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
		name, value, given := c.split(word)
		o.Name = c.normal(name)
		switch {
		case given:
			o.Value = value
		case kube.KindOf(c.Component, o.Name) == kube.Bool:
			o.Value = "true"
		case i+1 < len(c.Words):
			i++
			o.Value, o.Words = c.Words[i].Text, 2
			if o.Unknown.IsZero() {
				o.Unknown = c.Words[i].Unknown
			}
		}
		list = append(list, o)
	}
	return append(list, c.byVariables(list)...)
}

// split takes a flag's word apart. With one dash pflag takes the first letter
// for the name, "-v2"; for etcd, one dash and two are the same.
func (c *CommandLine) split(word string) (name, value string, given bool) {
	if word[1] != '-' && c.Component != "etcd" {
		value, given = strings.CutPrefix(word[2:], "=")
		return word[1:2], value, given || value != ""
	}
	return strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
}

// byVariables gives the flags that etcd takes from its environment: those that
// are not on its command line (go.etcd.io/etcd pkg/flags, SetFlagsFromEnv). Of
// two variables of one name the kubelet passes the last on, and one that is
// empty sets nothing.
func (c *CommandLine) byVariables(given []Occurrence) []Occurrence {
	if c.Component != "etcd" {
		return nil
	}
	var list []Occurrence
	for i, v := range c.environment {
		name := etcdFlag(v.Name)
		again := slices.ContainsFunc(c.environment[i+1:], func(later Variable) bool { return later.Name == v.Name })
		if name == "" || again || v.Text == "" && v.Unknown.IsZero() || slices.ContainsFunc(given, func(o Occurrence) bool { return o.Name == name }) {
			continue
		}
		list = append(list, Occurrence{Name: name, Value: v.Text, First: -1, Place: v.Place, Unknown: v.Unknown})
	}
	return list
}

// Variable gives the place of the last variable that would set a flag, also where
// it is empty or a flag takes its place.
func (c *CommandLine) Variable(name string) (Place, bool) {
	if c.Component == "etcd" {
		for _, v := range slices.Backward(c.environment) {
			if etcdFlag(v.Name) == name {
				return v.Place, true
			}
		}
	}
	return Place{}, false
}

// etcdFlag gives the flag that a variable sets: ETCD_DATA_DIR, in capitals and
// with underscores only, is data-dir. It is "" for any other.
func etcdFlag(variable string) string {
	name, is := strings.CutPrefix(variable, "ETCD_")
	if !is || name != strings.ToUpper(name) || strings.Contains(name, "-") {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(name, "_", "-"))
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
	// Text is the value: of a bool "true" or "false", of a number its decimal
	// figures, of a list its elements with commas between them, of a map the last
	// entry of each key, KEY=VALUE.
	Text string
	// Unknown says why the value is not known, and is empty where it is.
	Unknown message.Text

	elements []string // of a list
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
	if c.imported && c.Component == "etcd" && !s.Given() && s.Unknown.IsZero() {
		s.Unknown = message.New("envFrom may set it, and the manifest does not contain the values of envFrom")
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
	if !o.Unknown.IsZero() {
		s.Unknown = o.Unknown
	}
	switch s.Kind {
	case kube.Bool:
		s.Text = boolText(o.Value)
	case kube.Number:
		s.Text = numberText(o.Value)
	case kube.List:
		for _, e := range elements(o.Value) {
			if strings.ContainsAny(e, ",\"") { // in quotes, it stays one
				e = `"` + strings.ReplaceAll(e, `"`, `""`) + `"`
			}
			s.join(e)
		}
	case kube.Array:
		s.join(o.Value)
	case kube.Map:
		s.Text = merged(s.Text, o.Value, o.Name)
	case kube.Entry:
		s.elements = withEntry(s.elements, strings.Trim(o.Value, `"`), "=")
		s.join()
	default:
		s.Text = o.Value
	}
}

func (s *Setting) join(more ...string) {
	s.elements = append(s.elements, more...)
	s.Text = strings.Join(s.elements, ",")
}

// boolText gives a bool in one spelling. What no component takes stays.
func boolText(value string) string {
	b, err := strconv.ParseBool(value)
	if err != nil {
		return value
	}
	return strconv.FormatBool(b)
}

// numberText gives a number in decimal figures. What no component takes stays.
func numberText(value string) string {
	n, err := strconv.ParseInt(value, 0, 64)
	if err != nil {
		return value
	}
	return strconv.FormatInt(n, 10)
}

// elements splits a list as pflag's stringSlice does, as one line of CSV: what
// stands on a second line is lost.
func elements(value string) []string {
	if value == "" {
		return nil
	}
	list, err := csv.NewReader(strings.NewReader(value)).Read()
	if err != nil {
		return strings.Split(value, ",") // the component refuses it
	}
	return list
}

// merged adds entries to a map. Of feature gates, which are bools in any
// spelling, those of the component itself may be named with its prefix:
// "kube:Gate=T" is "Gate=true" (component-base, featuregate). Thresholds of
// eviction have "<" in the place of "=".
func merged(text, more, flag string) string {
	separator := "="
	if flag == "eviction-hard" || flag == "eviction-soft" {
		separator = "<"
	}
	var entries []string
	for _, entry := range strings.Split(text+","+more, ",") {
		if flag == "feature-gates" {
			entry = gate(entry)
		}
		if entry != "" {
			entries = withEntry(entries, entry, separator)
		}
	}
	return strings.Join(entries, ",")
}

// withEntry adds an entry, without blanks around key and value, in the place of
// an earlier one of its key.
func withEntry(entries []string, entry, separator string) []string {
	key, value, is := strings.Cut(entry, separator)
	key = strings.TrimSpace(key)
	entry = key
	if is {
		entry += separator + strings.TrimSpace(value)
	}
	entries = slices.DeleteFunc(entries, func(e string) bool { return e == key || strings.HasPrefix(e, key+separator) })
	return append(entries, entry)
}

// gate gives a feature gate without its component's prefix, its bool in one
// spelling.
func gate(entry string) string {
	key, value, is := strings.Cut(strings.TrimPrefix(strings.TrimSpace(entry), "kube:"), "=")
	if !is {
		return key
	}
	return strings.TrimSpace(key) + "=" + boolText(strings.TrimSpace(value))
}
