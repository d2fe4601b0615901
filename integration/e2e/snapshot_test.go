//go:build e2e

package e2e

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// recursive and alone are what a snapshot covers: everything that a profile
// may change and that the node does not change by itself. Left out on purpose:
// /var/lib/kubelet/pods, plugins, checkpoints and *_state (the kubelet's own
// bookkeeping), what is in /var/lib/etcd (the database), /var/lib/harden
// (backups and history stay), /run.
var (
	recursive = []string{
		"etc", "usr/lib/systemd", "usr/lib/sysctl.d",
		"var/lib/kubelet/config.yaml", "var/lib/kubelet/kubeadm-flags.env", "var/lib/kubelet/instance-config.yaml", "var/lib/kubelet/pki",
	}
	alone = []string{"var/lib/etcd", "var/lib/etcd/member", "var/lib/kubelet", "var/lib"}
)

// sysctls are the live values that a profile may change. They are the
// machine's, so they are read outside.
var sysctls = []string{
	"vm/overcommit_memory", "vm/panic_on_oom",
	"kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxbytes", "kernel/keys/root_maxkeys",
}

// snapshot says of each path, and of each sysctl, all that must be the same
// when the node is put back. Times are not in it: a rollback writes files.
type snapshot map[string]string

func (n *node) snapshot(t *testing.T) snapshot {
	t.Helper()
	s := snapshot{}
	add := func(path string) error {
		described, err := n.describe(path)
		s[path] = described
		return err
	}
	for _, path := range alone {
		if err := add(path); err != nil {
			t.Fatal(err)
		}
	}
	for _, top := range recursive {
		err := filepath.WalkDir(filepath.Join(n.root, top), func(name string, _ fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && name == filepath.Join(n.root, top) {
				s[top] = "missing" // kubeadm 1.30 writes no instance-config.yaml
				return nil
			}
			if err != nil {
				return err
			}
			path, err := filepath.Rel(n.root, name)
			if err != nil {
				return err
			}
			return add(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range sysctls {
		value, err := os.ReadFile(filepath.Join("/proc/sys", name))
		if err != nil {
			t.Fatal(err)
		}
		s["sysctl "+name] = strings.TrimSpace(string(value))
	}
	return s
}

// describe gives type, mode, owner, links, extended attributes and content of
// one path, on one line.
func (n *node) describe(path string) (string, error) {
	name := filepath.Join(n.root, path)
	var st unix.Stat_t
	if err := unix.Lstat(name, &st); err != nil {
		return "", &fs.PathError{Op: "lstat", Path: name, Err: err}
	}
	attributes, err := xattrs(name)
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("mode %06o owner %d:%d xattrs %q", st.Mode, st.Uid, st.Gid, attributes)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		data, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		line += fmt.Sprintf(" links %d size %d sha256 %x", st.Nlink, len(data), sha256.Sum256(data))
	case unix.S_IFLNK:
		target, err := os.Readlink(name)
		if err != nil {
			return "", err
		}
		line += " to " + target
	}
	return line, nil
}

// xattrs gives "name=value" for each extended attribute, in the kernel's order.
func xattrs(name string) ([]string, error) {
	names := make([]byte, 64<<10) // the kernel's own bound, XATTR_LIST_MAX
	size, err := unix.Llistxattr(name, names)
	if err != nil {
		return nil, &fs.PathError{Op: "llistxattr", Path: name, Err: err}
	}
	var all []string
	for _, attribute := range bytes.Split(bytes.TrimSuffix(names[:size], []byte{0}), []byte{0}) {
		if len(attribute) == 0 {
			continue
		}
		value := make([]byte, 64<<10) // XATTR_SIZE_MAX
		size, err := unix.Lgetxattr(name, string(attribute), value)
		if err != nil {
			return nil, &fs.PathError{Op: "lgetxattr", Path: name, Err: err}
		}
		all = append(all, fmt.Sprintf("%s=%x", attribute, value[:size]))
	}
	return all, nil
}

// requireSame fails the test where a snapshot differs from the one before.
func requireSame(t *testing.T, before, after snapshot) {
	t.Helper()
	if diff := cmp.Diff(before, after); diff != "" {
		t.Fatalf("the node is not as it was (-before +after):\n%s", diff)
	}
}
