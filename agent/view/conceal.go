package view

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"harden/agent/change"
)

// What may stand beside a change, in a file that its operator wrote: an entry
// whose name tells of a secret, and a line of key material.
var (
	secretEntry = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^([\s-]*["']?[\w.-]*(?:password|passwd|secret|token|private_?key|access_?key|ssh_?key|credential)[\w.-]*["']?:\s+)(\S.*)$`)
	})
	keyMaterial = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\s*)([A-Za-z0-9+/=_-]{40,})$`)
	})
)

// concealed gives a line of a file without the secret that it may hold.
func concealed(line string) string {
	m := secretEntry().FindStringSubmatch(line)
	if m == nil {
		m = keyMaterial().FindStringSubmatch(line)
	}
	if m == nil || strings.HasPrefix(m[2], "#") || strings.Trim(m[2], `"'{}[]|>+-~ `) == "" {
		return line
	}
	return fmt.Sprintf("%s(%s, %d bytes)", m[1], change.Digest([]byte(m[2])), len(m[2]))
}
