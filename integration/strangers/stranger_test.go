//go:build strangers

package strangers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The users who attack.
const (
	mallory  = 1000 // of the node, with a session of his own
	exporter = 990  // of a daemon, whose service is in system.slice
)

// program is the strangers' own, on the node.
const program = "/usr/local/bin/stranger"

// stranger is a process of somebody who poses.
type stranger struct {
	as        string   // user; mallory where it is empty
	runs      string   // the program; the strangers' own where it is empty
	name      string   // that it gives itself: its file's, and its first word
	says      []string // the other words of its command line
	steps     string   // what it does; see ./stranger
	cgroup    string   // below his own, which is delegated to him
	namespace bool     // in a namespace of users and of processes
	service   bool     // in system.slice
}

var strangers int

// start starts a stranger, for as long as the test goes on.
func (s stranger) start(t *testing.T) {
	t.Helper()
	if s.as == "" {
		s.as = "mallory"
	}
	if s.runs == "" {
		s.runs = program
	}
	strangers++
	home := fmt.Sprintf("/home/mallory/%d", strangers)
	mkdir(t, home, mallory, 0o777)
	file := filepath.Join(home, s.name) // the kernel's name for a process is that of the file
	ok(t, os.Symlink(s.runs, filepath.Join(root, file)))
	unit := fmt.Sprintf("stranger-%d.service", strangers)
	argv := []string{"systemd-run", "--quiet", "--collect", "--unit=" + unit, "--uid=" + s.as, "--property=TasksMax=infinity", "--property=KillMode=control-group",
		"--property=TimeoutStopSec=1s", "--property=LimitNPROC=infinity"}
	if s.steps != "" {
		argv = append(argv, "--setenv=STRANGER="+s.steps)
	}
	if !s.service {
		argv = append(argv, "--slice=user-1000.slice", "--property=Delegate=yes")
	}
	argv = append(argv, "--", program, "-stdin", home+"/stdin")
	if s.cgroup != "" {
		argv = append(argv, "-cgroup", s.cgroup)
	}
	if s.namespace {
		argv = append(argv, "-namespace")
	}
	words := append([]string{s.name}, s.says...)
	must(t, append(append(argv, file), words...)...)
	t.Cleanup(func() {
		run(t, "systemctl", "kill", "--signal=KILL", unit)
		run(t, "systemctl", "stop", unit)
		if journal := run(t, "journalctl", "--quiet", "--output=cat", "--unit="+unit).stdout; t.Failed() && strings.Contains(journal, "stranger:") {
			t.Logf("%s: %s", unit, journal)
		}
	})
	// Another one that poses the same may not have ended yet: this one has made its pipe.
	begun := func() bool {
		_, err := os.Lstat(filepath.Join(root, home, "stdin"))
		return err == nil
	}
	eventually(t, fmt.Sprintf("%q runs", words), func() bool { return begun() && poses(t, words) })
}

// poses tells whether a process has a command line, or one that begins so.
func poses(t *testing.T, words []string) bool {
	t.Helper()
	want := strings.Join(words, "\x00") + "\x00"
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	ok(t, err)
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			continue // it has ended
		}
		begin := make([]byte, len(want))
		n, _ := f.Read(begin)
		_ = f.Close()
		if string(begin[:n]) == want {
			return true
		}
	}
	return false
}

// waits is a set-user-ID program that asks for a password: the real user is
// mallory, the effective one root. The words are those of its options.
func waits(name string, words ...string) stranger {
	var says []string
	options := []string{"-s", "-c", "-w"} // of su, each with a value
	for i, word := range words {
		says = append(says, options[i], word)
	}
	return stranger{runs: "/bin/su", name: name, says: append(says, "root")}
}
