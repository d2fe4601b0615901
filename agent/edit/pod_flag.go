package edit

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/cmdline"
	"harden/agent/kube"
	"harden/agent/message"
)

// unknownError says that it is not known what a component is started with.
type unknownError struct{ reason message.Text }

func (e *unknownError) Error() string { return e.reason.String() }

// Text is the text as a value.
func (e *unknownError) Text() message.Text { return e.reason }

// flag gives what the component makes of a flag, "--profiling".
func (d *podDocument) flag(name string) (*cmdline.CommandLine, cmdline.Setting, error) {
	line := d.line()
	s := line.Setting(d.bare(name))
	if !s.Unknown.IsZero() {
		return nil, s, &unknownError{s.Unknown}
	}
	return line, s, nil
}

// bare is a flag's name as the component's parser knows it.
func (d *podDocument) bare(name string) string {
	name = strings.TrimPrefix(name, "--")
	if d.component != "etcd" {
		name = strings.ReplaceAll(name, "_", "-")
	}
	return name
}

// getFlag gives a flag's value as the component takes it, and the line of the
// last place in which it is given.
func (d *podDocument) getFlag(name string) (value any, line int, found bool, err error) {
	_, s, err := d.flag(name)
	if err != nil || !s.Given() {
		return nil, 0, false, err
	}
	return s.Text, s.Occurrences[len(s.Occurrences)-1].Place.Line, true, nil
}

// setFlag writes a flag where it is given last, and takes it away where it
// would add to that; or behind all others where it is not given yet.
func (d *podDocument) setFlag(name string, value any) error {
	line, s, err := d.flag(name)
	if err != nil {
		return err
	}
	text := fmt.Sprint(value)
	if list, ok := value.([]string); ok {
		text = strings.Join(list, ",")
	}
	if place, is := line.Variable(d.bare(name)); is && !s.Given() { // empty, but etcd refuses a flag beside it
		return d.setVariable(place.Index, text)
	}
	if !s.Given() {
		return d.addFlag(line, name+"="+text)
	}
	adds := s.Kind == kube.List || s.Kind == kube.Array || s.Kind == kube.Map || s.Kind == kube.Entry
	last := len(s.Occurrences) - 1
	for i, o := range slices.Backward(s.Occurrences) {
		switch {
		case i == last:
			err = d.writeFlag(line, o, text)
		case adds:
			err = d.replaceWords(line, o, nil)
		}
		if err != nil {
			return err
		}
		line = d.line()
	}
	return nil
}

// writeFlag gives one place of a flag another value.
func (d *podDocument) writeFlag(line *cmdline.CommandLine, o cmdline.Occurrence, text string) error {
	if o.First < 0 {
		return d.setVariable(o.Place.Index, text)
	}
	given, _, _ := strings.Cut(line.Words[o.First].Text, "=")
	return d.replaceWords(line, o, []string{given + "=" + text})
}

// addFlag adds a flag behind the others.
func (d *podDocument) addFlag(line *cmdline.CommandLine, word string) error {
	if slices.ContainsFunc(line.Words, func(w cmdline.Word) bool { return w.Text == "--" }) {
		return message.Errorf("the command line contains the word --, and the component takes no flags after this word; remove it")
	}
	if line.Shell != nil {
		return d.writeShell(line, len(line.Words), len(line.Words), []string{word})
	}
	list := "command"
	if len(d.words("args")) > 0 {
		list = "args"
	}
	d.become(list, append(slices.Clone(d.words(list)), cmdline.Word{Text: escaped(word), Place: cmdline.Place{List: list}}))
	return nil
}

// setVariable gives a variable another value. One is written at once, not
// gathered, so that the container is taken anew.
func (d *podDocument) setVariable(index int, text string) error {
	if err := d.yaml.Set(d.at(fmt.Sprintf("env[%d].value", index)), escaped(text)); err != nil {
		return err
	}
	return d.takeContainer()
}

// escaped writes a text so that the kubelet takes nothing in it for a variable.
func escaped(text string) string {
	if strings.Contains(text, "$(") || strings.Contains(text, "$$") {
		return strings.ReplaceAll(text, "$", "$$")
	}
	return text
}

// replaceWords puts other words in the place of those of one flag.
func (d *podDocument) replaceWords(line *cmdline.CommandLine, o cmdline.Occurrence, words []string) error {
	if o.First < 0 {
		if err := d.yaml.Unset(d.at(fmt.Sprintf("env[%d]", o.Place.Index))); err != nil {
			return err
		}
		return d.takeContainer() // those behind it have moved up
	}
	if line.Shell != nil {
		return d.writeShell(line, o.First, o.First+o.Words, words)
	}
	for i := o.First + o.Words - 1; i >= o.First; i-- {
		list, at := line.Words[i].Place.List, line.Words[i].Place.Index
		var in []cmdline.Word
		if i == o.First {
			for _, text := range words {
				in = append(in, cmdline.Word{Text: escaped(text), Place: cmdline.Place{List: list, Line: line.Words[i].Place.Line}})
			}
		}
		old := d.words(list)
		d.become(list, slices.Concat(old[:at], in, old[at+1:]))
	}
	return nil
}

// writeShell changes words within the string that a shell runs.
func (d *podDocument) writeShell(line *cmdline.CommandLine, from, to int, words []string) error {
	text, ok := line.Shell.Replace(from, to, words)
	item := line.Shell.Item.Place
	if list := d.words(item.List); !ok || list[item.Index].Text != line.Shell.Item.Text {
		return message.Errorf("the shell's string that starts the component has a form that cannot be edited safely; change it by hand")
	}
	changed := slices.Clone(d.words(item.List))
	changed[item.Index].Text = escaped(text)
	d.become(item.List, changed)
	return nil
}

// unsetFlag removes a flag wherever it is given: one place after the other,
// because of two variables of a name the first holds once the last is gone.
func (d *podDocument) unsetFlag(name string) error {
	for {
		line, s, err := d.flag(name)
		if err != nil || !s.Given() {
			return err
		}
		if err := d.replaceWords(line, s.Occurrences[len(s.Occurrences)-1], nil); err != nil {
			return err
		}
	}
}
