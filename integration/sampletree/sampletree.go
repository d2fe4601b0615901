// Package sampletree lays out the sample node: the files, with their modes,
// that `kubeadm init` wrote on a real node, for the demo and for tests that
// work on a tree with --root. It needs no root, so everything belongs to who
// calls it. It never writes into a directory that holds something.
package sampletree

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"harden/integration/testdata"
)

// Kinds of entries, as modes.txt names them.
const (
	kindFile      = "file"
	kindDirectory = "directory"
	kindSymlink   = "symlink"
)

// entry is one line of modes.txt.
type entry struct {
	path   string // relative to the root, with slashes
	mode   fs.FileMode
	kind   string
	target string // of a symlink
}

// Write lays out the sample node below dir, which is made where it does not
// exist. It is an error when dir is not empty; what stood there is untouched.
// Modes do not depend on the umask.
func Write(dir string) error {
	present, err := os.ReadDir(dir)
	switch {
	case err == nil && len(present) > 0:
		return fmt.Errorf("cannot lay out the sample node: %s is not empty (it holds %s)", dir, present[0].Name())
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot lay out the sample node: %w", err)
	}
	entries, err := list()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot lay out the sample node: %w", err)
	}
	for _, e := range entries {
		if err := e.create(dir); err != nil {
			return fmt.Errorf("cannot lay out the sample node: %w", err)
		}
	}
	// Last and inside out, so that a directory's own mode never hinders.
	for _, e := range slices.Backward(entries) {
		if e.kind == kindSymlink {
			continue // has no mode of its own on Linux
		}
		if err := os.Chmod(filepath.Join(dir, e.path), e.mode); err != nil {
			return fmt.Errorf("cannot lay out the sample node: %w", err)
		}
	}
	return nil
}

// create makes an entry below dir, with a mode that is not final yet.
func (e entry) create(dir string) error {
	name := filepath.Join(dir, e.path)
	switch e.kind {
	case kindDirectory:
		return os.Mkdir(name, 0o700)
	case kindSymlink:
		return os.Symlink(e.target, name)
	default:
		data, err := testdata.SampleNode.ReadFile("samplenode/root/" + e.path)
		if err != nil {
			return err
		}
		return os.WriteFile(name, data, 0o600)
	}
}

// list reads modes.txt, in its order: a directory before what it holds.
func list() ([]entry, error) {
	const name = "samplenode/modes.txt"
	data, err := testdata.SampleNode.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the list of the sample node: %w", err)
	}
	var entries []entry
	lines := bufio.NewScanner(bytes.NewReader(data))
	for number := 1; lines.Scan(); number++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		e, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		entries = append(entries, e)
	}
	return entries, lines.Err()
}

// parse reads a line "path mode type", where type is file, directory or
// "symlink TARGET".
func parse(line string) (entry, error) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return entry{}, fmt.Errorf("%q is not a path, mode and type", line)
	}
	mode, err := strconv.ParseUint(fields[1], 8, 9)
	if err != nil {
		return entry{}, fmt.Errorf("%q is not a mode such as 0600", fields[1])
	}
	e := entry{path: fields[0], mode: fs.FileMode(mode), kind: fields[2]}
	switch {
	case (e.kind == kindFile || e.kind == kindDirectory) && len(fields) == 3:
	case e.kind == kindSymlink && len(fields) == 4:
		e.target = fields[3]
	default:
		return entry{}, fmt.Errorf("%q is not a type: file, directory or symlink TARGET", strings.Join(fields[2:], " "))
	}
	return e, nil
}
