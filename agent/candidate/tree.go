package candidate

import (
	"io/fs"
	"path"
	"slices"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/rehearsal"
)

type mount = cmdline.Mount

// Reader is the node's tree.
type Reader interface {
	facts.Reader
	Stat(path string) (host.Info, error)
}

// after is the tree as it will be.
type after struct {
	Reader
	changed map[string]*change.File // by path; nil is gone
}

func (t after) file(name string) (file *change.File, changed bool) {
	file, changed = t.changed[path.Clean(name)]
	return file, changed
}

// ReadFile gives what a file will hold.
func (t after) ReadFile(name string, limit int64) ([]byte, error) {
	return t.read(name, limit, t.Reader.ReadFile)
}

// ReadTrusted is ReadFile: what is to be written is to be root's.
func (t after) ReadTrusted(name string, limit int64) ([]byte, error) {
	return t.read(name, limit, t.Reader.ReadTrusted)
}

func (t after) read(name string, limit int64, read func(string, int64) ([]byte, error)) ([]byte, error) {
	file, changed := t.file(name)
	switch {
	case changed && file == nil:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case changed && file.Content != nil:
		return file.Content.Data, nil
	}
	return read(name, limit)
}

// ReadNames gives what a directory will have.
func (t after) ReadNames(dir string, limit int) ([]string, error) {
	names, err := t.Reader.ReadNames(dir, limit)
	for name, file := range t.changed {
		base := path.Base(name)
		switch {
		case path.Dir(name) != path.Clean(dir):
		case file == nil:
			names = slices.DeleteFunc(names, func(n string) bool { return n == base })
		case !slices.Contains(names, base):
			names, err = append(names, base), nil
		}
	}
	slices.Sort(names)
	return names, err
}

// Exists tells whether a path will be a directory.
func (t after) Exists(name string) (directory bool, err error) {
	file, changed := t.file(name)
	switch {
	case changed && file == nil:
		return false, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	case changed:
		return file.Directory, nil
	}
	return t.Reader.Exists(name)
}

// maxStaged bounds a file that is staged because its mode or owner changes.
const maxStaged = 4 << 20 // bytes

// staged gives the file of the host for a path of the subject; none where it
// will not be there, or cannot be read: then it is seen as it is.
func (t after) staged(at, name string) []rehearsal.File {
	file, changed := t.file(name)
	if !changed || file == nil {
		return nil
	}
	f := rehearsal.File{Path: at, Directory: file.Directory, Mode: file.Mode, UID: int(file.UID), GID: int(file.GID)}
	if !file.Directory {
		data, err := t.ReadFile(name, maxStaged)
		if err != nil {
			return nil
		}
		f.Data = data
	}
	return []rehearsal.File{f}
}
