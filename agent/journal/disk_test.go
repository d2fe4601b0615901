package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// osDisk keeps files below a directory of a test.
type osDisk struct{ dir string }

func (d osDisk) at(path string) string { return filepath.Join(d.dir, path) }

func (d osDisk) MakeDirs(path string, mode uint32) error {
	return os.MkdirAll(d.at(path), fs.FileMode(mode))
}

func (d osDisk) CreateFile(path string, data []byte, mode uint32) error {
	f, err := os.OpenFile(d.at(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fs.FileMode(mode))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func (d osDisk) ReplaceFile(path string, data []byte, mode uint32) error {
	temporary := d.at(path) + ".new"
	if err := os.WriteFile(temporary, data, fs.FileMode(mode)); err != nil {
		return err
	}
	return os.Rename(temporary, d.at(path))
}

func (d osDisk) ReadFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(d.at(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	return data, err
}

func (d osDisk) ReadDir(path string) ([]string, error) {
	entries, err := os.ReadDir(d.at(path))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (d osDisk) EachName(path string, visit func(name string) error) error {
	names, err := d.ReadDir(path)
	for _, name := range names {
		if err == nil {
			err = visit(name)
		}
	}
	return err
}

func (d osDisk) Rename(from, to string) error { return os.Rename(d.at(from), d.at(to)) }

func (d osDisk) OpenAppend(path string) (Appender, error) {
	f, err := os.OpenFile(d.at(path), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return osAppender{f}, nil
}

func (d osDisk) RemoveAll(path string) error { return os.RemoveAll(d.at(path)) }

type osAppender struct{ *os.File }

func (a osAppender) Append(data []byte) error { _, err := a.Write(data); return err }

// faultyDisk fails the operation number at (from 1). What that operation was
// to write is there in part. With dead, all later operations fail too, and do
// nothing: the power is gone.
type faultyDisk struct {
	osDisk
	at    int
	dead  bool
	count int
}

var errFault = errors.New("injected fault")

func (d *faultyDisk) op(do, half func() error) error {
	d.count++
	switch {
	case d.count == d.at:
		if half != nil {
			_ = half()
		}
		return errFault
	case d.dead && d.at > 0 && d.count > d.at:
		return errFault
	}
	return do()
}

func (d *faultyDisk) failed() bool { return d.at > 0 && d.count >= d.at }

func (d *faultyDisk) MakeDirs(path string, mode uint32) error {
	return d.op(func() error { return d.osDisk.MakeDirs(path, mode) }, nil)
}

func (d *faultyDisk) CreateFile(path string, data []byte, mode uint32) error {
	return d.op(func() error { return d.osDisk.CreateFile(path, data, mode) },
		func() error { return d.osDisk.CreateFile(path+".new", data[:len(data)/2], mode) })
}

func (d *faultyDisk) ReplaceFile(path string, data []byte, mode uint32) error {
	return d.op(func() error { return d.osDisk.ReplaceFile(path, data, mode) }, nil)
}

func (d *faultyDisk) Rename(from, to string) error {
	return d.op(func() error { return d.osDisk.Rename(from, to) }, nil)
}

func (d *faultyDisk) RemoveAll(path string) error {
	return d.op(func() error { return d.osDisk.RemoveAll(path) },
		func() error { return os.Remove(d.osDisk.at(path)) })
}

func (d *faultyDisk) OpenAppend(path string) (a Appender, err error) {
	err = d.op(func() error { a, err = d.osDisk.OpenAppend(path); return err }, nil)
	return faultyAppender{d, a}, err
}

type faultyAppender struct {
	disk *faultyDisk
	Appender
}

func (a faultyAppender) Append(data []byte) error {
	return a.disk.op(func() error { return a.Appender.Append(data) },
		func() error { return a.Appender.Append(data[:len(data)/2]) })
}

// fullDisk has room for so many bytes; a replacement needs room beside the
// old file. Nothing is written in part.
type fullDisk struct {
	osDisk
	room int64
}

// used gives the bytes in all files.
func (d *fullDisk) used() (bytes int64) {
	err := filepath.Walk(d.dir, func(_ string, info fs.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			bytes += info.Size()
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	return bytes
}

func (d *fullDisk) take(n int) error {
	if d.used()+int64(n) > d.room {
		return syscall.ENOSPC
	}
	return nil
}

func (d *fullDisk) CreateFile(path string, data []byte, mode uint32) error {
	if err := d.take(len(data)); err != nil {
		return err
	}
	return d.osDisk.CreateFile(path, data, mode)
}

func (d *fullDisk) ReplaceFile(path string, data []byte, mode uint32) error {
	if err := d.take(len(data)); err != nil {
		return err
	}
	return d.osDisk.ReplaceFile(path, data, mode)
}

func (d *fullDisk) OpenAppend(path string) (Appender, error) {
	a, err := d.osDisk.OpenAppend(path)
	return fullAppender{d, a}, err
}

type fullAppender struct {
	disk *fullDisk
	Appender
}

func (a fullAppender) Append(data []byte) error {
	if err := a.disk.take(len(data)); err != nil {
		return err
	}
	return a.Appender.Append(data)
}

// memory is a disk that keeps its files in memory, by their paths.
type memory map[string][]byte

func (memory) MakeDirs(string, uint32) error { return nil }

func (m memory) CreateFile(path string, data []byte, _ uint32) error {
	if _, is := m[path]; is {
		return fs.ErrExist
	}
	m[path] = bytes.Clone(data)
	return nil
}

func (m memory) ReplaceFile(path string, data []byte, _ uint32) error {
	m[path] = bytes.Clone(data)
	return nil
}

func (m memory) ReadFile(path string, limit int64) ([]byte, error) {
	data, is := m[path]
	switch {
	case !is:
		return nil, fs.ErrNotExist
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	return bytes.Clone(data), nil
}

func (m memory) ReadDir(path string) (names []string, err error) {
	err = m.EachName(path, func(name string) error { names = append(names, name); return nil })
	slices.Sort(names)
	return names, err
}

func (m memory) EachName(path string, visit func(name string) error) error {
	seen := map[string]bool{}
	for file := range m {
		rest, below := strings.CutPrefix(file, path+"/")
		name, _, _ := strings.Cut(rest, "/")
		if below && !seen[name] {
			seen[name] = true
			if err := visit(name); err != nil {
				return err
			}
		}
	}
	if len(seen) == 0 {
		return fs.ErrNotExist
	}
	return nil
}

func (m memory) Rename(from, to string) error {
	for file, data := range m {
		if rest, below := strings.CutPrefix(file, from+"/"); below {
			delete(m, file)
			m[to+"/"+rest] = data
		}
	}
	return nil
}

func (m memory) OpenAppend(path string) (Appender, error) { return memoryAppender{m, path}, nil }

func (m memory) RemoveAll(path string) error {
	maps.DeleteFunc(m, func(file string, _ []byte) bool { return file == path || strings.HasPrefix(file, path+"/") })
	return nil
}

type memoryAppender struct {
	memory
	path string
}

func (a memoryAppender) Append(data []byte) error {
	a.memory[a.path] = slices.Concat(a.memory[a.path], data)
	return nil
}

func (memoryAppender) Close() error { return nil }
