package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/change"
)

var (
	etcdGroup = change.State{Group: &change.Group{GID: 52034}}
	etcdUser  = change.State{User: &change.User{UID: 52034, GID: 52034, Comment: "etcd service account", Home: "/nonexistent", Shell: "/usr/sbin/nologin"}}
)

// accountTree is a tree with account files, some with backup files.
func accountTree(t *testing.T, calls Calls) *Root {
	t.Helper()
	r := tree(t, calls, "etc/")
	for name, f := range map[string]struct {
		content string
		mode    os.FileMode
	}{
		"passwd":   {"root:x:0:0:root:/root:/bin/bash\n# a comment\netcdx:x:1001:1001::/:/bin/sh\n", 0o644},
		"passwd-":  {"root:x:0:0:an older root:/root:/bin/bash\n", 0o600},
		"shadow":   {"root:*:19000:0:99999:7:::\netcdx:!:19000::::::\n", 0o640},
		"group":    {"root:x:0:\netcdx:x:1001:etcd\n", 0o644},
		"gshadow":  {"root:*::\netcdx:!::etcd\n", 0o640},
		"gshadow-": {"", 0o640},
		"subuid":   {"etcdx:100000:65536\n", 0o644},
		"subgid":   {"etcdx:100000:65536\n", 0o644},
	} {
		full := filepath.Join(r.Path(), "etc", name)
		ok(t, os.WriteFile(full, []byte(f.content), 0o600))
		ok(t, os.Chmod(full, f.mode))
	}
	return r
}

// etc takes down every file in /etc, whole.
func etc(t *testing.T, r *Root) map[string]change.State {
	t.Helper()
	names, err := r.ReadDir("/etc")
	ok(t, err)
	files := map[string]change.State{}
	for _, name := range names {
		files[name] = state(t, r, "/etc/"+name)
	}
	return files
}

func needTools(t *testing.T) {
	t.Helper()
	needRoot(t)
	if _, err := exec.LookPath("/usr/sbin/useradd"); err != nil {
		t.Skip("skipped: needs useradd")
	}
}

func TestReadAccounts(t *testing.T) {
	r := accountTree(t, nil)
	got, err := r.ReadUser("etcdx")
	ok(t, err)
	equal(t, got, change.State{User: &change.User{UID: 1001, GID: 1001, Home: "/", Shell: "/bin/sh"}})
	got, err = r.ReadGroup("etcdx")
	ok(t, err)
	equal(t, got, change.State{Group: &change.Group{GID: 1001}})
	for _, read := range []func(string) (change.State, error){r.ReadUser, r.ReadGroup} {
		got, err := read("none")
		ok(t, err)
		equal(t, got, change.State{})
	}
	for owner, want := range map[string][2]uint32{
		"root:root": {0, 0}, "etcdx:root": {1001, 0}, "0:52034": {0, 52034}, "root:4294967294": {0, 4294967294},
	} {
		uid, gid, err := r.LookupOwner(owner)
		ok(t, err)
		equal(t, [2]uint32{uid, gid}, want)
	}
	for _, owner := range []string{"none:root", "root:none", "root:4294967295", "root:-1"} {
		if _, _, err := r.LookupOwner(owner); !errors.Is(err, ErrNoAccount) {
			t.Errorf("%s: got %v, want ErrNoAccount", owner, err)
		}
	}
	_, _, err = r.LookupOwner("root")
	wantError(t, err, "it is not user:group")
	for uid, want := range map[uint32]string{0: "root", 1001: "etcdx", 7: "7"} {
		name, err := r.UserByID(uid)
		ok(t, err)
		equal(t, name, want)
		name, err = r.GroupByID(uid)
		ok(t, err)
		equal(t, name, want)
	}
	empty := tree(t, nil)
	got, err = empty.ReadUser("root")
	ok(t, err)
	equal(t, got, change.State{})
}

func TestAddAndRemoveAccount(t *testing.T) {
	needTools(t)
	tests := map[string]func(r *Root) error{
		"as it is": func(*Root) error { return nil },
		"last lines not ended": func(r *Root) error {
			return os.WriteFile(r.Path()+"/etc/passwd", []byte("root:x:0:0:root:/root:/bin/bash"), 0o644)
		},
		"no shadow files": func(r *Root) error {
			return errors.Join(os.Remove(r.Path()+"/etc/shadow"), os.Remove(r.Path()+"/etc/gshadow"))
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			r := accountTree(t, nil)
			ok(t, prepare(r))
			ctx := context.Background()
			before := etc(t, r)
			ok(t, r.WriteGroup(ctx, "etcd", change.State{}, etcdGroup))
			between := etc(t, r)
			ok(t, r.WriteUser(ctx, "etcd", change.State{}, etcdUser))
			got, err := r.ReadUser("etcd")
			ok(t, err)
			equal(t, got, etcdUser)
			if _, err := os.Stat(r.Path() + "/nonexistent"); err == nil {
				t.Error("a home directory was made")
			}
			uid, gid, err := r.LookupOwner("etcd:etcd")
			ok(t, err)
			equal(t, [2]uint32{uid, gid}, [2]uint32{52034, 52034})

			// Another process undoes it.
			again, err := OpenRoot(r.Path(), nil)
			ok(t, err)
			defer again.Close()
			ok(t, again.WriteUser(ctx, "etcd", etcdUser, change.State{}))
			equal(t, etc(t, again), between)
			ok(t, again.WriteUser(ctx, "etcd", etcdUser, change.State{})) // once more does no harm
			ok(t, again.WriteGroup(ctx, "etcd", etcdGroup, change.State{}))
			equal(t, etc(t, again), before)
			names, err := again.ReadDir(keptDir)
			ok(t, err)
			equal(t, len(names), 0)
		})
	}
}

// A tool that fails leaves nothing behind, and its own words are in the error.
func TestAddAccountFails(t *testing.T) {
	needTools(t)
	r := accountTree(t, nil)
	before := etc(t, r)
	err := r.WriteGroup(context.Background(), "etcd", change.State{}, change.State{Group: &change.Group{GID: 1001}})
	wantError(t, err, "cannot write group etcd: groupadd: exit status 4: groupadd: GID '1001' already exists")
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	err = r.WriteUser(stopped, "etcd", change.State{}, etcdUser)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	equal(t, etc(t, r), before)
}

// Accounts that others add between the add and its undo stay, and so do the
// backup files that are theirs.
func TestRemoveAccountAfterOthers(t *testing.T) {
	needTools(t)
	r := accountTree(t, nil)
	ctx := context.Background()
	before := etc(t, r)
	ok(t, r.WriteGroup(ctx, "etcd", change.State{}, etcdGroup))
	ok(t, r.WriteUser(ctx, "etcd", change.State{}, etcdUser))
	ok(t, exec.Command("/usr/sbin/useradd", "--prefix", r.Path(), "-M", "-N", "-u", "1500", "-g", "0", "other").Run())
	theirs := state(t, r, "/etc/passwd-")
	ok(t, r.WriteUser(ctx, "etcd", etcdUser, change.State{}))
	ok(t, r.WriteGroup(ctx, "etcd", etcdGroup, change.State{}))
	equal(t, state(t, r, "/etc/passwd-"), theirs)
	now := etc(t, r)
	passwd := string(now["passwd"].File.Content.Data)
	rest, found := strings.CutPrefix(passwd, string(before["passwd"].File.Content.Data))
	if !found || !strings.HasPrefix(rest, "other:x:1500:") || strings.Contains(rest, "etcd") {
		t.Errorf("passwd is %q", passwd)
	}
	for _, name := range []string{"group", "group-", "gshadow", "gshadow-"} {
		equal(t, now[name], before[name])
	}
}

// Each operation of adding and removing a user fails once; what was begun is
// then undone and leaves no trace.
func TestAccountFaults(t *testing.T) {
	needTools(t)
	ctx := context.Background()
	for k := 1; ; k++ {
		calls := &faults{}
		r := accountTree(t, calls)
		before := etc(t, r)
		calls.fail = failingNth(k).fail
		addErr := r.WriteUser(ctx, "etcd", change.State{}, userOfRoot())
		removeErr := addErr
		if addErr == nil {
			removeErr = r.WriteUser(ctx, "etcd", userOfRoot(), change.State{})
		}
		finished := len(calls.names) < k
		calls.fail = nil
		now, err := r.ReadUser("etcd")
		ok(t, err)
		ok(t, r.WriteUser(ctx, "etcd", now, change.State{}))
		ok(t, r.RemoveTemporaries("/etc"))
		if got := etc(t, r); len(got) != len(before) || removeErr == nil && !finished {
			t.Errorf("operation %d of %q: %v, /etc has %d files, want %d", k, calls.names, removeErr, len(got), len(before))
		} else {
			equal(t, got, before)
		}
		if finished {
			ok(t, addErr)
			ok(t, removeErr)
			break
		}
	}
}

func userOfRoot() change.State {
	u := *etcdUser.User
	u.GID = 0
	return change.State{User: &u}
}

func TestAccountsRefused(t *testing.T) {
	ctx := context.Background()
	calls := &faults{}
	r := accountTree(t, calls)
	etcdx, err := r.ReadUser("etcdx")
	ok(t, err)
	var refused *Refused
	var changed *Changed
	if err := r.WriteUser(ctx, "etcdx", etcdx, etcdUser); !errors.As(err, &refused) {
		t.Errorf("another number: got %v, want *Refused", err)
	}
	if err := r.WriteGroup(ctx, "etcdx", change.State{}, etcdGroup); !errors.As(err, &changed) {
		t.Errorf("exists: got %v, want *Changed", err)
	}
	for _, name := range []string{"", "-R", "a:b", "a\nb", "../x", "Etcd", strings.Repeat("a", 33)} {
		if err := r.WriteUser(ctx, name, change.State{}, etcdUser); !errors.As(err, &refused) {
			t.Errorf("name %q: got %v, want *Refused", name, err)
		}
	}
	evil := *etcdUser.User
	evil.Comment = "x\nroot2::0:0::/:/bin/sh"
	if err := r.WriteUser(ctx, "etcd", change.State{}, change.State{User: &evil}); !errors.As(err, &refused) {
		t.Errorf("comment with a line: got %v, want *Refused", err)
	}
	equal(t, len(calls.names), 0)

	ok(t, os.Remove(r.Path()+"/etc/shadow"))
	ok(t, os.Symlink("/etc/shadow", r.Path()+"/etc/shadow"))
	if err := r.WriteUser(ctx, "etcd", change.State{}, etcdUser); !errors.As(err, &refused) {
		t.Errorf("link: got %v, want *Refused", err)
	}
	wantError(t, run(ctx, "no-such-tool"), "no-such-tool is not in /usr/sbin, /sbin, /usr/bin: install the package passwd")
}

// What was written down of accounts is forgotten once they are gone, and nothing else is.
func TestPruneAccounts(t *testing.T) {
	r := accountTree(t, nil)
	ok(t, r.PruneAccounts()) // nothing was ever written down
	dir := filepath.Join(r.Path(), keptDir)
	ok(t, os.MkdirAll(dir, 0o700))
	stays := []string{"group-etcdx.json", "notes", "unit-gone.json", "user-.json.json.old", "user-etcdx.json", "user-gone"}
	for _, name := range append([]string{"group-gone.json", "user-gone.json", "user-gone-too.json"}, stays...) {
		ok(t, os.WriteFile(filepath.Join(dir, name), []byte("[]"), 0o600))
	}
	_, err := r.ReadUser("etcdx") // what is remembered of the files must not count
	ok(t, err)
	ok(t, r.PruneAccounts())
	names, err := r.ReadDir(keptDir)
	ok(t, err)
	equal(t, names, stays)

	ok(t, os.WriteFile(r.Path()+"/etc/passwd", []byte("root:x:0:0::/:/bin/sh\n"), 0o644))
	ok(t, r.PruneAccounts())
	names, err = r.ReadDir(keptDir)
	ok(t, err)
	equal(t, names, []string{"group-etcdx.json", "notes", "unit-gone.json", "user-.json.json.old", "user-gone"})

	// Where it cannot be told whether an account is gone, nothing of it is.
	ok(t, os.WriteFile(dir+"/user-a.json", []byte("[]"), 0o600))
	ok(t, errors.Join(os.Remove(r.Path()+"/etc/passwd"), os.Mkdir(r.Path()+"/etc/passwd", 0o755)))
	if err := r.PruneAccounts(); err == nil {
		t.Error("a directory is read for the users")
	}
	if _, err := os.Stat(dir + "/user-a.json"); err != nil {
		t.Error(err)
	}
}
