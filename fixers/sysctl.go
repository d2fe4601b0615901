package fixers

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"harden/agent/change"
	"harden/agent/edit"
)

// Sysctl asks for a kernel parameter in a file that is read at boot and, on
// the live system, in the running kernel.
type Sysctl struct {
	Key   string `yaml:"key"`   // dotted: "vm.panic_on_oom"
	Value string `yaml:"value"` // "0"
	File  string `yaml:"file"`  // "/etc/sysctl.d/90-kubelet.conf"
}

// maxSysctlFile bounds what is read of one file below sysctl.d, in bytes.
const maxSysctlFile = 1 << 20

// Check implements Fixer.
func (f *Sysctl) Check() error {
	if !isSysctlKey(f.Key) {
		return fmt.Errorf("key %q is no dotted kernel parameter", f.Key)
	}
	if strings.ContainsFunc(f.Value, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }) {
		return fmt.Errorf("value %q does not fit into one line", f.Value)
	}
	// The kernel's own form, in which values are compared.
	if f.Value = strings.Join(strings.Fields(f.Value), " "); f.Value == "" {
		return errors.New("value is missing")
	}
	// Only *.conf is read at boot.
	if in := path.Dir(f.File) == "/etc/sysctl.d" && path.Ext(f.File) == ".conf" && path.Clean(f.File) == f.File; !in && f.File != "/etc/sysctl.conf" {
		return fmt.Errorf("file %q is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d", f.File)
	}
	return nil
}

// Wish implements Fixer.
func (f *Sysctl) Wish(rule string, n Node) Wish {
	if wish, is := noNode(n); is {
		return wish
	}
	other, err := f.overridden(n)
	if err != nil {
		return failed("%v", err)
	}
	if other != "" {
		return blocked("%s and wins over %s at boot; remove that line, or name that file in the rule", other, f.File)
	}
	wish := Wish{Wants: []change.Want{
		{Rule: rule, Target: change.FileTarget(f.File), Field: change.Field("kv:" + f.Key), Op: change.Exact, Value: f.Value},
	}}
	wish.said(f.File)
	if n.Facts.Live {
		wish.Wants = append(wish.Wants, change.Want{Rule: rule, Target: change.SysctlTarget(f.Key),
			Field: change.FieldValue, Op: change.Exact, Value: f.Value})
	}
	return wish
}

// overridden finds a file that is read after ours and sets the key to another
// value, in the order of sysctl.d(5): by file name over all directories,
// /etc over /run over /usr/lib for one name, /etc/sysctl.conf last.
func (f *Sysctl) overridden(n Node) (string, error) {
	if f.File == "/etc/sysctl.conf" {
		return "", nil
	}
	type source struct{ name, path string }
	var sources []source
	for _, dir := range []string{"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"} {
		names, err := n.Files.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("cannot look for files that override %s: %w", f.File, err)
		}
		for _, name := range names {
			masked := slices.ContainsFunc(sources, func(s source) bool { return s.name == name })
			// Debian's 99-sysctl.conf is a link to /etc/sysctl.conf, which is read below.
			if strings.HasSuffix(name, ".conf") && !masked && name != "99-sysctl.conf" {
				sources = append(sources, source{name, path.Join(dir, name)})
			}
		}
	}
	slices.SortFunc(sources, func(a, b source) int { return cmp.Compare(a.name, b.name) })
	sources = append(sources, source{"~", "/etc/sysctl.conf"})
	for _, s := range slices.Backward(sources) {
		if s.name <= path.Base(f.File) {
			return "", nil
		}
		value, line, found, err := f.setIn(n, s.path)
		switch {
		case err != nil:
			return "", fmt.Errorf("cannot tell whether %s overrides %s: %w", s.path, f.File, err)
		case found && value != f.Value:
			return fmt.Sprintf("%s:%d sets %s to %s", s.path, line, f.Key, change.Like(value, f.Value)), nil
		case found:
			return "", nil
		}
	}
	return "", nil
}

// setIn reads the key in one file of sysctl.d, through a link where the file
// is one; a link to /dev/null masks the file, and sets nothing.
func (f *Sysctl) setIn(n Node, file string) (value string, line int, found bool, err error) {
	target, err := n.Files.Link(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, false, nil
	}
	if err != nil {
		return "", 0, false, err
	}
	if target != "" {
		if !path.IsAbs(target) {
			target = path.Join(path.Dir(file), target)
		}
		file = path.Clean(target)
	}
	if file == "/dev/null" {
		return "", 0, false, nil
	}
	data, err := n.Files.ReadFile(file, maxSysctlFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, false, nil
	}
	if err != nil {
		return "", 0, false, err
	}
	doc, err := edit.Open("kv", data)
	if err != nil {
		return "", 0, false, err
	}
	v, line, found, err := doc.Get(f.Key)
	return fmt.Sprint(v), line, found, err
}
