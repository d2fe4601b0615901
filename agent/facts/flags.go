package facts

import "strings"

// ParseFlags reads the flags of a Kubernetes or etcd command line as their
// parsers do: "--a=b" and "--a b", a bare flag is "true", underscores in names
// are dashes, and the last one wins. (A list-valued flag that is given twice
// adds up in the component; here the last one stands.) "-v=2" is "v".
func ParseFlags(argv []string) map[string]string {
	flags := map[string]string{}
	eachFlag(argv, func(_ int, name, value string) { flags[name] = value })
	return flags
}

// Flag reads one flag as ParseFlags does. name is that of a flag there: without
// dashes in front, and none of its own is an underscore.
func Flag(argv []string, name string) (value string, given bool) {
	eachFlag(argv, func(_ int, other, v string) {
		if other == name {
			value, given = v, true
		}
	})
	return value, given
}

// eachFlag visits the flags of argv, whose first word is the program, with
// the index of the word that names the flag.
//
// A boolean flag takes no separate value: in "--anonymous-auth false" the flag
// is true and "false" is a stray word. No other flag has the value "true" or
// "false", so these words tell, and no table of flags must follow Kubernetes.
func eachFlag(argv []string, visit func(index int, name, value string)) {
	for i := 1; i < len(argv); i++ {
		word := argv[i]
		if word == "--" {
			return
		}
		if len(word) < 2 || word[0] != '-' {
			continue
		}
		at := i
		name, value, given := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
		if !given {
			value = "true"
			if i+1 < len(argv) && isValue(argv[i+1]) {
				i++
				value = argv[i]
			}
		}
		visit(at, strings.ReplaceAll(name, "_", "-"), value)
	}
}

func isValue(word string) bool {
	return !strings.HasPrefix(word, "-") && word != "true" && word != "false"
}
