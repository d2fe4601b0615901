//go:build torture

package torture

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// used is what a run took.
type used struct {
	outcome
	took   time.Duration
	memory int64 // the most that was resident, bytes
}

func measured(t *testing.T, args ...string) used {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	started := time.Now()
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	usage, known := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !known {
		t.Fatal("the system does not say what a run used")
	}
	return used{outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}, time.Since(started), usage.Maxrss << 10}
}

// fill makes n files in directories of a thousand.
func fill(t *testing.T, dir string, n int) {
	t.Helper()
	for i := range n {
		sub := fmt.Sprintf("%s/%04d", dir, i/1000)
		if i%1000 == 0 {
			ok(t, os.MkdirAll(sub, 0o755))
		}
		ok(t, os.WriteFile(fmt.Sprintf("%s/%04d.key", sub, i%1000), nil, 0o600))
	}
}

// TestManyFiles has a run look at a PKI directory with far too many files. It
// holds one directory's names at a time, so its memory does not grow with them.
func TestManyFiles(t *testing.T) {
	n := 20_000
	if thorough {
		n = 100_000
	}
	dir := filepath.Join(workspace(t), "node")
	tree(t, dir)
	args := []string{"plan", "--root", dir, "--profile", profile}
	few := measured(t, args...)
	fill(t, dir+"/etc/kubernetes/pki/many", n)
	many := measured(t, args...)
	exits(t, many.outcome, 0)
	if many.stdout != few.stdout {
		t.Error("files that are as they should be change the plan")
	}
	find := time.Now()
	must(t, "find", dir+"/etc/kubernetes/pki", "-printf", `%m %u %g %p\n`)
	t.Logf("%d files: %v and %d KiB; none of them: %v and %d KiB; find takes %v", n, many.took, many.memory>>10, few.took, few.memory>>10, time.Since(find))
	if grown := many.memory - few.memory; grown > 8<<20 {
		t.Errorf("memory grew by %d KiB", grown>>10)
	}
	if many.took > 20*time.Second {
		t.Errorf("it took %v", many.took)
	}
	// One of them is not as it should be.
	odd := dir + "/etc/kubernetes/pki/many/0007/0777.key"
	ok(t, os.Chmod(odd, 0o644))
	exits(t, run(t, append(args, "--only", "pki-key-mode")...), 0, "~ /etc/kubernetes/pki/many/0007/0777.key")
	figure(t, "inputs", n)
}

// TestDeepDirectories walks down a hundred directories, and does not fall over
// a path that is longer than the kernel takes.
func TestDeepDirectories(t *testing.T) {
	for depth, says := range map[int]string{100: "", 3000: "cannot"} {
		t.Run(fmt.Sprint(depth), func(t *testing.T) {
			dir := filepath.Join(workspace(t), "node")
			tree(t, dir)
			before := take(t, dir)
			fd, err := unix.Open(dir+"/etc/kubernetes/pki", unix.O_PATH|unix.O_CLOEXEC, 0)
			ok(t, err)
			for range depth {
				ok(t, unix.Mkdirat(fd, "d", 0o755))
				next, err := unix.Openat(fd, "d", unix.O_PATH|unix.O_CLOEXEC, 0)
				ok(t, err)
				ok(t, unix.Close(fd))
				fd = next
			}
			key, err := unix.Openat(fd, "deep.key", unix.O_CREAT|unix.O_WRONLY|unix.O_CLOEXEC, 0o644)
			ok(t, err)
			ok(t, errors.Join(unix.Close(key), unix.Close(fd)))
			o := run(t, "apply", "--diff", "--root", dir, "--profile", "kubeadm-node", "--yes")
			if says == "" {
				exits(t, o, 0, strings.Repeat("/d", depth)+"/deep.key")
			} else if o.code != 1 && o.code != 0 || !strings.Contains(o.stdout+o.stderr, says) {
				t.Errorf("%.600v", o)
			}
			t.Logf("exit %d: %.300s", o.code, o.stderr)
			if o.code == 0 {
				exits(t, run(t, "rollback", "--root", dir, "--yes"), 0)
			}
			ok(t, os.RemoveAll(dir+"/etc/kubernetes/pki/d"))
			if now := take(t, dir); !maps.Equal(now, before) {
				t.Error("the tree is not as before")
			}
			figure(t, "inputs", 1)
		})
	}
}

// TestDirectoryLoop mounts the PKI directory, and the whole tree, below itself.
func TestDirectoryLoop(t *testing.T) {
	for _, flags := range []uintptr{unix.MS_BIND, unix.MS_BIND | unix.MS_REC} {
		for _, what := range []string{"/etc/kubernetes/pki", "/etc", ""} {
			dir := filepath.Join(workspace(t), "node")
			tree(t, dir)
			ok(t, os.Chmod(dir+"/etc/kubernetes/pki/ca.key", 0o644))
			loop := dir + "/etc/kubernetes/pki/loop"
			ok(t, os.Mkdir(loop, 0o755))
			before := take(t, dir)
			ok(t, unix.Mount(dir+what, loop, "", flags, ""))
			defer func() { _ = unix.Unmount(loop, unix.MNT_DETACH) }()
			o := measured(t, "apply", "--root", dir, "--profile", "kubeadm-node", "--yes")
			if !slices.Contains([]int{0, 1, 3}, o.code) || o.took > 20*time.Second {
				t.Errorf("%s: %v in %v", what, o.outcome, o.took)
			}
			t.Logf("%q below itself: exit %d in %v: %.300s", what, o.code, o.took, o.stderr)
			if o.code == 0 {
				exits(t, run(t, "rollback", "--root", dir, "--yes"), 0)
			}
			ok(t, unix.Unmount(loop, unix.MNT_DETACH))
			if now := take(t, dir); !maps.Equal(now, before) {
				t.Errorf("%s: the tree is not as before", what)
			}
			figure(t, "attempts", 1)
		}
	}
}

// TestJunkInManifests fills the static pod directory with what the kubelet
// does not run. The plan is the one without it.
func TestJunkInManifests(t *testing.T) {
	dir := filepath.Join(workspace(t), "node")
	tree(t, dir)
	args := []string{"plan", "--root", dir, "--profile", profile}
	want := run(t, args...)
	manifests := dir + "/etc/kubernetes/manifests/"
	junk := map[string]string{".hidden.yaml": "kind: Pod", ".harden-0123456789abcdef": "half", ".kube-apiserver.yaml.swp": "\x00\x01b0VIM", ".#kube-apiserver.yaml": "lock"}
	for i := range 2000 {
		junk[fmt.Sprintf(".junk-%d", i)] = "- - - -"
	}
	for name, text := range junk {
		ok(t, os.WriteFile(manifests+name, []byte(text), 0o666))
	}
	ok(t, os.MkdirAll(manifests+"directory/deep", 0o777))
	ok(t, os.WriteFile(manifests+"directory/deep/kube-apiserver.yaml", []byte("{{{{"), 0o666))
	ok(t, unix.Mkfifo(manifests+".fifo.yaml", 0o666))
	ok(t, unix.Mknod(manifests+".socket.yaml", unix.S_IFSOCK|0o666, 0))
	ok(t, os.Symlink("/dev/zero", manifests+".zero.yaml"))
	if got := run(t, args...); got != want {
		t.Errorf("junk changes the plan: %v", got)
	}
	figure(t, "inputs", len(junk)+4)
}
