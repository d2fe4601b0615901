package fixers

import (
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// Account asks for a group and a user of fixed ids, or with any ids where Component is proven to run as them.
// An account of that name with another id is never renumbered, since files
// of its own would change hands; where the component that it is for runs as it
// by now, its ids are right as they are.
type Account struct {
	// Component is what the account is for: "etcd"; empty: nothing that is known.
	Component string `yaml:"component"`

	User    string `yaml:"user"`  // required
	Group   string `yaml:"group"` // required
	UID     uint32 `yaml:"uid"`   // required
	GID     uint32 `yaml:"gid"`   // required
	Comment string `yaml:"comment"`
	Home    string `yaml:"home"`  // "/nonexistent" where it is empty; never made
	Shell   string `yaml:"shell"` // "/usr/sbin/nologin" where it is empty
}

// Check implements Fixer.
func (f *Account) Check() error {
	switch {
	case !isAccount(f.User) || !isAccount(f.Group):
		return message.Errorf("user %q or group %q is not an account name", f.User, f.Group)
	case f.UID == 0 || f.GID == 0:
		return message.Errorf("uid and gid must be given, and not be 0")
	}
	return nil
}

// Require implements Fixer.
func (f *Account) Require(rule string, n Node) Requirement {
	if req, is := noNode(n); is {
		return req
	}
	group, user := change.GroupTarget(f.Group), change.UserTarget(f.User)
	shell, home := f.Shell, f.Home
	if shell == "" {
		shell = "/usr/sbin/nologin"
	}
	if home == "" {
		home = "/nonexistent"
	}
	uid, gid := f.ids(n)
	return Requirement{Whole: true, Wants: []change.Want{
		{Rule: rule, Target: group, Field: change.FieldGID, Op: change.Exact, Value: int64(gid)},
		{Rule: rule, Target: user, Field: change.FieldUID, Op: change.Exact, Value: int64(uid)},
		{Rule: rule, Target: user, Field: change.FieldGID, Op: change.Exact, Value: int64(gid)},
		{Rule: rule, Target: user, Field: change.FieldComment, Op: change.Present, Value: f.Comment},
		{Rule: rule, Target: user, Field: change.FieldHome, Op: change.Present, Value: home},
		{Rule: rule, Target: user, Field: change.FieldShell, Op: change.Present, Value: shell},
	}}
}

// maxAccounts bounds what is read of /etc/passwd and /etc/group, in bytes.
const maxAccounts = 4 << 20

// ids are those that the account has where its component is proven to run as it,
// or where nothing runs and its manifest says that it will, or where it owns the
// data that a component run by root keeps; otherwise those of the rule. An account
// of root's ids is none of its own.
func (f *Account) ids(n Node) (uid, gid uint32) {
	c := n.Facts.Components[f.Component]
	user, group := account(n, "/etc/passwd", f.User), account(n, "/etc/group", f.Group)
	if c == nil || len(user) < 4 || len(group) < 3 || group[2] != user[3] {
		return f.UID, f.GID
	}
	own, err1 := strconv.ParseUint(user[2], 10, 32)
	main, err2 := strconv.ParseUint(user[3], 10, 32)
	if err1 != nil || err2 != nil || own == 0 || main == 0 {
		return f.UID, f.GID
	}
	runs := c.OwnerUnknown.IsZero() && c.UID == int(own) && c.GID == int(main) && (c.Running || !n.Facts.Live)
	if !runs && !ownsData(n, c, uint32(own)) {
		return f.UID, f.GID
	}
	return uint32(own), uint32(main)
}

// ownsData tells whether a user owns the data of etcd, which nobody else but root
// writes: people give it to an account of the distribution, and etcd goes on to
// run as root.
func ownsData(n Node, c *facts.Component, uid uint32) bool {
	if c.Name != "etcd" || !c.OwnerUnknown.IsZero() || c.UID > 0 && uint32(c.UID) != uid {
		return false
	}
	for _, dir := range etcdDirectories(n) {
		if info, err := n.Files.Stat(dir.path); err != nil || !info.Directory || info.UID != uid {
			return false
		}
	}
	return true
}

// account gives the fields of an account in its file, nil where it has none.
func account(n Node, file, name string) []string {
	data, err := n.Files.ReadFile(file, maxAccounts)
	if err != nil {
		return nil // who reads the account says so
	}
	for line := range strings.Lines(string(data)) {
		if fields := strings.Split(strings.TrimSpace(line), ":"); fields[0] == name {
			return fields
		}
	}
	return nil
}
