package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// counts is what a program, with all that it starts, asks of the kernel.
type counts struct {
	Programs int // started, besides itself
	Calls    int // system calls
}

// count runs a program once under strace, which makes it slow: no time is taken.
func count(words []string, environment ...string) (counts, error) {
	dir, err := os.MkdirTemp("", "measure-")
	if err != nil {
		return counts{}, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "summary")
	cmd := exec.Command("strace", append([]string{"-f", "-c", "-U", "calls,errors,name", "-o", name}, words...)...)
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return counts{}, fmt.Errorf("cannot count the system calls of %s: %w\n%s", strings.Join(words, " "), err, out)
	}
	summary, err := os.ReadFile(name)
	if err != nil {
		return counts{}, err
	}
	return parseSummary(string(summary))
}

// parseSummary reads the table of strace -c -U calls,errors,name. A search
// through PATH fails until it finds the program: those errors start none.
func parseSummary(summary string) (counts, error) {
	var c counts
	for line := range strings.SplitSeq(summary, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 || len(fields) > 3 {
			continue
		}
		calls, err := strconv.Atoi(fields[0])
		if err != nil {
			continue // the head, or a rule
		}
		failed := 0
		if len(fields) == 3 {
			if failed, err = strconv.Atoi(fields[1]); err != nil {
				return counts{}, fmt.Errorf("%q is not a line of strace's summary", line)
			}
		}
		switch fields[len(fields)-1] {
		case "total":
			c.Calls = calls
		case "execve", "execveat":
			c.Programs += calls - failed
		}
	}
	if c.Calls == 0 || c.Programs == 0 {
		return counts{}, errors.New("strace's summary has no total, or no program")
	}
	c.Programs--
	return c, nil
}
