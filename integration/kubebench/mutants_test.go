package kubebench

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// mutant is one way of giving every flag that checks are about.
type mutant struct {
	name string
	why  string // of a disagreement
	make func(f flagOf) given
}

// given is a flag as the manifest has it, and as the component takes it: its
// canonical words, once.
type given struct {
	words, listed, env []string
	taken              []string
	place              string // "args" and "shell" are other places than the command
}

// flagOf is a flag that checks are about.
type flagOf struct {
	component string
	name      string // "--profiling"
	good, bad string // values; good is "" where the flag is not given on a compliant node
	is        bool   // it is given there
}

func (f flagOf) isBool() bool { return f.good == "true" || f.good == "false" }

func (f flagOf) isList() bool {
	return strings.HasSuffix(f.name, "-plugins") || slices.Contains([]string{"--authorization-mode", "--tls-cipher-suites", "--service-account-key-file"}, f.name)
}

func (f flagOf) word(value string) string { return f.name + "=" + value }

func (f flagOf) plainly(value string) given {
	return given{words: []string{f.word(value)}, taken: f.canonical(value)}
}

// canonical is a flag as the component takes it: one that is empty is not there,
// and a threshold of 0 switches off what it is the threshold of.
func (f flagOf) canonical(value string) []string {
	if value == "" || value == "0" && f.name == "--terminated-pod-gc-threshold" {
		return nil
	}
	return []string{f.word(value)}
}

// standard is what the component has where the flag is not given, for those of
// which kube-bench takes that for right (--help of the component).
var standard = map[string]string{"--bind-address": "0.0.0.0"}

func (f flagOf) absent() given {
	if value, known := standard[f.name]; known {
		return given{taken: []string{f.word(value)}}
	}
	return given{}
}

// asIs leaves a flag that is not given, or whose mutant would be none, as it is.
func (f flagOf) asIs() given {
	if !f.is {
		return given{}
	}
	return f.plainly(f.good)
}

var (
	number  = regexp.MustCompile(`^[1-9]\d*$`)
	mutants = []mutant{
		{"unchanged", "", flagOf.asIs},
		{"absent", "what holds without the flag is the component's default", flagOf.absent},
		{"wrong value", "kube-bench only checks that the flag is present; an empty value sets nothing, and 0 turns the function off", func(f flagOf) given { return f.plainly(f.bad) }},
		{"right value, written differently", "kube-bench compares the text of the value; the component accepts every form of a boolean or a number that Go accepts", func(f flagOf) given {
			switch {
			case f.isBool():
				return given{words: []string{f.word(map[string]string{"true": "T", "false": "0"}[f.good])}, taken: []string{f.word(f.good)}}
			case number.MatchString(f.good):
				return given{words: []string{f.word("0x" + fmt.Sprintf("%x", atoi(f.good)))}, taken: []string{f.word(f.good)}}
			}
			return f.asIs()
		}},
		{"wrong value, written differently", "kube-bench compares the text of the value; the component accepts every form of a boolean that Go accepts", func(f flagOf) given {
			if !f.isBool() {
				return f.asIs()
			}
			return given{words: []string{f.word(map[string]string{"true": "T", "false": "0"}[f.bad])}, taken: []string{f.word(f.bad)}}
		}},
		{"underscores in the flag's name", "the components of Kubernetes read \"_\" in the name of a flag as \"-\"; kube-bench does not", func(f flagOf) given {
			if !f.is || f.component == "etcd" { // which knows no such name
				return f.asIs()
			}
			return given{words: []string{"--" + strings.ReplaceAll(f.name[2:], "-", "_") + "=" + f.good}, taken: []string{f.word(f.good)}}
		}},
		{"value as a separate argument", "kube-bench reads only a value after \"=\"; the component also accepts the next argument as the value", func(f flagOf) given {
			if !f.is || f.isBool() {
				return f.asIs()
			}
			return given{words: []string{f.name, f.good}, taken: []string{f.word(f.good)}}
		}},
		{"flag given twice, wrong value last", "if a flag is given twice, kube-bench reads the first value; the component uses the last value, or all values of a list", func(f flagOf) given { return f.twice(f.good, f.bad) }},
		{"flag given twice, right value last", "if a flag is given twice, kube-bench reads the first value; the component uses the last value, or all values of a list", func(f flagOf) given { return f.twice(f.bad, f.good) }},
		{"flags in args instead of command", "", func(f flagOf) given { return f.elsewhere("args") }},
		{"flags in a shell command", "", func(f flagOf) given { return f.elsewhere("shell") }},
		{"value from an environment variable", "", func(f flagOf) given {
			if !f.is {
				return given{}
			}
			variable := "V" + strings.ToUpper(strings.ReplaceAll(f.name[2:], "-", "_"))
			g := f.asIs()
			g.listed, g.env = []string{f.name + "=$(" + variable + ")"}, []string{variable, f.good}
			return g
		}},
	}
)

func (f flagOf) twice(first, last string) given {
	if !f.is {
		return f.plainly(f.bad)
	}
	taken := last
	if f.isList() {
		taken = strings.Trim(first+","+last, ",")
	}
	return given{words: []string{f.word(first), f.word(last)}, taken: f.canonical(taken)}
}

func (f flagOf) elsewhere(place string) given {
	g := f.asIs()
	g.place = place
	return g
}

func atoi(text string) (n int) {
	_, _ = fmt.Sscan(text, &n) // it matched a number
	return n
}
