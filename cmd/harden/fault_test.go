package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// faults are what Go ends a process for by itself, with exit code 2.
var faults = map[string]func(){
	"no memory": func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 1 << 30, Max: 1 << 30}); err != nil {
			panic(err)
		}
		for held := []byte{1}; ; {
			held = bytes.Repeat(held, 4) // the old one is held while the next is made
		}
	},
	"a panic beside": func() { go func() { panic("nobody recovers it") }(); select {} },
	"nil beside":     func() { go func() { var p *app; p.Root = "/" }(); select {} },
	"two at once": func() {
		m := map[int]int{}
		for range 8 {
			go func() {
				for i := 0; ; i++ {
					m[i%8] = i
				}
			}()
		}
		select {}
	},
}

// raced tells whether the tests run with the race detector.
var raced bool

// faulty is the program as it starts, and then has a fault.
func faulty() {
	if err := abortOnCrash(); err != nil {
		panic(err)
	}
	faults[os.Args[1]]()
}

// TestFaultsAreNoPendingChanges holds that no fault of Go's ends with 2, and
// that none leaves the memory of the process on the disk.
func TestFaultsAreNoPendingChanges(t *testing.T) {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name := range faults {
		for _, traceback := range []string{"", "none"} { // as somebody's environment may have it
			t.Run(name+" GOTRACEBACK="+traceback, func(t *testing.T) {
				if raced && name == "no memory" {
					t.Skip("the race detector, not Go, ends a program that has no memory left; without it this is tried")
				}
				dir := t.TempDir()
				program := filepath.Join(dir, "faulty")
				if err := os.Symlink(binary, program); err != nil {
					t.Fatal(err)
				}
				var errs bytes.Buffer
				cmd := exec.Command("/bin/bash", "-c", `ulimit -c unlimited 2>/dev/null; exec "$@"`, "bash", program, name)
				cmd.Dir, cmd.Stderr = dir, &errs
				cmd.Env = append(os.Environ(), "GOTRACEBACK="+traceback, "GORACE=atexit_sleep_ms=10")
				timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
				defer timer.Stop()
				var exit *exec.ExitError
				if err := cmd.Run(); !errors.As(err, &exit) {
					t.Fatalf("it ended with %v:\n%s", err, &errs)
				}
				status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
				if !status.Signaled() || status.Signal() != syscall.SIGABRT || status.CoreDump() {
					t.Errorf("it ended with %v, code %d:\n%.300s", cmd.ProcessState, cmd.ProcessState.ExitCode(), &errs)
				}
				names, err := os.ReadDir(dir)
				if err != nil || len(names) != 1 {
					t.Errorf("it left %v, %v", names, err)
				}
				if !strings.Contains(errs.String(), "fatal error") && !strings.Contains(errs.String(), "panic") {
					t.Errorf("it does not say why:\n%.300s", &errs)
				}
			})
		}
	}
}
