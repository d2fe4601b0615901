package facts

import "harden/agent/cmdline"

// ParseFlags reads the flags of a program's command line, whose first word is
// the program, as the component of that name does: see package cmdline.
func ParseFlags(component string, argv []string) map[string]string {
	return cmdline.FromArgv(component, argv).Flags()
}

// Flag reads one flag as ParseFlags does, "profiling" without dashes.
func Flag(component string, argv []string, name string) (value string, given bool) {
	s := cmdline.FromArgv(component, argv).Setting(name)
	return s.Text, s.Given()
}
