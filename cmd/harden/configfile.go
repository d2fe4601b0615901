package main

import (
	"fmt"
	"strings"

	"harden/agent/edit"
	"harden/agent/message"
)

// maxSettings bounds the values of a configuration file: viper compares each
// key with every other.
const maxSettings = 1000

// configScalars reads what viper passes over or changes: keys that differ in
// capitals only, several documents, anchors, and how a value is written.
func configScalars(data []byte) ([]edit.Scalar, error) {
	scalars, err := edit.Scalars(data)
	if err != nil {
		return nil, err
	}
	if len(scalars) > maxSettings {
		return nil, message.Errorf("line %d: more than %d values", scalars[maxSettings].Line, maxSettings)
	}
	spelt := map[string]string{} // path in small letters → as it is written
	for _, s := range scalars {
		for depth := range s.Path {
			written := strings.Join(s.Path[:depth+1], "\x00")
			folded := strings.ToLower(written)
			if other, is := spelt[folded]; is && other != written {
				return nil, message.Errorf("line %d: %.50s appears twice, with different capital letters", s.Line, s.Path[depth])
			}
			spelt[folded] = written
		}
	}
	return scalars, nil
}

// asWritten refuses a value that YAML reads as another text: 1.10 is the
// number 1.1, and a day is a point in time. all is what viper read.
func asWritten(scalars []edit.Scalar, all map[string]any) error {
	for _, s := range scalars {
		value := all[strings.ToLower(s.Path[0])]
		if list, is := value.([]any); is && len(s.Path) == 2 {
			for i, item := range list {
				if s.Path[1] == fmt.Sprint(i) {
					value = item
				}
			}
		}
		switch value.(type) {
		case string, bool, nil, map[string]any, []any:
			continue
		}
		if fmt.Sprint(value) != s.Text {
			return message.Errorf("line %d: %s: %s is %v in YAML; put it in quotes", s.Line, s.Path[0], s.Text, value)
		}
	}
	return nil
}

// configSet gives the parameters as --set takes them: as they are written, the
// items of a list joined by commas. names are those that viper found.
func configSet(scalars []edit.Scalar, names map[string]any) (map[string]string, error) {
	set := map[string]string{}
	for name, value := range names {
		switch value := value.(type) {
		case map[string]any:
			return nil, message.Errorf("set: %s: a mapping is not a value of a parameter", name)
		case []any:
			if len(value) == 0 {
				set[name] = ""
			}
		}
	}
	for _, s := range scalars {
		if len(s.Path) < 2 || strings.ToLower(s.Path[0]) != "set" {
			continue
		}
		name := strings.ToLower(s.Path[1])
		switch before, more := set[name]; {
		case s.Null && len(s.Path) == 2:
			return nil, message.Errorf("set: %s: line %d: a value is missing", name, s.Line)
		case s.Null || len(s.Path) > 3:
			return nil, message.Errorf("set: %s: line %d: this is not a value of a parameter", name, s.Line)
		case more && len(s.Path) == 3:
			set[name] = before + "," + s.Text
		default:
			set[name] = s.Text
		}
	}
	return set, nil
}
