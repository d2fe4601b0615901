package agent

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/host"
)

// put brings a target from one state to another: the one way in which
// anything on a node is written, by apply, by undo and by recover.
func (a *Agent) put(ctx context.Context, t change.Target, from, to change.State) error {
	switch t.Kind() {
	case change.KindFile:
		return a.Root.Write(t.Name(), from, to)
	case change.KindSysctl:
		return a.Root.WriteSysctl(t.Name(), from, to)
	case change.KindUser:
		return a.Root.WriteUser(ctx, t.Name(), from, to)
	case change.KindGroup:
		return a.Root.WriteGroup(ctx, t.Name(), from, to)
	case change.KindUnit, change.KindPod:
		return nil // a process is changed by the effect that restarts it
	}
	return fmt.Errorf("unknown kind of target %s", t)
}

// obstacle tells why a target could not be written: a read-only file system, an
// attribute of its inode, a mount, another hard link. It writes nothing. Who only
// looks may be walled in, as harden-check.service is: to him all is read-only.
func (a *Agent) obstacle(c change.Change) error {
	err := a.hindered(c)
	if a.Passive && host.IsReadOnly(err) {
		return nil
	}
	return err
}

func (a *Agent) hindered(c change.Change) error {
	switch c.Target.Kind() {
	case change.KindFile:
		return a.Root.Writable(c.Target.Name(), c.Before, c.After)
	case change.KindSysctl:
		return a.Root.SysctlWritable(c.Target.Name())
	case change.KindUser, change.KindGroup:
		return a.Root.AccountsWritable()
	}
	return nil
}

// look reads a target's state now, with its content where like has one.
func (a *Agent) look(t change.Target, like ...change.State) (change.State, error) {
	switch t.Kind() {
	case change.KindFile:
		content := slices.ContainsFunc(like, func(s change.State) bool { return s.File != nil && s.File.Content != nil })
		return a.Root.State(t.Name(), content)
	case change.KindSysctl:
		return a.Root.ReadSysctl(t.Name())
	case change.KindUser:
		return a.Root.ReadUser(t.Name())
	case change.KindGroup:
		return a.Root.ReadGroup(t.Name())
	case change.KindUnit, change.KindPod:
		return change.State{Unit: &change.Unit{}}, nil
	}
	return change.State{}, fmt.Errorf("unknown kind of target %s", t)
}

// materialise makes the random bytes that planned contents stand for: one key
// for each token of a run, wherever it stands. From here on the changes hold
// secrets, in memory only.
func materialise(changes []change.Change) []change.Change {
	keys := map[string]string{}
	made := slices.Clone(changes)
	for i := range made {
		c := &made[i]
		c.Before, c.After = withKeys(c.Before, keys), withKeys(c.After, keys)
		if c.After.File == nil || c.After.File.Content == nil || !c.After.File.Content.Secret {
			continue
		}
		c.Fields = slices.Clone(c.Fields)
		for k, f := range c.Fields {
			if f.Field == change.FieldContent {
				c.Fields[k].After = change.Redacted(c.After.File.Content.Data)
			}
		}
	}
	return made
}

func withKeys(s change.State, keys map[string]string) change.State {
	if s.File == nil || s.File.Content == nil || len(s.File.Content.Generate) == 0 {
		return s
	}
	text := string(s.File.Content.Data)
	for _, g := range s.File.Content.Generate {
		if keys[g.Token] == "" {
			key := make([]byte, g.Bytes)
			rand.Read(key) // never fails
			keys[g.Token] = base64.StdEncoding.EncodeToString(key)
		}
		text = strings.ReplaceAll(text, g.Token, keys[g.Token])
	}
	file := *s.File
	file.Content = change.NewContent([]byte(text), s.File.Content.Secret)
	return change.State{File: &file}
}
