package transaction

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"

	"harden/agent/change"
)

// Materialise makes the random bytes that planned contents stand for: one key
// for each token of a run, wherever it stands. From here on the changes hold
// secrets, in memory only.
func Materialise(changes []change.Change) []change.Change {
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
