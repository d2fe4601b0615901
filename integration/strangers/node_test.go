//go:build strangers

package strangers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"harden/integration/sampletree"
)

// outcome is what a command on the node came to.
type outcome struct {
	code           int
	stdout, stderr string
	took           time.Duration
	memory         int64 // the most that was resident, bytes
}

func (o outcome) String() string {
	return fmt.Sprintf("exit %d after %v\nstdout: %.1500s\nstderr: %.3000s", o.code, o.took.Round(time.Millisecond), o.stdout, o.stderr)
}

// run runs a command of root on the node, which must end within a minute and a
// half.
func run(t *testing.T, argv ...string) outcome {
	t.Helper()
	return begin(t, argv...)()
}

// begin begins to run a command, and gives what waits for its end.
func begin(t *testing.T, argv ...string) (wait func() outcome) {
	t.Helper()
	cmd := inside(argv...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &stdout, &stderr, time.Second
	started := time.Now()
	ok(t, cmd.Start())
	late := time.AfterFunc(90*time.Second, func() { _ = cmd.Process.Kill() })
	return func() outcome {
		t.Helper()
		err := cmd.Wait()
		if inTime := late.Stop(); err != nil && !errors.As(err, new(*exec.ExitError)) || !inTime {
			t.Fatalf("%s, after %v: %v\n%s", strings.Join(argv, " "), time.Since(started), err, &stderr)
		}
		usage, known := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !known {
			t.Fatal("the system does not say what a command used")
		}
		return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), time.Since(started), usage.Maxrss << 10}
	}
}

// must runs a command that has to exit with 0, and gives what it printed.
func must(t *testing.T, argv ...string) string {
	t.Helper()
	o := run(t, argv...)
	if o.code != 0 {
		t.Fatalf("%s: %v", strings.Join(argv, " "), o)
	}
	return o.stdout
}

// harden runs harden as root.
func harden(t *testing.T, args ...string) outcome {
	t.Helper()
	return run(t, append([]string{"/usr/bin/harden"}, args...)...)
}

// exits makes sure that a run ended with one of these codes.
func exits(t *testing.T, o outcome, codes ...int) {
	t.Helper()
	if !slices.Contains(codes, o.code) {
		t.Errorf("want exit %v, got %v", codes, o)
	}
}

// layout is what the node is.
type layout string

const (
	worker       layout = "worker"
	controlPlane layout = "control-plane"
	rke          layout = "rke"
)

// laid are the paths that lay makes anew.
var laid = []string{"etc/kubernetes", "etc/cni", "etc/harden", "etc/sysctl.d/90-kubelet.conf", "etc/sysctl.d/kubernetes.conf", "etc/systemd/system/kubelet.service.d",
	"var/lib/kubelet", "var/lib/etcd", "var/lib/harden", "var/log/pods", "home/mallory", "srv", "opt"}

// written is when the files of a fresh node were written: before its kubelet
// was started.
var written = time.Now().Add(-time.Hour).Truncate(time.Second)

// pristine is the node as it was before the first attempt.
var pristine snapshot

// lay makes the node a fresh one: a kubelet runs, and nothing else.
func lay(t *testing.T, kind layout) {
	t.Helper()
	for _, path := range laid {
		ok(t, os.RemoveAll(filepath.Join(root, path)))
	}
	for _, path := range []string{"srv", "opt", "home/mallory"} {
		ok(t, os.Mkdir(filepath.Join(root, path), 0o755))
	}
	ok(t, os.Chown(filepath.Join(root, "home/mallory"), mallory, mallory))
	if pristine == nil {
		pristine = take(t)
	}
	pristine.restore(t)
	sample := filepath.Join(t.TempDir(), "sample")
	ok(t, sampletree.Write(sample))
	for _, name := range []string{"etc/passwd", "etc/group", "etc/os-release", "etc/hostname"} { // the node has its own
		ok(t, os.Remove(filepath.Join(sample, name)))
	}
	switch kind {
	case worker:
		for _, name := range []string{"etc/kubernetes/admin.conf", "etc/kubernetes/super-admin.conf", "etc/kubernetes/scheduler.conf", "etc/kubernetes/controller-manager.conf",
			"var/lib/etcd", "etc/kubernetes/manifests", "etc/kubernetes/pki"} {
			ok(t, os.RemoveAll(filepath.Join(sample, name)))
		}
		ok(t, os.Mkdir(filepath.Join(sample, "etc/kubernetes/manifests"), 0o755))
		ok(t, os.Mkdir(filepath.Join(sample, "etc/kubernetes/pki"), 0o755))
		ok(t, os.WriteFile(filepath.Join(sample, "etc/kubernetes/pki/ca.crt"), []byte("the certificate of the cluster\n"), 0o644))
	case rke:
		for _, name := range []string{"etc/kubernetes", "var/lib/kubelet", "usr/lib/systemd"} {
			ok(t, os.RemoveAll(filepath.Join(sample, name)))
		}
		ok(t, os.MkdirAll(filepath.Join(sample, "etc/kubernetes/ssl"), 0o755))
		for _, name := range []string{"kube-node.pem", "kube-node-key.pem", "kube-apiserver.pem", "kube-etcd-10-99-0-10.pem"} {
			ok(t, os.WriteFile(filepath.Join(sample, "etc/kubernetes/ssl", name), []byte("a certificate\n"), 0o644))
		}
	}
	age(t, sample)
	if out, err := exec.Command("cp", "-a", "--no-preserve=links", sample+"/.", root).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if kind == rke {
		ok(t, os.RemoveAll(filepath.Join(root, "usr/lib/systemd/system/kubelet.service")))
		ok(t, os.RemoveAll(filepath.Join(root, "usr/lib/systemd/system/kubelet.service.d")))
		must(t, "systemctl", "daemon-reload")
		run(t, "systemctl", "stop", "kubelet.service") // unless the last one had none either
		return
	}
	// Its health is watched for longer than it takes systemd to restart it.
	write(t, quick, "[Service]\nRestartSec=100ms\n", 0, 0o644)
	ok(t, os.Chtimes(filepath.Join(root, quick), written, written))
	must(t, "systemctl", "daemon-reload")
	if !healthy(t)() { // the last attempt has stopped it, or made it sick
		must(t, "systemctl", "restart", "kubelet.service")
	}
	eventually(t, "the kubelet answers", healthy(t))
}

// age makes everything in a directory as old as a fresh node.
func age(t *testing.T, dir string) {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(path, written, written)
	}))
}

// quick is a drop-in of the kubelet's unit.
const quick = "/etc/systemd/system/kubelet.service.d/20-quick.conf"

// healthy tells whether somebody answers for the kubelet.
func healthy(t *testing.T) func() bool {
	return func() bool { return run(t, "curl", "-s", "-m", "1", "http://127.0.0.1:10248/healthz").stdout == "ok" }
}

// write puts a file of a user on the node, and the directories on the way.
func write(t *testing.T, path, text string, user int, mode fs.FileMode) {
	t.Helper()
	name := filepath.Join(root, path)
	mkdir(t, filepath.Dir(path), user, 0o755)
	ok(t, os.WriteFile(name, []byte(text), 0o600))
	ok(t, os.Chmod(name, mode))
	ok(t, os.Lchown(name, user, user))
}

// mkdir makes a directory of a user on the node, and those on the way.
func mkdir(t *testing.T, path string, user int, mode fs.FileMode) {
	t.Helper()
	name := filepath.Join(root, path)
	if _, err := os.Lstat(name); err == nil {
		return
	}
	if parent := filepath.Dir(path); parent != path {
		mkdir(t, parent, user, mode)
	}
	ok(t, os.Mkdir(name, mode))
	ok(t, os.Chmod(name, mode))
	ok(t, os.Lchown(name, user, user))
}

// read gives what a file of the node holds.
func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	ok(t, err)
	return string(data)
}

// eventually waits up to ten seconds for something to be so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("not within ten seconds: %s", what)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
