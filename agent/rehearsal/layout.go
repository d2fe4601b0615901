package rehearsal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds on what is put together for one subject.
const (
	maxEntries = 8192 // of a directory that is shown entry by entry
	maxLinks   = 40   // symbolic links on one path
)

// entry is a name in the tree that the subject sees.
type entry struct {
	host     string // shown from the host, read-only; "" where it is made
	device   bool
	file     *File // staged
	link     string
	writable bool // a tmpfs of its own
	entries  map[string]*entry
}

func directory() *entry { return &entry{entries: map[string]*entry{}} }

// devices are those that a container has, and that keep nothing.
var devices = []string{"null", "zero", "full", "random", "urandom"}

// layout works out what the subject sees. It reads the host and writes nothing.
func layout(s Subject) (*entry, error) {
	l := layouter{root: directory(), hidden: []string{"/proc", "/sys", "/dev", "/run"}}
	for _, hidden := range s.Hidden {
		if real, err := filepath.EvalSymlinks(hidden); err == nil {
			hidden = real
		}
		l.hidden = append(l.hidden, hidden)
	}
	if s.Root != "" {
		l.root = &entry{host: s.Root}
		if err := l.open(l.root); err != nil {
			return nil, err
		}
	}
	for _, m := range s.Mounts {
		if err := l.mount(m); err != nil {
			return nil, err
		}
	}
	for _, dir := range append([]string{"/tmp"}, s.Writable...) {
		if err := l.free(dir); err != nil {
			return nil, err
		}
	}
	for i := range s.Files {
		if err := l.stage(&s.Files[i]); err != nil {
			return nil, err
		}
	}
	for _, dir := range []string{"/proc", "/dev", "/sys"} {
		l.root.entries[dir[1:]] = directory()
	}
	for _, name := range devices {
		l.root.entries["dev"].entries[name] = &entry{host: "/dev/" + name, device: true}
	}
	return l.root, nil
}

type layouter struct {
	root   *entry
	hidden []string // real paths
}

// mount shows a directory or file of the host, as far as it is not hidden.
func (l *layouter) mount(m Mount) error {
	real, err := filepath.EvalSymlinks(m.Host)
	if errors.Is(err, fs.ErrNotExist) {
		return l.put(m.Path, directory())
	}
	if err != nil {
		return err
	}
	e, err := l.shown(real)
	if err != nil || e == nil {
		return err
	}
	return l.put(m.Path, e)
}

// shown gives the entry for a real path of the host: nil for what is neither a
// file nor a directory, empty where it is hidden.
func (l *layouter) shown(real string) (*entry, error) {
	info, err := os.Lstat(real)
	if err != nil {
		return nil, err
	}
	kept := slices.ContainsFunc(l.hidden, func(hidden string) bool { return below(real, hidden) })
	switch {
	case info.IsDir() && kept:
		return directory(), nil
	case kept || !info.IsDir() && !info.Mode().IsRegular():
		return nil, nil
	}
	e := &entry{host: real}
	if info.IsDir() && slices.ContainsFunc(l.hidden, func(hidden string) bool { return below(hidden, real) }) {
		err = l.open(e)
	}
	return e, err
}

// below tells whether a clean path is another one, or lies below it.
func below(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir+"/")
}

// open takes a directory that is shown apart into its entries, so that some of
// them can be something else.
func (l *layouter) open(e *entry) error {
	if e.entries != nil {
		return nil
	}
	e.entries = map[string]*entry{}
	if e.host == "" {
		return nil
	}
	list, err := os.ReadDir(e.host)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return err
	}
	if len(list) > maxEntries {
		return fmt.Errorf("%s has more than %d entries", e.host, maxEntries)
	}
	for _, d := range list {
		name := filepath.Join(e.host, d.Name())
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(name)
			if errors.Is(err, fs.ErrNotExist) { // gone meanwhile
				continue
			}
			if err != nil {
				return err
			}
			e.entries[d.Name()] = &entry{link: target}
			continue
		}
		inner, err := l.shown(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if inner != nil {
			e.entries[d.Name()] = inner
		}
	}
	e.host = ""
	return nil
}

// put sets what lies at a path of the subject's tree.
func (l *layouter) put(name string, e *entry) error {
	dir, base, err := l.parent(name, maxLinks)
	if err != nil {
		return err
	}
	if base == "" {
		return fmt.Errorf("nothing can be put at %q", name)
	}
	dir.entries[base] = e
	return nil
}

// free makes a directory writable. What is there already stays as it is.
func (l *layouter) free(name string) error {
	dir, base, err := l.parent(name, maxLinks)
	if err != nil {
		return err
	}
	if base == "" {
		return fmt.Errorf("%q cannot be writable", name)
	}
	e := directory()
	if there := dir.entries[base]; there != nil && there.link == "" && there.file == nil {
		if err := l.open(there); err != nil {
			return err
		}
		e.entries = there.entries
	}
	e.writable = true
	dir.entries[base] = e
	return nil
}

// stage puts a file. A directory that is there already keeps its entries.
func (l *layouter) stage(f *File) error {
	dir, base, err := l.parent(f.Path, maxLinks)
	if err != nil {
		return err
	}
	if base == "" {
		return fmt.Errorf("nothing can be staged at %q", f.Path)
	}
	e := &entry{file: f, link: f.Link}
	if f.Directory {
		e.entries = map[string]*entry{}
		if there := dir.entries[base]; there != nil {
			if err := l.open(there); err != nil {
				return err
			}
			e.entries, e.writable = there.entries, there.writable
		}
	}
	dir.entries[base] = e
	return nil
}

// parent gives the directory of a path, opened so that it can be changed, and
// the last name. It follows the tree's links: of entries in memory, where package host
// walks directories that are open.
func (l *layouter) parent(name string, links int) (*entry, string, error) {
	at, passed := l.root, "/"
	names := strings.FieldsFunc(path.Clean("/"+name), func(r rune) bool { return r == '/' })
	for i, n := range names {
		if err := l.open(at); err != nil {
			return nil, "", err
		}
		next := at.entries[n]
		if next != nil && next.link != "" && i < len(names)-1 {
			target := next.link
			if !path.IsAbs(target) {
				target = path.Join(passed, target)
			}
			if links == 0 {
				return nil, "", fmt.Errorf("%s has too many symbolic links", name)
			}
			return l.parent(path.Join(append([]string{target}, names[i+1:]...)...), links-1)
		}
		if i == len(names)-1 {
			return at, n, nil
		}
		if next == nil || next.file != nil && !next.file.Directory {
			next = directory()
			at.entries[n] = next
		}
		at, passed = next, path.Join(passed, n)
	}
	return l.root, "", nil
}
