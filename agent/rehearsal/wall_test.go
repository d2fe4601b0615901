package rehearsal

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// harm is what the walled-in program is to try.
type harm struct {
	Addresses []string // of the host, to connect to
	Sockets   []string
	Read      []string // files that it must not see
	Written   []string // directories, and files, that it must not write to
	Scratch   string   // a directory that it may write to
}

// attempt tries to do harm, and prints a line for everything that it managed to
// do.
func attempt() {
	var h harm
	if err := json.Unmarshal([]byte(os.Getenv(attemptVariable)), &h); err != nil {
		fmt.Println("managed: nothing, for", err)
	}
	managed := func(err error, format string, args ...any) {
		if err == nil {
			fmt.Println("managed:", fmt.Sprintf(format, args...))
		}
	}
	for _, address := range h.Addresses {
		_, err := net.DialTimeout("tcp", address, time.Second)
		managed(err, "connect to %s", address)
	}
	for _, socket := range h.Sockets {
		_, err := net.Dial("unix", socket)
		managed(err, "connect to %s", socket)
	}
	for _, file := range h.Read {
		for _, root := range []string{"", "/proc/1/root", "/proc/self/root", "/proc/1/cwd", "/tmp/../../.."} {
			data, err := os.ReadFile(root + file)
			managed(err, "read %s: %.20q", root+file, data)
		}
	}
	for _, file := range h.Written {
		attemptToWrite(file, managed)
	}
	managed(syscall.Mount("", "/", "", syscall.MS_REMOUNT, ""), "remount /")
	managed(syscall.Mount("tmpfs", "/tmp", "tmpfs", 0, ""), "mount a tmpfs")
	managed(syscall.Unshare(syscall.CLONE_NEWNS), "make a mount namespace")
	managed(exec.Command("/usr/bin/unshare", "--user", "true").Run(), "make a user namespace")
	managed((&exec.Cmd{Path: "/bin/true", SysProcAttr: &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}}).Run(), "start a process in a user namespace")
	if err := exec.Command("/bin/true").Run(); err != nil {
		fmt.Println("managed: nothing, for it cannot start a process:", err)
	}
	managed(syscall.Mknod(h.Scratch+"/disk", syscall.S_IFBLK|0o600, 8<<8), "make a device")
	managed(syscall.Chroot("/tmp"), "change the root")
	managed(syscall.Sethostname([]byte("stolen")), "name the host")
	managed(os.WriteFile("/proc/sys/kernel/panic", []byte("1"), 0), "set a kernel parameter")
	managed(os.WriteFile("/proc/sysrq-trigger", []byte("h"), 0), "pull a trigger")
	managed(syscall.Setuid(1), "become somebody else")
	managed(syscall.Kill(2, 0), "see a second process")
	if err := os.WriteFile(h.Scratch+"/own", nil, 0o600); err != nil {
		fmt.Println("cannot write to its own directory:", err)
	}
	fmt.Println("all was tried")
}

func attemptToWrite(file string, managed func(error, string, ...any)) {
	info, err := os.Stat(file)
	if err != nil {
		fmt.Println("not seen, and so not tried:", err)
		return
	}
	managed(os.Chmod(file, info.Mode()|0o007), "chmod %s", file)
	managed(os.Chown(file, 1, 1), "chown %s", file)
	managed(os.Rename(file, file+".moved"), "rename %s", file)
	if !info.IsDir() {
		_, err = os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
		managed(err, "open %s for writing", file)
		managed(os.Remove(file), "remove %s", file)
		return
	}
	managed(os.WriteFile(filepath.Join(file, "harm"), nil, 0o600), "make a file in %s", file)
	managed(os.Mkdir(filepath.Join(file, "harm.d"), 0o700), "make a directory in %s", file)
}

// A walled-in program that tries it cannot reach the host's network, connect to
// a socket of the host, read what is hidden, or write anything of the host.
func TestNoHarm(t *testing.T) {
	needsRoot(t)
	dir := t.TempDir()
	shown, hidden := filepath.Join(dir, "shown"), filepath.Join(dir, "shown", "etcd")
	write := func(file, content string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(hidden, 0o755); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(shown, "file"), "as it is")
	write(filepath.Join(hidden, "data"), "of etcd")
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	socket := filepath.Join(shown, "runtime.sock")
	abstract := "@harden-" + t.Name()
	for _, name := range []string{socket, abstract} {
		unix, err := net.Listen("unix", name)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close()
	}
	before := seenFromOutside(t, dir)
	h := harm{Addresses: []string{tcp.Addr().String()}, Sockets: []string{socket, abstract, "/mnt/shown/runtime.sock"},
		Read:    []string{filepath.Join(hidden, "data"), "/mnt/shown/etcd/data"},
		Written: []string{"/", "/etc", "/etc/passwd", "/usr", "/var", "/dev", "/mnt/shown", "/mnt/shown/file"}, Scratch: "/scratch"}
	order, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, uid := range []int{0, 65534} {
		said := runSelf(t, Subject{Argv: []string{"attempt"}, Environment: []string{attemptVariable + "=" + string(order)}, UID: uid, GID: uid,
			Root: "/", Mounts: []Mount{{shown, "/mnt/shown"}}, Hidden: []string{hidden}, Writable: []string{"/scratch"}, Limit: 20 * time.Second})
		if !strings.HasSuffix(said, "all was tried\n") || strings.Contains(said, "managed") || strings.Contains(said, "not tried") || strings.Contains(said, "cannot write to its own") {
			t.Errorf("uid %d:\n%s", uid, said)
		}
	}
	if after := seenFromOutside(t, dir); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// runSelf runs the test's own program walled in, and gives what it prints.
func runSelf(t *testing.T, s Subject) string {
	t.Helper()
	var err error
	if s.Program, err = os.Open("/proc/self/exe"); err != nil {
		t.Fatal(err)
	}
	defer s.Program.Close()
	var said strings.Builder
	end, err := Run(context.Background(), s, func(text string) (time.Duration, bool) {
		fmt.Fprintln(&said, text)
		return 0, false
	})
	if err != nil || !end.ByItself {
		t.Fatalf("%v, %+v\n%s", err, end, said.String())
	}
	return said.String()
}

// seenFromOutside lists what a directory has, and what is mounted.
func seenFromOutside(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, name, info.Mode(), info.Size(), info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	b.Write(mounts)
	return b.String()
}

// When harden is killed, what it rehearses ends with it.
func TestEndsWithHarden(t *testing.T) {
	needsRoot(t)
	number := make([]byte, 8)
	if _, err := rand.Read(number); err != nil {
		t.Fatal(err)
	}
	marker := fmt.Sprint(int64(number[0])<<16 | int64(number[1])<<8 | int64(number[2]))
	before := seenFromOutside(t, t.TempDir())
	middle := exec.Command("/proc/self/exe")
	middle.Env = append(os.Environ(), middleVariable+"="+marker)
	if err := middle.Start(); err != nil {
		t.Fatal(err)
	}
	within(t, "the rehearsed process starts", func() bool { return running("sleep\x00600."+marker) != 0 })
	if err := middle.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = middle.Wait() // killed
	within(t, "the rehearsed process ends", func() bool { return running("sleep\x00600."+marker) == 0 })
	if after := seenFromOutside(t, t.TempDir()); strings.Count(after, "\n") != strings.Count(before, "\n") {
		t.Errorf("something is left:\n%s", after)
	}
}

// running gives the process whose command line begins so, 0 for none.
func running(argv string) int {
	list, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range list {
		if data, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(data), argv) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			return pid
		}
	}
	return 0
}

func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

// Bounds hold: the time, the memory, and what is written.
func TestBounds(t *testing.T) {
	needsRoot(t)
	shell, err := os.Open("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	began := time.Now()
	run := func(script string, limit time.Duration) (End, int) {
		lines := 0
		end, err := Run(context.Background(), Subject{Program: shell, Argv: []string{"sh", "-c", script}, Environment: []string{"PATH=/usr/bin:/bin"}, Root: "/", Limit: limit},
			func(string) (time.Duration, bool) { lines++; return 0, false })
		if err != nil {
			t.Fatal(err)
		}
		return end, lines
	}
	if end, _ := run("sleep 600 & sleep 600", 300*time.Millisecond); end.ByItself || time.Since(began) > 10*time.Second {
		t.Errorf("%+v after %v", end, time.Since(began))
	}
	if end, lines := run("while :; do echo "+strings.Repeat("x", 1000)+"; done", time.Minute); lines < 1000 || lines > maxOutput/1000+1 || !strings.Contains(end.How, "killed") {
		t.Errorf("%+v after %d lines", end, lines)
	}
	if end, _ := run("head -c 3000000000 /dev/zero > /tmp/x", time.Minute); !end.ByItself || end.How == "exit status 0" {
		t.Errorf("3 GB were written: %+v", end)
	}
	if end, _ := run("exit 3", time.Minute); end.How != "exit status 3" {
		t.Errorf("%+v", end)
	}
}

// What cannot be walled in does not run, and says why.
func TestNotWalledIn(t *testing.T) {
	needsRoot(t)
	notes, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer notes.Close()
	v := Rehearse(context.Background(), Subject{Component: "etcd", Program: notes, Argv: []string{"etcd"}})
	if v.Outcome != Unknown || !strings.Contains(v.Reason.String(), "execveat") {
		t.Errorf("%+v", v)
	}
	if v := Rehearse(context.Background(), Subject{Component: "sshd"}); v.Outcome != Unknown {
		t.Errorf("%+v", v)
	}
}

// A process that is to see control groups of version 2 sees its own, and cannot
// change it.
func TestControlGroups(t *testing.T) {
	needsRoot(t)
	shell, err := os.Open("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	for shown, want := range map[bool]string{true: "cgroup2fs", false: "none"} {
		var said []string
		_, err = Run(context.Background(), Subject{Program: shell, Argv: []string{"sh", "-c", "stat -f -c %T /sys/fs/cgroup 2>/dev/null || echo none; (echo 1 > /sys/fs/cgroup/cgroup.procs) 2>/dev/null && echo joined; mkdir /sys/fs/cgroup/x 2>/dev/null && echo made"},
			Environment: []string{"PATH=/usr/bin:/bin"}, Root: "/", Cgroup2: shown, Limit: time.Minute}, func(text string) (time.Duration, bool) { said = append(said, text); return 0, false })
		if err != nil || strings.Join(said, " ") != want {
			t.Errorf("shown %t: %q, %v, want %s", shown, said, err, want)
		}
	}
}

// A staged file is seen with its bytes, mode and owner, and its neighbours are
// seen as they are.
func TestStagedFilesAreSeen(t *testing.T) {
	needsRoot(t)
	dir := t.TempDir()
	for name, content := range map[string]string{"changed": "old", "kept": "kept"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secret := hex.EncodeToString([]byte("staged"))
	shell, err := os.Open("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	var said []string
	_, err = Run(context.Background(), Subject{Program: shell, Argv: []string{"sh", "-c", "cd /x && stat -c '%n %a %u:%g' changed new/file && cat changed kept new/file link"},
		Environment: []string{"PATH=/usr/bin:/bin"}, Root: "/", Mounts: []Mount{{dir, "/x"}}, Limit: time.Minute, Files: []File{
			{Path: "/x/changed", Mode: 0o640, GID: 7, Data: []byte("new\n")},
			{Path: "/x/new", Directory: true, Mode: 0o700},
			{Path: "/x/new/file", Mode: 0o600, UID: 0, Data: []byte(secret + "\n")},
			{Path: "/x/link", Link: "kept"},
		}}, func(text string) (time.Duration, bool) { said = append(said, text); return 0, false })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"changed 640 0:7", "new/file 600 0:0", "new", "kept" + secret, "kept"}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, want %q", said, want)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "changed")); string(data) != "old" {
		t.Errorf("the host's file has %q", data)
	}
}
