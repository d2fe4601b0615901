package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStoppedWhileItWaits has the program wait for a pipe that nobody writes
// to, in every place of a file that it is given, and stops it by a signal.
func TestStoppedWhileItWaits(t *testing.T) {
	const profile = "harden: profile/v1\nname: site\nversion: 1.0.0\ntitle: {en: a, zh: b}\nextends: "
	tests := map[string]struct {
		script string // $FIFO is the pipe
		signal syscall.Signal
	}{
		"a profile":                       {`exec "$HARDEN" plan --root "$NODE" --profile "$FIFO"`, syscall.SIGTERM},
		"a profile, by SIGINT":            {`exec "$HARDEN" plan --root "$NODE" --profile "$FIFO"`, syscall.SIGINT},
		"a profile, to be applied":        {`exec "$HARDEN" apply --yes --root "$NODE" --profile "$FIFO" -o json`, syscall.SIGTERM},
		"what a profile extends":          {`printf '` + strings.ReplaceAll(profile, "\n", `\n`) + `[./site]\n' >other.yaml; exec "$HARDEN" check --root "$NODE" --profile ./other.yaml`, syscall.SIGTERM},
		"a profile, to be shown":          {`exec "$HARDEN" profiles show "$FIFO"`, syscall.SIGTERM},
		"a profile, to be validated":      {`exec "$HARDEN" profiles validate "$FIFO"`, syscall.SIGINT},
		"a profile, to be explained":      {`exec "$HARDEN" explain kubelet-config-mode --root "$NODE" --profile "$FIFO"`, syscall.SIGTERM},
		"the configuration":               {`exec "$HARDEN" plan --root "$NODE" --config "$FIFO"`, syscall.SIGTERM},
		"the configuration of a variable": {`HARDEN_CONFIG="$FIFO" exec "$HARDEN" version`, syscall.SIGTERM},
		"the list of keys":                {`echo "profile-key: $FIFO" >c.yaml; exec "$HARDEN" plan --root "$NODE" --config c.yaml`, syscall.SIGTERM},
		"a signature":                     {`echo "profile-key: ` + someKey + `" >c.yaml; echo >p.yaml; mv "$FIFO" p.yaml.sig; exec "$HARDEN" plan --root "$NODE" --config c.yaml --profile ./p.yaml`, syscall.SIGTERM},
		"a report of kube-bench":          {`exec "$HARDEN" plan --root "$NODE" --from "$FIFO"`, syscall.SIGTERM},
		"a plan":                          {`exec "$HARDEN" apply --yes --root "$NODE" "$FIFO"`, syscall.SIGTERM},
		"a plan, by SIGHUP":               {`exec env --default-signal=HUP "$HARDEN" apply --yes --root "$NODE" "$FIFO"`, syscall.SIGHUP},
		"the first report":                {`exec "$HARDEN" diff "$FIFO" "$FIFO"`, syscall.SIGTERM},
		"the key of the encryption":       {`exec "$HARDEN" plan --profile kubeadm-node --set encryption-key-file="$FIFO"`, syscall.SIGTERM},
		"a task of Ansible's":             {`exec "$HARDEN" ansible "$FIFO"`, syscall.SIGTERM},
		"a profile of such a task":        {`echo "{\"profile\": \"$FIFO\", \"root\": \"$NODE\"}" >args; exec "$HARDEN" ansible args`, syscall.SIGTERM},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSurroundings(t)
			fifo := filepath.Join(s.dir, "site")
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("/bin/bash", "-c", `cd "$DIR"; `+test.script)
			cmd.Env = []string{"HARDEN=" + filepath.Join(s.dir, "harden"), "NODE=" + s.root, "DIR=" + s.dir, "FIFO=./site", "PATH=/usr/bin:/bin", "GORACE=atexit_sleep_ms=10"}
			if strings.Contains(test.script, "profile-key: $FIFO") || strings.Contains(test.script, "encryption-key-file") {
				cmd.Env = append(cmd.Env, "FIFO="+fifo)
			}
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitForFIFO(cmd.Process.Pid)
			asked := time.Now()
			late := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
			defer late.Stop()
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 128+int(test.signal) || !strings.Contains(out.String(), "stopped by SIG") {
				t.Errorf("%v after %s\n%s", err, time.Since(asked), &out)
			}
			if strings.Contains(out.String(), "nternal error") || s.changed(t) != "" {
				t.Errorf("the tree is not as it was: %s\n%s", s.changed(t), &out)
			}
		})
	}
}

// waitForFIFO returns once a process waits for the other end of a pipe.
func waitForFIFO(pid int) {
	for range 500 {
		time.Sleep(10 * time.Millisecond)
		threads, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "task", "*", "wchan"))
		for _, file := range threads {
			if where, err := os.ReadFile(file); err == nil && (string(where) == "wait_for_partner" || string(where) == "fifo_open") {
				time.Sleep(20 * time.Millisecond)
				return
			}
		}
	}
}

// TestStoppedWhileItAsks stops the program while a question waits for its answer.
func TestStoppedWhileItAsks(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	answer, nobody, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	a := &app{ctx: ctx, stdin: answer, stderr: io.Discard}
	cancel(&signalError{syscall.SIGINT})
	var stopped *signalError
	if err := a.prompt("Apply this plan?", ""); !errors.As(err, &stopped) {
		t.Errorf("got %v", err)
	}
	if e := explain(ctx, a.prompt("Apply this plan?", "")); e.Code != 130 || !strings.Contains(e.Message.String(), "before anything was changed") {
		t.Errorf("got %+v", e)
	}
}

// TestStoppableWork gives what the work gives: its result, its error, its panic.
func TestStoppableWork(t *testing.T) {
	broken := errors.New("broken")
	if n, err := stoppable(t.Context(), func() (int, error) { return 7, broken }); n != 7 || !errors.Is(err, broken) {
		t.Errorf("got %d, %v", n, err)
	}
	defer func() {
		if p := recover(); p != "a mistake" {
			t.Errorf("the panic became %v", p)
		}
	}()
	_, _ = stoppable(t.Context(), func() (int, error) { panic("a mistake") })
}

// TestShownFilesAreBounded reads no more of a pipe than of a file.
func TestShownFilesAreBounded(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		_, _ = w.Write(make([]byte, 100))
		_ = w.Close()
	}()
	if _, err := readFile(t.Context(), "/dev/fd/"+strconv.Itoa(int(r.Fd())), 50); err == nil || !strings.Contains(err.Error(), "is larger than 50 bytes") {
		t.Errorf("got %v", err)
	}
	for name, want := range map[string]string{"/dev/zero": "is not a regular file", "/etc": "is not a regular file"} {
		if _, err := readFile(t.Context(), name, 50); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
