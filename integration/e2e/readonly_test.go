//go:build e2e

package e2e

import (
	"regexp"
	"strings"
	"testing"
)

// mutating are the system calls that change something, as strace names them.
// openat and execve are looked at one by one.
var mutating = []string{
	"rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "mknod", "mknodat",
	"chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
	"setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
	"truncate", "ftruncate", "fallocate", "link", "linkat", "symlink", "symlinkat",
	"utimensat", "utimes", "mount", "umount2", "sethostname", "creat",
}

// opening are the calls whose flags tell whether they change something.
var opening = []string{"open", "openat", "openat2", "execve", "execveat"}

// TestPlanChangesNothing traces `harden plan`. The connection to systemd's
// D-Bus is a socket, so no file is opened for writing, not even for that.
func TestPlanChangesNothing(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	// an older kernel or strace may lack a name: ? makes it optional
	filter := "--trace=?" + strings.Join(append(mutating, opening...), ",?")
	n.must(t, 0, "strace", "--follow-forks", "--output=/run/plan.strace", filter, "harden", "plan", "--profile", "kubeadm-node")
	trace := n.must(t, 0, "cat", "/run/plan.strace")

	call := regexp.MustCompile(`^\d+ +([a-z0-9_]+)\(`)
	writing := regexp.MustCompile(`O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE`)
	programs := 0
	for line := range strings.Lines(trace) {
		name := call.FindStringSubmatch(line)
		if name == nil {
			continue // a resumed call, a signal or the end of a process
		}
		switch {
		case strings.HasPrefix(name[1], "exec"):
			programs++
		case strings.HasPrefix(name[1], "open"):
			if writing.MatchString(line) {
				t.Errorf("plan opens a file for writing: %s", line)
			}
		default:
			t.Errorf("plan makes a mutating system call: %s", line)
		}
	}
	if programs != 1 {
		t.Errorf("%d programs were started, want harden alone", programs)
	}
	requireSame(t, before, n.snapshot(t))
}
