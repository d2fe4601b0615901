package main

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/report"
)

// configFile is where an operator keeps his defaults, below the root.
const configFile = "/etc/harden/config.yaml"

// defaultTimeout is how long one component may take to become healthy.
const defaultTimeout = 5 * time.Minute

// defaultKeepRuns is how many past runs are kept.
const defaultKeepRuns = 10

// settings are what the configuration file, HARDEN_* variables and flags
// say, the later over the earlier. Profiles never pass through here: viper
// lower-cases keys and splits them at dots. Each of the fields is one setting.
type settings struct {
	Profile   string
	Root      string
	Output    string
	Lang      report.Language
	Role      string
	Config    string
	Only      []string
	Skip      []string
	Set       map[string]string
	Timeout   time.Duration
	KeepRuns  int
	Rehearse  string
	NoRestart bool
	NoColor   bool
	Color     string // always, never or auto
	// SharedVerdicts is a file of attestations that control planes share.
	SharedVerdicts string
}

func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.String("root", "/", "work on the tree below `DIR` instead of the live system")
	f.StringP("output", "o", "text", "output `FORMAT`: text or json; check, diff and summary have more formats")
	f.String("lang", "", "language of texts: en or zh (default: that of LC_ALL, LC_MESSAGES or LANG)")
	f.String("color", "auto", "colour: always, never or auto (only on a terminal, and not if NO_COLOR or TERM=dumb is set)")
	f.Bool("no-color", false, "the same as --color=never")
	f.String("config", configFile, "read the configuration from `FILE`")
}

// planFlags are those of every verb that makes a plan.
func planFlags(f *pflag.FlagSet) {
	f.String("profile", "", "profile `NAME|FILE` (default: picked for this node)")
	f.StringSlice("only", nil, "use only these controls, sections or rules, given by `ID`, such as 1.2.1,4.2")
	f.StringSlice("skip", nil, "leave out these controls, sections or rules, given by `ID`, such as 1.2.1,4.2")
	f.StringArray("set", nil, "set a profile parameter, `NAME=VALUE`")
	f.String("attestations", "", "also use the verdicts in `FILE`, a file of harden attest that control planes share; only verdicts with scope: cluster count")
	f.String("role", "", "`ROLE` of the node: control-plane, worker or etcd (default: detected)")
	f.Bool("no-restart", false, "restart nothing: kubelet settings take effect at the next start of the kubelet, and changes to static pods are skipped")
}

// load reads the settings for a command.
func (a *app) load(cmd *cobra.Command) error {
	a.ctx = cmd.Context()
	v := viper.New()
	v.SetConfigType("yaml")
	v.SetEnvPrefix("HARDEN")
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AutomaticEnv()
	if err := v.BindPFlags(cmd.Flags()); err != nil {
		return err
	}
	a.Set = map[string]string{}
	a.Output, a.Root, a.Config = v.GetString("output"), nameOfRoot(v.GetString("root")), v.GetString("config")
	a.Lang = language(v.GetString("lang")) // of what is told on the way
	if err := a.readConfig(v, cmd.Flags().Changed("config") || os.Getenv("HARDEN_CONFIG") != ""); err != nil {
		hint := message.New("docs/configuration.md lists the settings that it may contain")
		if errors.Is(err, fs.ErrPermission) {
			hint = message.New("this file may require signed profiles, so harden does nothing until it can read the file: check the mode and the label of the file, and the capabilities of this process")
		}
		return badInput(hint, "%w", err)
	}
	if err := sound(v); err != nil {
		return usage("%w", err)
	}
	a.Profile, a.Output, a.Lang, a.Role = v.GetString("profile"), v.GetString("output"), language(v.GetString("lang")), v.GetString("role")
	a.Only, a.Skip = list(v.GetStringSlice("only")), list(v.GetStringSlice("skip"))
	a.NoRestart, a.NoColor, a.Timeout = v.GetBool("no-restart"), v.GetBool("no-color"), v.GetDuration("timeout")
	a.Color, a.SharedVerdicts = v.GetString("color"), v.GetString("attestations")
	a.KeepRuns = v.GetInt("keep-runs")
	a.Rehearse = rehearse(v, cmd)
	var err error
	if a.Set, err = parameters(a.Set, cmd.Flags()); err != nil {
		return err
	}
	if a.Role == "master" { // the old name, in kubeadm's own labels too
		a.Role = "control-plane"
	}
	switch {
	case !slices.Contains(formats(cmd), a.Output):
		err, a.Output = a.badOutput(cmd), ""
	case a.Lang != "en" && a.Lang != "zh":
		err = usage("lang is en or zh, not %q", a.Lang)
	case a.Role != "" && !slices.Contains([]string{"control-plane", "worker", "etcd"}, a.Role):
		err = usage("role is control-plane, worker or etcd, not %q", a.Role)
	case !slices.Contains(colorModes, a.Color):
		err, a.Color = usage("color is %s, not %q", or(colorModes), a.Color), ""
	case a.Timeout < 0:
		err = usage("timeout %s is below zero", a.Timeout)
	case !slices.Contains(rehearseModes, a.Rehearse):
		err = usage("rehearse is %s, not %q", or(rehearseModes), a.Rehearse)
	case a.KeepRuns < 0:
		err = usage("keep-runs %d is below zero; 0 keeps all", a.KeepRuns)
	}
	return err
}

// or lists names: "a, b or c".
func or(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// configKeys are what the configuration file may hold.
var configKeys = []string{"profile", "output", "lang", "role", "only", "skip", "set", "timeout", "no-restart", "no-color", "color", "attestations", "keep-runs", "rehearse", profileKey}

// readConfig reads the configuration file: the standard one, below the root,
// may be missing; one that was named must be there.
func (a *app) readConfig(v *viper.Viper, named bool) error {
	if err := a.otherSignaturePolicies(named); err != nil {
		return err
	}
	read := func(file string, limit int64) ([]byte, error) { return a.below(a.Root, file, limit) }
	file := configFile
	if named {
		read, file = a.trusted, a.Config
	}
	data, err := read(file, maxConfig)
	switch {
	case errors.As(err, new(*unopened)):
		a.signing.unsure = err // and said where the root itself is opened
		return nil
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil
	case errors.Is(err, fs.ErrPermission) && !named && os.Geteuid() != 0: // an ordinary user plans with the standard settings
		a.signing.unsure = err
		a.warn(message.New("the configuration file is ignored, so only built-in profiles can be used: %v", err))
		return nil
	case err != nil:
		return message.Errorf("cannot read the configuration: %w", err)
	}
	scalars, err := configScalars(data)
	if err != nil {
		return message.Errorf("%s: %w", a.Config, err)
	}
	own, err := parseConfig(a.Config, data)
	if err != nil {
		return err
	}
	all := own.AllSettings()
	if err := knownKeys(a.Config, all); err != nil {
		return err
	}
	if err := sound(own); err != nil {
		return message.Errorf("%s: %w", a.Config, err)
	}
	asked, err := readKeys(own, a.Config, read)
	if err != nil {
		return err
	}
	a.signing.add(asked)
	if err := asWritten(scalars, all); err != nil {
		return message.Errorf("%s: %w", a.Config, err)
	}
	names, _ := all["set"].(map[string]any)
	set, err := configSet(scalars, names)
	if err != nil {
		return message.Errorf("%s: %w", a.Config, err)
	}
	maps.Copy(a.Set, set)
	return v.ReadConfig(bytes.NewReader(bytes.TrimPrefix(data, byteOrderMark)))
}

// knownKeys refuses a setting of a configuration file that there is not, or that is
// of another kind.
func knownKeys(file string, all map[string]any) error {
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(configKeys, key) {
			return message.Errorf("%s: unknown setting %q; known are %s", file, key, strings.Join(configKeys, ", "))
		}
		_, mapping := all[key].(map[string]any)
		_, list := all[key].([]any)
		if mapping != (key == "set") || list && key != "only" && key != "skip" {
			return message.Errorf("%s: %s cannot be %v", file, key, all[key])
		}
	}
	return nil
}

// byteOrderMark begins what some editors write, and viper does not know it.
var byteOrderMark = []byte("\ufeff")

// parseConfig reads a configuration by itself, without flags and variables.
func parseConfig(file string, data []byte) (*viper.Viper, error) {
	own := viper.New()
	own.SetConfigType("yaml")
	if err := own.ReadConfig(bytes.NewReader(bytes.TrimPrefix(data, byteOrderMark))); err != nil {
		return nil, message.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "While parsing config: "))
	}
	return own, nil
}

// sound refuses settings that viper would quietly take for nothing.
func sound(v *viper.Viper) error {
	for _, key := range []string{"no-restart", "no-color"} {
		if text := v.GetString(key); text != "" {
			if _, err := strconv.ParseBool(text); err != nil {
				return message.Errorf("%s is true or false, not %q", key, text)
			}
		}
	}
	if text := v.GetString("keep-runs"); text != "" {
		if _, err := strconv.Atoi(text); err != nil {
			return message.Errorf("keep-runs is a number, not %q", text)
		}
	}
	if text := v.GetString("timeout"); text != "" {
		if _, err := time.ParseDuration(text); err != nil {
			return message.Errorf("timeout %q is not a duration such as 5m", text)
		}
	}
	return nil
}

const maxConfig = 1 << 20 // bytes

// unopened says that the root itself could not be opened.
type unopened struct{ error }

func (e *unopened) Unwrap() error { return e.error }

// below reads a file of the program's own below a tree.
func (a *app) below(tree, file string, limit int64) ([]byte, error) {
	return stoppable(a.ctx, func() ([]byte, error) {
		root, err := host.OpenRoot(tree, nil)
		if err != nil {
			return nil, &unopened{err}
		}
		defer root.Close()
		return root.ReadTrusted(file, limit)
	})
}

// nameOfRoot gives a root by the name that was given, and the running system's
// as "/", however it was called.
func nameOfRoot(dir string) string {
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		return dir // said where it is opened
	}
	defer root.Close()
	if root.Live() {
		return "/"
	}
	return dir
}

// parameters gathers NAME=VALUE from configuration, environment and flags.
func parameters(configured map[string]string, flags *pflag.FlagSet) (map[string]string, error) {
	set := maps.Clone(configured)
	if flags.Lookup("set") == nil {
		return set, nil
	}
	pairs, err := flags.GetStringArray("set")
	if err != nil {
		return nil, err
	}
	pairs = append(strings.Fields(os.Getenv("HARDEN_SET")), pairs...)
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usage("--set takes NAME=VALUE, not %q", pair)
		}
		set[name] = value
	}
	return set, nil
}
