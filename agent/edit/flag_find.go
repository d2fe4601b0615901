package edit

import (
	"bytes"
	"strings"

	"harden/agent/message"
)

// argument is one flag on a command line: --name=value, --name value, or
// --name alone.
type argument struct {
	name  string // as pflag reads it for Kubernetes: with "-" for "_"
	value string // "true" where there is none
	index int    // of its word in the command line
	words int    // 1, or 2 where the value is a word of its own
}

// commandLine is a value that flags stand in, split into words.
type commandLine struct {
	words []word
	// wrap is the word of an Environment= line that holds the variable and is
	// not quoted: more words need quotes around it.
	wrap *word
}

// flags finds the flags of a command line. A word that follows a flag without
// a value and is not a flag is its value: the components take no other arguments.
func (c commandLine) flags() []argument {
	var list []argument
	for i := 0; i < len(c.words); i++ {
		text := c.words[i].String()
		if !strings.HasPrefix(text, "--") || text == "--" {
			continue
		}
		name, value, ok := strings.Cut(text, "=")
		a := argument{name: flagName(name), value: value, index: i, words: 1}
		if !ok {
			a.value = "true"
			if i+1 < len(c.words) && isFlagValue(c.words[i+1].String()) {
				i++
				a.value, a.words = c.words[i].String(), 2
			}
		}
		list = append(list, a)
	}
	return list
}

// indexesOf gives the words that flags of one name take.
func (c commandLine) indexesOf(name string) map[int]bool {
	found := map[int]bool{}
	for _, a := range c.flags() {
		for i := range a.words {
			if a.name == flagName(name) {
				found[a.index+i] = true
			}
		}
	}
	return found
}

// spans gives what is to be cut so that words are gone: with the blanks before
// them, or behind them at the beginning of the line.
func (c commandLine) spans(gone map[int]bool) []span {
	var list []span
	for i := 0; i < len(c.words); i++ {
		first := i
		for i < len(c.words) && gone[i] {
			i++
		}
		if i == first {
			continue
		}
		s := span{c.words[first].from, c.words[i-1].to}
		if first > 0 {
			s.from = c.words[first-1].to
		} else if i < len(c.words) {
			s.to = c.words[i].from
		}
		list = append(list, s)
	}
	return list
}

// isFlagValue tells whether a word can be the value of the flag before it.
// $NAME stands for any number of words, ${NAME} for one.
func isFlagValue(text string) bool {
	return !strings.HasPrefix(text, "-") && (!strings.HasPrefix(text, "$") || strings.HasPrefix(text, "${"))
}

func flagName(name string) string { return strings.ReplaceAll(name, "_", "-") }

// findCommandLines gives the command lines of an environment file or of a
// unit file, which begins with a section.
func findCommandLines(data []byte) ([]commandLine, error) {
	if isUnit(data) {
		return unitCommandLines(openUnit(data))
	}
	env, err := openEnv(data)
	if err != nil {
		return nil, err
	}
	var lines []commandLine
	holds := map[string]int{} // where the assignment that holds begins
	for _, a := range env.assignments {
		holds[a.name] = a.start
	}
	for _, a := range env.assignments {
		if holds[a.name] != a.start {
			continue
		}
		words, err := flagWords(data, a.start, a.value, false)
		if err != nil {
			return nil, err
		}
		lines = append(lines, commandLine{words: words})
	}
	return lines, nil
}

func unitCommandLines(d *unitDocument) ([]commandLine, error) {
	lines, err := environmentLines(d)
	if err != nil {
		return nil, err
	}
	commands, _, _ := d.assigned("Service", "ExecStart")
	for _, a := range commands {
		words, err := flagWords(d.data, a.start, a.value, true)
		if err != nil {
			return nil, err
		}
		lines = append(lines, commandLine{words: words})
	}
	return lines, nil
}

// environmentLines gives the value of each variable of Environment=.
func environmentLines(d *unitDocument) ([]commandLine, error) {
	var lines []commandLine
	assignments, _, _ := d.assigned("Service", "Environment")
	for _, a := range assignments {
		variables, err := flagWords(d.data, a.start, a.value, true)
		if err != nil {
			return nil, err
		}
		for _, v := range variables {
			equals := strings.IndexByte(v.String(), '=')
			if equals < 0 {
				continue // systemd ignores it, too
			}
			words, err := flagWords(d.data, a.start, v.pieces[equals+1:], false)
			if err != nil {
				return nil, err
			}
			line := commandLine{words: words}
			if !v.quoted {
				line.wrap = &v
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// flagWords splits a value, with the C escapes of unit files or without. An open quote
// matters only where flags may stand.
func flagWords(data []byte, at int, value []piece, escapes bool) ([]word, error) {
	words, ok := splitWords(value, escapes)
	if ok {
		return words, nil
	}
	if !strings.Contains(plainText(value), "--") {
		return nil, nil
	}
	line, column := position(data, at)
	return nil, &SyntaxError{line, column, message.New("a quote in the value is not closed")}
}

// isUnit tells whether the first line that says something is a section.
func isUnit(data []byte) bool {
	for line := range bytes.Lines(data) {
		switch text := bytes.TrimSpace(line); {
		case len(text) == 0 || text[0] == '#' || text[0] == ';':
		default:
			return text[0] == '['
		}
	}
	return false
}
