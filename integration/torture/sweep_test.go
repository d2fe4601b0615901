//go:build torture && amd64

package torture

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// scenario is something that harden does to a tree.
type scenario struct {
	from string // what the tree is like before: "old", "new", or how a run was interrupted in it
	args []string
}

// bench is a profile with the trees that its scenarios begin with.
type bench struct {
	ends
	scenarios map[string]scenario
	trees     string // a directory with a tree for each scenario.from
}

func newBench(t *testing.T, flags ...string) *bench {
	t.Helper()
	b := &bench{trees: workspace(t), scenarios: map[string]scenario{
		"apply":              {"old", slices.Concat([]string{"apply", "--yes", "-o", "json"}, flags)},
		"rollback":           {"new", []string{"rollback", "--yes", "-o", "json"}},
		"recover":            {"apply cut off", []string{"recover", "-o", "json"}},
		"recover a rollback": {"rollback cut off", []string{"recover", "-o", "json"}},
	}}
	tree(t, b.at("old"))
	b.old = take(t, b.at("old"))
	_, calls := b.done(t, "apply", b.at("new"))
	b.new = take(t, b.at("new"))
	b.cutOff(t, "apply", b.at("apply cut off"), len(calls)-10)
	_, calls = b.done(t, "rollback", b.at("kept"))
	b.kept = take(t, b.at("kept"))
	b.cutOff(t, "rollback", b.at("rollback cut off"), len(calls)/2)
	return b
}

func (b *bench) at(name string) string { return filepath.Join(b.trees, name) }

// start lays out in dir what a scenario begins with.
func (b *bench) start(t *testing.T, name, dir string) []string {
	t.Helper()
	s := b.scenarios[name]
	fresh(t, b.at(s.from), dir)
	return s.args
}

// done carries a scenario out.
func (b *bench) done(t *testing.T, name, dir string) (outcome, []call) {
	t.Helper()
	o, calls := trace(t, dir, func(int, call) action { return action{} }, b.start(t, name, dir)...)
	exits(t, o, 0)
	return o, calls
}

// cutOff kills a scenario before its k-th call.
func (b *bench) cutOff(t *testing.T, name, dir string, k int) {
	t.Helper()
	o, _ := trace(t, dir, at(k, action{kill: true}), b.start(t, name, dir)...)
	if o.code != -1 {
		t.Fatalf("%s was not killed: %v", name, o)
	}
}

// at decides on the k-th call alone.
func at(k int, act action) func(int, call) action {
	return func(n int, _ call) action {
		if n == k {
			return act
		}
		return action{}
	}
}

// sweep breaks each call of a scenario in turn, or each step-th, until one run
// ends before it comes to that call.
func (b *bench) sweep(t *testing.T, name string, act action, step int) (broken int) {
	t.Helper()
	dir := filepath.Join(workspace(t), "node")
	for k := len(name) % step; ; k += step {
		args := b.start(t, name, dir)
		o, calls := trace(t, dir, at(k, act), args...)
		if len(calls) <= k {
			exits(t, o, 0)
			break
		}
		broken++
		b.says(t, name, o, b.take(t, dir))
		b.settle(t, dir)
		if t.Failed() {
			t.Fatalf("broken was call %d, %s: %v", k, calls[k], o)
		}
	}
	if broken == 0 {
		t.Error("nothing was broken")
	}
	return broken
}

// says makes sure that the tree is as the exit code says, and each path in it
// its old or its new self.
func (b *bench) says(t *testing.T, name string, o outcome, now snapshot) {
	t.Helper()
	if torn := b.torn(now); len(torn) > 0 {
		t.Errorf("neither old nor new:\n%s", strings.Join(torn, "\n"))
	}
	var want []string
	switch {
	case o.code == -1:
		return
	case o.code == 5:
		if !strings.Contains(o.stdout, "go on with: harden rollback") && !strings.Contains(o.stdout, "harden recover") {
			t.Errorf("no hint names a command: %v", o)
		}
		return
	case name == "apply" && o.code == 0, name == "rollback" && o.code == 1:
		want = []string{"new"}
	case o.code == 0, o.code == 3:
		want = []string{"old", "kept"}
	case o.code == 1 && name == "apply":
		want = []string{"old"}
	case o.code == 1:
		return // what recover could not begin is still to be settled
	default:
		t.Errorf("an exit code that no fault should give: %v", o)
	}
	if is := b.is(now); !slices.Contains(want, is) {
		t.Errorf("the tree is %s, and exit %d says %v, -old +got:\n%s", is, o.code, want, cmp.Diff(b.old, now))
	}
}

// swept are profiles with the flags that choose them. Accounts are left to
// TestAccounts, because the programs that make them keep files of their own.
var swept = map[string][]string{
	"kubeadm-node": {"--profile", "kubeadm-node"},
	"cis-1.12":     {"--profile", "cis-1.12", "--skip", "etcd-account"},
}

// TestEverySystemCall breaks each system call that changes the tree, with an
// error and with kill -9, in apply, rollback and recover. Each path is then its
// old or its new self, and one command makes the tree all-old or all-new.
func TestEverySystemCall(t *testing.T) {
	step := 1
	if !thorough {
		step = 29
	}
	for profile, flags := range swept {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, flags...)
			for name := range b.scenarios {
				t.Run(name+", EIO", func(t *testing.T) {
					t.Parallel()
					faults := b.sweep(t, name, action{errno: syscall.EIO}, step)
					figure(t, "faults", faults)
					figure(t, "operations", faults)
				})
				t.Run(name+", killed", func(t *testing.T) {
					t.Parallel()
					kills := b.sweep(t, name, action{kill: true}, step)
					figure(t, "kills", kills)
					figure(t, "operations", kills)
				})
			}
		})
	}
}

// TestOtherErrors meets the errors of disks that are full, read-only, over
// quota or out of reach, and an interrupted call, at some system calls.
func TestOtherErrors(t *testing.T) {
	step := 13
	if !thorough {
		step = 59
	}
	b := newBench(t, "--profile", "kubeadm-node")
	for i, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EACCES, syscall.EINTR} {
		for name := range b.scenarios {
			t.Run(fmt.Sprintf("%s, %d", name, errno), func(t *testing.T) {
				t.Parallel()
				figure(t, "faults", b.sweep(t, name, action{errno: errno}, step+i))
			})
		}
	}
}
