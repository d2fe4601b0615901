package agent

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
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
	case change.KindUnit:
		return nil // a unit is changed by the effect that restarts it
	}
	return fmt.Errorf("unknown kind of target %s", t)
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
	case change.KindUnit:
		return change.State{Unit: &change.Unit{}}, nil
	}
	return change.State{}, fmt.Errorf("unknown kind of target %s", t)
}

// materialise makes the random bytes that a planned content stands for. From
// here on the change holds a secret, in memory only.
func materialise(changes []change.Change) []change.Change {
	made := slices.Clone(changes)
	for i, c := range made {
		if c.After.File == nil || c.After.File.Content == nil || len(c.After.File.Content.Generate) == 0 {
			continue
		}
		text := string(c.After.File.Content.Data)
		for _, g := range c.After.File.Content.Generate {
			key := make([]byte, g.Bytes)
			rand.Read(key) // never fails
			text = strings.ReplaceAll(text, g.Token, base64.StdEncoding.EncodeToString(key))
		}
		file := *c.After.File
		file.Content = change.NewContent([]byte(text), c.After.File.Content.Secret)
		made[i].After = change.State{File: &file}
		made[i].Fields = slices.Clone(c.Fields)
		for k, f := range made[i].Fields {
			if f.Field == change.FieldContent {
				made[i].Fields[k].After = redacted(file.Content.Data)
			}
		}
	}
	return made
}
