//go:build cluster

package cluster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"harden/integration/cluster"
)

// mostTime is how long a check of 10,000 pods may take, on two cores beside the API server.
const mostTime = 2500 * time.Millisecond

// measured is what a program took: the fastest of three runs, and the requests of a
// fourth, which goes through a proxy that counts them.
type measured struct {
	wall     time.Duration
	memory   int64 // bytes: of the largest process
	requests int64
}

// TestTenThousandPods fills 200 namespaces of a real API server with 10,000 pods, 600
// roles and as many bindings, and measures a check, beside the policies section of
// kube-bench, where HARDEN_KUBE_BENCH names it and its directory of controls.
func TestTenThousandPods(t *testing.T) {
	thorough(t, "it fills a cluster of its own for minutes: make cluster-size")
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	own, err := cluster.Start(ctx, kubeBinaries(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer own.Stop()
	filled(t, ctx, own)
	m := measure(t, own, 3, func(kubeconfig string) *exec.Cmd {
		return exec.Command(binary, "--kubeconfig", kubeconfig, "check", "-o", "json")
	})
	m.report(t, "kubectl-harden")
	if m.requests > mostRequests || m.memory > mostMemory || m.wall > mostTime {
		t.Errorf("%d requests (at most %d), %d bytes (at most %d), %s (at most %s)", m.requests, mostRequests, m.memory, mostMemory, m.wall, mostTime)
	}
	program, controls, _ := strings.Cut(os.Getenv("HARDEN_KUBE_BENCH"), ":")
	if program == "" {
		t.Log("HARDEN_KUBE_BENCH is not set: kube-bench is not measured")
		return
	}
	kubeBench(t, own, program, controls)
}

// longestKubeBench is how long kube-bench may take: it starts kubectl several times for each pod, which
// takes hours for 10,000.
const longestKubeBench = 2 * time.Minute

// kubeBench runs its policies section, for a while at most.
func kubeBench(t *testing.T, c *cluster.ControlPlane, program, controls string) {
	t.Helper()
	kubeconfig, requests := counted(t, c)
	cmd := exec.Command(program, "run", "--targets", "policies", "--benchmark", "cis-1.10", "--config-dir", controls, "--json")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "PATH="+c.Binaries+":"+os.Getenv("PATH"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with the shells and kubectls that it starts
	begin := time.Now()
	ended := time.AfterFunc(longestKubeBench, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	memory, err := ran(cmd)
	name := "kube-bench"
	switch {
	case !ended.Stop():
		name = "kube-bench-until-it-was-ended"
	case err != nil:
		t.Fatalf("kube-bench: %v", err)
	}
	measured{time.Since(begin), memory, requests.Load()}.report(t, name)
}

// ran runs a program to its end, and gives the most memory that its process held, in bytes. What the
// kernel says of a process that has ended counts what this one held when it started it, too; so the
// running one is asked.
func ran(cmd *exec.Cmd) (memory int64, err error) {
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		memory = max(memory, highWater(cmd.Process.Pid))
		select {
		case err := <-done:
			return memory, err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// highWater is the peak of a process so far, in bytes; 0 of one that has ended.
func highWater(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kilobytes, _ := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	return kilobytes << 10
}

// measure runs a program some times, and once more through a proxy.
func measure(t *testing.T, c *cluster.ControlPlane, times int, program func(kubeconfig string) *exec.Cmd) (m measured) {
	t.Helper()
	run := func(kubeconfig string) (time.Duration, int64) {
		var errs bytes.Buffer
		cmd := program(kubeconfig)
		cmd.Stderr = &errs
		begin := time.Now()
		memory, err := ran(cmd)
		if err != nil {
			t.Fatalf("%s: %v: %s", cmd.Path, err, errs.String())
		}
		return time.Since(begin), memory
	}
	for n := range times {
		wall, memory := run(c.Kubeconfig)
		if n == 0 || wall < m.wall {
			m.wall = wall
		}
		m.memory = max(m.memory, memory)
	}
	kubeconfig, requests := counted(t, c)
	run(kubeconfig)
	m.requests = requests.Load()
	return m
}

// counted gives a kubeconfig that leads through a proxy, and the requests that went through it.
func counted(t *testing.T, c *cluster.ControlPlane) (kubeconfig string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	target, err := url.Parse(c.Server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = insecure
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	kubeconfig, err = c.KubeconfigOf(t.TempDir(), server.URL, "admin")
	if err != nil {
		t.Fatal(err)
	}
	return kubeconfig, requests
}

func (m measured) report(t *testing.T, name string) {
	t.Helper()
	t.Attr("figure/milliseconds-of-"+name, strconv.FormatInt(m.wall.Milliseconds(), 10))
	t.Attr("figure/KiB-of-"+name, strconv.FormatInt(m.memory>>10, 10))
	t.Attr("figure/requests-of-"+name, strconv.FormatInt(m.requests, 10))
	t.Logf("%s: %s, %.1f MiB, %d requests", name, m.wall, float64(m.memory)/(1<<20), m.requests)
}

const (
	filledNamespaces = 200
	filledPods       = 50 // in each
	filledRoles      = 3
)

// filled makes the objects, by eight at once.
func filled(t *testing.T, ctx context.Context, c *cluster.ControlPlane) {
	t.Helper()
	begin := time.Now()
	names := make(chan string)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for name := range names {
				if err := fill(ctx, c, name); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range filledNamespaces {
		names <- fmt.Sprintf("full-%d", n)
	}
	close(names)
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	t.Logf("%d pods in %d namespaces after %.0f s", filledNamespaces*filledPods, filledNamespaces, time.Since(begin).Seconds())
}

// fill makes a namespace with its roles and pods.
func fill(ctx context.Context, c *cluster.ControlPlane, name string) error {
	made := func(path, body string) ([]byte, error) {
		status, data, err := c.Request(ctx, http.MethodPost, path, "application/json", strings.NewReader(body))
		if err == nil && status >= http.StatusMultipleChoices {
			err = fmt.Errorf("%s: %d %s", path, status, data)
		}
		return data, err
	}
	create := func(path, body string) error { _, err := made(path, body); return err }
	if err := create("/api/v1/namespaces", `{"metadata":{"name":"`+name+`"}}`); err != nil {
		return err
	}
	for account := "/api/v1/namespaces/" + name + "/serviceaccounts/default"; ; {
		if status, _, err := c.Request(ctx, http.MethodGet, account, "", nil); err != nil {
			return err
		} else if status == http.StatusOK {
			break
		}
		pause()
	}
	const rights = "/apis/rbac.authorization.k8s.io/v1/namespaces/"
	for n := range filledRoles {
		role := fmt.Sprintf("r-%d", n)
		if err := create(rights+name+"/roles", `{"metadata":{"name":"`+role+`"},"rules":[{"verbs":["get","list"],"apiGroups":[""],"resources":["pods","services"]}]}`); err != nil {
			return err
		}
		if err := create(rights+name+"/rolebindings", `{"metadata":{"name":"`+role+`"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"`+role+`"},"subjects":[{"kind":"ServiceAccount","name":"default","namespace":"`+name+`"}]}`); err != nil {
			return err
		}
	}
	data, err := made("/apis/apps/v1/namespaces/"+name+"/statefulsets", `{"metadata":{"name":"web"},"spec":{"replicas":0,"serviceName":"web","selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"app","image":"r.example.com/app:1"}]}}}}`)
	if err != nil {
		return err
	}
	var set struct{ Metadata struct{ UID string } }
	if err := json.Unmarshal(data, &set); err != nil {
		return err
	}
	for n := range filledPods { // no controller of StatefulSets runs here
		pod := fmt.Sprintf(`{"metadata":{"name":"web-%d","labels":{"app":"web"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web","uid":%[4]q,"controller":true}]},"spec":{"containers":[{"name":"app","image":"r.example.com/%[2]s:%[1]d","env":[{"name":"PAD","value":%[3]q}],"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}`, n, name, padding, set.Metadata.UID)
		if err := create("/api/v1/namespaces/"+name+"/pods", pod); err != nil {
			return err
		}
	}
	return nil
}
