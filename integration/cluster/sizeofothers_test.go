//go:build cluster

package cluster_test

import (
	"bytes"
	"context"
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
	measure(t, own, 1, func(kubeconfig string) *exec.Cmd {
		cmd := exec.Command(program, "run", "--targets", "policies", "--benchmark", "cis-1.10", "--config-dir", controls, "--json")
		cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "PATH="+own.Binaries+":"+os.Getenv("PATH"))
		return cmd
	}).report(t, "kube-bench")
}

// measure runs a program some times, and once more through a proxy.
func measure(t *testing.T, c *cluster.ControlPlane, times int, program func(kubeconfig string) *exec.Cmd) (m measured) {
	t.Helper()
	run := func(kubeconfig string) (time.Duration, int64) {
		var errs bytes.Buffer
		cmd := program(kubeconfig)
		cmd.Stderr = &errs
		begin := time.Now()
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v: %s", cmd.Path, err, errs.String())
		}
		return time.Since(begin), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10 // kilobytes on Linux
	}
	for n := range times {
		wall, memory := run(c.Kubeconfig)
		if n == 0 || wall < m.wall {
			m.wall = wall
		}
		m.memory = max(m.memory, memory)
	}
	target, err := url.Parse(c.Server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = insecure
	var requests atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		proxy.ServeHTTP(w, r)
	}))
	defer server.Close()
	kubeconfig, err := c.KubeconfigOf(t.TempDir(), server.URL, "admin")
	if err != nil {
		t.Fatal(err)
	}
	run(kubeconfig)
	m.requests = requests.Load()
	return m
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
	create := func(path, body string) error {
		status, data, err := c.Request(ctx, http.MethodPost, path, "application/json", strings.NewReader(body))
		if err == nil && status >= http.StatusMultipleChoices {
			err = fmt.Errorf("%s: %d %s", path, status, data)
		}
		return err
	}
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
	for n := range filledPods {
		pod := fmt.Sprintf(`{"metadata":{"name":"web-%d","labels":{"app":"web"}},"spec":{"containers":[{"name":"app","image":"r.example.com/%s:%[1]d","env":[{"name":"PAD","value":%q}],"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}`, n, name, padding)
		if err := create("/api/v1/namespaces/"+name+"/pods", pod); err != nil {
			return err
		}
	}
	return nil
}
