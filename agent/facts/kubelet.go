package facts

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Kubelet is the kubelet of this node, and the files that it really uses.
type Kubelet struct {
	Running bool
	PID     int
	// Argv is the command line of the running process, else UnitArgv.
	Argv     []string
	ArgvFrom string // "process 1234", or the path of the unit file
	// UnitArgv is what systemd would start now: it differs from Argv where
	// the kubelet was not restarted since its unit or environment changed.
	// Empty where there is no unit.
	UnitArgv []string
	// Flags is Argv as ParseFlags reads it.
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

// FlagSource tells where the last occurrence of a flag is written: the unit
// file, drop-in or environment file, and the line on which the setting that
// holds it begins. It is "", 0 for a flag that comes from none of these.
func (k *Kubelet) FlagSource(name string) (path string, line int) {
	eachFlag(k.UnitArgv, func(i int, found, _ string) {
		if found == name {
			path, line = k.unitWords[i].path, k.unitWords[i].line
		}
	})
	return path, line
}

// kubelet finds the kubelet by its process and by its unit; nil if there is
// neither.
func (c *collector) kubelet(procDir string, processes []process) *Kubelet {
	p, running := hostKubelet(processes)
	u := c.unit("kubelet.service")
	if !running && u == nil {
		return nil
	}
	k := &Kubelet{Running: running, PID: p.pid, Argv: p.argv}
	dir := "/"
	if u != nil {
		c.readKubeletUnit(k, u)
	}
	if running {
		k.ArgvFrom = fmt.Sprintf("process %d", p.pid)
		dir = workingDir(procDir, p.pid)
	} else {
		k.Argv, k.ArgvFrom = k.UnitArgv, u.files[0]
	}
	k.Flags = ParseFlags(k.Argv)
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
		k.ConfigDropIns = c.configDropIns(k.ConfigDir)
	}
	k.Version, k.VersionFrom = c.kubeletVersion(k, procDir)
	return k
}

// readKubeletUnit fills in what the unit says: its files, and the command that
// systemd would start. Environment files go over Environment=, wherever they
// are named.
func (c *collector) readKubeletUnit(k *Kubelet, u *unit) {
	k.UnitFiles = u.files
	environment := map[string]variable{}
	for _, s := range u.list("Environment") {
		for _, assignment := range splitWords(s.value, true) {
			if name, value, ok := strings.Cut(assignment, "="); ok {
				environment[name] = variable{strings.ReplaceAll(value, "%%", "%"), s.origin}
			}
		}
	}
	files, optional := u.environmentFiles()
	last := map[string]int{}
	for i, s := range files {
		last[s.value] = i
	}
	for i, s := range files {
		if last[s.value] != i {
			continue // the later reading goes over this one
		}
		data, exists := c.read(s.value)
		if !exists {
			if !optional[s.value] {
				c.note("%s:%d names %s, which is missing", s.path, s.line, s.value)
			}
			continue
		}
		if !slices.Contains(k.EnvFiles, s.value) {
			k.EnvFiles = append(k.EnvFiles, s.value)
		}
		parseEnvironmentFile(s.value, data, environment)
	}
	commands := u.list("ExecStart")
	if len(commands) == 0 {
		return
	}
	if len(commands) > 1 {
		c.note("%s:%d adds a second ExecStart=, which systemd refuses", commands[1].path, commands[1].line)
	}
	words, ok := commandWords(commands[0], environment)
	if !ok {
		c.note("%s:%d: the command line is longer than %d bytes once its variables are in it", commands[0].path, commands[0].line, maxCommand)
	}
	k.unitWords = words
	for _, w := range k.unitWords {
		k.UnitArgv = append(k.UnitArgv, w.text)
	}
}

// commandWords splits and expands an ExecStart=. The characters before the
// program are systemd's: "@" takes the second word as argv[0], ":" expands no
// variables, the others ("-", "+", "!", "|") change nothing of the words.
func commandWords(command setting, environment map[string]variable) (words []word, ok bool) {
	program := strings.TrimLeft(command.value, "@:-+!|")
	prefix := command.value[:len(command.value)-len(program)]
	for _, text := range splitWords(program, true) {
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

// configDropIns lists the *.conf files below the kubelet's --config-dir as the
// kubelet walks it (mergeKubeletConfigurations, KEP-3983): depth first, the
// names of each directory sorted, links to directories not entered.
func (c *collector) configDropIns(dir string) []string {
	var files []string
	for _, name := range c.names(dir) {
		file := path.Join(dir, name)
		directory, err := c.Exists(file)
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			c.unreadable(file, err)
		case directory:
			files = append(files, c.configDropIns(file)...)
		case err == nil && path.Ext(name) == ".conf":
			files = append(files, file)
		}
	}
	return files
}
