package fixers

import (
	"slices"

	"harden/agent/accounts"
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

// ids are those that the account has where its component is proven to run as it,
// or where nothing runs and its manifest says that it will, or where it owns the
// data that a component run by root keeps; otherwise those of the rule. An account
// of root's ids is none of its own.
func (f *Account) ids(n Node) (uid, gid uint32) {
	c := n.Facts.Components[f.Component]
	user, known := userNamed(n, f.User)
	groups := readAccounts(n, "/etc/group", accounts.Groups)
	i := slices.IndexFunc(groups, func(g accounts.Group) bool { return g.Name == f.Group })
	if c == nil || !known || i < 0 || groups[i].GID != user.GID || user.UID == 0 || user.GID == 0 {
		return f.UID, f.GID
	}
	runs := c.OwnerUnknown.IsZero() && c.UID == int(user.UID) && c.GID == int(user.GID) && (c.Running || !n.Facts.Live)
	if !runs && !ownsData(n, c, user.UID) {
		return f.UID, f.GID
	}
	return user.UID, user.GID
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

// userNamed returns a user of the node, the first of that name.
func userNamed(n Node, name string) (user accounts.User, known bool) {
	users := readAccounts(n, "/etc/passwd", accounts.Users)
	i := slices.IndexFunc(users, func(u accounts.User) bool { return u.Name == name })
	if i < 0 {
		return accounts.User{}, false
	}
	return users[i], true
}

// readAccounts reads a file of accounts, none where it cannot be read: who reads
// the account says so.
func readAccounts[T any](n Node, file string, read func([]byte) []T) []T {
	data, err := n.Files.ReadFile(file, accounts.MaxSize)
	if err != nil {
		return nil
	}
	return read(data)
}
