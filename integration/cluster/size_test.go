//go:build cluster

package cluster_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The budgets of docs/cluster.md for 10,000 pods.
const (
	mostRequests    = 47
	mostMemory      = 24 << 20 // bytes, peak of the resident set
	mostMemoryAlone = 64 << 20 // likewise, where each pod is an object to tell of
)

// TestSize judges recorded lists of 10,000 pods of 5.8 KB in 200 namespaces,
// each with a spec of its own.
func TestSize(t *testing.T) {
	if requests := checkRecorded(t, 10000, recordedPod, mostMemory); requests > mostRequests {
		t.Errorf("%d requests, at most %d", requests, mostRequests)
	}
}

// TestSizeOfAHundredThousand judges ten times as many: memory does not grow with them.
func TestSizeOfAHundredThousand(t *testing.T) {
	thorough(t, "it takes half a minute of CPU: make cluster-size")
	checkRecorded(t, 100000, recordedPod, mostMemory)
}

// TestSizeOfPodsThatNothingOwns judges 10,000 pods that each break five rules: every one is
// an object of its own in the report.
func TestSizeOfPodsThatNothingOwns(t *testing.T) {
	thorough(t, "it takes some seconds of CPU: make cluster-size")
	alone := strings.NewReplacer(`"ownerReferences":[{"kind":"StatefulSet","name":"web","controller":true}],`, "",
		`"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},`, "",
		`"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":false,"capabilities":{"drop":["ALL"]}`, "").Replace(recordedPod)
	checkRecorded(t, 10000, alone, mostMemoryAlone)
}

// thorough skips a test that runs with HARDEN_TORTURE only.
func thorough(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("HARDEN_TORTURE") == "" {
		t.Skip(why)
	}
}

// checkRecorded judges the recorded lists of some pods, holds the memory that it takes,
// and gives the number of requests.
func checkRecorded(t *testing.T, pods int, pod string, most int64) int64 {
	t.Helper()
	var requests atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		recorded(w, r, pods, pod)
	}))
	defer server.Close()
	kubeconfig, err := plane.KubeconfigOf(t.TempDir(), server.URL, "admin")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "--kubeconfig", kubeconfig, "check", "-o", "json")
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	begin := time.Now()
	memory, err := ran(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pods: %d requests, %.1f s (%.1f s of CPU), %.1f MiB", pods, requests.Load(), time.Since(begin).Seconds(),
		(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), float64(memory)/(1<<20))
	t.Attr("figure/pods", strconv.Itoa(pods))
	t.Attr("figure/requests", strconv.FormatInt(requests.Load(), 10))
	t.Attr("figure/KiB", strconv.FormatInt(memory>>10, 10))
	t.Attr("figure/milliseconds", strconv.FormatInt(time.Since(begin).Milliseconds(), 10))
	if memory > most {
		t.Errorf("%d bytes of memory, at most %d", memory, most)
	}
	return requests.Load()
}

// recorded answers as an API server with many pods would. Pods meet every rule
// but one, so that each costs what a finding costs.
func recorded(w http.ResponseWriter, r *http.Request, pods int, pod string) {
	switch name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; name {
	case "version":
		fmt.Fprint(w, `{"major":"1","minor":"34","gitVersion":"v1.34.1"}`)
	case "apis":
		fmt.Fprint(w, `{"groups":[{"name":"apps"}]}`)
	case "namespaces":
		fmt.Fprint(w, `{"items":[`)
		for n := range 200 {
			fmt.Fprintf(w, `%s{"metadata":{"name":"ns-%d"}}`, comma(n), n)
		}
		fmt.Fprint(w, `]}`)
	case "pods":
		first, _ := strconv.Atoi(r.URL.Query().Get("continue"))
		last := min(first+500, pods)
		next := ""
		if last < pods {
			next = strconv.Itoa(last)
		}
		fmt.Fprintf(w, `{"metadata":{"continue":%q},"items":[`, next)
		for n := first; n < last; n++ {
			fmt.Fprintf(w, "%s"+pod, comma(n-first), n%200, n, n%10000, padding)
		}
		fmt.Fprint(w, `]}`)
	default:
		fmt.Fprint(w, `{"items":[]}`)
	}
}

func comma(n int) string {
	if n == 0 {
		return ""
	}
	return ","
}

var padding = strings.Repeat("x", 2600)

const recordedPod = `{"metadata":{"namespace":"ns-%d","name":"web-%d","labels":{"app":"web"},"ownerReferences":[{"kind":"StatefulSet","name":"web","controller":true}],
"managedFields":[{"manager":"kubelet","operation":"Update","fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:status":{}}}}}}]},
"spec":{"serviceAccountName":"default","automountServiceAccountToken":false,"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
"containers":[{"name":"app","image":"r.example.com/app:%d","env":[{"name":"PAD","value":%[5]q}],"resources":{"limits":{"cpu":"1","memory":"1Gi"}},
"securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":false,"capabilities":{"drop":["ALL"]}}}],
"volumes":[{"name":"v","emptyDir":{}}]},"status":{"phase":"Running","message":%[5]q}}`
