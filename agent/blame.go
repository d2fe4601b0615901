package agent

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/transaction"
)

// Bounds on a component's words, in bytes: what is looked through for secrets, and
// what of it is repeated.
const (
	maxLine  = 4 << 10
	maxWords = 600
)

// concealed gives a component's words without secrets: those that look like one,
// and those that were just made or read for it.
func concealed(words string, secrets []string) string {
	for _, secret := range secrets {
		words = strings.ReplaceAll(words, secret, change.Hidden)
	}
	words = report.Concealed(words[:min(len(words), maxLine)])
	return words[:min(len(words), maxWords)]
}

// shortest is the length from which on a word of a secret file is one that must
// not be shown. Shorter ones are those of its form, such as "name" and "aescbc".
const shortest = 12

// secretsIn gives the words of all files that hold secrets.
func secretsIn(changes []change.Change) (secrets []string) {
	for _, c := range changes {
		for _, s := range []change.State{c.Before, c.After} {
			if s.File == nil || s.File.Content == nil || !s.File.Content.Secret {
				continue
			}
			for _, word := range strings.FieldsFunc(string(s.File.Content.Data), func(r rune) bool { return strings.ContainsRune(" \t\r\n\"',:[]{}", r) }) {
				if len(word) >= shortest && strings.ContainsAny(word, "0123456789") {
					secrets = append(secrets, word)
				}
			}
		}
	}
	return secrets
}

// blame finds what of the changes a component's words are about. Where they do
// not say, it may be any of them.
func blame(r *transaction.Rehearsed, words string, changes []change.Change) {
	best, fields := 0, 0
	for _, c := range changes {
		r.Rules = append(r.Rules, c.Rules...)
		fields += len(c.Fields)
	}
	for _, c := range changes {
		for _, f := range c.Fields {
			weight := relevance(words, c, f)
			if fields == 1 { // it can be about nothing else
				weight = max(weight, 1)
			}
			if weight > best {
				best, r.Target, r.Field = weight, c.Target, f.Field
			}
		}
	}
	if best > 0 {
		r.Rules = nil
		for _, c := range changes {
			for _, f := range c.Fields {
				if c.Target == r.Target && f.Field == r.Field {
					r.Rules = append(r.Rules, f.Rules...)
				}
			}
			if c.Target == r.Target && len(r.Rules) == 0 {
				r.Rules = append(r.Rules, c.Rules...)
			}
		}
	}
	r.Rules = slices.Compact(slices.Sorted(slices.Values(r.Rules)))
	if m := lineIn.FindStringSubmatch(words); m != nil && r.Target.Kind() == change.KindFile {
		r.Line, _ = strconv.Atoi(m[1])
	}
}

var lineIn = regexp.MustCompile(`\bline (\d+)`)

// relevance weighs whether words are about a field: they name it, or the file that
// it is in, or repeat its value. 0 is not at all.
func relevance(words string, c change.Change, f change.FieldChange) int {
	weight := 0
	syntax, address := f.Field.Address()
	name := strings.TrimLeft(address[strings.LastIndexAny(address, ".]")+1:], "-")
	switch {
	case syntax != "" && len(name) > 2 && mentions(words, name):
		weight += 4
	case syntax == "" && c.Target.Kind() == change.KindFile && strings.Contains(words, c.Target.Name()):
		weight += 6 // a whole file, or its mode or owner
	case c.Target.Kind() == change.KindFile && strings.Contains(words, c.Target.Name()):
		weight++
	}
	for _, value := range strings.FieldsFunc(fmt.Sprint(f.After), func(r rune) bool { return strings.ContainsRune(" ,[]\n", r) }) {
		if len(value) > 2 && mentions(words, value) {
			return weight + 2
		}
	}
	return weight
}

// mentions tells whether a word stands in a text by itself.
func mentions(text, word string) bool {
	for rest := text; ; {
		i := strings.Index(rest, word)
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !partOfWord(rest[i-1]) || rest[i-1] == '-') && (end == len(rest) || !partOfWord(rest[end])) {
			return true
		}
		rest = rest[end:]
	}
}

func partOfWord(b byte) bool {
	return b == '-' || b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
