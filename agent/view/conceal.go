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
		for _, name := range telling[c|0x20] {
			if len(line)-i >= len(name) && strings.EqualFold(line[i:i+len(name)], name) {
				return true
			}
		}
	}
	return false
}

// telling are names, by their first letter, one of which is in all that the
// expressions match, but for key material and random.
var telling = [256][]string{
	'b': {"bearer", "basic"}, 'c': {"credential"}, 'k': {"key"}, 'p': {"passw"}, 's': {"secret"}, 't': {"token"}, 'v': {"value"},
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
