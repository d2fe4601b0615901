package cmdline

import (
	"path"
	"slices"
	"strings"

	"harden/agent/message"
)

// Word is one word that a program is started with.
type Word struct {
	Text  string
	Place Place
	// Unknown says why the text is not known; empty where it is.
	Unknown message.Text
}

// Place is where a word is written.
type Place struct {
	// List is "command" or "args" of the container, "env" for a variable of it, or
	// "shell" for a word within the string that a shell runs.
	List  string
	Index int // in that list
	Line  int // in the manifest, 0 where there is none
}

// CommandLine is what a component is started with.
type CommandLine struct {
	Component string
	// Program is the word that names the component's program, "" where the
	// container's image decides what is started. Words stand behind it.
	Program string
	Words   []Word
	// Shell is where the words stand in one string that a shell runs; nil
	// where each is an item of a list.
	Shell *Shell
	// Unknown says why it is not known what the component is started with,
	// and is empty where it is.
	Unknown message.Text
	// environment is what sets flags by variables (etcd's ETCD_*), and imported
	// tells that there may be more of them than the manifest holds.
	environment []Variable
	imported    bool
	given       []Occurrence // all flags; a plan asks for some sixty of them
}

// FromArgv gives the command line of a program that was started with these
// words, the first of which is its name.
func FromArgv(name string, argv []string) *CommandLine {
	c := &CommandLine{Component: name}
	for i, text := range argv {
		if i == 0 {
			c.Program = text
			continue
		}
		c.Words = append(c.Words, Word{Text: text, Place: Place{Index: i}})
	}
	c.given = c.occurrences()
	return c
}

// Argv is the command line as the kernel shows it, once it runs: the program
// and its words.
func (c *CommandLine) Argv() []string {
	var argv []string
	if c.Program != "" {
		argv = append(argv, c.Program)
	}
	for _, w := range c.Words {
		argv = append(argv, w.Text)
	}
	return argv
}

// wrappers start the program that their last words name, in their own place or
// as their child, and change none of its words.
var wrappers = []string{"go-runner", "tini", "dumb-init", "env", "nice", "ionice", "exec"}

// shells run a string as a script, with -c.
var shells = []string{"sh", "bash", "dash", "ash"}

// CommandLine gives what a component is started with in this container.
// Program is "" where nothing in the manifest starts it, as where the image
// has the program as its entry point.
func (c *Container) CommandLine(name string) *CommandLine {
	line := c.commandLine(name)
	line.given = line.occurrences()
	return line
}

func (c *Container) commandLine(name string) *CommandLine {
	known := c.environment()
	line := &CommandLine{Component: name, imported: c.Imported}
	for _, v := range c.Variables {
		v.Text, v.Unknown = known[v.Name].Text, known[v.Name].Unknown // of two of one name, the last
		line.environment = append(line.environment, v)
	}
	words := c.expanded(slices.Concat(c.Command, c.Args))
	if len(words) == 0 {
		return line
	}
	if at, script := scriptIn(words); script != nil {
		line.fromShell(*script, words[at+1:])
		return line
	}
	for i, w := range words {
		flag := strings.HasPrefix(w.Text, "-") // --data-dir=/var/lib/etcd starts no etcd
		if i == 0 && flag && len(c.Command) == 0 {
			break
		}
		switch {
		case path.Base(w.Text) == name && !flag:
			line.Program, line.Words = w.Text, words[i+1:]
			return line
		case i == 0 && len(c.Command) > 0 && !slices.Contains(wrappers, path.Base(w.Text)):
			line.Unknown = message.New("%s starts it, and harden does not know whether this program passes its arguments on", w.Text)
			return line
		}
	}
	if len(c.Command) == 0 { // the image's own program gets the words
		line.Words = words
	}
	return line
}

// scriptIn finds the string that a shell is told to run.
func scriptIn(words []Word) (at int, script *Word) {
	for i, w := range words {
		if slices.Contains(shells, path.Base(w.Text)) {
			for k := i + 1; k < len(words) && strings.HasPrefix(words[k].Text, "-"); k++ {
				if strings.HasSuffix(words[k].Text, "c") && k+1 < len(words) {
					return k + 1, &words[k+1]
				}
			}
			return 0, nil
		}
		if !slices.Contains(wrappers, path.Base(w.Text)) && !strings.HasPrefix(w.Text, "-") {
			return 0, nil
		}
	}
	return 0, nil
}

// expanded puts the container's variables in the place of $(NAME), as the
// kubelet does (k8s.io/kubernetes third_party/forked/golang/expansion): $$ is a
// dollar sign, and what is not set stays as it is written.
func (c *Container) expanded(words []Word) []Word {
	known := c.environment()
	out := make([]Word, len(words))
	for i, w := range words {
		w.Text, w.Unknown = expand(w.Text, known, c.Imported)
		out[i] = w
	}
	return out
}

// Environment gives the variables that the manifest sets, each once, with what
// they come to.
func (c *Container) Environment() []Variable {
	known := c.environment()
	var list []Variable
	for _, v := range c.Variables {
		if value, first := known[v.Name]; first {
			list = append(list, value)
			delete(known, v.Name)
		}
	}
	return list
}

// environment gives the variables by name. Each may name those before it.
func (c *Container) environment() map[string]Variable {
	known := map[string]Variable{}
	for _, v := range c.Variables {
		if v.Unknown.IsZero() {
			v.Text, v.Unknown = expand(v.Text, known, c.Imported)
		}
		known[v.Name] = v
	}
	return known
}

// expand gives a text with its variables, or says which of them is not known.
func expand(text string, known map[string]Variable, imported bool) (expanded string, unknown message.Text) {
	if !strings.Contains(text, "$") {
		return text, message.Text{}
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '$' || i+1 == len(text):
			b.WriteByte(text[i])
		case text[i+1] == '$':
			b.WriteByte('$')
			i++
		case text[i+1] != '(':
			b.WriteByte('$')
		default:
			end := strings.IndexByte(text[i:], ')')
			if end < 0 {
				b.WriteString(text[i:])
				return b.String(), unknown
			}
			name := text[i+2 : i+end]
			v, set := known[name]
			switch {
			case set && !v.Unknown.IsZero():
				unknown = v.Unknown
			case set:
				b.WriteString(v.Text)
			case imported:
				unknown = message.New("the value of the variable %s may come from envFrom, and the manifest does not contain it", name)
			default:
				b.WriteString(text[i : i+end+1])
			}
			i += end
		}
	}
	return b.String(), unknown
}
