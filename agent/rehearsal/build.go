package rehearsal

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// build makes the entries of a directory, and mounts what is shown of the host.
func (e *entry) build(dir string) error {
	for _, name := range slices.Sorted(maps.Keys(e.entries)) {
		if err := e.entries[name].make(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) make(path string) error {
	switch {
	case e.link != "":
		return os.Symlink(e.link, path)
	case e.host != "" && e.entries == nil:
		return e.makeShown(path)
	case e.entries == nil:
		return e.makeFile(path)
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	if e.writable {
		if err := tmpfs(path, "mode=0777"); err != nil {
			return err
		}
	}
	if e.file != nil {
		if err := e.own(path); err != nil {
			return err
		}
	}
	return e.build(path)
}

// makeShown mounts what is shown of the host. A directory is seen with its own
// mode and owner. What is gone meanwhile is not there, or is empty.
func (e *entry) makeShown(path string) error {
	info, err := os.Lstat(e.host)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		err = os.Mkdir(path, 0o700)
	} else {
		err = os.WriteFile(path, nil, 0o600)
	}
	if err != nil {
		return err
	}
	if err := show(e.host, path); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return readOnly(path, e.device)
}

// makeFile writes a staged file. Nobody but the subject and what it starts sees
// it: it lies in a tmpfs of the subject's own mount namespace.
func (e *entry) makeFile(path string) error {
	if e.file == nil {
		return fmt.Errorf("nothing is known of %s", path)
	}
	if err := os.WriteFile(path, e.file.Data, 0o600); err != nil {
		return err
	}
	return e.own(path)
}

// own gives what is staged the owner and the mode that it will have.
func (e *entry) own(path string) error {
	if err := unix.Chown(path, e.file.UID, e.file.GID); err != nil {
		return fmt.Errorf("chown %s: %w", path, err)
	}
	if err := unix.Chmod(path, e.file.Mode&0o1777); err != nil {
		return fmt.Errorf("chmod %s: %w", path, err)
	}
	return nil
}
