package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/node"
	"harden/agent/transaction"
)

// unprivileged is harden as an ordinary user. It changes over before harden
// begins, and within one process, because that user may not even reach this
// binary.
func unprivileged() {
	if len(os.Args) < 2 || os.Args[1] != "harden" {
		fmt.Fprintln(os.Stderr, "usage: unprivileged harden ARG...")
		os.Exit(exitUsage)
	}
	if os.Geteuid() == 0 {
		err := errors.Join(syscall.Setgroups(nil), syscall.Setresgid(nobody, nobody, nobody), syscall.Setresuid(nobody, nobody, nobody))
		if err != nil {
			fmt.Fprintln(os.Stderr, "cannot become an ordinary user:", err)
			os.Exit(exitInternal)
		}
	}
	os.Exit(run(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
}

// stopped is harden with trouble at one certain write to the disk. Everything
// is that of harden but the verb's own function, which is written out here to
// get at the calls. Only apply, confirm, rollback and recover write.
func stopped() {
	if len(os.Args) < 5 {
		fmt.Fprintln(os.Stderr, "usage: stopped HOW CALL N VERB ARG...")
		os.Exit(exitUsage)
	}
	n, err := strconv.Atoi(os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, kind: "Run"}
	ctx, stop := withSignals(context.Background())
	defer stop()
	calls := &trouble{ctx: ctx, how: os.Args[1], call: os.Args[2], left: n}
	root, args := a.command(nil), os.Args[4:]
	cmd, _, err := root.Find(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return a.stoppedAt(cmd.Context(), cmd.Name(), calls) }
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		e := explain(ctx, err)
		a.fail(args, e)
		os.Exit(e.Code)
	}
}

func (a *app) stoppedAt(ctx context.Context, verb string, calls host.Calls) error {
	open := a.open
	if verb == "apply" {
		open = a.openWithProfile
	}
	s, err := open()
	if err != nil {
		return err
	}
	defer s.close()
	root, err := host.OpenRoot(a.Root, calls)
	if err != nil {
		return err
	}
	s.Root, s.Store = root, node.NewStore(root)
	var result *transaction.Result
	switch verb {
	case "apply":
		plan, err := s.Plan(ctx)
		if err != nil {
			return err
		}
		result, err = s.Apply(ctx, plan)
		return a.showResult(ctx, result, err)
	case "rollback":
		result, err = s.Rollback(ctx, "", agent.RollbackOptions{})
		return a.showResult(ctx, result, err)
	case "confirm":
		result, err = s.Confirm(ctx, "")
		return a.showResult(ctx, result, err)
	case "recover":
		_, err = s.Recover(ctx)
		return err
	}
	return usage("%s writes nothing", verb)
}

// trouble comes just before the n-th call of one name.
type trouble struct {
	ctx  context.Context
	how  string // KILL, INT, TERM, or an error: ENOSPC
	call string // "renameat", or "write" and the like
	mu   sync.Mutex
	left int
}

// Do implements host.Calls.
func (t *trouble) Do(op host.Op, call func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if op.Name == t.call {
		if t.left--; t.left == 0 {
			if err := t.come(); err != nil {
				return err
			}
		}
	}
	return call()
}

func (t *trouble) come() error {
	signals := map[string]syscall.Signal{"KILL": syscall.SIGKILL, "INT": syscall.SIGINT, "TERM": syscall.SIGTERM}
	signal, is := signals[t.how]
	if !is {
		return syscall.ENOSPC
	}
	if err := syscall.Kill(os.Getpid(), signal); err != nil {
		return err
	}
	<-t.ctx.Done() // the signal arrived; of KILL nobody hears
	return nil
}

// lock holds a lock as a run of harden in another process does.
func lock(ts *testscript.TestScript, args []string) error {
	name := ts.MkAbs(args[0])
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	ts.Defer(func() { _ = f.Close() })
	remembered(ts).locks[name] = f
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return err
	}
	ts.Setenv("HOLDER", strconv.Itoa(os.Getpid()))
	_, err = fmt.Fprintln(f, os.Getpid())
	return err
}

func unlock(ts *testscript.TestScript, args []string) error {
	return remembered(ts).locks[ts.MkAbs(args[0])].Close()
}

// give makes a tree one of the ordinary user that unprivileged is.
func give(ts *testscript.TestScript, args []string) error {
	if os.Geteuid() != 0 {
		return nil // it is already
	}
	return filepath.WalkDir(ts.MkAbs(args[0]), func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, nobody, nobody)
	})
}

// fill mounts a small disk over a directory, with what the directory holds on
// it.
func fill(ts *testscript.TestScript, args []string) error {
	dir := ts.MkAbs(args[0])
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	kept := ts.MkAbs("kept-while-mounting")
	if err := os.CopyFS(kept, os.DirFS(dir)); err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+args[1]+",mode=0755"); err != nil {
		return err
	}
	ts.Defer(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			ts.Logf("cannot unmount %s: %v", dir, err)
		}
	})
	return os.CopyFS(dir, os.DirFS(kept))
}

// canMount tells whether this machine lets a test mount a disk.
func canMount(t *testing.T) bool {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		return false
	}
	return syscall.Unmount(dir, 0) == nil
}

// sleep waits for a time such as 1.1s.
func sleep(_ *testscript.TestScript, args []string) error {
	d, err := time.ParseDuration(args[0])
	time.Sleep(d)
	return err
}
