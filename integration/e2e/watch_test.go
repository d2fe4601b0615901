//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// components are the control plane's processes by the 15 characters that the
// kernel keeps of their names. The kubelet is not among them: what it starts
// bears its name for a moment; systemd counts its starts.
var components = map[string]string{
	"etcd": "etcd", "kube-apiserver": "kube-apiserver", "kube-controller": "kube-controller-manager", "kube-scheduler": "kube-scheduler",
}

// started are the processes of a component that began while it was watched.
type started map[string][]int

// watchProcesses notes each process of the control plane that starts on the
// node, as /proc shows it from outside, until stop is called.
func (n *node) watchProcesses(t *testing.T) (stop func() started) {
	t.Helper()
	// the control plane's pods use the node's network, and no other node's
	network := strings.TrimSpace(n.must(t, 0, "readlink", "/proc/self/ns/net"))
	known := processesIn(network)
	done, result := make(chan struct{}), make(chan started)
	go func() {
		seen := started{}
		for {
			for name, pids := range processesIn(network) {
				for _, pid := range pids {
					if !slices.Contains(known[name], pid) && !slices.Contains(seen[name], pid) {
						seen[name] = append(seen[name], pid)
					}
				}
			}
			select {
			case <-done:
				result <- seen
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() started {
		close(done)
		return <-result
	}
}

func processesIn(network string) started {
	found := started{}
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return found
	}
	for _, dir := range names {
		comm, err := os.ReadFile(filepath.Join(dir, "comm"))
		name := components[strings.TrimSpace(string(comm))]
		if err != nil || name == "" {
			continue // it ended, or is of no interest
		}
		if link, err := os.Readlink(filepath.Join(dir, "ns/net")); err != nil || link != network {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil {
			found[name] = append(found[name], pid)
		}
	}
	return found
}

// absences are the times in which the API server did not say that it is ready.
type absences []time.Duration

func (a absences) total() (sum time.Duration) {
	for _, d := range a {
		sum += d
	}
	return sum
}

// watchAPI asks the API server from the node, some times a second, whether it
// is ready, until stop is called.
func (n *node) watchAPI(t *testing.T) (stop func() absences) {
	t.Helper()
	// It ends with this file: killing `in` would leave the loop on the node.
	const file = "/root/watch-api"
	const loop = `while [ -e ` + file + ` ]; do
		echo "$(date +%s%3N) $(curl --silent --insecure --output /dev/null --max-time 1 --write-out '%{http_code}' https://127.0.0.1:6443/readyz)"
		sleep 0.1
	done`
	if err := os.WriteFile(filepath.Join(n.root, file), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(filepath.Join(scripts, "in"), "-n", n.name, "sh", "-c", loop)
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	lines, err := out.ReadString('\n') // the kubelet may act at once: the first answer comes before
	if err != nil {
		t.Fatalf("watching the API server: %v", err)
	}
	rest := make(chan []byte, 1)
	go func() {
		all, _ := io.ReadAll(out) // Wait tells what went wrong
		rest <- all
	}()
	end := sync.OnceValue(func() error {
		removed := os.Remove(filepath.Join(n.root, file))
		lines += string(<-rest)
		return errors.Join(removed, cmd.Wait())
	})
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return func() absences {
		t.Helper()
		if err := end(); err != nil {
			t.Fatalf("watching the API server: %v\n%s", err, stderr.String())
		}
		a, err := absencesIn(lines)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// absencesIn reads lines of milliseconds and HTTP status. An absence lasts from
// the last answer 200, or the first answer of all, to the next 200.
func absencesIn(lines string) (absences, error) {
	var found absences
	var last int64
	away := false
	for line := range strings.Lines(lines) {
		var at int64
		var status int
		if _, err := fmt.Sscan(line, &at, &status); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		if last == 0 {
			last = at
		}
		if status != 200 {
			away = true
			continue
		}
		if away {
			found = append(found, time.Duration(at-last)*time.Millisecond)
		}
		last, away = at, false
	}
	if away {
		return nil, fmt.Errorf("the API server was still away at the end")
	}
	return found, nil
}
