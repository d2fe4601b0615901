package report

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"harden/agent/change"
)

// Lines of other origin than a rule or a field of it: a component's last words,
// or a text that somebody wrote into a profile. What they say cannot be chosen
// by an allow-list, so these expressions look for secrets. Nothing that stands
// in a node's files is shown by them: see lines.go. Each has what is shown of a
// line, what is not, and what follows.
var concealing = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		// An entry whose name tells of a secret.
		regexp.MustCompile(`(?i)^([\s-]*["']?[\w.-]*(?:password|passwd|secret|token|private_?key|access_?key|ssh_?key|credential)[\w.-]*["']?:\s+)(\S.*)()$`),
		// The value of a container's environment variable, whose name may lie out of sight.
		regexp.MustCompile(`^(\s*(?:- )?["']?value["']?:\s+)(\S.*)()$`),
		// A flag whose name tells of a secret, but not one that names a file.
		regexp.MustCompile(`(?i)(--[\w-]*(?:password|passwd|secret|token|key|credential)[\w-]*[= ])([^\s"'/]{6,})(.*)$`),
		// What a header of HTTP authorises with.
		regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)([^\s"',\]]{6,})(.*)$`),
		// A line of key material.
		regexp.MustCompile(`^(\s*)([A-Za-z0-9+/=_-]{40,})()$`),
	}
})

// random is a word that nobody wrote by hand: long, with letters and figures
// mixed, and no path.
var random = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z0-9+/=]{20,}`) })

// suspicious tells whether a line could hold a secret at all, by what each
// expression asks for at the least. Most lines do not, and the expressions take
// far longer to be made, and to say so.
func suspicious(line string) bool {
	if strings.Contains(line, "://") {
		return true
	}
	if !plainASCII(line) { // they know letters of other scripts that stand for ours
		return true
	}
	if word := strings.TrimLeft(line, " "); len(word) >= 40 && strings.Trim(word, base64Letters+"_-") == "" {
		return true // a line of key material
	}
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return !strings.ContainsRune(base64Letters, r) }) {
		if len(word) >= 20 && mixed(word) {
			return true
		}
	}
	for i := range len(line) {
		for _, name := range namesBegin(line[i]) {
			if len(line)-i >= len(name) && strings.EqualFold(line[i:i+len(name)], name) && holds(line[:i], name, line[i+len(name):]) {
				return true
			}
		}
	}
	return false
}

const (
	alphanumerics = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	base64Letters = alphanumerics + "+/="
)

// namesBegin gives what the expressions take for the name of a secret, or its
// beginning, by its first letter.
func namesBegin(c byte) []string {
	switch c | 0x20 {
	case 'b':
		return []string{bearer, basic}
	case 'c':
		return []string{"credential"}
	case 'k':
		return []string{"key"} // of any kind
	case 'p':
		return []string{"passw"}
	case 's':
		return []string{"secret"}
	case 't':
		return []string{"token"}
	case 'v':
		return []string{"value"}
	}
	return nil
}

// The schemes that HTTP authorises with.
const bearer, basic = "bearer", "basic"

// holds tells whether a value could follow the name in the rest of a line: of
// an entry behind a colon, of a flag behind "=" or a blank.
func holds(before, name, rest string) bool {
	if name == bearer || name == basic {
		return strings.HasPrefix(rest, " ")
	}
	flag := strings.TrimLeft(rest, alphanumerics+"_-")
	if strings.Contains(before, "--") && (strings.HasPrefix(flag, "=") || strings.HasPrefix(flag, " ")) {
		value := flag[1:]
		if end := strings.IndexAny(value, ` "'/`); end < 0 && len(value) >= 6 || end >= 6 {
			return true
		}
	}
	entry := strings.TrimLeft(flag, alphanumerics+"_-.")
	if strings.HasPrefix(entry, `"`) || strings.HasPrefix(entry, "'") {
		entry = entry[1:]
	}
	return strings.HasPrefix(entry, ": ")
}

// mixed tells whether a long word has letters and figures, and is not a path.
func mixed(word string) bool {
	return !strings.HasPrefix(word, "/") && strings.ContainsAny(word, "0123456789") && strings.Trim(word, "0123456789") != ""
}

// Concealed gives what a program said without the secret that it may hold.
func Concealed(line string) string { return concealed(line) }

// concealed gives a line without the secret that it may hold.
func concealed(line string) string {
	if !suspicious(line) {
		return line
	}
	return withoutSecrets(line)
}

// logins are who is named in a URL, and queries what is asked of it.
var (
	logins  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(://)[^\s/"']+@`) })
	queries = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(://[^\s"'?]*\?)[^\s"']+`) })
)

func withoutSecrets(line string) string {
	if strings.Contains(line, "://") {
		line = logins().ReplaceAllString(line, "${1}"+change.Hidden+"@")
		line = queries().ReplaceAllString(line, "${1}"+change.Hidden)
	}
	for _, e := range concealing() {
		m := e.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		if hidden := line[m[4]:m[5]]; !strings.HasPrefix(hidden, "#") && strings.Trim(hidden, `"'{}[]|>+-~ `) != "" {
			return line[:m[3]] + digest(hidden) + line[m[6]:]
		}
	}
	return random().ReplaceAllStringFunc(line, func(word string) string {
		if mixed(word) {
			return digest(word)
		}
		return word
	})
}

func digest(secret string) string {
	return fmt.Sprintf("(%s, %d bytes)", change.Digest([]byte(secret)), len(secret))
}
