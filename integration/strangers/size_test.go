//go:build strangers

package strangers

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a run may take, whoever is on the node. A plan of a fresh node takes a
// tenth of either.
const (
	memoryAtMost = 256 << 20 // bytes
	timeAtMost   = 20 * time.Second
)

// modest makes sure that a run did not take much.
func modest(t *testing.T, o outcome) {
	t.Helper()
	if o.memory > memoryAtMost || o.took > timeAtMost {
		t.Errorf("it took %v and %d MiB", o.took, o.memory>>20)
	}
	if strings.Contains(o.stderr, "out of memory") || strings.Contains(o.stderr, "goroutine ") {
		t.Errorf("it ran out of memory: %v", o)
	}
}

// TestCommandLineWithoutEnd has strangers with a command line of 6 GiB, of
// which the kernel holds nothing, run under every name that root looks for.
func TestCommandLineWithoutEnd(t *testing.T) {
	const zeros = "zeros 6442450944"
	for _, name := range []string{"etcd", "kubelet", "kube-apiserver"} {
		attempt(t, name, func(t *testing.T) {
			lay(t, worker)
			flags := quietly(t, "cis-1.12")
			want := harden(t, append([]string{"plan"}, flags...)...)
			before := cutOff(t, flags)
			stranger{name: name, says: []string{"--data-dir=/etc", "--config=/etc/passwd"}, steps: zeros}.start(t)
			for _, verb := range []string{"recover", "plan", "check"} {
				// So that the machine lives on, if it is too much.
				argv := []string{"prlimit", "--as=2147483648", "/usr/bin/harden", verb}
				if verb != "recover" {
					argv = append(argv, flags...)
				}
				o := run(t, argv...)
				exits(t, o, 0)
				modest(t, o)
				if verb == "plan" && o.code == 0 {
					same(t, parse(t, want), parse(t, o))
				}
				if verb == "recover" {
					for path, what := range before.changed(take(t)) {
						if !strings.HasPrefix(path, "/home/mallory") {
							t.Errorf("the run that was interrupted is not settled: %s was %s", path, what)
						}
					}
				}
				for _, dir := range laid { // what is put back is newer than the kubelet
					if name := filepath.Join(root, dir); exists(name) {
						age(t, name)
					}
				}
			}
		})
	}
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// cutOff leaves a run behind that was killed in the middle, and gives the node
// as it was before. It is killed at one file, since strace counts the calls of
// each thread for itself.
func cutOff(t *testing.T, flags []string) (before snapshot) {
	t.Helper()
	before = take(t)
	killed := run(t, append([]string{"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fchmod", "-P", "/usr/lib/systemd/system/kubelet.service",
		"-e", "inject=fchmod:signal=KILL", "/usr/bin/harden", "apply", "--no-restart", "--yes"}, flags...)...)
	if killed.code == 0 || len(before.changed(take(t))) == 0 {
		t.Fatalf("no run was interrupted: %v", killed)
	}
	return before
}

// TestManyProcesses has ten thousand processes under one name, alone and each
// with a long command line.
func TestManyProcesses(t *testing.T) {
	for _, name := range []string{"etcd", "kubelet"} {
		for _, length := range []int{0, 100 << 20} {
			attempt(t, fmt.Sprintf("%s, %d bytes each", name, length), func(t *testing.T) {
				lay(t, worker)
				flags := quietly(t, "cis-1.12")
				want := harden(t, append([]string{"plan"}, flags...)...)
				steps := "fork 10000"
				if length > 0 {
					steps = fmt.Sprintf("zeros %d;%s", length, steps)
				}
				stranger{name: name, says: []string{"--config=/etc/passwd"}, steps: steps}.start(t)
				for _, verb := range []string{"plan", "check"} {
					o := run(t, append([]string{"prlimit", "--as=2147483648", "/usr/bin/harden", verb}, flags...)...)
					exits(t, o, 0)
					modest(t, o)
					if verb == "plan" && o.code == 0 {
						same(t, parse(t, want), parse(t, o))
					}
				}
			})
		}
	}
	attempt(t, "names that are changed all the time", func(t *testing.T) {
		undecided(t, worker, "cis-1.12", func(t *testing.T) {
			for _, name := range []string{"kubelet", "etcd", "kube-apiserver"} {
				stranger{name: "helper", says: []string{"--config=/etc/passwd"}, steps: "comm " + name}.start(t)
			}
			if !slices.ContainsFunc(strings.Fields(must(t, "ps", "-u", "mallory", "-o", "comm=")), func(c string) bool { return c == "kubelet" }) {
				t.Error("no process has the name")
			}
		})
	})
}
