//go:build torture

package torture

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestModesWhateverTheUmask runs with the widest and the narrowest umask. What
// harden makes for itself is for root alone, and what it makes on the node has
// the mode that the plan said.
func TestModesWhateverTheUmask(t *testing.T) {
	var modes []string
	for _, umask := range []string{"0000", "0022", "0077"} {
		dir := filepath.Join(workspace(t), "node")
		c := secretTree(t, dir)
		plan := dir + ".plan"
		exits(t, command(t, "sh", "-c", "umask "+umask+`; exec "$@"`, "sh", binary, "plan", "--root", dir, "--profile", profile, "--out", plan), 0)
		if mode := inode(t, plan).Mode & 0o7777; mode != 0o600 {
			t.Errorf("umask %s: the plan has mode %o", umask, mode)
		}
		exits(t, command(t, "sh", "-c", "umask "+umask+`; exec "$@"`, "sh", binary, "apply", "--root", dir, "--yes", plan), 0)
		if c.stateFiles(t, dir) == 0 {
			t.Error("there are no backups")
		}
		var lines []string
		for path, is := range take(t, dir) {
			if !strings.HasPrefix(path, "etc/passwd") && !strings.HasPrefix(path, "etc/g") && path != "etc/.pwd.lock" { // the account tools write these
				lines = append(lines, path+" "+strings.Join(strings.Fields(is)[:2], " "))
			}
		}
		slices.Sort(lines)
		if modes != nil && !slices.Equal(lines, modes) {
			t.Errorf("with umask %s the modes are others", umask)
		}
		modes = lines
		figure(t, "attempts", 1)
	}
}

// TestNobodyReadsTemporaries has nobody try to read whatever appears in the
// directories of a tree, as fast as the kernel tells of it, while runs replace
// files that hold secrets.
func TestNobodyReadsTemporaries(t *testing.T) {
	space := workspace(t)
	ok(t, os.Chmod(space, 0o755))
	dir := filepath.Join(space, "node")
	c := secretTree(t, dir)
	// What is watched for are the files of the run: those of the tree itself
	// are closed before it starts, and everybody may look into each directory.
	must(t, "find", dir, "-type", "d", "-exec", "chmod", "0755", "{}", "+")
	must(t, "find", dir, "-type", "f", "-path", "*/kubernetes/*", "-exec", "chmod", "0600", "{}", "+")
	ok(t, os.Chmod(dir+"/var/lib/kubelet/config.yaml", 0o600))
	watch := []string{dir + "/etc/kubernetes", dir + "/etc/kubernetes/manifests", dir + "/etc/kubernetes/harden", dir + "/var/lib/kubelet", dir + "/etc/kubernetes/pki",
		dir + "/var/lib"}
	var opened, leaked atomic.Int64
	try := func(path string) {
		opened.Add(1)
		f, err := os.Open(path)
		if err != nil {
			return
		}
		defer f.Close()
		data, _ := io.ReadAll(io.LimitReader(f, 1<<20)) // what was read before an error counts as well
		if places := c.found(string(data)); len(places) > 0 {
			leaked.Add(1)
			t.Errorf("nobody reads the secret of %v in %s", places, path)
		}
	}
	a := &attacker{}
	inotify, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	ok(t, err)
	defer unix.Close(inotify)
	names := map[int32]string{}
	for _, path := range watch {
		wd, err := unix.InotifyAddWatch(inotify, path, unix.IN_CREATE|unix.IN_MOVED_TO|unix.IN_ATTRIB|unix.IN_MODIFY)
		ok(t, err)
		names[int32(wd)] = path
	}
	a.loop(t, func() error {
		buf := make([]byte, 64<<10)
		n, err := unix.Read(inotify, buf)
		for _, path := range events(buf[:max(n, 0)], names) {
			try(path)
		}
		return err
	})
	a.loop(t, func() error {
		for _, path := range watch {
			entries, err := filepath.Glob(path + "/.harden-*")
			if err != nil {
				return err
			}
			for _, e := range entries {
				try(e)
			}
		}
		// All that harden keeps lies behind a directory that is closed.
		for _, name := range []string{"", "/runs", "/lock"} {
			f, err := os.Open(filepath.Join(dir, stateDir) + name)
			if err == nil {
				f.Close()
				if name != "" {
					t.Errorf("nobody can open %s", name)
				}
			}
		}
		return nil
	})
	last := 3 * time.Second
	if thorough {
		last = 20 * time.Second
	}
	for deadline := time.Now().Add(last); time.Now().Before(deadline) && !t.Failed(); {
		exits(t, run(t, "apply", "--root", dir, "--profile", profile, "--yes"), 0)
		exits(t, run(t, "rollback", "--root", dir, "--yes"), 0)
	}
	a.end()
	t.Logf("%d tries to open a file, %d leaks", opened.Load(), leaked.Load())
	if opened.Load() < 20 {
		t.Error("nobody saw anything")
	}
	figure(t, "attempts", int(opened.Load()))
}

// events reads the paths out of what inotify says, inotify(7).
func events(buf []byte, names map[int32]string) (paths []string) {
	for len(buf) >= unix.SizeofInotifyEvent {
		wd, length := int32(le(buf)), int(le(buf[12:]))
		name := strings.TrimRight(string(buf[unix.SizeofInotifyEvent:unix.SizeofInotifyEvent+length]), "\x00")
		paths = append(paths, filepath.Join(names[wd], name))
		buf = buf[unix.SizeofInotifyEvent+length:]
	}
	return paths
}

func le(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// TestFilesAreMadeClosed reads in the system calls of a run that every file
// and directory is made for its owner alone.
func TestFilesAreMadeClosed(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skipf("skipped: %v", err)
	}
	space := workspace(t)
	dir, log := filepath.Join(space, "node"), filepath.Join(space, "log")
	secretTree(t, dir)
	must(t, "strace", "-f", "-qq", "-o", log, "-e", "trace=openat,openat2,creat,open,mkdirat,mkdir,mknodat,linkat", binary, "apply", "--root", dir, "--profile", profile,
		"--yes", "--skip", "etcd-account")
	text, err := os.ReadFile(log)
	ok(t, err)
	made := 0
	mode := regexp.MustCompile(`(?:O_CREAT[^,]*, |mkdirat\(.*, )(0\d+)`)
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, " resumed>") {
			continue // the end of a call of which a line before says what it is given
		}
		if !strings.Contains(line, "O_CREAT") && !strings.Contains(line, "mkdir") && !strings.Contains(line, "mknod") && !strings.Contains(line, "linkat") {
			continue
		}
		m := mode.FindStringSubmatch(line)
		if m == nil || m[1] != "0600" && m[1] != "0700" {
			t.Errorf("made too wide: %s", line)
		}
		if strings.Contains(line, "O_CREAT") && !strings.Contains(line, "O_EXCL") && !strings.Contains(line, "journal") && !strings.Contains(line, `"seal"`) && !strings.Contains(line, `"lock"`) {
			t.Errorf("made where something may lie: %s", line)
		}
		made++
	}
	if made < 10 {
		t.Errorf("only %d files were made:\n%s", made, text)
	}
	figure(t, "operations", made)
}

// TestNoCoreDump ends a run the way that leaves a core dump.
func TestNoCoreDump(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV} {
		space := workspace(t)
		dir := filepath.Join(space, "node")
		tree(t, dir)
		// A profile that never comes keeps the run where it is.
		ok(t, unix.Mkfifo(space+"/profile.yaml", 0o600))
		cmd := exec.Command("sh", "-c", `ulimit -c unlimited; exec "$@"`, "sh", binary, "plan", "--root", dir, "--profile", space+"/profile.yaml")
		cmd.Dir = space
		cmd.Env = append(os.Environ(), "GOTRACEBACK=crash")
		ok(t, cmd.Start())
		proc := fmt.Sprintf("/proc/%d/", cmd.Process.Pid)
		limits := ""
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			data, err := os.ReadFile(proc + "limits")
			ok(t, err)
			if limits = string(data); regexp.MustCompile(`Max core file size +0 +0 `).MatchString(limits) {
				break
			}
		}
		if !regexp.MustCompile(`Max core file size +0 +0 `).MatchString(limits) {
			t.Errorf("the limit of core dumps is not 0:\n%s", limits)
		}
		time.Sleep(100 * time.Millisecond) // until the other limit is set, and the profile is waited for
		// A process that is not dumpable is closed to those of its own user
		// without CAP_SYS_PTRACE.
		readable := make(chan bool, 1)
		asRootWithoutCapabilities(t, func() {
			f, err := os.Open(proc + "environ")
			if err == nil {
				f.Close()
			}
			readable <- err == nil
		})
		if <-readable {
			t.Error("its memory is open to other processes of its user: it is dumpable")
		}
		ok(t, cmd.Process.Signal(signal))
		err := cmd.Wait()
		status, known := cmd.ProcessState.Sys().(syscall.WaitStatus)
		if err == nil || !known || status.CoreDump() {
			t.Errorf("%v: %v, core=%v", signal, cmd.ProcessState, status.CoreDump())
		}
		cores, err := filepath.Glob(space + "/*core*")
		ok(t, err)
		if len(cores) > 0 {
			t.Errorf("%v leaves %v", signal, cores)
		}
		figure(t, "attempts", 1)
	}
}

// asRootWithoutCapabilities runs a function on a thread that is root's and may
// do no more than any user may with what is his own.
func asRootWithoutCapabilities(t *testing.T, do func()) {
	t.Helper()
	onThread(t, func() error {
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var none [2]unix.CapUserData
		return unix.Capset(&header, &none[0])
	}, do)
}
