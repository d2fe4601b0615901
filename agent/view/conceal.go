package view

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"harden/agent/change"
)

// What may stand beside a change, in a file that its operator wrote. Each
// expression has what is shown of a line, what is not, and what follows.
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

// suspicious tells whether a line could hold a secret at all: a word that tells
// of one, or a long word. Most lines do not, and the expressions take far
// longer to say so.
func suspicious(line string) bool {
	const mixed, any = 20, 40 // characters, as in random and for key material
	figures, letters, word := false, 0, 0
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c >= '0' && c <= '9':
			figures = true
			letters++
			word++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '+', c == '/', c == '=':
			letters++
			word++
		case c == '_', c == '-':
			figures, letters = false, 0
			word++
		default:
			figures, letters, word = false, 0, 0
		}
		if letters >= mixed && figures || word >= any {
			return true
		}
		if tells(line[i:]) {
			return true
		}
	}
	return false
}

// tells tells whether a text begins with a name that is in what the expressions
// match: all but key material and random.
func tells(text string) bool {
	begins := func(name string) bool { return len(text) >= len(name) && strings.EqualFold(text[:len(name)], name) }
	switch text[0] | 0x20 {
	case 'b':
		return begins("bearer") || begins("basic")
	case 'c':
		return begins("credential")
	case 'k':
		return begins("key")
	case 'p':
		return begins("passw")
	case 's':
		return begins("secret")
	case 't':
		return begins("token")
	case 'v':
		return begins("value")
	}
	return false
}

// concealed gives a line of a file without the secret that it may hold.
func concealed(line string) string {
	if !suspicious(line) {
		return line
	}
	return withoutSecrets(line)
}

func withoutSecrets(line string) string {
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
		if strings.HasPrefix(word, "/") || !strings.ContainsAny(word, "0123456789") || strings.Trim(word, "0123456789") == "" {
			return word
		}
		return digest(word)
	})
}

func digest(secret string) string {
	return fmt.Sprintf("(%s, %d bytes)", change.Digest([]byte(secret)), len(secret))
}
