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

// concealed gives a line of a file without the secret that it may hold.
func concealed(line string) string {
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
