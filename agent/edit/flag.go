package edit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harden/agent/message"
	"harden/agent/stable"
)

// flagDocument is a file in whose variables or commands flags stand.
type flagDocument struct {
	data  []byte
	lines []commandLine
}

func openFlags(data []byte) (*flagDocument, error) {
	lines, err := findCommandLines(data)
	if err != nil {
		return nil, err
	}
	return &flagDocument{data, lines}, nil
}

func (d *flagDocument) Bytes() []byte { return d.data }

// last finds the last flag of a name in the file, which is the one that holds.
func (d *flagDocument) last(name string) (line commandLine, a argument, found bool) {
	for _, line := range slices.Backward(d.lines) {
		for _, a := range slices.Backward(line.flags()) {
			if a.name == flagName(name) {
				return line, a, true
			}
		}
	}
	return commandLine{}, argument{}, false
}

func (d *flagDocument) Get(address string) (any, int, bool, error) {
	if err := checkFlagName(address); err != nil {
		return nil, 0, false, err
	}
	line, a, found := d.last(address)
	if !found {
		return nil, 0, false, nil
	}
	return a.value, lineNumber(d.data, line.words[a.index].from), true, nil
}

func (d *flagDocument) Set(address string, value any) error {
	text, err := flagValue(value)
	if err == nil {
		err = checkFlagName(address)
	}
	if err == nil {
		err = d.set(address, text)
	}
	if err != nil {
		return message.Errorf("cannot set %s: %w", address, err)
	}
	return nil
}

func (d *flagDocument) set(name, value string) error {
	line, a, found := d.last(name)
	switch {
	case found && a.value == value:
		return nil
	case found && a.words == 2:
		w := line.words[a.index+1]
		return d.commit(name, value, splice(d.data, w.from, w.to, value))
	case found:
		w := line.words[a.index]
		written, _, _ := strings.Cut(w.String(), "=")
		return d.commit(name, value, splice(d.data, w.from, w.to, written+"="+value))
	}
	for _, line := range slices.Backward(d.lines) {
		if len(line.flags()) == 0 {
			continue
		}
		end := line.words[len(line.words)-1].to
		text := splice(d.data, end, end, " "+name+"="+value)
		if w := line.wrap; w != nil {
			all := string(d.data[w.from:w.to]) + " " + name + "=" + value
			text = splice(d.data, w.from, w.to, `"`+all+`"`)
		}
		return d.commit(name, value, text)
	}
	return message.Errorf("no variable and no command of the file holds flags yet")
}

// Unset removes all occurrences of a flag.
func (d *flagDocument) Unset(address string) error {
	if err := checkFlagName(address); err != nil {
		return err
	}
	var gone []span
	var kept []string
	for _, line := range d.lines {
		removed := line.indexesOf(address)
		gone = append(gone, line.spans(removed)...)
		for i, w := range line.words {
			if !removed[i] {
				kept = append(kept, w.String())
			}
		}
		kept = append(kept, "")
	}
	if len(gone) == 0 {
		return nil
	}
	stable.Sort(gone, func(a, b span) int { return a.from - b.from }) // variables of a unit come before its commands
	after, err := openFlags(cutSpans(d.data, gone))
	if err == nil {
		if _, _, found := after.last(address); found || !slices.Equal(kept, after.words("")) {
			err = message.Errorf("the text around it has a form that cannot be edited safely")
		}
	}
	if err != nil {
		return message.Errorf("cannot remove %s: %w", address, err)
	}
	*d = *after
	return nil
}

// commit takes over a text in which the last flag of a name has a value, and
// every other word is as before.
func (d *flagDocument) commit(name, value string, text []byte) error {
	after, err := openFlags(text)
	if err != nil {
		return err
	}
	_, a, found := after.last(name)
	if !found || a.value != value || !slices.Equal(d.words(name), after.words(name)) {
		return message.Errorf("the text around it has a form that cannot be edited safely")
	}
	*d = *after
	return nil
}

// words gives the words of all command lines, each line ended by an empty
// one, without those of the last flag of a name.
func (d *flagDocument) words(name string) []string {
	var list []string
	left, a, found := d.last(name)
	for _, line := range d.lines {
		for i, w := range line.words {
			if found && w.from >= left.words[a.index].from && w.to <= left.words[a.index+a.words-1].to {
				continue
			}
			list = append(list, line.words[i].String())
		}
		list = append(list, "")
	}
	return list
}

// checkFlagName takes names such as --anonymous-auth.
func checkFlagName(name string) error {
	rest, ok := strings.CutPrefix(name, "--")
	if !ok || rest == "" || strings.ContainsFunc(rest, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune("='\"\\$%`", r)
	}) {
		return message.Errorf("%q is not a flag such as --anonymous-auth", name)
	}
	return nil
}

// flagValue writes a value as a flag takes it; a list is joined by commas.
// What a unit file, an environment file or a shell would read as something
// else is refused.
func flagValue(value any) (string, error) {
	var text string
	switch v := value.(type) {
	case bool:
		text = strconv.FormatBool(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case string:
		text = v
	case []string:
		text = strings.Join(v, ",")
	default:
		return "", message.Errorf("a value of type %T does not fit here", value)
	}
	if hasControl(text) || strings.ContainsAny(text, " \t\"'\\$%`") {
		return "", message.Errorf("the value has white space, quotes, or characters that systemd expands")
	}
	return text, nil
}

// argsDocument is a configuration file of RKE2 or K3s. Addresses are those of
// YAML, and LIST/--FLAG for an argument NAME=VALUE in LIST or in "LIST+", which
// adds to the list of the files before. The last one of a name counts.
type argsDocument struct{ Document }

// items gives the list, under the key that it has in this file.
func (d argsDocument) items(list string) (key string, items []string, err error) {
	for _, key := range []string{list + "+", list} {
		value, _, found, err := d.Document.Get(key)
		if err != nil {
			return "", nil, err
		}
		switch value := value.(type) {
		case []string:
			return key, value, nil
		case string:
			return key, []string{value}, nil
		}
		if found && value != nil {
			return "", nil, &TypeError{Address: key, Line: 1, Kind: message.New("scalar")}
		}
	}
	return list + "+", nil, nil
}

// named finds the last argument of a name.
func named(items []string, flag string) int {
	for i, item := range slices.Backward(items) {
		if argumentName(item) == flag {
			return i
		}
	}
	return -1
}

func (d argsDocument) Get(address string) (value any, line int, found bool, err error) {
	list, flag, is := strings.Cut(address, "/--")
	if !is {
		return d.Document.Get(address)
	}
	key, items, err := d.items(list)
	at := named(items, flag)
	if err != nil || at < 0 {
		return nil, 0, false, err
	}
	if _, line, found, err = d.Document.Get(fmt.Sprintf("%s[%d]", key, at)); err != nil || !found { // the list is one word
		_, line, _, _ = d.Document.Get(key)
	}
	_, text, given := strings.Cut(items[at], "=")
	if !given {
		text = "true"
	}
	return text, line, true, nil
}

func (d argsDocument) Set(address string, value any) error {
	list, flag, is := strings.Cut(address, "/--")
	if !is {
		return d.Document.Set(address, value)
	}
	key, items, err := d.items(list)
	if err != nil {
		return err
	}
	text := fmt.Sprint(value)
	if many, is := value.([]string); is {
		text = strings.Join(many, ",")
	}
	items = slices.Clone(items)
	if at := named(items, flag); at >= 0 {
		items[at] = flag + "=" + text
	} else {
		items = append(items, flag+"="+text)
	}
	return d.Document.Set(key, items)
}

// Unset removes all arguments of a name.
func (d argsDocument) Unset(address string) error {
	list, flag, is := strings.Cut(address, "/--")
	if !is {
		return d.Document.Unset(address)
	}
	key, items, err := d.items(list)
	kept := slices.DeleteFunc(slices.Clone(items), func(item string) bool { return argumentName(item) == flag })
	switch {
	case err != nil || len(kept) == len(items):
		return err
	case len(kept) == 0:
		return d.Document.Unset(key)
	}
	return d.Document.Set(key, kept)
}

// argumentName is the name of an argument NAME=VALUE, which RKE2 and K3s take with dashes, too.
func argumentName(item string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(item, "--"), "=")
	return name
}
