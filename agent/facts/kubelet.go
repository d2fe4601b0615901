package facts

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"harden/agent/cmdline"
	"harden/agent/edit"
	"harden/agent/message"
)

// KubeletUnit is the systemd unit that runs the kubelet, but with RKE, RKE2 and
// K3s.
const KubeletUnit = "kubelet.service"

// Kubelet is the kubelet of this node, and the files that it uses: those that
// its unit names, and never those that a process says. It has many fields: the
// facts of its units, of its process, and of its files.
type Kubelet struct {
	// Running tells that a process is proven to be the kubelet, PID its number.
	Running bool
	PID     int
	// Unproven says why it is not known whether it runs; "" where it is.
	Unproven message.Text
	// Argv is the command line of the running process, else what it would be
	// started with.
	Argv     []string
	ArgvFrom string // "process 1234", or the path of the unit file
	// UnitArgv is what systemd would start now: it differs from Argv where
	// the kubelet was not restarted since its unit or environment changed.
	// Empty where there is no unit.
	UnitArgv []string
	// Unknown is why it is not known what it is started with, nil where it is: a
	// file that says so cannot be read, or somebody else than root could have
	// written it. ConfigUnknown is the same of its configuration.
	Unknown, ConfigUnknown error
	// Flags is what it is started with, as ParseFlags reads it: UnitArgv, or what
	// starts it where that is not a unit.
	Flags map[string]string
	// Config is the file given with --config, "" if there is none.
	Config string
	// ConfigDir is the directory given with --config-dir, "" if there is none.
	// ConfigDropIns are its files in the order in which they apply: each goes
	// over those before it, and over Config.
	ConfigDir     string
	ConfigDropIns []string
	// The files given with the flag of that name, "" if there is none.
	Kubeconfig, BootstrapKubeconfig, ClientCAFile string
	// UnitFiles are the unit file and the drop-ins in effect, in the order in
	// which they apply. EnvFiles are those of EnvironmentFile= that exist.
	UnitFiles []string
	EnvFiles  []string
	// HealthzPort and HealthzAddress are where its health endpoint is, by its
	// flags, else its configuration, else its defaults: "10248" ("0" is none)
	// and "127.0.0.1".
	HealthzPort, HealthzAddress string
	// Version is that of the program on disk, which the next start runs.
	Version     Version
	VersionFrom string

	unitWords     []word
	staticPodPath string // in its configuration
}

// Behind says with which flag of its unit the running kubelet does not run: of
// those that are named, or of all. It is "" where there is none, and where the
// unit leaves it to systemd what the flag is.
func (k *Kubelet) Behind(names ...string) message.Text {
	name, now, next := k.Differs(names...)
	switch {
	case name == "":
		return message.Text{}
	case now == nil:
		return message.New("process %d runs without --%s, but its unit says %s", k.PID, name, next)
	}
	return message.New("process %d runs with --%s=%s, but its unit says %s", k.PID, name, *now, next)
}

// Differs is Behind in its parts: the flag, its value in the process, nil where it
// is not given there, and its value in the unit.
func (k *Kubelet) Differs(names ...string) (name string, now *string, next string) {
	if !k.Running || len(k.UnitArgv) == 0 {
		return "", nil, ""
	}
	running := ParseFlags("kubelet", k.Argv)
	if len(names) == 0 {
		names = slices.Sorted(maps.Keys(k.Flags))
	}
	for _, name := range names {
		unit, said := k.Flags[name]
		is, given := running[name]
		switch {
		case !said || unit == "" || strings.Contains(unit, "%") || given && is == unit:
		case given:
			return name, &is, unit
		default:
			return name, nil, unit
		}
	}
	return "", nil, ""
}

// Unsaid is the value of a flag that the running kubelet has, and that nothing
// says that it is started with.
func (k *Kubelet) Unsaid(name string) (value string, is bool) {
	if _, said := k.Flags[name]; said || !k.Running {
		return "", false
	}
	return Flag("kubelet", k.Argv, name)
}

// FlagSource tells where the last occurrence of a flag is written: the unit
// file, drop-in or environment file, and the line on which the setting that
// holds it begins. It is "", 0 for a flag that comes from none of these.
func (k *Kubelet) FlagSource(name string) (path string, line int) {
	given := cmdline.FromArgv("kubelet", k.UnitArgv).Setting(name).Occurrences
	if len(given) == 0 {
		return "", 0
	}
	word := k.unitWords[1+given[len(given)-1].First] // the first one is the program
	return word.path, word.line
}

// kubelet reads the unit of the kubelet; nil where there is none.
func (c *collector) kubelet() *Kubelet {
	u := c.unit(KubeletUnit)
	if u == nil {
		return nil
	}
	k := &Kubelet{UnitFiles: u.files, Unknown: u.unknown}
	words, files, err := c.command(u)
	k.unitWords, k.EnvFiles, k.Unknown = words, files, cmp.Or(k.Unknown, err)
	for _, w := range words {
		k.UnitArgv = append(k.UnitArgv, w.text)
	}
	if by := indirect(words); k.Unknown == nil && by != nil {
		k.Unknown = by
	}
	k.Argv, k.ArgvFrom = k.UnitArgv, u.files[0]
	c.startedWith(k, k.UnitArgv, u.workingDir())
	return k
}

// Indirect says that a unit starts the kubelet by another program, and what that
// passes on is not known.
type Indirect struct {
	Path    string // the unit file
	Line    int
	Program string
}

func (e *Indirect) Error() string {
	return e.Text().String()
}

// Text is the text as a value.
func (e *Indirect) Text() message.Text {
	return message.New("%s:%d starts it through %s, and it is not known which flags this program passes on; let ExecStart= start the kubelet itself", e.Path, e.Line, e.Program)
}

// indirect tells of a command that starts a shell or another program, none of
// whose words is the kubelet's name. A wrapper that is called after the kubelet
// passes its words on, and so does hyperkube.
func indirect(words []word) error {
	if len(words) == 0 || strings.HasPrefix(path.Base(words[0].text), "kubelet") ||
		slices.ContainsFunc(words, func(w word) bool { return path.Base(w.text) == "kubelet" }) {
		return nil
	}
	return &Indirect{words[0].path, words[0].line, words[0].text}
}

// startedWith fills in what the command line says that starts the kubelet.
func (c *collector) startedWith(k *Kubelet, argv []string, dir string) {
	k.Flags = ParseFlags("kubelet", argv)
	file := func(flag string) string {
		if k.Flags[flag] == "" {
			return ""
		}
		return absolute(k.Flags[flag], dir)
	}
	k.Config, k.ConfigDir = file("config"), file("config-dir")
	k.Kubeconfig, k.BootstrapKubeconfig = file("kubeconfig"), file("bootstrap-kubeconfig")
	k.ClientCAFile = file("client-ca-file")
	if k.ConfigDir != "" {
		var err error
		k.ConfigDropIns, err = c.configDropIns(k.ConfigDir)
		k.ConfigUnknown = cmp.Or(k.ConfigUnknown, err)
	}
}

// command gives the command that systemd would start a service with, and its
// environment files that exist. These go over Environment=, wherever they are
// named.
func (c *collector) command(u *unit) (words []word, files []string, unknown error) {
	words, _, files, unknown = c.commandIn(u)
	return words, files, unknown
}

// commandIn is command, with the environment of the service.
func (c *collector) commandIn(u *unit) (words []word, environment map[string]variable, files []string, unknown error) {
	environment, files, unknown = c.environmentOf(u)
	commands := u.list("ExecStart")
	if len(commands) == 0 {
		return nil, environment, files, unknown
	}
	if len(commands) > 1 {
		c.note("%s:%d adds a second ExecStart=, which systemd refuses", commands[1].path, commands[1].line)
	}
	words, ok := commandWords(commands[0], environment)
	if !ok {
		c.note("%s:%d: the command line is longer than %d bytes after its variables are expanded", commands[0].path, commands[0].line, maxCommand)
	}
	return words, environment, files, unknown
}

// environmentOf gives the variables of a service, and its environment files that exist.
func (c *collector) environmentOf(u *unit) (environment map[string]variable, files []string, unknown error) {
	environment = map[string]variable{}
	for _, s := range u.list("Environment") {
		for _, assignment := range edit.Words(s.value, true) {
			if name, value, ok := strings.Cut(assignment, "="); ok {
				environment[name] = variable{strings.ReplaceAll(value, "%%", "%"), s.origin}
			}
		}
	}
	named, optional := u.environmentFiles()
	last := map[string]int{}
	for i, s := range named {
		last[s.value] = i
	}
	for i, s := range named {
		if last[s.value] != i {
			continue // the later reading goes over this one
		}
		data, exists, err := c.readOr(s.value)
		unknown = cmp.Or(unknown, err)
		if !exists {
			if !optional[s.value] {
				c.note("%s:%d names %s, which is missing", s.path, s.line, s.value)
			}
			continue
		}
		if !slices.Contains(files, s.value) {
			files = append(files, s.value)
		}
		for _, v := range edit.Variables(data) {
			environment[v.Name] = variable{v.Value, origin{s.value, v.Line}}
		}
	}
	return environment, files, unknown
}

// commandWords splits and expands an ExecStart=. The characters before the
// program are systemd's: "@" takes the second word as argv[0], ":" expands no
// variables, the others ("-", "+", "!", "|") change nothing of the words.
func commandWords(command setting, environment map[string]variable) (words []word, ok bool) {
	program := strings.TrimLeft(command.value, "@:-+!|")
	prefix := command.value[:len(command.value)-len(program)]
	for _, text := range edit.Words(program, true) {
		words = append(words, word{strings.ReplaceAll(text, "%%", "%"), command.origin})
	}
	if strings.Contains(prefix, "@") && len(words) > 1 {
		words = words[1:]
	}
	if strings.Contains(prefix, ":") {
		return words, true
	}
	return expand(words, environment)
}

// Bounds on the kubelet's drop-in directory, whoever may write it.
const (
	maxDropIns     = 256
	maxDropInDepth = 8
)

// configDropIns lists the *.conf files below the kubelet's --config-dir as the
// kubelet walks it (mergeKubeletConfigurations, KEP-3983): depth first, the
// names of each directory sorted, links to directories not entered.
func (c *collector) configDropIns(dir string) ([]string, error) {
	files, err := c.dropInsBelow(dir, nil, maxDropInDepth)
	if err != nil {
		c.unreadable(dir, err)
		return files, message.Errorf("cannot read %s: %w", dir, err)
	}
	return files, nil
}

func (c *collector) dropInsBelow(dir string, files []string, depth int) ([]string, error) {
	if depth == 0 {
		return files, message.Errorf("it is deeper than %d directories", maxDropInDepth)
	}
	names, err := c.ReadNames(dir, namesLimit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return files, err
	}
	for _, name := range names {
		file := path.Join(dir, name)
		directory, err := c.Exists(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return files, err
		case directory:
			if files, err = c.dropInsBelow(file, files, depth-1); err != nil {
				return files, err
			}
		case path.Ext(name) == ".conf":
			if files = append(files, file); len(files) > maxDropIns {
				return files, message.Errorf("it has more than %d files", maxDropIns)
			}
		}
	}
	return files, nil
}
