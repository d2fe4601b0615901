//go:build torture

package torture

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// traced is one system call in strace's log.
type traced struct {
	name   string
	args   string // as strace prints them, with the path of each descriptor
	result string
}

var (
	logLine    = regexp.MustCompile(`^(\d+) +(\w+)\((.*)\) += (.*)$`)
	unfinished = regexp.MustCompile(`^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	descriptor = regexp.MustCompile(`(?:\d+|AT_FDCWD)<([^>]*)>(?:, "([^"]*)")?`)
	random     = regexp.MustCompile(`\.harden-[0-9a-f]{16}|\d{8}T\d{6}Z-[0-9a-f]{4}`)
)

// strace runs harden, with one processor, under strace -e trace=calls.
func strace(t *testing.T, calls string, args ...string) (outcome, []traced) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "log")
	o := command(t, append([]string{"strace", "-f", "-y", "-s", "200", "-o", name, "-E", "GOMAXPROCS=1", "-e", "trace=" + calls, binary}, args...)...)
	data, err := os.ReadFile(name)
	ok(t, err)
	var lines []traced
	begun := map[string]string{} // by thread, a call that another thread came into
	for line := range strings.SplitSeq(string(data), "\n") {
		if m := unfinished.FindStringSubmatch(line); m != nil {
			begun[m[1]] = m[1] + " " + m[2] + "(" + m[3]
			continue
		}
		if m := resumed.FindStringSubmatch(line); m != nil {
			line = begun[m[1]] + m[2]
		}
		if m := logLine.FindStringSubmatch(line); m != nil { // or it is a signal, or the end of a thread
			lines = append(lines, traced{m[2], m[3], m[4]})
		}
	}
	return o, lines
}

// path is what the call works on: the new name of a rename.
func (c traced) path() string {
	named := descriptor.FindAllStringSubmatch(c.args, -1)
	if len(named) == 0 {
		_, quoted, _ := strings.Cut(c.args, `"`)
		name, _, _ := strings.Cut(quoted, `"`)
		return name
	}
	last := named[len(named)-1]
	switch {
	case last[2] == "" || c.name == "write":
		return last[1]
	case filepath.IsAbs(last[2]):
		return last[2]
	}
	return filepath.Join(last[1], last[2])
}

// oldPath is the name that a rename takes away.
func (c traced) oldPath() string {
	first := descriptor.FindStringSubmatch(c.args)
	if first == nil {
		return ""
	}
	return filepath.Join(first[1], first[2])
}
