package planner

import (
	"time"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/message"
)

// address reads a field inside the document.
func (c *fileComposer) address(w change.Want) (any, bool, error) {
	l := c.look(w)
	if l.err != nil {
		return nil, false, l.err
	}
	value, found := l.value, l.found
	if found && (value == nil || w.ZeroIsDefault && isZero(value)) {
		found = false
	}
	if !found && w.Default != nil {
		return w.Default, true, nil
	}
	return value, found, nil
}

// isZero tells whether a document sets a duration to zero, in any spelling
// (kubeadm writes "0s" for "not set"), or a text or list to nothing.
func isZero(value any) bool {
	switch v := value.(type) {
	case []string:
		return len(v) == 0
	case int64:
		return v == 0
	case string:
		d, err := time.ParseDuration(v)
		return err == nil && d == 0 || v == ""
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
		return nil, message.Errorf("%s cannot be edited in two syntaxes at once", c.path)
	}
	var data []byte
	switch {
	case c.now.Content != nil:
		data = c.now.Content.Data
		c.secret = c.secret || c.now.Content.Secret
	case c.before != nil && c.before.Directory:
		return nil, blocked("%s is a directory where a file must be", c.path)
	}
	open := c.by.node.Texts.Open
	if syntax == "kubeadm" {
		open = func(_ string, data []byte) (edit.Document, error) { return c.by.openKubeadm(data) }
	}
	doc, err := open(syntax, data)
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
