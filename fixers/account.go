package fixers

import (
	"errors"
	"fmt"

	"harden/agent/change"
)

// Account asks for a local service account: a group and a user of fixed ids.
// An account of that name with another id is never renumbered, since files
// of its own would change hands.
type Account struct {
	User    string `yaml:"user"`
	Group   string `yaml:"group"`
	UID     uint32 `yaml:"uid"`
	GID     uint32 `yaml:"gid"`
	Comment string `yaml:"comment"`
	Home    string `yaml:"home"`  // not created
	Shell   string `yaml:"shell"` // "/usr/sbin/nologin" where it is empty
}

// Check implements Fixer.
func (f *Account) Check() error {
	switch {
	case !isAccount(f.User) || !isAccount(f.Group):
		return fmt.Errorf("user %q or group %q is no account name", f.User, f.Group)
	case f.UID == 0 || f.GID == 0:
		return errors.New("uid and gid must be given, and not be 0")
	}
	return nil
}

// Wish implements Fixer.
func (f *Account) Wish(rule string, n Node) Wish {
	if wish, is := noNode(n); is {
		return wish
	}
	group, user := change.GroupTarget(f.Group), change.UserTarget(f.User)
	shell, home := f.Shell, f.Home
	if shell == "" {
		shell = "/usr/sbin/nologin"
	}
	if home == "" {
		home = "/nonexistent"
	}
	return Wish{Whole: true, Wants: []change.Want{
		{Rule: rule, Target: group, Field: change.FieldGID, Op: change.Exact, Value: int64(f.GID)},
		{Rule: rule, Target: user, Field: change.FieldUID, Op: change.Exact, Value: int64(f.UID)},
		{Rule: rule, Target: user, Field: change.FieldGID, Op: change.Exact, Value: int64(f.GID)},
		{Rule: rule, Target: user, Field: change.FieldComment, Op: change.Present, Value: f.Comment},
		{Rule: rule, Target: user, Field: change.FieldHome, Op: change.Present, Value: home},
		{Rule: rule, Target: user, Field: change.FieldShell, Op: change.Present, Value: shell},
	}}
}
