package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"harden/agent/message"
	"harden/agent/strictjson"
)

// ansibleState is a value of the module's argument state: the verb that it
// stands for.
type ansibleState struct {
	name string
	verb []string
	// dry is the verb that stands for it in check mode.
	dry []string
}

func ansibleStates() []ansibleState {
	return []ansibleState{
		{"applied", []string{"apply", "--yes"}, []string{"plan"}},
		{"planned", []string{"plan"}, []string{"plan"}},
		{"checked", []string{"check"}, []string{"check"}},
		{"confirmed", []string{"confirm"}, []string{"confirm"}},
		{"rolled-back", []string{"rollback", "--yes"}, []string{"rollback", "--yes"}},
		{"recovered", []string{"recover"}, []string{"recover"}},
	}
}

// ansibleOption is an argument of the module: the flag that it stands for.
type ansibleOption struct {
	name, flag string
	form       func(any) ([]string, error) // the values of the flag
	states     []string                    // with which it goes
	acts       bool                        // only about how changes are made: plan has no such flag
}

// ansibleOptions are all arguments but state. The documentation of the module
// in packaging/ansible lists the same.
func ansibleOptions() []ansibleOption {
	planning := []string{"applied", "planned", "checked"}
	changing := []string{"applied", "rolled-back", "recovered"}
	back := []string{"rolled-back"}
	return []ansibleOption{
		{"profile", "--profile", text, planning, false},
		{"only", "--only", words, planning, false},
		{"skip", "--skip", words, planning, false},
		{"set", "--set", pairs, planning, false},
		{"role", "--role", text, planning, false},
		{"no_restart", "--no-restart", truth, planning, false},
		{"timeout", "--timeout", text, changing, true},
		{"keep_runs", "--keep-runs", text, []string{"applied", "rolled-back"}, true},
		{"rehearse", "--rehearse", way, []string{"applied"}, true},
		{"confirm_within", "--confirm-within", text, []string{"applied"}, true},
		{"run", "", text, []string{"confirmed", "rolled-back"}, false},
		{"to", "--to", text, back, false},
		{"force", "--force", truth, back, false},
		{"keep_others", "--keep-others", truth, back, false},
		{"drop_encryption", "--drop-encryption", truth, back, false},
		{"root", "--root", text, slices.Concat(planning, changing, []string{"confirmed"}), false},
	}
}

// ansibleCall is what the arguments ask for.
type ansibleCall struct {
	state       string
	line        []string // the command line that does it, or says what it would do
	check, diff bool
}

// readAnsibleCall reads the file that Ansible gives to a module.
func readAnsibleCall(ctx context.Context, path string) (ansibleCall, error) {
	data, err := readFile(ctx, path, maxConfig)
	if err != nil {
		return ansibleCall{}, message.Errorf("cannot read the arguments: %w", err)
	}
	if err := strictjson.Check(data); err != nil { // of a key that stands twice the last one would count, and nobody be told
		return ansibleCall{}, message.Errorf("cannot read the arguments: %s is not a JSON object: %w", path, err)
	}
	var arguments map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // 25000000 is to stay what it is
	err = decoder.Decode(&arguments)
	if err == nil && arguments == nil {
		err = message.Errorf("it is null")
	}
	if err != nil {
		return ansibleCall{}, message.Errorf("cannot read the arguments: %s is not a JSON object: %w", path, err)
	}
	return newAnsibleCall(arguments)
}

func newAnsibleCall(arguments map[string]any) (ansibleCall, error) {
	arguments = maps.Clone(arguments)
	maps.DeleteFunc(arguments, func(_ string, value any) bool { return value == nil }) // as if left out
	var c ansibleCall
	var err error
	if c.check, err = ansibleSwitch(arguments, "_ansible_check_mode"); err != nil {
		return c, err
	}
	if c.diff, err = ansibleSwitch(arguments, "_ansible_diff"); err != nil {
		return c, err
	}
	maps.DeleteFunc(arguments, func(name string, _ any) bool { return strings.HasPrefix(name, "_ansible_") })
	state, err := stateOf(arguments)
	if err != nil {
		return c, err
	}
	c.state, c.line = state.name, slices.Clone(state.verb)
	if c.check {
		c.line = slices.Clone(state.dry)
	}
	positional := []string{}
	for _, o := range ansibleOptions() {
		value, given := arguments[o.name]
		delete(arguments, o.name)
		if !given {
			continue
		}
		values, err := o.form(value)
		switch {
		case err != nil:
			return c, message.Errorf("%s: %w", o.name, err)
		case !slices.Contains(o.states, c.state):
			return c, message.Errorf("%s cannot be combined with state %s, only with %s", o.name, c.state, strings.Join(o.states, ", "))
		case o.flag == "":
			positional = append(positional, values...)
			continue
		case o.acts && c.line[0] == "plan":
			continue
		}
		for _, v := range values {
			c.line = append(c.line, o.flag+"="+v)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		return c, message.Errorf("unknown argument %q; known are state, %s", name, strings.Join(names(ansibleOptions()), ", "))
	}
	c.line = append(append(c.line, "--output=json", "--"), positional...)
	return c, nil
}

func names(options []ansibleOption) []string {
	list := make([]string, len(options))
	for i, o := range options {
		list[i] = o.name
	}
	return list
}

// stateOf takes the state out of the arguments: applied where none is named.
func stateOf(arguments map[string]any) (ansibleState, error) {
	states := ansibleStates()
	value, given := arguments["state"]
	delete(arguments, "state")
	if !given {
		return states[0], nil
	}
	known := make([]string, len(states))
	for i, s := range states {
		if value == s.name {
			return s, nil
		}
		known[i] = s.name
	}
	return ansibleState{}, message.Errorf("state is %s, not %v", or(known), value)
}

func ansibleSwitch(arguments map[string]any, name string) (bool, error) {
	value, given := arguments[name]
	if !given {
		return false, nil
	}
	values, err := truth(value)
	if err != nil {
		return false, message.Errorf("%s: %w", name, err)
	}
	return values[0] == "true", nil
}

// text is one value.
func text(value any) ([]string, error) {
	switch value.(type) {
	case string, json.Number:
		return []string{fmt.Sprint(value)}, nil
	}
	return nil, message.Errorf("takes one value, not a list, a mapping or a truth value")
}

// way is a text, of which "off" may have become a truth value: so YAML takes it
// where it stands without quotes.
func way(value any) ([]string, error) {
	if value == false {
		return []string{"off"}, nil
	}
	return text(value)
}

// truth is a truth value, in all the forms that Ansible takes for one.
func truth(value any) ([]string, error) {
	switch strings.ToLower(fmt.Sprint(value)) {
	case "true", "yes", "on", "1", "y", "t":
		return []string{"true"}, nil
	case "false", "no", "off", "0", "n", "f":
		return []string{"false"}, nil
	}
	return nil, message.Errorf("takes true or false")
}

// words is a list, or a text with commas.
func words(value any) ([]string, error) {
	list, isList := value.([]any)
	if !isList {
		return text(value)
	}
	var all []string
	for _, element := range list {
		one, err := text(element)
		if err != nil {
			return nil, message.Errorf("takes a list of names")
		}
		all = append(all, one...)
	}
	return all, nil
}

// pairs are parameters of a profile, by their names.
func pairs(value any) ([]string, error) {
	mapping, isMapping := value.(map[string]any)
	if !isMapping {
		return nil, message.Errorf("takes a mapping of parameters to values")
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(mapping)) {
		v, err := parameter(mapping[name])
		if err != nil {
			return nil, message.Errorf("%s: %w", name, err)
		}
		all = append(all, name+"="+v)
	}
	return all, nil
}

// parameter writes a value as --set takes it: a list with commas.
func parameter(value any) (string, error) {
	switch value := value.(type) {
	case string, json.Number, bool:
		return fmt.Sprint(value), nil
	case []any:
		texts := make([]string, len(value))
		for i, element := range value {
			var err error
			if texts[i], err = parameter(element); err != nil {
				return "", err
			}
		}
		return strings.Join(texts, ","), nil
	}
	return "", message.Errorf("a parameter is a text, a number, a truth value or a list of them")
}
