package facts

import "harden/agent/cmdline"

// FlagValues gives all values of a flag that may be given more than once, in
// their order. component and name are as for Flag.
func FlagValues(component string, argv []string, name string) []string {
	var values []string
	for _, o := range cmdline.FromArgv(component, argv).Setting(name).Occurrences {
		values = append(values, o.Value)
	}
	return values
}
