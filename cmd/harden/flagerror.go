package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"harden/agent/message"
)

// parserError is what the parser of flags says, as a message.
func parserError(err error) error {
	var (
		unknown *pflag.NotExistError
		needs   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	short := func(name, all string) (string, string) { return fmt.Sprintf("%q", rune(name[0])), "-" + all }
	var t message.Text
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		t = message.New("unknown flag: %s", "--"+unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		letter, all := short(unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames())
		t = message.New("unknown shorthand flag: %s in %s", letter, all)
	case errors.As(err, &needs):
		t = message.New("flag needs an argument: %s", "--"+needs.GetSpecifiedName())
	case errors.As(err, &invalid):
		name := "--" + invalid.GetFlag().Name
		if s := invalid.GetFlag().Shorthand; s != "" {
			name = "-" + s + ", " + name
		}
		t = message.New("invalid argument %q for %q flag: %v", invalid.GetValue(), name, errors.Unwrap(invalid))
	case errors.As(err, &syntax):
		t = message.New("bad flag syntax: %s", syntax.GetSpecifiedFlag())
	}
	if t.String() != err.Error() { // the parser says it in another way
		t = message.Of(err)
	}
	return message.Error(t)
}
