package fixers

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"harden/agent/edit"
	"harden/agent/message"
	"harden/agent/stable"
)

// maxSysctlFile bounds what is read of one file below sysctl.d, in bytes.
const maxSysctlFile = 1 << 20

// sysctlDirs are read at boot, the earlier over the later for one file name
// (sysctl.d(5)).
var sysctlDirs = []string{"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"}

// maskedSysctl gives the file that keeps systemd-sysctl from running at boot, ""
// where it runs.
func maskedSysctl(n Node) string {
	for _, dir := range []string{"/etc/systemd/system", "/run/systemd/system"} {
		unit := dir + "/systemd-sysctl.service"
		if target, err := n.Files.Link(unit); err == nil && target == "/dev/null" {
			return unit
		}
	}
	return ""
}

// sysctlBoot is what systemd-sysctl sets when the node boots, as
// src/sysctl/sysctl.c of systemd 252 to 257 does it. /etc/sysctl.conf is not a
// file of its: it is read only where a file of sysctl.d is a link to it.
type sysctlBoot struct{ files []bootFile }

type bootFile struct {
	name  string // by which the files are ordered
	path  string // in sysctl.d
	file  string // what path leads to
	lines []edit.BootLine
}

// bootLine is a line that sets a key, and where it stands.
type bootLine struct {
	bootFile
	edit.BootLine
}

// editable tells whether a line may be changed where it stands. What lies
// elsewhere than in /etc belongs to a package, or is gone after the boot.
func (l *bootLine) editable() bool { return strings.HasPrefix(l.file, "/etc/") }

func readBoot(n Node) (*sysctlBoot, error) {
	boot := &sysctlBoot{}
	for _, dir := range sysctlDirs {
		if err := boot.addDir(n, dir); err != nil {
			return nil, err
		}
	}
	stable.Sort(boot.files, func(a, b bootFile) int { return cmp.Compare(a.name, b.name) })
	return boot, nil
}

func (b *sysctlBoot) addDir(n Node, dir string) error {
	if link, err := n.Files.Link(dir); err == nil && link != "" && dir == "/lib/sysctl.d" {
		return nil
	}
	names, err := n.Files.ReadDir(dir)
	if dir == "/lib/sysctl.d" && err != nil {
		return nil // /lib is /usr/lib on a merged system, through a link
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range names {
		hidden := slices.ContainsFunc(b.files, func(f bootFile) bool { return f.name == name })
		if !strings.HasSuffix(name, ".conf") || hidden {
			continue
		}
		file := bootFile{name: name, path: path.Join(dir, name)}
		if err := file.read(n); err != nil {
			return message.Errorf("cannot read %s: %w", file.path, err)
		}
		b.files = append(b.files, file)
	}
	return nil
}

// read reads one file, through a link where it is one. A link to /dev/null, or
// to nothing, sets nothing and hides its namesakes.
func (f *bootFile) read(n Node) error {
	target, err := n.Files.Link(f.path)
	if err != nil {
		return err
	}
	f.file = f.path
	if target != "" {
		if !path.IsAbs(target) {
			target = path.Join(path.Dir(f.path), target)
		}
		f.file = path.Clean(target)
	}
	if f.file == "/dev/null" {
		return nil
	}
	if directory, _ := n.Files.Exists(f.file); directory {
		return nil // systemd-sysctl cannot read it, and goes on with the next
	}
	data, err := n.Files.ReadFile(f.file, maxSysctlFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f.lines = edit.BootLines(data)
	return err
}

// reads tells whether a file would be read, were it there.
func (b *sysctlBoot) reads(file string) bool {
	return path.Dir(file) == "/etc/sysctl.d" || slices.ContainsFunc(b.files, func(f bootFile) bool { return f.file == file })
}

// sets gives the line that decides a key, nil where none does: the last one
// that names it, else the last pattern that matches it. One that names it wins
// over every pattern, and so does one that excludes it: with such a line last,
// nothing sets the key, whatever earlier ones say.
func (b *sysctlBoot) sets(key string) *bootLine {
	for _, about := range []func(edit.BootLine) bool{
		func(l edit.BootLine) bool { return l.Names(key) },
		func(l edit.BootLine) bool { return l.Matches(key) },
	} {
		for _, f := range slices.Backward(b.files) {
			for _, l := range slices.Backward(f.lines) {
				if about(l) {
					return &bootLine{f, l}
				}
			}
		}
	}
	return nil
}

// behind gives a file of /etc/sysctl.d whose name sorts behind another one's.
func behind(name string) string {
	file := "zz-kubelet.conf"
	if file <= name {
		file = strings.TrimSuffix(name, ".conf") + "_kubelet.conf" // "_" sorts behind "."
	}
	return "/etc/sysctl.d/" + file
}
