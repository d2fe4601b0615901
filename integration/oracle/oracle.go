// Package oracle asks the real components of Kubernetes what they make of a
// command line: it starts them where nothing can be reached, reads what they
// log of themselves, and ends them. Root starts them as harden rehearses them
// (agent/rehearsal), an ordinary user in a network of their own. Else it knows
// nothing of harden; tests hold harden's model of a component against it.
package oracle

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"harden/agent/rehearsal"
)

// Directory gives the directory of the components' binaries: HARDEN_KUBE_BIN, or
// where integration/node/build puts them. The test is skipped where they are
// not.
func Directory(t testing.TB, components ...string) string {
	t.Helper()
	dir := os.Getenv("HARDEN_KUBE_BIN")
	if dir == "" {
		if home, err := os.UserHomeDir(); err == nil {
			dir = filepath.Join(home, ".cache/harden-node/bin-1.34.1")
		}
	}
	for _, c := range components {
		if _, err := os.Stat(filepath.Join(dir, c)); err != nil {
			t.Skipf("%v: build the components with integration/node/build, or set HARDEN_KUBE_BIN to a directory that has them", err)
		}
	}
	return dir
}

// Answer is what a component said of itself.
type Answer struct {
	// Flags are the flags that it logged, without dashes, as it took them. Of etcd
	// they are those that its start log tells.
	Flags map[string]string
	Ended bool // by itself
	Text  string
}

// Ask starts a component and gives what it logs until it has told its flags,
// has ended, or the time is over. It runs in dir, in a network of its own
// where the kernel lets it, so that nothing can be reached.
func Ask(t testing.TB, limit time.Duration, dir string, environment []string, argv ...string) Answer {
	t.Helper()
	return run(t, limit, dir, environment, argv, toldFlags())
}

// Stay starts a component and lets it run until it ends or the time is over.
func Stay(t testing.TB, limit time.Duration, dir string, environment []string, argv ...string) Answer {
	t.Helper()
	return run(t, limit, dir, environment, argv, func(string) bool { return false })
}

// walled tells that this process can start itself to wall a component in.
var walled bool

// Main has to be what TestMain begins with, for root to ask.
func Main() {
	if rehearsal.IsChild() {
		rehearsal.Main()
	}
	walled = true
}

// environmentOf is what a component sees beside its own variables.
func environmentOf(dir string, own []string) []string {
	return append([]string{"PATH=/usr/bin:/bin", "HOME=" + dir, "TMPDIR=" + dir}, own...)
}

// rehearse starts a component as harden rehearses it: the machine's files are
// seen and cannot be written, but for dir, which is private.
func rehearse(t testing.TB, limit time.Duration, dir string, environment, argv []string, enough func(line string) bool) Answer {
	t.Helper()
	found, err := exec.LookPath(argv[0])
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Open(found)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	var text strings.Builder
	s := rehearsal.Subject{Program: program, Argv: argv, Environment: environmentOf(dir, environment), Dir: dir, Root: "/", Writable: []string{dir}, Limit: limit}
	end, err := rehearsal.Run(t.Context(), s, func(line string) (time.Duration, bool) {
		text.WriteString(line + "\n")
		return 0, enough(line + "\n")
	})
	if err != nil {
		t.Fatalf("a component cannot be walled in: %v", err)
	}
	return Answer{Flags: flagsOf(text.String()), Ended: end.ByItself, Text: text.String()}
}

func run(t testing.TB, limit time.Duration, dir string, environment, argv []string, enough func(line string) bool) Answer {
	t.Helper()
	if walled && os.Geteuid() == 0 {
		return rehearse(t, limit, dir, environment, argv, enough)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, environmentOf(dir, environment)
	cmd.SysProcAttr = alone()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Skipf("a component cannot be started in a network of its own: %v", err)
	}
	var text bytes.Buffer
	var reading sync.WaitGroup
	reading.Add(1)
	stopped := false
	go func() {
		defer reading.Done()
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			text.WriteString(line)
			if err != nil {
				return
			}
			if !stopped && enough(line) {
				stopped = true
				cancel()
			}
		}
	}()
	_ = cmd.Wait() // how it ended is in what it said
	writer.Close()
	reading.Wait()
	return Answer{Flags: flagsOf(text.String()), Ended: !stopped && ctx.Err() == nil, Text: text.String()}
}

// alone gives a process group and a network of its own. An ordinary user gets
// that together with a user namespace.
func alone() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true, Cloneflags: syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		attributes.Cloneflags |= syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return attributes
}

var flagLine = regexp.MustCompile(`\] FLAG: --([a-zA-Z0-9_.-]+)=(".*")`)

// toldFlags tells whether all flags are logged: by the first other line behind
// them, or by etcd's word that it starts.
func toldFlags() func(line string) bool {
	begun := false
	return func(line string) bool {
		is := flagLine.MatchString(line)
		begun = begun || is
		return begun && !is || strings.Contains(line, `"starting an etcd server"`)
	}
}

func flagsOf(text string) map[string]string {
	flags := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if m := flagLine.FindStringSubmatch(line); m != nil {
			if value, err := strconv.Unquote(m[2]); err == nil {
				flags[m[1]] = value
			}
		}
		if strings.HasPrefix(line, "{") {
			etcdLine(line, flags)
		}
	}
	return flags
}

// etcdLine takes the flags that a line of etcd's log tells.
func etcdLine(line string, flags map[string]string) {
	var said map[string]any
	if json.Unmarshal([]byte(line), &said) != nil {
		return
	}
	message, _ := said["msg"].(string)
	switch {
	case message == "starting an etcd server":
		for name, value := range said {
			flags[name] = plain(value)
		}
		flags["corrupt-check-time"] = flags["corrupt-check-time-interval"]
		flags["heartbeat-interval"] = strings.TrimSuffix(flags["heartbeat-interval"], "ms")
		for _, name := range []string{"client-cert-auth", "peer-client-cert-auth", "enable-pprof"} {
			if flags[name] == "" {
				flags[name] = "false"
			}
		}
	case message == "starting with peer TLS":
		info, _ := said["tls-info"].(string)
		for from, to := range peerTLS {
			if m := regexp.MustCompile(from + ` ?= ?([^,]*)(?:,|$)`).FindStringSubmatch(info); m != nil {
				flags[to] = m[1]
			}
		}
		flags["cipher-suites"] = plain(said["cipher-suites"])
	case message == "pprof is enabled":
		flags["enable-pprof"] = "true"
	case strings.Contains(message, "while --client-cert-auth is enabled"):
		flags["client-cert-auth"] = "true"
	case strings.Contains(message, "while --peer-client-cert-auth is enabled"):
		flags["peer-client-cert-auth"] = "true"
	}
}

// peerTLS are the names in etcd's log of what its flags say of peers.
var peerTLS = map[string]string{
	"^cert": "peer-cert-file", ", key": "peer-key-file", "trusted-ca": "peer-trusted-ca-file",
	", client-cert-auth": "peer-client-cert-auth", "crl-file": "peer-crl-file",
}

func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		var texts []string
		for _, e := range v {
			texts = append(texts, plain(e))
		}
		return strings.Join(texts, ",")
	}
	return ""
}

// Flag is a flag as a help text lists it.
type Flag struct{ Name, Type string } // no type: a bool

var helpLine = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z0-9-]+)(?: (\S+))?`)

// Help gives the flags that a component of Kubernetes lists.
func Help(t testing.TB, program string) (flags []Flag, text string) {
	t.Helper()
	out, _ := exec.Command(program, "--help").CombinedOutput() // help is help, whatever it exits with
	for _, m := range helpLine.FindAllStringSubmatch(string(out), -1) {
		flags = append(flags, Flag{m[1], m[2]})
	}
	return flags, string(out)
}

var versionText = regexp.MustCompile(`(?:Kubernetes v1|etcd Version: 3)\.(\d+)\.`)

// Minor gives the minor version of a component.
func Minor(t testing.TB, program string) int {
	t.Helper()
	out, err := exec.Command(program, "--version").CombinedOutput()
	m := versionText.FindSubmatch(out)
	if err != nil || m == nil {
		t.Fatalf("%s does not say its version: %v", program, err)
	}
	minor, _ := strconv.Atoi(string(m[1]))
	return minor
}
