//go:build torture

package torture

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"harden/integration/capabilities"
)

// mixedProfile asks for what needs rights: accounts, owners, modes of what
// belongs to others, and a file in a directory of somebody else's.
const mixedProfile = `harden: profile/v1
name: mixed
version: 1.0.0
title: {en: "Mixed owners", zh: "多个属主"}
extends: [cis-1.12]
skip: [apiserver-encryption-at-rest] # a rollback keeps it
controls:
  - id: mixed
    title: {en: "Files of others", zh: "他人的文件"}
    rules: [backup-account, given, narrowed]
rules:
  - name: backup-account
    kind: account
    with: {user: backup-k8s, group: backup-k8s, uid: 52040, gid: 52040}
  - name: given
    kind: file-access
    with: {path: /opt/given, match: "**", mode: "0750", owner: "52040:52040"}
  - name: narrowed
    kind: file-access
    with: {path: /opt/narrowed, match: "**", mode: "0700"}
`

const (
	somebody = 1000 // owns files of the tree
	shadow   = 42   // the group of gshadow
)

// mixedTree lays out a tree that belongs to root in part only.
func mixedTree(t *testing.T, dir string) {
	t.Helper()
	tree(t, dir)
	for name, mode := range map[string]uint32{"opt/given/file": 0o2775, "opt/narrowed/file": 0o2771} {
		file := filepath.Join(dir, name)
		ok(t, os.MkdirAll(filepath.Dir(file), 0o755))
		ok(t, os.WriteFile(file, []byte("x"), 0o600))
		ok(t, os.Chown(file, somebody, somebody))
		ok(t, unix.Chmod(file, mode))
		ok(t, os.Chown(filepath.Dir(file), somebody, somebody))
		ok(t, os.Chmod(filepath.Dir(file), 0o700))
	}
	for _, name := range []string{"var/lib/kubelet/config.yaml", "var/lib/kubelet"} {
		ok(t, os.Chown(filepath.Join(dir, name), somebody, somebody))
	}
	ok(t, os.Chmod(filepath.Join(dir, "var/lib/kubelet"), 0o700))
	// As on every Debian: groupadd makes another copy, and an undo puts this one back.
	for name, text := range map[string]string{"etc/gshadow": "root:*::\n", "etc/gshadow-": "older\n"} {
		file := filepath.Join(dir, name)
		ok(t, os.WriteFile(file, []byte(text), 0o640))
		ok(t, os.Chown(file, 0, shadow))
	}
}

// confined runs harden as root with no more than some capabilities.
func confined(t *testing.T, names []string, args ...string) outcome {
	t.Helper()
	bound := "-all"
	for _, name := range names {
		bound += ",+" + strings.ToLower(strings.TrimPrefix(name, "CAP_"))
	}
	return command(t, slices.Concat([]string{"setpriv", "--bounding-set", bound, binary}, args)...)
}

// TestCapabilitiesOfATree finds the capabilities that apply and rollback need
// on a tree of mixed owners: all that docs/security.md lists, and no other.
func TestCapabilitiesOfATree(t *testing.T) {
	if _, err := exec.LookPath("setpriv"); err != nil {
		t.Skip("setpriv is not installed (package util-linux): capabilities cannot be dropped")
	}
	listed, err := capabilities.Listed(filepath.Join("..", "..", "docs", "security.md"), "tree")
	ok(t, err)
	dir := workspace(t)
	profile := filepath.Join(dir, "mixed.yaml")
	ok(t, os.WriteFile(profile, []byte(mixedProfile), 0o600))
	lay := func(t *testing.T) (string, snapshot) {
		root := filepath.Join(dir, "node")
		ok(t, os.RemoveAll(root))
		mixedTree(t, root)
		return root, take(t, root)
	}
	attempts := 0

	t.Run("exactly those listed", func(t *testing.T) {
		root, before := lay(t)
		exits(t, confined(t, listed, "apply", "--yes", "--root", root, "--profile", profile), 0)
		exits(t, confined(t, listed, "rollback", "--yes", "--root", root), 0)
		same(t, before, take(t, root))
		attempts += 2
	})
	for _, dropped := range listed {
		t.Run("without "+dropped, func(t *testing.T) {
			rest := slices.DeleteFunc(slices.Clone(listed), func(name string) bool { return name == dropped })
			root, before := lay(t)
			o := confined(t, rest, "apply", "--yes", "--root", root, "--profile", profile)
			attempts++
			switch {
			case o.code == 0 && strings.Contains(o.stderr, "skipped, because it could not be checked: "): // by its own rules alone
				attempts++
				exits(t, o, 0, "permission denied", "--skip ")
				exits(t, confined(t, rest, "rollback", "--yes", "--root", root), 0)
			case o.code == 0: // what apply only takes away, a rollback has to give back
				attempts++
				exits(t, confined(t, rest, "rollback", "--yes", "--root", root), 5, "/opt/narrowed/file", "go on with: harden rollback")
				exits(t, run(t, "rollback", "--yes", "--root", root), 0)
			case o.code == 5: // groupadd fails half-way, and its leftover cannot be given to its group
				attempts++
				exits(t, o, 5, "/etc/gshadow-", "not everything could be restored")
				exits(t, run(t, "rollback", "--yes", "--root", root), 0)
			default:
				exits(t, o, 3, "everything was restored")
			}
			same(t, before, take(t, root))
		})
	}
	figure(t, "attempts", attempts)
}

// same makes sure that a tree is as it was.
func same(t *testing.T, before, now snapshot) {
	t.Helper()
	for path := range before {
		if before[path] != now[path] {
			t.Errorf("%s was %q, and is %q", path, before[path], now[path])
		}
	}
	for path := range now {
		if _, was := before[path]; !was {
			t.Errorf("%s was not there", path)
		}
	}
}
