package facts

// FlagValues gives all values of a flag that may be given more than once, in
// their order. name is as for Flag.
func FlagValues(argv []string, name string) []string {
	var values []string
	eachFlag(argv, func(_ int, other, value string) {
		if other == name {
			values = append(values, value)
		}
	})
	return values
}
