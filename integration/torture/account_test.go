//go:build torture && amd64

package torture

import (
	"regexp"
	"syscall"
	"testing"
)

// TestAccounts breaks each system call that changes the tree while an account
// is made, or taken away, those of the programs that do it included. What those
// programs keep beside the files, locks and copies, is theirs: the next one
// takes a lock of a process that is gone.
func TestAccounts(t *testing.T) {
	step := 1
	if !thorough {
		step = 29
	}
	b := newBench(t, "--profile", "cis-1.12", "--only", "etcd-account")
	b.without(regexp.MustCompile(`^etc/(passwd|group|shadow|gshadow|subuid|subgid)([-+]|\.lock|\.\d+)$`))
	for name := range b.scenarios {
		t.Run(name+", EIO", func(t *testing.T) {
			t.Parallel()
			figure(t, "faults", b.sweep(t, name, action{errno: syscall.EIO}, step))
		})
		t.Run(name+", killed", func(t *testing.T) {
			t.Parallel()
			figure(t, "kills", b.sweep(t, name, action{kill: true}, step))
		})
	}
}
