package edit

import (
	"bytes"
	"path"
	"strings"
)

// BootLine is what one line of a file of sysctl.d(5) says, as systemd-sysctl
// reads it.
type BootLine struct {
	key   string // a path below /proc/sys, or a pattern of such
	Value string // white space folded
	// Excludes says that the line has no value ("-key"): patterns are not to
	// set the key, and an earlier line about just this key is taken back.
	Excludes bool
	Line     int // 1-based
}

// Names tells whether the line is about just this key, "kernel.panic".
func (l BootLine) Names(key string) bool { return l.key == sysctlPath(key) }

// Matches tells whether the line is a pattern that sets the key too.
func (l BootLine) Matches(key string) bool {
	if l.Excludes || !strings.ContainsAny(l.key, "*?[") {
		return false
	}
	matched, err := path.Match(strings.ReplaceAll(l.key, "[!", "[^"), sysctlPath(key))
	return err == nil && matched
}

// BootLines reads a file of sysctl.d(5). Lines that are neither an assignment
// nor an exclusion mean nothing.
func BootLines(data []byte) []BootLine {
	var list []BootLine
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if a, ok := parseKVLine(line, 0, len(line)); ok {
			list = append(list, BootLine{key: cleanKey(a.key), Value: a.value, Line: number})
			continue
		}
		text := strings.TrimSpace(string(line))
		if key, excludes := strings.CutPrefix(text, "-"); excludes && !strings.Contains(key, "=") && strings.TrimSpace(key) != "" {
			list = append(list, BootLine{key: cleanKey(sysctlPath(strings.TrimSpace(key))), Excludes: true, Line: number})
		}
	}
	return list
}

// cleanKey drops a slash before a key and slashes that stand twice, which
// systemd-sysctl takes for the same (basic/sysctl-util.c, path_simplify).
func cleanKey(key string) string { return strings.TrimPrefix(path.Clean("/"+key), "/") }
