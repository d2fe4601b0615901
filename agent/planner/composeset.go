package planner

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/host"
	"harden/agent/message"
)

func (c *fileComposer) set(w change.Want, value any) error {
	if !c.exists() && (w.Field == change.FieldMode || w.Field == change.FieldOwner) {
		return nil // nothing is there, and nobody asks for it to be there
	}
	c.last = looked{} // what is set moves the others too
	switch w.Field {
	case change.FieldType:
		c.made, c.now.Directory, c.now.Mode = true, true, 0o755
		return nil
	case change.FieldContent:
		return c.setContent(w, value)
	case change.FieldMode:
		return c.setMode(value)
	case change.FieldOwner:
		return c.setOwner(value)
	}
	doc, err := c.doc(w)
	if err != nil {
		return err
	}
	_, address := c.syntax(w)
	if value == nil {
		err = doc.Unset(address)
	} else {
		err = doc.Set(address, value)
	}
	if err != nil {
		return message.Errorf("cannot set %s in %s: %w", address, c.path, err)
	}
	c.made = c.made || c.before == nil
	return nil
}

func (c *fileComposer) setContent(w change.Want, value any) error {
	data, ok := value.([]byte)
	if !ok {
		return message.Errorf("the content of %s is not text", c.path)
	}
	if c.before != nil && len(w.Generate) > 0 && len(c.before.Content.Generate) == 0 && !c.empty(w) {
		return blocked("%s exists already, and harden never overwrites a key", c.path)
	}
	c.now.Content = change.NewContent(data, w.Secret)
	c.now.Content.Generate = w.Generate
	c.made, c.secret = c.before == nil, c.secret || w.Secret
	return nil
}

func (c *fileComposer) setMode(value any) error {
	mode, err := change.ParseMode(value)
	if err != nil {
		return err
	}
	if c.before != nil && !c.by.asRoot() && c.before.UID != uint32(os.Geteuid()) {
		return blocked("needs root: %s belongs to %s", c.path, c.ownerName())
	}
	c.now.Mode = mode
	return nil
}

func (c *fileComposer) setOwner(value any) error {
	uid, gid, err := c.by.owner(fmt.Sprint(value))
	if err != nil {
		return err
	}
	if err := c.by.needsRoot(message.New("only root can give %s to %v", c.path, value)); err != nil {
		return err
	}
	if err := c.harmless(value); err != nil {
		return err
	}
	c.now.UID, c.now.GID = uid, gid
	return nil
}

// harmless blocks a new owner for a program that runs with rights of its own:
// who put it there chose what it does, and the new owner's rights would do it.
// The mode was set before, so what a rule takes off no longer counts.
func (c *fileComposer) harmless(owner any) error {
	_, capable := c.now.Xattrs["security.capability"]
	switch {
	case c.before == nil || c.now.Directory:
		return nil
	case c.now.Mode&0o6000 != 0:
		return blocked("%s has mode %s, so with its new owner it would run with the rights of %v; check what it is, then remove the set-id bits or the file",
			c.path, change.Octal(c.now.Mode), owner)
	case capable:
		return blocked("%s has file capabilities (getcap shows them), so harden does not change its owner to %v; check what it is, then remove the capabilities or the file", c.path, owner)
	}
	return nil
}

func (c *fileComposer) state() (change.State, error) {
	file := c.now
	for _, doc := range c.docs {
		if batch, gathers := doc.(edit.Batch); gathers {
			if err := batch.Flush(); err != nil {
				return change.State{}, message.Errorf("cannot edit %s: %w", c.path, err)
			}
		}
		content := change.NewContent(doc.Bytes(), c.secret)
		if file.Content != nil {
			content.Generate = file.Content.Generate
		}
		file.Content = content
	}
	return change.State{File: &file}, nil
}

// lookupOwner reads "user:group" as ids. It knows the accounts of the node
// and those that this plan makes, so that one rule can add an account and
// another give it its files. A name that is neither blocks the rule.
func (p *planning) lookupOwner(owner string) (uid, gid uint32, err error) {
	uid, gid, err = p.Root.LookupOwner(owner)
	if !errors.Is(err, host.ErrNoAccount) {
		return uid, gid, err
	}
	user, group, _ := strings.Cut(owner, ":")
	user = p.plannedID(change.UserTarget(user), change.FieldUID, user)
	group = p.plannedID(change.GroupTarget(group), change.FieldGID, group)
	uid, gid, err = p.Root.LookupOwner(user + ":" + group)
	if errors.Is(err, host.ErrNoAccount) {
		return 0, 0, blocked("%v, and no rule of this run creates it", err)
	}
	return uid, gid, err
}

// plannedID gives the number that an account gets in this plan, or its name
// where no rule makes it.
func (p *planning) plannedID(account change.Target, field change.Field, name string) string {
	p.planned.Add(1)
	for _, r := range p.rules {
		if !r.waived.IsZero() || !p.blocked[r.Name].IsZero() {
			continue
		}
		for _, w := range r.req.Wants {
			id, isNumber := w.Value.(int64)
			if w.Target != account || w.Field != field || !isNumber {
				continue
			}
			// An account that is there keeps its number, whatever a rule wants.
			if before := p.read(account); before.err == nil && before.state.Exists() {
				return name
			}
			return strconv.FormatInt(id, 10)
		}
	}
	return name
}
