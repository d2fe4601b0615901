package edit

import (
	"regexp"
	"slices"
	"strings"

	"harden/agent/message"
)

// envDocument is an environment file of systemd.
type envDocument struct {
	data        []byte
	assignments []envAssignment
}

func openEnv(data []byte) (*envDocument, error) {
	list, err := parseEnv(data)
	if err != nil {
		return nil, err
	}
	return &envDocument{data, list}, nil
}

func (d *envDocument) Bytes() []byte { return d.data }

// last finds the assignment that holds: the last one.
func (d *envDocument) last(name string) (envAssignment, bool) {
	for _, a := range slices.Backward(d.assignments) {
		if a.name == name {
			return a, true
		}
	}
	return envAssignment{}, false
}

func (d *envDocument) Get(address string) (any, int, bool, error) {
	a, found := d.last(address)
	if !found {
		return nil, 0, false, nil
	}
	return plainText(a.value), lineNumber(d.data, a.start), true, nil
}

func (d *envDocument) Set(address string, value any) error {
	text, err := lineValue(value)
	if err == nil && !isVariableName(address) {
		err = message.Errorf("this is not the name of a variable")
	}
	if err != nil {
		return message.Errorf("cannot set %s: %w", address, err)
	}
	a, found := d.last(address)
	if found && plainText(a.value) == text {
		return nil
	}
	var after []byte
	if found {
		after = splice(d.data, a.from, a.to, envQuote(text, a.quote))
	} else {
		// A new variable is quoted as the last one of the file is.
		var quote byte
		if n := len(d.assignments); n > 0 {
			quote = d.assignments[n-1].quote
		}
		after = appendLine(d.data, address+"="+envQuote(text, quote))
	}
	return d.commit(address, after, text)
}

// commit takes over a new text if the variable reads as it must, and all
// others as before.
func (d *envDocument) commit(name string, text []byte, value string) error {
	after, err := openEnv(text)
	if err != nil {
		return message.Errorf("cannot set %s: %w", name, err)
	}
	a, found := after.last(name)
	if !found || plainText(a.value) != value || !slices.Equal(d.others(name), after.others(name)) {
		return message.Errorf("cannot set %s: the text around it has a form that cannot be edited safely", name)
	}
	*d = *after
	return nil
}

// Unset removes every assignment of a variable, as removing the last one only
// would bring back the one before.
func (d *envDocument) Unset(address string) error {
	var gone []span
	for _, a := range d.assignments {
		if a.name == address {
			gone = append(gone, span{a.start, a.to})
		}
	}
	after, err := openEnv(cutAllLines(d.data, gone))
	if err == nil && !slices.Equal(d.others(address), after.others("")) {
		err = message.Errorf("the text around it has a form that cannot be edited safely")
	}
	if err != nil {
		return message.Errorf("cannot remove %s: %w", address, err)
	}
	*d = *after
	return nil
}

// others gives all assignments but those of one variable.
func (d *envDocument) others(name string) []string {
	var list []string
	for _, a := range d.assignments {
		if a.name != name {
			list = append(list, a.name+"="+plainText(a.value))
		}
	}
	return list
}

// envQuote writes a value in a kind of quotes, or in double ones where that
// kind cannot hold it. What a shell would expand is escaped, too: such files
// are also sourced by shells.
func envQuote(value string, quote byte) string {
	switch {
	case quote == '\'' && !strings.Contains(value, "'"):
		return "'" + value + "'"
	case quote == 0 && regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]*$`).MatchString(value):
		return value
	}
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "`", "\\`", `$`, `\$`).Replace(value) + `"`
}
