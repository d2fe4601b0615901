package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"harden/integration/sampletree"
)

// buildHarden builds the program with its table of symbols.
func buildHarden(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "harden")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build harden: %v\n%s", err, out)
	}
	return binary
}

// TestNoListener proves that no port is ever open: by what the program is made
// of, and by what it does.
func TestNoListener(t *testing.T) {
	binary := buildHarden(t)
	t.Run("is linked", func(t *testing.T) { noListenerIsLinked(t, binary) })
	t.Run("is opened", func(t *testing.T) { noListenerIsOpened(t, binary) })
}

// noListenerIsLinked looks for the functions that open a listener or take
// a connection, ours or a library's: what the linker left out cannot run.
// net itself keeps the system calls, for its one function that dials or listens.
func noListenerIsLinked(t *testing.T, binary string) {
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	listens := regexp.MustCompile(`^net\.(Listen|FileListener|FilePacketConn|\(\*ListenConfig\)\.Listen|\(\*sysListener\)|\(\*netFD\)\.accept|\(\*\w+Listener\)\.Accept)` +
		`|^net/http(/httptest)?\.(\(\*Server\)\.|Serve|ListenAndServe)|^syscall\.Accept|^golang\.org/x/sys/unix\.(Listen|Bind|Accept)`)
	dials := false
	for _, s := range symbols {
		// check --journal opens a datagram socket of the machine's own to write to the systemd journal.
		local := strings.Contains(strings.ToLower(s.Name), "listenunixgram")
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC && listens.MatchString(s.Name) && !local {
			t.Errorf("the program holds %s, which serves a network listener", s.Name)
		}
		dials = dials || s.Name == "net.(*Dialer).DialContext"
	}
	if !dials {
		t.Errorf("net.(*Dialer).DialContext is not among the %d symbols: this test sees nothing", len(symbols))
	}
}

// noListenerIsOpened follows the system calls of the program on a tree.
func noListenerIsOpened(t *testing.T, binary string) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed: the system calls are not looked at, only the program's functions")
	}
	dir := t.TempDir()
	root := filepath.Join(dir, "node")
	if err := sampletree.Write(root); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"plan", "--profile", "cis-1.12"}, {"check", "--profile", "cis-1.12"}, {"apply", "--yes", "--profile", "kubeadm-node"},
		{"history"}, {"rollback", "--yes"}, {"recover"},
	} {
		t.Run(args[0], func(t *testing.T) {
			log := filepath.Join(dir, args[0])
			// %net is all of socket(2), bind(2), listen(2), accept(2) and their kin.
			traced := exec.Command(strace, append([]string{"-f", "-qq", "-o", log, "-e", "signal=none", "-e", "trace=%net,exit_group", binary}, append(args, "--root", root)...)...)
			if out, err := traced.CombinedOutput(); err != nil {
				if strings.Contains(string(out), "ptrace") {
					t.Skipf("strace may not trace here: %s", out)
				}
				t.Fatalf("%v\n%s", err, out)
			}
			calls, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(calls), "exit_group(0") {
				t.Fatalf("strace saw no end of the program:\n%s", calls)
			}
			if found := regexp.MustCompile(`(?m)^.*\b(bind|listen|accept4?)\(.*$`).FindString(string(calls)); found != "" {
				t.Errorf("%s opens a listener: %s", args[0], found)
			}
		})
	}
}
