//go:build torture

package torture

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// asNobody runs a function on a thread of its own that belongs to nobody, and
// has no capability left.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	onThread(t, func() error {
		for _, call := range []struct{ number, a, b, c uintptr }{
			{unix.SYS_SETGROUPS, 0, 0, 0}, {unix.SYS_SETRESGID, nobody, nobody, nobody}, {unix.SYS_SETRESUID, nobody, nobody, nobody},
		} {
			// The raw call is about this thread alone; that of package syscall is about all.
			if _, _, errno := unix.RawSyscall(call.number, call.a, call.b, call.c); errno != 0 {
				return errno
			}
		}
		return nil
	}, do)
}

// onThread runs a function on a thread of its own, which is prepared for it
// and ends with it.
func onThread(t *testing.T, prepare func() error, do func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked, so that no other goroutine gets the thread
		err := prepare()
		if err == nil {
			do()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Errorf("cannot become somebody else: %v", err)
	}
}

// attacker is something that nobody does in a loop, until it is stopped.
type attacker struct {
	stop  atomic.Bool
	wait  sync.WaitGroup
	tries atomic.Int64
}

func (a *attacker) loop(t *testing.T, once func() error) {
	a.wait.Go(func() {
		asNobody(t, func() {
			for !a.stop.Load() {
				if once() == nil {
					a.tries.Add(1)
				}
			}
		})
	})
}

func (a *attacker) end() int {
	a.stop.Store(true)
	a.wait.Wait()
	return int(a.tries.Load())
}

// swapping puts a link, and a directory of his own, in the place of a
// directory, and the directory back. Each pause is a chance for a run.
func swapping(dir, target, own string) func() error {
	aside, pause := dir+".aside", func() { time.Sleep(200 * time.Microsecond) }
	return func() error {
		err := os.Rename(dir, aside)
		if err == nil {
			err = os.Symlink(target, dir)
			pause()
			err = errors.Join(err, os.Remove(dir), os.Rename(own, dir))
			pause()
			err = errors.Join(err, os.Rename(dir, own), os.Rename(aside, dir))
			time.Sleep(2 * time.Millisecond) // a run has to get through now and then
		}
		return err
	}
}

// meddling takes the temporary files of a run away, and puts links and files
// of his own in their places.
func meddling(dir, target string) func() error {
	return func() error {
		names, err := filepath.Glob(dir + "/.harden-*")
		if err != nil || len(names) == 0 {
			return errors.New("there is none")
		}
		for _, name := range names {
			if err = os.Rename(name, dir+"/stolen"); err == nil {
				err = os.Symlink(target, name)
			}
		}
		return err
	}
}

// TestSwapRace runs apply, rollback and recover over and over, while nobody,
// who owns directories on the way, swaps what lies in them for links to a
// victim and for directories with hard links to it. The victim looks just like
// what a run wants to change.
func TestSwapRace(t *testing.T) {
	last := 4 * time.Second
	if thorough {
		last = 45 * time.Second
	}
	space := workspace(t)
	ok(t, os.Chmod(space, 0o755))
	dir, outside := filepath.Join(space, "node"), filepath.Join(space, "outside")
	wide(t, dir)
	// The victim is a copy that root alone may change, with every mode too wide.
	must(t, "cp", "-a", dir, outside)
	swapped := []string{"/etc/kubernetes/pki", "/etc/kubernetes/manifests", "/var/lib/kubelet", "/etc/cni/net.d"}
	for _, path := range swapped {
		mine := dir + path + ".own"
		ok(t, os.Mkdir(mine, 0o755))
		entries, err := os.ReadDir(outside + path)
		ok(t, err)
		for _, e := range entries {
			if e.Type().IsRegular() { // as on a system with fs.protected_hardlinks=0
				ok(t, os.Link(filepath.Join(outside+path, e.Name()), filepath.Join(mine, e.Name())))
			}
		}
		ok(t, os.Chown(mine, nobody, nobody))
		ok(t, os.Chown(filepath.Dir(dir+path), nobody, nobody))
	}
	for _, path := range []string{"/etc/kubernetes/pki/etcd", "/etc/kubernetes/manifests", "/var/lib/kubelet"} {
		ok(t, os.Chown(dir+path, nobody, nobody))
	}
	ok(t, os.Chmod(outside, 0o700)) // nobody's own looks are none of a run's
	v := victimOf(t, outside)
	a := &attacker{}
	for _, path := range swapped {
		a.loop(t, swapping(dir+path, outside+path, dir+path+".own"))
	}
	for _, path := range []string{"/etc/kubernetes", "/var/lib", "/etc/kubernetes/manifests", "/var/lib/kubelet"} {
		a.loop(t, meddling(dir+path, outside+"/etc/kubernetes/pki/ca.key"))
	}
	runs, codes := 0, map[int]int{}
	for deadline := time.Now().Add(last); time.Now().Before(deadline) && !t.Failed(); {
		for _, verb := range [][]string{{"apply", "--profile", "kubeadm-node", "--yes", "--skip", "kubelet-config-owner"}, {"rollback", "--yes", "--force"}, {"recover"}, {"check", "--profile", profile}} {
			o := run(t, append(verb, "--root", dir)...)
			codes[o.code]++
			if !slices.Contains([]int{0, 1, 3, 4, 5, 64}, o.code) {
				t.Errorf("%s: %v", verb[0], o)
			}
			runs++
		}
		v.untouched(t, "a run under attack")
	}
	tries := a.end()
	t.Logf("%d runs with the exit codes %v, %d attempts", runs, codes, tries)
	if tries < 100 || codes[0] == 0 || codes[0] == runs {
		t.Error("the race was not run")
	}
	figure(t, "attempts", tries)
	figure(t, "seconds", int(last.Seconds()))
	// Whatever was stolen holds nothing that nobody could read.
	asNobody(t, func() {
		for _, path := range []string{"/etc/kubernetes/stolen", "/var/lib/kubelet/stolen", "/etc/kubernetes/manifests/stolen"} {
			data, err := os.ReadFile(dir + path)
			if err == nil && strings.Contains(string(data), "secret") {
				t.Errorf("%s can be read by nobody", path)
			}
		}
	})
}

// TestGrowingFile has nobody write to a file for as long as it is read.
func TestGrowingFile(t *testing.T) {
	dir := filepath.Join(workspace(t), "node")
	tree(t, dir)
	paths := []string{"/var/lib/kubelet/config.yaml", "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/cni/net.d/10-bridge.conflist"}
	a := &attacker{}
	line := []byte(strings.Repeat("# more and more of it\n", 50))
	for _, path := range paths {
		f, err := os.OpenFile(dir+path, os.O_APPEND|os.O_WRONLY, 0)
		ok(t, err)
		defer f.Close()
		a.loop(t, func() error { _, err := f.Write(line); return err })
	}
	runs := 0
	for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline); runs++ {
		o := run(t, "apply", "--root", dir, "--profile", "kubeadm-node", "--yes")
		if !slices.Contains([]int{0, 1, 3, 4, 5}, o.code) {
			t.Errorf("%v", o)
		}
		if o.code == 5 || o.code == 1 {
			run(t, "recover", "--root", dir)
			run(t, "rollback", "--root", dir, "--yes", "--force")
		}
	}
	t.Logf("%d runs, %d writes", runs, a.end())
	leftovers(t, dir)
	figure(t, "attempts", runs)
}
