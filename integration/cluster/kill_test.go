//go:build cluster

package cluster_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestKilledForReal kills the program with kill -9 at each of its writes, before and
// after the server has carried it out: recover puts everything back.
func TestKilledForReal(t *testing.T) {
	target, err := url.Parse(plane.Server)
	if err != nil {
		t.Fatal(err)
	}
	const name = "killed"
	namespace(t, name)
	awaitAccount(t, name)
	paths := []string{"/api/v1/namespaces/" + name, "/api/v1/namespaces/" + name + "/serviceaccounts/default", "/apis/networking.k8s.io/v1/namespaces/" + name + "/networkpolicies/harden"}
	state := func() (all []map[string]any) {
		for _, p := range paths {
			all = append(all, snapshot(t, p, false))
		}
		return all
	}
	old := state()
	var process atomic.Pointer[exec.Cmd]
	var writes, at atomic.Int64
	var after atomic.Bool
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = insecure
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		write := r.Method != http.MethodGet && !strings.Contains(r.URL.RawQuery, "dryRun")
		kill := write && writes.Add(1) == at.Load()
		if kill && after.Load() { // the answer is there, and nobody to read it
			proxy.ServeHTTP(httptest.NewRecorder(), r)
		}
		if kill {
			_ = process.Load().Process.Kill()
			time.Sleep(100 * time.Millisecond) // until it is dead
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	defer server.Close()
	kubeconfig, err := plane.KubeconfigOf(t.TempDir(), server.URL, "admin")
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	for n := int64(1); ; n++ { // the lock, then one write for each object, then the lock again
		killed := false
		for _, done := range []bool{false, true} {
			writes.Store(0)
			at.Store(n)
			after.Store(done)
			cmd := exec.Command(binary, "--kubeconfig", kubeconfig, "--request-timeout", "1s", "apply", "--yes", "-n", name,
				"--only", "5.1.5,5.2.1,5.3.2", "--set", "network-policy=ingress", "--set", "network-policy-enforced-by=test")
			var errs bytes.Buffer
			cmd.Stderr = &errs
			process.Store(cmd)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			killed = !cmd.ProcessState.Exited()
			if code, _, stderr := harden(t, plane.Kubeconfig, "--request-timeout", "1s", "recover"); code != 0 {
				t.Fatalf("killed at write %d: recover: exit code %d: %s", n, code, stderr)
			}
			noLease(t)
			if n <= 4 && !killed {
				t.Fatalf("it was not killed at write %d: %s", n, errs.String())
			}
			if !killed || n > 4 { // the run was done
				if code, d := verb(t, "rollback", "--yes"); code != 0 {
					t.Fatalf("exit code %d, %+v", code, d.Error)
				}
			}
			if now := state(); !reflect.DeepEqual(now, old) {
				t.Fatalf("killed at write %d, carried out %t: %v\nbefore: %v", n, done, now, old)
			}
			if killed {
				kills++
			}
		}
		if !killed {
			break
		}
	}
	t.Attr("figure/kills", strconv.Itoa(kills))
	t.Logf("%d kills", kills)
}
