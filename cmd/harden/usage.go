package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/node"
	"harden/profiles"
)

// usage refuses a command line, and says what to type instead.
func usage(format string, args ...any) error {
	return &node.Error{Kind: node.Usage, Err: message.Errorf(format, args...)}
}

// unclear refuses a command line of which it is not known what was meant.
func unclear(format string, args ...any) error {
	return &node.Error{Kind: node.Usage, Err: message.Errorf(format, args...), Hint: message.New("see harden --help")}
}

// arguments checks the number of arguments of a verb.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) > most && most == 0 && cmd.Flags().Lookup("root") != nil && !cmd.HasSubCommands():
			return usage("%s takes no argument %q; for a directory tree: --root %s", strings.TrimPrefix(cmd.CommandPath(), "harden "), args[0], quoted(args[0]))
		case len(args) > most && cmd.HasSubCommands():
			return unknownCommand(cmd, args[0])
		case len(args) < least || len(args) > most:
			return usage("usage: %s", cmd.UseLine())
		}
		return nil
	}
}

// unknownCommand refuses a verb that there is not.
func unknownCommand(of *cobra.Command, name string) error {
	var names []string
	for _, c := range of.Commands() {
		names = append(names, c.Name())
	}
	if near := profiles.Nearest(name, names); near != "" {
		return usage("unknown command %q; did you mean %s?", name, near)
	}
	return unclear("unknown command %q", name)
}

// flagError refuses a flag that there is not, or its value.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := profiles.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			return usage("unknown flag: --%s; did you mean --%s?", unknown.GetSpecifiedName(), near)
		}
	case errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "duration":
		return usage("--%s %s: give a number and a unit, such as 5m", invalid.GetFlag().Name, quoted(invalid.GetValue()))
	}
	return unclear("%w", parserError(err))
}

// badOutput refuses a format that a verb does not print.
func (a *app) badOutput(cmd *cobra.Command) error {
	verb := strings.TrimPrefix(cmd.CommandPath(), "harden ")
	if slices.Contains(format.Names(), a.Output) {
		return usage("%s prints %s; for %s: harden check -o %s", verb, or(formats(cmd)), a.Output, a.Output)
	}
	return usage("output is %s, not %q", or(formats(cmd)), a.Output)
}
