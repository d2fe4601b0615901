package planner

import (
	"fmt"
	"os"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
)

// composition makes composers of the targets of one node.
type composition struct {
	node  *node.Node
	facts *facts.Facts
	owner func(owner string) (uid, gid uint32, err error) // the ids of "user:group"
}

func (c *composition) compose(t change.Target, before change.State) (composer, error) {
	switch t.Kind() {
	case change.KindFile:
		return c.composeFile(t.Name(), before)
	case change.KindSysctl:
		return &sysctlComposer{by: c, key: t.Name(), now: before}, nil
	case change.KindUser, change.KindGroup:
		return &accountComposer{by: c, target: t, before: before, now: before}, nil
	case change.KindUnit:
		return &unitComposer{noRestart: c.node.NoRestart, now: before}, nil
	}
	return nil, message.Errorf("unknown kind of target %s", t)
}

// asRoot tells whether what only root can do is taken as possible.
func (c *composition) asRoot() bool { return c.node.Passive || os.Geteuid() == 0 }

// needsRoot blocks what only root can do, for an ordinary user.
func (c *composition) needsRoot(what message.Text) error {
	if !c.asRoot() {
		return blocked("needs root: %s", what)
	}
	return nil
}

// sysctlComposer composes the live value of a kernel parameter.
type sysctlComposer struct {
	by  *composition
	key string
	now change.State
}

func (c *sysctlComposer) get(change.Want) (any, bool, error) {
	if c.now.Sysctl == nil {
		return nil, false, blocked("this kernel has no parameter %s", c.key)
	}
	return c.now.Sysctl.Value, true, nil
}

func (c *sysctlComposer) raw(change.Want) any { return c.now.Sysctl.Value }

func (c *sysctlComposer) set(_ change.Want, value any) error {
	if err := c.by.needsRoot(message.New("only root sets kernel parameters")); err != nil {
		return err
	}
	c.now = change.State{Sysctl: &change.Sysctl{Value: fmt.Sprint(value)}}
	return nil
}

func (c *sysctlComposer) state() (change.State, error) { return c.now, nil }

// accountComposer composes a user or a group. An account is made, never
// altered: files that belong to its ids would change hands.
type accountComposer struct {
	by          *composition
	target      change.Target
	before, now change.State
}

func (c *accountComposer) fields() map[change.Field]any {
	switch {
	case c.now.User != nil:
		u := c.now.User
		return map[change.Field]any{change.FieldUID: int64(u.UID), change.FieldGID: int64(u.GID), change.FieldComment: u.Comment,
			change.FieldHome: u.Home, change.FieldShell: u.Shell}
	case c.now.Group != nil:
		return map[change.Field]any{change.FieldGID: int64(c.now.Group.GID)}
	}
	return nil
}

func (c *accountComposer) get(w change.Want) (any, bool, error) {
	value, found := c.fields()[w.Field]
	if !c.before.Exists() {
		return nil, false, nil
	}
	return value, found, nil
}

func (c *accountComposer) raw(w change.Want) any { return c.fields()[w.Field] }

func (c *accountComposer) set(w change.Want, value any) error {
	kind, name := c.target.Kind(), c.target.Name()
	if c.before.Exists() {
		found := w.Shown(c.fields()[w.Field])
		return blocked("%s %s has %s %v, not %v; harden does not change this number, because the files of the account would then belong to another account; if the number is right, use --set %s-%s=%v", kind, name, w.Field, found, value, name, w.Field, found)
	}
	if err := c.by.needsRoot(message.New("only root makes accounts")); err != nil {
		return err
	}
	if err := c.by.node.Root.AccountsOurs(); err != nil {
		return blocked("%v", err)
	}
	if err := c.taken(w, value); err != nil {
		return err
	}
	if kind == change.KindGroup {
		c.now.Group = &change.Group{GID: id(value)}
		return nil
	}
	if c.now.User == nil {
		c.now.User = &change.User{}
	}
	switch u := c.now.User; w.Field {
	case change.FieldUID:
		u.UID = id(value)
	case change.FieldGID:
		u.GID = id(value)
	case change.FieldComment:
		u.Comment = fmt.Sprint(value)
	case change.FieldHome:
		u.Home = fmt.Sprint(value)
	case change.FieldShell:
		u.Shell = fmt.Sprint(value)
	}
	return nil
}

func id(value any) uint32 {
	n, _ := value.(int64)
	return uint32(n)
}

// taken blocks an id that another account has.
func (c *accountComposer) taken(w change.Want, value any) error {
	var other string
	var err error
	switch kind := c.target.Kind(); {
	case kind == change.KindUser && w.Field == change.FieldUID:
		other, err = c.by.node.Root.UserByID(id(value))
	case kind == change.KindGroup && w.Field == change.FieldGID:
		other, err = c.by.node.Root.GroupByID(id(value))
	}
	if err == nil && other != "" && other != fmt.Sprint(value) { // an id that nobody has comes back as its number
		return blocked("%s %v belongs to %s %s already", w.Field, value, c.target.Kind(), other)
	}
	return err
}

func (c *accountComposer) state() (change.State, error) { return c.now, nil }

// unitComposer composes whether a unit runs what its files say.
type unitComposer struct {
	noRestart bool
	now       change.State
}

// of is what is said of a field.
func (c *unitComposer) of(f change.Field) *message.Text {
	if f == change.FieldServing {
		return &c.now.Unit.Serving
	}
	return &c.now.Unit.Stale
}

func (c *unitComposer) get(w change.Want) (any, bool, error) {
	if said := *c.of(w.Field); !said.IsZero() {
		return said, true, nil
	}
	return change.Current, true, nil
}

func (c *unitComposer) raw(w change.Want) any {
	value, _, _ := c.get(w)
	return value
}

func (c *unitComposer) set(w change.Want, _ any) error {
	said := c.of(w.Field)
	if c.noRestart {
		return blocked("%s; a restart is needed, and --no-restart forbids it", *said)
	}
	unit := *c.now.Unit
	c.now = change.State{Unit: &unit}
	*c.of(w.Field) = message.Text{}
	return nil
}

func (c *unitComposer) state() (change.State, error) { return c.now, nil }
