package planner

import (
	"maps"
	"os"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/message"
)

// fileComposer composes a file or a directory.
type fileComposer struct {
	by     *composition
	path   string
	before *change.File // nil where it does not exist
	now    change.File
	made   bool                     // it does not exist, and is to be
	docs   map[string]edit.Document // by syntax
	secret bool
	pod    string // the component whose manifest it is, or ""

	last looked // what was looked at last, and was not set since
}

// looked is what stands at an address of a document.
type looked struct {
	address string
	value   any
	line    int
	found   bool
	err     error // with the place
}

func (c *composition) composeFile(path string, before change.State) (composer, error) {
	composer := &fileComposer{by: c, path: path, before: before.File, docs: map[string]edit.Document{}, pod: c.facts.ManifestAt(path)}
	if before.File != nil {
		composer.now = *before.File
		composer.now.Xattrs = maps.Clone(before.File.Xattrs)
		return composer, nil
	}
	composer.now = change.File{Mode: 0o644}
	if !c.asRoot() {
		composer.now.UID, composer.now.GID = uint32(os.Geteuid()), uint32(os.Getegid())
	}
	return composer, nil
}

// exists tells whether there is, or will be, a file to look at.
func (c *fileComposer) exists() bool { return c.before != nil || c.made }

func (c *fileComposer) get(w change.Want) (any, bool, error) {
	switch w.Field {
	case change.FieldType:
		if c.before != nil && !c.before.Directory {
			return nil, false, blocked("%s is a file where a directory must be", c.path)
		}
		return "directory", c.exists(), nil
	case change.FieldContent:
		if c.before != nil && c.before.Directory {
			return nil, false, blocked("%s is a directory where a file must be", c.path)
		}
		if !c.exists() || c.empty(w) {
			return nil, false, nil
		}
		return c.now.Content.Data, true, nil
	case change.FieldMode:
		return change.Octal(c.now.Mode), c.exists(), nil
	case change.FieldOwner:
		return c.owner(w)
	}
	return c.address(w)
}

// empty tells whether a file that only has to be there holds nothing at all,
// as one that was interrupted while it was written.
func (c *fileComposer) empty(w change.Want) bool {
	return w.Op == change.Present && strings.TrimSpace(string(c.now.Content.Data)) == ""
}

// owner gives the owner as the want spells it where the ids are the same, so
// that a name and its number are one thing.
func (c *fileComposer) owner(w change.Want) (any, bool, error) {
	wanted, _ := w.Value.(string)
	uid, gid, err := c.by.owner(wanted)
	if err != nil {
		return nil, false, message.Errorf("cannot find owner %s of %s: %w", wanted, c.path, err)
	}
	if c.now.UID == uid && c.now.GID == gid {
		return wanted, true, nil
	}
	return c.ownerName(), true, nil
}

func (c *fileComposer) ownerName() string {
	name := func(number uint32, lookup func(uint32) (string, error)) string {
		if n, err := lookup(number); err == nil && n != "" {
			return n
		}
		return strconv.FormatUint(uint64(number), 10)
	}
	return name(c.now.UID, c.by.node.Root.UserByID) + ":" + name(c.now.GID, c.by.node.Root.GroupByID)
}

// look reads what stands at the address of a want.
func (c *fileComposer) look(w change.Want) looked {
	_, address := c.syntax(w)
	if address != "" && c.last.address == address {
		return c.last
	}
	l := looked{address: address}
	doc, err := c.doc(w)
	if err != nil {
		l.err = err
		return l
	}
	if l.value, l.line, l.found, err = doc.Get(address); err != nil {
		l.err = message.Errorf("%s:%d: %w", c.path, l.line, err)
	}
	c.last = l
	return l
}
