package fixers

import (
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/message"
)

// RKESetting asks for a value in an RKE file that the operator names. Mode and owner of the file are
// its operator's business.
type RKESetting struct {
	RKEFile `yaml:",inline"`
	// Setting's field begins at the top of the file:
	// "services.kube-api.extra_args.profiling". An extra argument is a text,
	// and lists in it are separated by commas.
	Setting `yaml:",inline"`
	// Keep leaves another value that somebody chose alone, and says so.
	Keep bool `yaml:"keep"`
}

// Check implements Fixer.
func (f *RKESetting) Check() error {
	if err := f.RKEFile.check(); err != nil {
		return err
	}
	return f.Setting.check()
}

// Require implements Fixer.
func (f *RKESetting) Require(rule string, n Node) Requirement {
	doc, certain := f.open(n, f.byHand())
	if certain != nil {
		return *certain
	}
	s := f.Setting
	s.Field = spelled(doc, f.Field)
	w := s.want(rule, f.Path)
	w.ZeroIsDefault = false // a flag of 0 is a time-out of none
	if f.Keep {
		value, _, found, err := doc.Get(s.Field)
		if err != nil {
			return failed("%v", located(f.Path, err))
		}
		if holds, err := w.Holds(value, found); found && value != nil && value != "" && err == nil && !holds {
			return blocked("%s is %v in %s, and cannot be changed in a running cluster; for new clusters, %s by hand", s.Field, w.Shown(value), f.Path, f.byHand())
		}
	}
	if text, is := s.Value.(string); is && s.Op == change.Exact && !s.Duration && !strings.Contains(text, ",") {
		w.Op = change.OneOf // RKE takes false and "false" for the same argument
	}
	req := Requirement{Wants: append(gates(w), w)}
	req.namedByRule(f.Path)
	return req
}

// byHand says what a person does to the file.
func (f *RKESetting) byHand() message.Text {
	value := f.Value
	if list, is := value.([]string); is {
		value = strings.Join(list, ",")
	}
	switch f.Op {
	case change.Absent:
		return message.New("remove %s", f.Field)
	case change.Includes:
		return message.New("add %v to %s", value, f.Field)
	case change.Excludes:
		return message.New("remove %v from %s", value, f.Field)
	case change.AtLeast:
		return message.New("set %s to at least %v", f.Field, value)
	case change.AtMost:
		return message.New("set %s to at most %v", f.Field, value)
	}
	return message.New("set %s to %q", f.Field, fmt.Sprint(value))
}

// gates makes wants that clear the way for elements of the form key=value:
// the same key with the other value goes, as no list of feature gates should
// say both.
func gates(w change.Want) []change.Want {
	if w.Op != change.Includes {
		return nil
	}
	list, is := w.Value.([]string)
	if text, ok := w.Value.(string); ok {
		list, is = strings.Split(text, ","), true
	}
	var others []string
	for _, e := range list {
		switch key, value, _ := strings.Cut(e, "="); value {
		case "true":
			others = append(others, key+"=false")
		case "false":
			others = append(others, key+"=true")
		}
	}
	if !is || len(others) == 0 {
		return nil
	}
	out := w
	out.Op, out.Value = change.Excludes, others
	return []change.Want{out}
}

// spelled gives a field with the spelling that a file uses: RKE writes
// kube-api, some versions of Rancher kube_api, and each reads only its own.
func spelled(doc edit.Document, field string) string {
	const services = "services."
	above, below, is := strings.Cut(field, services)
	name, rest, deep := strings.Cut(below, ".")
	if !is || !deep {
		return field
	}
	for _, other := range []string{name, strings.ReplaceAll(name, "_", "-"), strings.ReplaceAll(name, "-", "_")} {
		if _, _, found, _ := doc.Get(above + services + other); found {
			return above + services + other + "." + rest
		}
	}
	return field
}
