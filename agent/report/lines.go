package report

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
)

// A diff is made of a change's fields, and never of the text of a file: a line
// that a run changes may hold a password beside what is changed, and the lines
// around it may hold anything. So it shows what the run removes and adds, each
// with its address, and of a list the elements that go or come.

// InDiff tells whether the lines of a diff show a field.
func InDiff(f change.FieldChange) bool {
	if f.Field == change.FieldContent {
		_, before := change.WholeText(f.Before)
		_, after := change.WholeText(f.After)
		return before || after
	}
	syntax, _ := f.Field.Address()
	return syntax != "" && syntax != "xattrs"
}

// DiffLines gives what a change removes from a file and adds to it, in lines that
// begin with - and +, as in a unified diff without its heading. Of a file that
// holds a secret there are none.
func DiffLines(c change.Change) []string {
	var lines []string
	add := func(sign string, list []string) {
		for _, line := range list {
			lines = append(lines, sign+" "+Safe(line))
		}
	}
	for _, f := range merged(c.Fields) {
		before, after := f.Before, f.After
		if f.Field != change.FieldContent {
			before, after = withoutCommon(before, after)
		}
		if f.Before != nil {
			add("-", setting(f.Field, before))
		}
		if f.After != nil {
			add("+", setting(f.Field, after))
		}
	}
	return lines
}

// merged gives the fields of a diff, each once: what several rules make of one
// field is shown as one change.
func merged(fields []change.FieldChange) []change.FieldChange {
	var list []change.FieldChange
	for _, f := range fields {
		if !InDiff(f) {
			continue
		}
		if i := slices.IndexFunc(list, func(o change.FieldChange) bool { return o.Field == f.Field }); i >= 0 {
			list[i].After = f.After
			continue
		}
		list = append(list, f)
	}
	return list
}

// withoutCommon hides in two lists what both have: the run leaves it alone.
func withoutCommon(before, after any) (any, any) {
	a, b := listed(before), listed(after)
	if a == nil || b == nil || len(a)+len(b) < 3 {
		return before, after
	}
	without := func(list, other []string) []string {
		var kept []string
		for _, e := range list {
			if slices.Contains(other, e) {
				e = change.Hidden
			}
			if n := len(kept); n == 0 || e != change.Hidden || kept[n-1] != e {
				kept = append(kept, e)
			}
		}
		return kept
	}
	like := func(original any, list []string) any {
		if _, is := original.(string); is {
			return strings.Join(list, ",")
		}
		return list
	}
	return like(before, without(a, b)), like(after, without(b, a))
}

// listed gives the elements of a list, or of a text with commas.
func listed(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case string:
		if !strings.Contains(v, "\n") {
			return strings.Split(v, ",")
		}
	}
	return nil
}

// setting writes a field with its value as its document does, with the whole
// address.
func setting(f change.Field, v any) []string {
	syntax, address := f.Address()
	if f == change.FieldContent {
		if text, is := change.WholeText(v); is {
			return concealedLines(text)
		}
		return []string{fmt.Sprintf("(%v)", v)}
	}
	if syntax == "kubeadm" {
		return kubeadmSetting(address, v)
	}
	switch text := Value(v); syntax {
	case "flag", "env", "kv":
		return []string{address + "=" + text}
	case "mount":
		return []string{"mount " + address + ": " + text}
	case "annotation":
		return []string{"annotation " + address + ": " + text}
	}
	switch v := v.(type) {
	case []string:
		lines := []string{address + ":"}
		for _, e := range v {
			lines = append(lines, "- "+e)
		}
		return lines
	case string:
		if strings.Contains(v, "\n") {
			return append([]string{address + ":"}, indented(concealedLines(v))...)
		}
	}
	return []string{address + ": " + Value(v)}
}

// kubeadmSetting writes what kubeadm is told of a part: the flag or the directory
// of a component, or a field of the kubelet's configuration.
func kubeadmSetting(address string, v any) []string {
	part, rest, _ := strings.Cut(address, "/")
	field := change.Field(rest)
	if syntax, _ := field.Address(); syntax == "" {
		field = change.Field("yaml:" + rest)
	}
	lines := setting(field, v)
	lines[0] = part + " " + lines[0]
	return lines
}

func indented(lines []string) []string {
	for i, line := range lines {
		lines[i] = "  " + line
	}
	return lines
}

// concealedLines gives the lines of a text that a rule writes. It is the
// profile's own; who wrote a password into a profile is spared its display.
func concealedLines(text string) []string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = concealed(line)
	}
	return lines
}
