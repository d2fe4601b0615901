//go:build torture

package torture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"harden/integration/sampletree"
)

// binary is the path of the harden that TestMain built.
var binary string

// thorough asks for every system call instead of each n-th.
var thorough = os.Getenv("HARDEN_TORTURE") == "1"

func TestMain(m *testing.M) {
	code, err := withBinary(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		code = 1
	}
	os.Exit(code)
}

func withBinary(m *testing.M) (code int, err error) {
	if os.Geteuid() != 0 {
		return 0, errors.New("needs root, for mounts, owners and file attributes")
	}
	dir, err := os.MkdirTemp("", "harden-torture-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "harden")
	build := exec.Command("go", "build", "-o", binary, "harden/cmd/harden")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 0, fmt.Errorf("cannot build harden: %w", err)
	}
	return m.Run(), nil
}

// tree lays the sample node out below dir, which is made.
func tree(t *testing.T, dir string) {
	t.Helper()
	ok(t, sampletree.Write(dir))
}

// workspace gives a directory in memory, where there is one: thousands of
// runs are waiting for a disk otherwise.
func workspace(t *testing.T) string {
	t.Helper()
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "harden-torture-")
	ok(t, err)
	t.Cleanup(func() { ok(t, os.RemoveAll(dir)) })
	return dir
}

// outcome is what a run of the binary came to.
type outcome struct {
	code           int // -1 where a signal ended it
	stdout, stderr string
}

func (o outcome) String() string {
	return fmt.Sprintf("exit %d\nstdout: %s\nstderr: %s", o.code, o.stdout, o.stderr)
}

// run runs harden with arguments.
func run(t *testing.T, args ...string) outcome {
	t.Helper()
	return command(t, append([]string{binary}, args...)...)
}

// command runs a program that must end within two minutes.
func command(t *testing.T, argv ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, &stderr)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must runs a program that has to exit with 0.
func must(t *testing.T, argv ...string) string {
	t.Helper()
	o := command(t, argv...)
	if o.code != 0 {
		t.Fatalf("%s: %v", strings.Join(argv, " "), o)
	}
	return o.stdout
}

// exits makes sure that harden exits with a code and says what it should.
func exits(t *testing.T, o outcome, code int, says ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("want exit %d, got %v", code, o)
	}
	for _, part := range says {
		if !strings.Contains(o.stdout+o.stderr, part) {
			t.Errorf("nothing says %q: %v", part, o)
		}
	}
}

// figure reports a number for the table of guarantees.
func figure(t *testing.T, name string, n int) {
	t.Helper()
	t.Attr("figure/"+name, strconv.Itoa(n))
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
