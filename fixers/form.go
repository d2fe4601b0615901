package fixers

import "strings"

// The forms of what a profile says, told without regular expressions: each
// would be compiled at every start, and most rules have a mode or an owner.

const (
	smallLetters = "abcdefghijklmnopqrstuvwxyz"
	letters      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + smallLetters
	figures      = "0123456789"
)

// begins tells whether a text has a first character, which is one of some.
func begins(text, first string) bool {
	return text != "" && strings.IndexByte(first, text[0]) >= 0
}

// only tells whether a text has no characters but some.
func only(text, characters string) bool { return strings.Trim(text, characters) == "" }

// isMode is for "0640".
func isMode(text string) bool {
	return len(text) == 4 && text[0] == '0' && only(text, "01234567")
}

// isOwner is for "root:root": names or numbers of a user and a group.
func isOwner(text string) bool {
	user, group, both := strings.Cut(text, ":")
	valid := func(name string) bool {
		return begins(name, letters+figures+"_") && only(name, letters+figures+"_.-")
	}
	return both && valid(user) && valid(group)
}

// isAccount is for the name of an account that harden makes.
func isAccount(text string) bool {
	return len(text) <= 32 && begins(text, smallLetters+"_") && only(text, smallLetters+figures+"_-")
}

// isPlainPath is for a path that needs no quotes anywhere.
func isPlainPath(text string) bool {
	return len(text) > 1 && text[0] == '/' && only(text, letters+figures+"._/-")
}

// isSysctlKey is for "net.ipv4.ip_forward".
func isSysctlKey(text string) bool {
	first, rest, more := strings.Cut(text, ".")
	if !more || first == "" || !only(first, smallLetters+figures+"_") {
		return false
	}
	for part := range strings.SplitSeq(rest, ".") {
		if part == "" || !only(part, letters+figures+"_/-") {
			return false
		}
	}
	return true
}
