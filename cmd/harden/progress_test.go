package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/view"
	"harden/integration/sampletree"
)

func TestProgress(t *testing.T) {
	const clear = "\r\x1b[K"
	for _, test := range []struct {
		name   string
		redraw bool
		style  view.Style
		waits  func(p *progress)
		want   string
	}{
		{"nothing of what takes less than a second", true, view.Style{}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("a")})
			time.Sleep(900 * time.Millisecond)
		}, ""},
		{"each second anew, and away at the end", true, view.Style{}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("kube-apiserver: waiting for /livez"), Until: time.Now().Add(2 * time.Minute)})
			time.Sleep(2500 * time.Millisecond)
		}, clear + "kube-apiserver: waiting for /livez, 1 s of at most 120 s" + clear + "kube-apiserver: waiting for /livez, 2 s of at most 120 s" + clear},
		{"another reason to wait for the same", true, view.Style{}, func(p *progress) {
			until := time.Now().Add(time.Minute)
			p.wait(node.Waiting{Text: message.Value("a"), Until: until})
			time.Sleep(1500 * time.Millisecond)
			p.wait(node.Waiting{Text: message.Value("b"), Until: until})
			time.Sleep(time.Second)
		}, clear + "a, 1 s of at most 60 s" + clear + "b, 2 s of at most 60 s" + clear + "b, 2 s of at most 60 s" + clear},
		{"something else is waited for", true, view.Style{}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("a"), Until: time.Now().Add(time.Minute)})
			time.Sleep(1500 * time.Millisecond)
			p.over()
			p.wait(node.Waiting{Text: message.Value("b")})
			time.Sleep(1500 * time.Millisecond)
		}, clear + "a, 1 s of at most 60 s" + clear + clear + "b, 1 s" + clear},
		{"Chinese", true, view.Style{Lang: "zh"}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("甲"), Until: time.Now().Add(time.Minute)})
			time.Sleep(1500 * time.Millisecond)
		}, clear + "甲，已 1 秒，最多 60 秒" + clear},
		{"a line never fills the terminal", true, view.Style{Width: 20}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("waiting for a long time"), Until: time.Time{}})
			time.Sleep(1500 * time.Millisecond)
		}, clear + "waiting for a…, 1 s" + clear},
		{"lines where none can be redrawn", false, view.Style{Width: 20}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("waiting for a long time")})
			time.Sleep(12500 * time.Millisecond)
			p.wait(node.Waiting{Text: message.Value("b")})
			time.Sleep(time.Second)
		}, "waiting for a long time, 1 s\nwaiting for a long time, 11 s\nb, 13 s\n"},
		{"nothing steers the terminal", true, view.Style{}, func(p *progress) {
			p.wait(node.Waiting{Text: message.Value("a\x1b[2Jb\n")})
			time.Sleep(1500 * time.Millisecond)
		}, clear + `a\x1b[2Jb\n, 1 s` + clear},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				p := &progress{out: &out, style: func() view.Style { return test.style }, redraw: test.redraw}
				test.waits(p)
				p.over()
				if diff := cmp.Diff(test.want, out.String()); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		})
	}
}

// What is waited for stands on a terminal while it is waited for, and nowhere
// else.
func TestWaitingIsShownOnATerminal(t *testing.T) {
	for _, test := range []struct {
		name  string
		args  []string
		shown string
	}{
		{"en", nil, "waiting for a run that is at work, 1 s"},
		{"json", []string{"-o", "json"}, "waiting for a run that is at work, 1 s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("TERM", "xterm")
			root := filepath.Join(t.TempDir(), "node")
			if err := sampletree.Write(root); err != nil {
				t.Fatal(err)
			}
			busy := lockTree(t, root)
			time.AfterFunc(1500*time.Millisecond, func() { _ = busy.Close() }) // closing it gives the lock back
			terminal, written := openTerminal(t)
			var stdout bytes.Buffer
			code := run(append([]string{"recover", "--wait", "--root", root}, test.args...), strings.NewReader(""), &stdout, terminal)
			text := written()
			if code != 0 || !strings.Contains(text, test.shown) || !strings.HasSuffix(text, "\r\x1b[K") {
				t.Errorf("exit code %d, on the terminal %q", code, text)
			}
			if strings.Contains(stdout.String(), "waiting for a run") {
				t.Errorf("on stdout: %s", stdout.String())
			}
		})
	}
}

// lockTree holds the lock of a tree, as a run that is at work does.
func lockTree(t *testing.T, root string) *os.File {
	t.Helper()
	dir := filepath.Join(root, node.StateDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	return f
}
