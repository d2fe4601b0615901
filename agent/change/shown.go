package change

import (
	"harden/agent/message"

	"fmt"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What a node's files say is shown by an allow-list. Nobody can list what
// passwords look like, so it is never asked whether a value is a secret: a
// value that was found is shown where it is of the kind that the rule itself
// works with (a truth value, a number, a duration, a path, an address, a known
// word). Anything else is named by digest and size.

// Hidden stands for an element of a list, or a part of a line, that is not
// shown.
const Hidden = "…"

// Redacted is how a value stands in texts and in JSON that is not shown:
// enough to compare it, nothing to use.
func Redacted(data []byte) string {
	return fmt.Sprintf("%s, %d bytes", Digest(data), len(data))
}

// Shown gives what may be shown of a value that was found at the want's field:
// the value, or its elements that are of the kind of the rule's own values.
func (w Want) Shown(found any) any {
	data, whole := found.([]byte)
	switch _, yet := found.(ToBeMade); {
	case found == nil:
		return nil
	case whole:
		return Redacted(data)
	case yet:
		return fmt.Sprint(found)
	case w.Secret:
		return Redacted(fmt.Append(nil, found))
	}
	switch w.Field {
	case FieldMode, FieldOwner, FieldType, FieldUID, FieldGID, FieldProcess, FieldServing:
		return found // of the system, not of a file
	}
	return Like(found, w.samples()...)
}

// samples are the values that a rule names itself. A rule that wants a field
// away may name what it took by Bound, which nothing is judged by then.
func (w Want) samples() []any {
	var list []any
	for _, v := range []any{w.Value, w.Bound, w.Default} {
		if v != nil {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return unsettled()
	}
	return list
}

// unsettled are the kinds of values that are shown of a setting of which
// nothing is known but that it goes: there are four figures for ports.
func unsettled() []any { return []any{true, "/etc", "1s", fewFigures} }

// Like gives a found value as far as it is of the kind of one of some values
// that a rule names. What a list has of another kind becomes Hidden, any other
// value its Redacted form. Like of what it gave is the same again.
func Like(found any, samples ...any) any {
	kinds := kindsOf(samples)
	switch v := found.(type) {
	case nil, bool:
		return v
	case int64:
		if kinds.fit(strconv.FormatInt(v, 10)) {
			return v
		}
	case []string:
		shown := make([]string, len(v))
		for i, e := range v {
			shown[i] = kinds.element(e)
		}
		return shown
	case string:
		switch {
		case v == "" || isRedacted(v) || kinds.fit(v):
			return v
		case kinds.list:
			list := strings.Split(v, ",")
			for i, e := range list {
				list[i] = kinds.element(e)
			}
			return strings.Join(list, ",")
		}
	}
	return Redacted(fmt.Append(nil, found))
}

// Shown gives a recorded field as it may be shown, also where it was recorded
// by a version that kept what it found: of what was there, and of the elements
// of a list that stayed, what is of the kind of the new value.
func (f FieldChange) Shown() FieldChange {
	syntax, _ := f.Field.Address()
	switch {
	case f.Field == FieldContent:
		if text, is := WholeText(f.Before); is {
			f.Before = Redacted([]byte(text))
		}
		return f
	case syntax == "" && f.Field != FieldValue:
		return f
	}
	samples := unsettled()
	if f.After != nil {
		samples = []any{f.After}
		if stayed := elements(f.Before); list(f.After) {
			own := slices.DeleteFunc(elements(f.After), func(e string) bool { return slices.Contains(stayed, e) })
			samples = []any{own}
			f.After = Like(f.After, own)
		}
	}
	f.Before = Like(f.Before, samples...)
	return f
}

// ToBeMade is the value of a file with a key that is made when it is applied,
// of so many random bytes.
type ToBeMade int

const toBeMade = "secret with %d random bytes, made when it is applied"

func (n ToBeMade) String() string { return n.Text().String() }

// Text is the text as a value.
func (n ToBeMade) Text() message.Text { return message.New(toBeMade, int(n)) }

// AsToBeMade gives the ToBeMade that a recorded value is the text of.
func AsToBeMade(value any) (n ToBeMade, is bool) {
	text, _ := value.(string)
	begin, end, _ := strings.Cut(toBeMade, "%d")
	number, is := strings.CutPrefix(strings.TrimSuffix(text, end), begin)
	bytes, err := strconv.Atoi(number)
	return ToBeMade(bytes), is && err == nil && ToBeMade(bytes).String() == text
}

// WholeText gives the value of a FieldContent where it is the text of a file
// itself: what a rule writes, unless that is a secret.
func WholeText(value any) (text string, is bool) {
	text, is = value.(string)
	_, toBeMade := AsToBeMade(value)
	return text, is && !isRedacted(text) && !toBeMade
}

// Filled puts what was found in the place of what Like left out of a value:
// after is a value that was made from before, as they are shown, and found is
// what before was. A list keeps its order when elements are added or removed,
// so what is hidden of the one is what is hidden of the other.
func Filled(after, before, found any) any {
	if text, is := after.(string); is && isRedacted(text) {
		if text == Redacted(fmt.Append(nil, found)) {
			return found
		}
		return after
	}
	if !slices.Contains(elements(after), Hidden) {
		return after
	}
	var left []string
	shown, all := elements(before), elements(found)
	for i, e := range shown {
		if e == Hidden && len(shown) == len(all) {
			left = append(left, all[i])
		}
	}
	filled := elements(after)
	for i, e := range filled {
		if e == Hidden && len(left) > 0 {
			filled[i], left = left[0], left[1:]
		}
	}
	return likeBefore(after, filled)
}

// list tells whether a value is a list, or a text with commas.
func list(v any) bool {
	text, is := v.(string)
	_, many := v.([]string)
	return many || is && strings.Contains(text, ",")
}

// isRedacted tells whether a text has the form that Redacted gives.
func isRedacted(text string) bool {
	digits, size, found := strings.Cut(strings.TrimPrefix(text, "sha256:"), ", ")
	number, unit, _ := strings.Cut(size, " ")
	return found && strings.HasPrefix(text, "sha256:") && len(digits) == 64 && strings.Trim(digits, "0123456789abcdef") == "" &&
		unit == "bytes" && number != "" && strings.Trim(number, "0123456789") == ""
}

// kinds are the kinds of some values: what else is of the same.
type kinds struct {
	list                                      bool
	truth, number, few, length, path, address bool
	words                                     []string
}

// fewFigures is a sample for numbers of at most four figures.
const fewFigures = "0000"

func kindsOf(samples []any) kinds {
	var k kinds
	for _, sample := range samples {
		k.list = k.list || list(sample)
		words := elements(sample)
		if text, is := sample.(string); is {
			words = append(words, text)
		}
		for _, s := range words {
			k.truth = k.truth || isTruth(s)
			k.few = k.few || s == fewFigures
			k.number = k.number || s != fewFigures && isNumber(s)
			k.length = k.length || isLength(s)
			k.path = k.path || strings.HasPrefix(s, "/")
			k.address = k.address || isAddress(s)
		}
		k.words = append(k.words, words...)
	}
	return k
}

// element gives an element of a list where it is shown.
func (k kinds) element(text string) string {
	if text == Hidden || k.fit(text) {
		return text
	}
	return Hidden
}

// fit tells whether a text is of one of the kinds.
func (k kinds) fit(text string) bool {
	name, truth, gate := strings.Cut(text, "=")
	switch {
	case slices.Contains(k.words, text):
		return true
	case gate && isTruth(truth): // of a gate that the rule is about
		return slices.ContainsFunc(k.words, func(w string) bool { return strings.HasPrefix(w, name+"=") })
	}
	return k.truth && isTruth(text) || k.number && isNumber(text) || k.few && isNumber(text) && len(text) <= len(fewFigures) ||
		k.length && isLength(text) || k.path && IsPlace(text) || k.address && isAddress(text) || knownWord(text)
}

func isTruth(text string) bool {
	switch strings.ToLower(text) {
	case "true", "false":
		return true
	}
	return false
}

// isNumber tells whether a text is a number, or several of them as some kernel
// parameters take: none longer than a setting has.
func isNumber(text string) bool {
	const most = 10
	for part := range strings.SplitSeq(text, " ") {
		digits := strings.TrimPrefix(part, "-")
		if digits == "" || len(digits) > most || strings.Trim(digits, "0123456789") != "" {
			return false
		}
	}
	return true
}

func isLength(text string) bool {
	if len(text) > 20 || !strings.ContainsAny(text, "hms") {
		return false
	}
	_, err := time.ParseDuration(text)
	return err == nil
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil && !strings.Contains(text, "%") // a zone is any text
}

// IsPlace tells whether a text is a path as programs name their files by: clean,
// below one of the directories of a system, of letters that need no quotes.
// Base64 can begin with a slash, too.
func IsPlace(text string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@:/"
	if !strings.HasPrefix(text, "/") || path.Clean(text) != strings.TrimSuffix(text, "/") || strings.Trim(text, plain) != "" {
		return false
	}
	first, _, _ := strings.Cut(text[1:], "/")
	return slices.Contains(directories[:], first)
}

// directories are those of a system's root (file-hierarchy(7)), and those that
// nodes have beside them.
var directories = [...]string{"bin", "boot", "data", "dev", "etc", "home", "host", "lib", "media", "mnt", "node", "opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"}
