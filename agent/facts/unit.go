package facts

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"harden/agent/edit"
)

// unitDirs are where systemd looks for unit files and drop-ins, the first one
// wins (systemd.unit(5)). /lib/systemd/system comes last, and only where /lib
// is a directory: on most systems it is a link, and names the same files again.
var unitDirs = []string{
	"/etc/systemd/system.control",
	"/run/systemd/system.control",
	"/etc/systemd/system",
	"/run/systemd/system",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
}

// origin is where a piece of a command line is written.
type origin struct {
	path string
	line int // of the start of the setting, from 1
}

// setting is one assignment in the [Service] section of a unit.
type setting struct {
	key, value string
	origin
}

// unit is what systemd reads of a service: its files, and their [Service]
// settings in the order in which they apply.
type unit struct {
	files    []string // its own, without those for all services
	settings []setting
	// unknown is why not all of it is known: a file of it cannot be read, or
	// somebody else than root could have written it. nil where all is.
	unknown error
}

// unit reads a service with its drop-ins, or nil where there is none. Those for all
// services (service.d) apply before its own, and one of its own hides one of the
// same name there (systemd.unit(5)).
func (c *collector) unit(name string) *unit {
	dirs := unitDirs
	if directory, err := c.Exists("/lib"); err == nil && directory {
		dirs = append(slices.Clone(dirs), "/lib/systemd/system")
	}
	u := &unit{}
	fragment := false
	for _, dir := range dirs {
		if fragment = c.addFile(u, path.Join(dir, name)); fragment {
			break
		}
	}
	if !fragment {
		return nil // drop-ins alone start nothing
	}
	for _, file := range c.dropIns(dirs, name+".d", path.Ext(name)[1:]+".d") {
		if !c.masked(file) {
			c.addFile(u, file)
		}
	}
	u.files = slices.DeleteFunc(u.files, SharedDropIn)
	return u
}

// SharedDropIn tells whether a file is a drop-in of all services, and so no
// service's own.
func SharedDropIn(file string) bool { return path.Base(path.Dir(file)) == "service.d" }

// addFile reads a file of a unit, and tells whether it is there.
func (c *collector) addFile(u *unit, file string) bool {
	data, exists, err := c.readOr(file)
	u.unknown = cmp.Or(u.unknown, err)
	if exists {
		u.add(file, data)
	}
	return exists
}

// dropIns lists the drop-ins in effect, sorted by file name whatever their
// directory; a name in an earlier directory hides the same one in a later, and
// one in all directories of an earlier kind those of a later kind.
func (c *collector) dropIns(dirs []string, subs ...string) []string {
	files := map[string]string{}
	var names []string
	for _, sub := range subs {
		for _, dir := range dirs {
			dir = path.Join(dir, sub)
			for _, name := range c.names(dir) {
				if path.Ext(name) == ".conf" && files[name] == "" {
					files[name] = path.Join(dir, name)
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = files[name]
	}
	return paths
}

// masked tells whether a drop-in is a link to /dev/null, which only hides others
// of its name.
func (c *collector) masked(file string) bool {
	target, err := c.Link(file)
	return err == nil && target == "/dev/null"
}

// add appends the [Service] settings of a unit file.
func (u *unit) add(file string, data []byte) {
	u.files = append(u.files, file)
	for _, s := range edit.UnitSettings(data) {
		if s.Section == "Service" {
			u.settings = append(u.settings, setting{s.Key, s.Value, origin{file, s.Line}})
		}
	}
}

// list returns the assignments to a list-valued setting that are in effect: an
// empty one resets it.
func (u *unit) list(key string) []setting {
	var found []setting
	for _, s := range u.settings {
		switch {
		case s.key != key:
		case s.value == "":
			found = nil
		default:
			found = append(found, s)
		}
	}
	return found
}

// last is the last assignment to a setting, "" where there is none.
func (u *unit) last(key string) string {
	value := ""
	for _, s := range u.settings {
		if s.key == key {
			value = s.value
		}
	}
	return value
}

// UnitSetting gives the last assignment to a setting of a service, by the files that
// systemd reads, and the file that it stands in; "" where none of them says it.
func UnitSetting(r Reader, service, key string) (value, file string) {
	c := &collector{Reader: r, facts: &Facts{}}
	u := c.unit(service)
	if u == nil {
		return "", ""
	}
	for _, s := range u.settings {
		if s.key == key {
			value, file = s.value, s.path
		}
	}
	return value, file
}

// workingDir is where the service resolves relative paths: by its unit, and not
// by its process, which may go where it likes.
func (u *unit) workingDir() string {
	dir := strings.TrimPrefix(u.last("WorkingDirectory"), "-")
	switch {
	case dir == "~":
		return "/root" // as root's, which the kubelet is
	case path.IsAbs(dir):
		return path.Clean(dir)
	}
	return "/"
}

// environmentFiles are the paths of EnvironmentFile= with where they are
// named; optional tells that the file may be missing.
func (u *unit) environmentFiles() (files []setting, optional map[string]bool) {
	optional = map[string]bool{}
	for _, s := range u.list("EnvironmentFile") {
		name, dash := strings.CutPrefix(s.value, "-")
		s.value = path.Clean(name)
		optional[s.value] = dash
		files = append(files, s)
	}
	return files, optional
}
