package planner

import (
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/edit"
)

// fileComposer composes a file or a directory.
type fileComposer struct {
	p      *planning
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

func (p *planning) composeFile(path string, before change.State) (composer, error) {
	c := &fileComposer{p: p, path: path, before: before.File, docs: map[string]edit.Document{}, pod: p.facts.ManifestAt(path)}
	if before.File != nil {
		c.now = *before.File
		c.now.Xattrs = maps.Clone(before.File.Xattrs)
		return c, nil
	}
	c.now = change.File{Mode: 0o644}
	if !p.asRoot() {
		c.now.UID, c.now.GID = uint32(os.Geteuid()), uint32(os.Getegid())
	}
	return c, nil
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
// as one that was cut off while it was written.
func (c *fileComposer) empty(w change.Want) bool {
	return w.Op == change.Present && strings.TrimSpace(string(c.now.Content.Data)) == ""
}

// owner gives the owner as the want spells it where the ids are the same, so
// that a name and its number are one thing.
func (c *fileComposer) owner(w change.Want) (any, bool, error) {
	wanted, _ := w.Value.(string)
	uid, gid, err := c.p.lookupOwner(wanted)
	if err != nil {
		return nil, false, fmt.Errorf("cannot find owner %s of %s: %w", wanted, c.path, err)
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
	return name(c.now.UID, c.p.Root.UserByID) + ":" + name(c.now.GID, c.p.Root.GroupByID)
}

// address reads a field inside the document.
func (c *fileComposer) address(w change.Want) (any, bool, error) {
	l := c.ReadState(w)
	if l.err != nil {
		return nil, false, l.err
	}
	value, found := l.value, l.found
	if found && (value == nil || w.ZeroIsDefault && isZeroDuration(value)) {
		found = false
	}
	if !found && w.Default != nil {
		return w.Default, true, nil
	}
	return value, found, nil
}

// ReadState reads what stands at the address of a want.
func (c *fileComposer) ReadState(w change.Want) looked {
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
		l.err = fmt.Errorf("%s:%d: %w", c.path, l.line, err)
	}
	c.last = l
	return l
}

// isZeroDuration tells whether a document sets a duration to zero, in any
// spelling: kubeadm writes "0s" for "not set".
func isZeroDuration(value any) bool {
	switch v := value.(type) {
	case int64:
		return v == 0
	case string:
		d, err := time.ParseDuration(v)
		return err == nil && d == 0
	}
	return false
}

// syntax says in which syntax a field is read, and its address there. Flags,
// mounts and annotations of a manifest are those of a pod.
func (c *fileComposer) syntax(w change.Want) (syntax, address string) {
	return syntaxIn(c.pod, w.Field)
}

func (c *fileComposer) doc(w change.Want) (edit.Document, error) {
	syntax, _ := c.syntax(w)
	if doc, open := c.docs[syntax]; open {
		return doc, nil
	}
	if len(c.docs) > 0 {
		return nil, fmt.Errorf("%s cannot be edited in two syntaxes at once", c.path)
	}
	var data []byte
	switch {
	case c.now.Content != nil:
		data = c.now.Content.Data
		c.secret = c.secret || c.now.Content.Secret
	case c.before != nil && c.before.Directory:
		return nil, blocked("%s is a directory where a file must be", c.path)
	}
	doc, err := c.p.Texts.Open(syntax, data)
	if err != nil {
		return nil, located(c.path, err)
	}
	c.docs[syntax] = doc
	return doc, nil
}

func (c *fileComposer) raw(w change.Want) any {
	switch w.Field {
	case change.FieldType:
		if c.exists() {
			return "directory"
		}
		return nil
	case change.FieldContent:
		return c.rawContent()
	case change.FieldMode:
		if !c.exists() {
			return nil
		}
		return change.Octal(c.now.Mode)
	case change.FieldOwner:
		if !c.exists() {
			return nil
		}
		return c.ownerName()
	}
	doc, err := c.doc(w)
	if err != nil {
		return nil
	}
	_, address := c.syntax(w)
	value, _, found, err := doc.Get(address)
	if err != nil || !found {
		return nil
	}
	return value
}

func (c *fileComposer) rawContent() any {
	switch {
	case !c.exists() || c.now.Content == nil:
		return nil
	case len(c.now.Content.Generate) > 0:
		return change.ToBeMade(c.now.Content.Generate[0].Bytes)
	}
	return c.now.Content.Data
}

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
		return fmt.Errorf("cannot set %s in %s: %w", address, c.path, err)
	}
	c.made = c.made || c.before == nil
	return nil
}

func (c *fileComposer) setContent(w change.Want, value any) error {
	data, ok := value.([]byte)
	if !ok {
		return fmt.Errorf("the content of %s is no text", c.path)
	}
	if c.before != nil && len(w.Generate) > 0 && len(c.before.Content.Generate) == 0 && !c.empty(w) {
		return blocked("%s is there already; a key is never overwritten", c.path)
	}
	c.now.Content = change.NewContent(data, w.Secret)
	c.now.Content.Generate = w.Generate
	c.made, c.secret = c.before == nil, c.secret || w.Secret
	return nil
}

func (c *fileComposer) setMode(value any) error {
	mode, err := strconv.ParseUint(fmt.Sprint(value), 8, 32)
	if err != nil {
		return fmt.Errorf("%v is no mode", value)
	}
	if c.before != nil && !c.p.asRoot() && c.before.UID != uint32(os.Geteuid()) {
		return blocked("needs root: %s belongs to %s", c.path, c.ownerName())
	}
	c.now.Mode = uint32(mode)
	return nil
}

func (c *fileComposer) setOwner(value any) error {
	uid, gid, err := c.p.lookupOwner(fmt.Sprint(value))
	if err != nil {
		return err
	}
	if err := c.p.needsRoot(fmt.Sprintf("only root can give %s to %v", c.path, value)); err != nil {
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
		return blocked("%s has mode %s: it would run with the rights of %v; look at what it is, then take the set-id bits off or remove it",
			c.path, change.Octal(c.now.Mode), owner)
	case capable:
		return blocked("%s has file capabilities (getcap shows them), and is not given to %v; look at what it is, then take them off or remove it", c.path, owner)
	}
	return nil
}

func (c *fileComposer) state() (change.State, error) {
	file := c.now
	for _, doc := range c.docs {
		if batch, gathers := doc.(edit.Batch); gathers {
			if err := batch.Flush(); err != nil {
				return change.State{}, fmt.Errorf("cannot edit %s: %w", c.path, err)
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
