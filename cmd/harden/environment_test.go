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

	"github.com/google/go-cmp/cmp"

	"harden/integration/sampletree"
)

// surroundings is the program with a tree of its own, run by a shell that may
// set up what it likes before. The program is this binary under the name of
// harden, which TestMain knows.
type surroundings struct {
	dir, root string
	before    tree
}

func newSurroundings(t *testing.T) *surroundings {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := &surroundings{dir: dir, root: filepath.Join(dir, "node")}
	err = errors.Join(sampletree.Write(s.root), os.Symlink(binary, filepath.Join(dir, "harden")))
	if err == nil {
		s.before, err = read(s.root)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shell runs a script with $HARDEN, $NODE and $DIR, and gives its exit code.
func (s *surroundings) shell(t *testing.T, script string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command("/bin/bash", "-c", script)
	cmd.Env = []string{"HARDEN=" + filepath.Join(s.dir, "harden"), "NODE=" + s.root, "DIR=" + s.dir, "PATH=/usr/bin:/bin",
		"GORACE=atexit_sleep_ms=10"} // otherwise a second for every command
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// changed tells whether the tree differs from what it was.
func (s *surroundings) changed(t *testing.T) string {
	t.Helper()
	now, err := read(s.root)
	if err != nil {
		t.Fatal(err)
	}
	return cmp.Diff(s.before.settled(), now.settled())
}

// state gives the state of the newest run, as history has it.
func (s *surroundings) state(t *testing.T) string {
	t.Helper()
	_, out, _ := s.shell(t, `"$HARDEN" history --root "$NODE" | awk 'NR == 2 { print $NF }'`)
	return strings.Join(strings.Fields(out), " ")
}

// TestSurroundings applies where the surroundings are wrong: the run is
// made whole, or nothing is changed, and it says which.
func TestSurroundings(t *testing.T) {
	const apply = ` "$HARDEN" apply --yes --root "$NODE" --profile kubeadm-node `
	tests := map[string]struct {
		script string
		code   int
		says   string // part of stdout or stderr
		state  string // of the run, "" where there is none
	}{
		"no variable of use":                    {`exec env -i GORACE="$GORACE" "$HARDEN" apply --yes --root "$NODE" --profile kubeadm-node`, 0, "applied", "applied"},
		"a library before others":               {`exec env LD_PRELOAD=/none.so LD_LIBRARY_PATH="$DIR"` + apply, 0, "applied", "applied"},
		"no home, no place for temporary files": {`HOME=/none TMPDIR=/none` + apply, 0, "applied", "applied"},
		"everything is closed":                  {`exec` + apply + `<&- >&- 2>&-`, 0, "", "applied"},
		"stdout is closed":                      {`exec` + apply + `>&-`, 0, "", "applied"},
		"stdout is full":                        {`exec` + apply + `>/dev/full`, 0, "warning: the command is done, but its result could not be printed", "applied"},
		"stdout is full, and JSON is asked for": {`exec` + apply + `-o json >/dev/full`, 0, "warning: the command is done", "applied"},
		"all output is full":                    {`exec` + apply + `>/dev/full 2>&1`, 0, "", "applied"},
		"nobody reads stdout":                   {`{ sleep .2;` + apply + `; echo "code $?" >&2; } | true`, 0, "code 0", "applied"},
		"nobody reads anything":                 {`{ sleep .2;` + apply + ` 2>&1; echo "$?" >"$DIR/code"; } | true; exit "$(cat "$DIR/code")"`, 0, "", "applied"},
		"files may be of one block only":        {`ulimit -f 1;` + apply, 1, "file too large", ""},
		"files may hold nothing":                {`ulimit -f 0;` + apply, 1, "file too large", ""},
		"ten files may be open":                 {`ulimit -n 10;` + apply, 1, "nothing was changed, because harden could not have undone the changes: cannot have 64 more files open", ""},
		"twenty files may be open":              {`ulimit -n 20;` + apply, 1, "raise the limit", ""},
		"everybody may write what is made":      {`umask 0;` + apply, 0, "applied", "applied"},
		"nobody may read what is made":          {`umask 0777;` + apply, 0, "applied", "applied"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSurroundings(t)
			code, stdout, stderr := s.shell(t, test.script)
			if code != test.code || !strings.Contains(stdout+stderr, test.says) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, test.code, test.says, stdout, stderr)
			}
			if state := s.state(t); state != test.state {
				t.Errorf("the run is %q, want %q", state, test.state)
			}
			if test.state == "applied" {
				s.checkModes(t)
				if code, stdout, stderr := s.shell(t, `exec "$HARDEN" rollback --yes --root "$NODE" <&- >&-`); code != 0 {
					t.Errorf("rollback: exit code %d\n%s%s", code, stdout, stderr)
				}
			}
			if diff := s.changed(t); diff != "" {
				t.Errorf("the tree is not as it was:\n%s", diff)
			}
		})
	}
}

// checkModes makes sure that the umask decides nothing.
func (s *surroundings) checkModes(t *testing.T) {
	t.Helper()
	for name, mode := range map[string]os.FileMode{
		"etc/sysctl.d/90-kubelet.conf": 0o644, "var/lib/kubelet/config.yaml": 0o600, "var/lib/harden": 0o700 | os.ModeDir, "var/lib/harden/runs": 0o700 | os.ModeDir,
	} {
		info, err := os.Stat(filepath.Join(s.root, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != mode {
			t.Errorf("%s has mode %s, want %s", name, info.Mode(), mode)
		}
	}
}

// TestOutputThatCannotBeWritten is about the verbs whose output is their work.
func TestOutputThatCannotBeWritten(t *testing.T) {
	s := newSurroundings(t)
	for name, verb := range map[string]string{
		"plan": `plan --profile kubeadm-node`, "plan as JSON": `plan --profile kubeadm-node -o json`, "check": `check --profile kubeadm-node`,
		"history": `history`, "version": `version`, "explain": `explain kubelet-pod-pids-limit`, "profiles list": `profiles list`,
		"profiles show": `profiles show cis-1.12`, "completion": `completion bash`,
		"kubeadm-config": `kubeadm-config --profile kubeadm-node`,
	} {
		t.Run(name, func(t *testing.T) {
			if code, _, stderr := s.shell(t, `exec "$HARDEN" `+verb+` --root "$NODE" >/dev/full`); code != 1 || !strings.Contains(stderr, "cannot print: ") {
				t.Errorf("a full disk: exit code %d\n%s", code, stderr)
			}
			if _, _, stderr := s.shell(t, `{ sleep .1; "$HARDEN" `+verb+` --root "$NODE"; echo "code $?" >&2; } | true`); stderr != "code 141\n" {
				t.Errorf("nobody reads: %s", stderr)
			}
		})
	}
	if diff := s.changed(t); diff != "" {
		t.Errorf("the tree is not as it was:\n%s", diff)
	}
}

// TestAccountToolsAreTheSystems puts other programs of their names before the
// account tools.
func TestAccountToolsAreTheSystems(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can add accounts, also to a tree")
	}
	s := newSurroundings(t)
	trap := "#!/bin/sh\ntouch '" + filepath.Join(s.dir, "trapped") + "'\n"
	for _, name := range []string{"useradd", "groupadd", "systemctl", "sysctl", "sh"} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(trap), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := s.shell(t, `cd "$DIR"; PATH="$DIR:." BASH_ENV="$DIR/sh" exec "$HARDEN" apply --yes --root "$NODE" --profile cis-1.12 --only etcd-account`)
	if code != 0 || !strings.Contains(stdout, "applied") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "trapped")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a program in PATH was run")
	}
}

// TestHangup ends the session in the middle of a run: the writer of a pipe that
// the profile is read from keeps it waiting, so the moment is certain.
func TestHangup(t *testing.T) {
	tests := map[string]struct {
		under   string // what the program is started by
		stopped bool
	}{
		"it is put back":            {"env --default-signal=HUP", true}, // these tests may run under nohup themselves
		"under nohup it is ignored": {"env --ignore-signal=HUP", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSurroundings(t)
			fifo := filepath.Join(s.dir, "site.yaml")
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("/bin/bash", "-c", "exec "+test.under+` "$0" apply --yes --root "$1" --profile "$2"`, filepath.Join(s.dir, "harden"), s.root, fifo)
			cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=10")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			writer, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits until the program reads
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			if test.stopped { // it waits for nobody
				err = errors.Join(cmd.Wait(), writer.Close())
				if code := cmd.ProcessState.ExitCode(); code != 129 || !strings.Contains(stderr.String(), "stopped by SIGHUP") || s.changed(t) != "" {
					t.Errorf("%v, exit code %d: %s\n%s", err, code, &stderr, s.changed(t))
				}
				return
			}
			time.Sleep(100 * time.Millisecond) // for the signal to be taken
			_, err = writer.WriteString("harden: profile/v1\nname: site\nversion: 1.0.0\ntitle: {en: a, zh: b}\nextends: [kubeadm-node]\n")
			if err := errors.Join(err, writer.Close()); err != nil {
				t.Fatal(err)
			}
			err = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 0 || s.state(t) != "applied" {
				t.Errorf("%v: %s", err, &stderr)
			}
		})
	}
}
