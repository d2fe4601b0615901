package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"harden/integration/rke2standin"
	"harden/integration/sampletree"
)

// nobody is the user that tests of missing rights run as.
const nobody = 65534

// TestMain makes this binary play harden, and two ways to meet trouble, when a
// script calls it by their names.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"harden":       main,
		"unprivileged": unprivileged,
		"stopped":      stopped,
		"faulty":       faulty,
	})
}

// TestScript runs every script in testdata/script, each in a directory of its
// own. They are the examples of what harden does, and of what it refuses.
//
// Beside the commands of testscript they use
//
//	samplenode DIR                  lay out the sample node
//	rke2start DIR                   the stand-in for RKE2 makes a server of a tree, or starts it again
//	exits CODE PROGRAM ARG...       run a program that must end with this exit code
//	document KIND [CODE]            stdout is exactly one JSON document of this kind, with this error code
//	json FIELD VALUE                a field of that document, such as summary.changes or changes.0.target
//	snapshot NAME DIR               remember a tree
//	[!] same NAME DIR               it is the same again: content, mode, owner, xattrs; not counting /var/lib/harden
//	[!] untouched NAME DIR          nothing at all was written: times, inodes and /var/lib/harden count as well
//	newest VARIABLE DIR             the id of the newest run
//	tag FILE                        give a file an extended attribute, where the disk knows them
//	damage FILE                     change the last byte of a file
//	secret FILE                     remember the keys of an encryption configuration
//	hidden PLACE...                 none of them is in stdout, stderr, a file or a tree
//	lock FILE, unlock FILE          another process holds a lock
//	give DIR                        a tree belongs to an ordinary user
//	sleep TIME                      wait
//	cutoff DIR                      a run was cut off that had written kubeadm's record of a cluster
//	fill DIR SIZE                   a disk of SIZE bytes is mounted over a directory
//
// and the programs
//
//	unprivileged harden ARG...      harden as an ordinary user
//	stopped HOW CALL N VERB ARG...  harden, stopped (KILL, INT, TERM) or failing (ENOSPC) at its N-th CALL, a write to the disk
//
// and the conditions [root], [user] and [mount].
func TestScript(t *testing.T) {
	syscall.Umask(0o022) // what others can write is refused, and a developer may have 0002
	// Not t.TempDir: an ordinary user has to come in.
	dir, err := os.MkdirTemp("", "harden-script-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil && !t.Failed() {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		WorkdirRoot:         dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"NO_COLOR", "TERM"} {
				e.Setenv(name, os.Getenv(name))
			}
			if e.Getenv("GORACE") == "" {
				e.Setenv("GORACE", "atexit_sleep_ms=10") // otherwise a second for every command
			}
			e.Setenv("HARDEN_PROFILE", "kubeadm-node") // scripts that are about the choice of a profile unset it
			e.Values[memoryKey{}] = &memory{trees: map[string]tree{}, locks: map[string]*os.File{}}
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Geteuid() == 0, nil
			case "user":
				return os.Geteuid() != 0, nil
			case "mount":
				return canMount(t), nil
			}
			return false, errors.New("unknown condition " + name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"samplenode": command(1, func(ts *testscript.TestScript, args []string) error { return sampletree.Write(ts.MkAbs(args[0])) }),
			"rke2start":  command(1, func(ts *testscript.TestScript, args []string) error { return rke2standin.Tree(ts.MkAbs(args[0])) }),
			"exits":      exits,
			"document":   checkDocument,
			"json":       command(2, checkField),
			"snapshot":   command(2, takeSnapshot),
			"same":       compare(false),
			"untouched":  compare(true),
			"newest":     command(2, newest),
			"damage":     command(1, damage),
			"secret":     command(1, rememberSecret),
			"hidden":     hidden,
			"tag":        command(1, tag),
			"lock":       command(1, lock),
			"unlock":     command(1, unlock),
			"sleep":      command(1, sleep),
			"give":       command(1, give),
			"fill":       command(2, fill),
			"cutoff":     command(1, cutOffRecord),
		},
	})
}

type memoryKey struct{}

// memory is what a script remembers.
type memory struct {
	trees  map[string]tree
	locks  map[string]*os.File
	secret []string
}

func remembered(ts *testscript.TestScript) *memory { return ts.Value(memoryKey{}).(*memory) }

// command makes a script command of a function with n arguments.
func command(n int, do func(*testscript.TestScript, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != n {
			ts.Fatalf("takes %d arguments, and no !", n)
		}
		ts.Check(do(ts, args))
	}
}

// exits runs a program and checks its exit code: 128 and the signal's number
// where it was killed.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			got = 128 + int(status.Signal())
		}
	case err != nil:
		ts.Fatalf("cannot run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, not %d", args[1], got, want)
	}
}

// newest finds the id of the newest run below a root.
func newest(ts *testscript.TestScript, args []string) error {
	runs, err := filepath.Glob(ts.MkAbs(filepath.Join(args[1], "var/lib/harden/runs/*Z-*")))
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		return errors.New("there is no run below " + args[1])
	}
	ts.Setenv(args[0], filepath.Base(runs[len(runs)-1]))
	return nil
}

// damage changes the last byte of a file, and leaves everything else of it.
func damage(ts *testscript.TestScript, args []string) error {
	data := []byte(ts.ReadFile(args[0]))
	if len(data) == 0 {
		return errors.New(args[0] + " is empty")
	}
	data[len(data)-1] ^= 1
	return os.WriteFile(ts.MkAbs(args[0]), data, 0o600)
}
