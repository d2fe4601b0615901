package health

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent/message"
)

func TestProbe(t *testing.T) {
	say := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   []string
	}{
		{"ok", say(200, "ok"), nil},
		{"no body", say(503, ""), []string{"etcd is not healthy: http", "/health said 503 Service Unavailable"}},
		{"etcd", say(503, `{"health":"false","reason":"NOSPACE"}`), []string{"NOSPACE"}},
		{"apiserver", say(500, "[+]ping ok\n[-]etcd failed: reason withheld\n[+]log ok\n[-]x failed\n"), []string{"500 Internal Server Error: [-]etcd failed: reason withheld, [-]x failed"}},
		{"anonymous is refused", say(401, `{"kind":"Status"}`), []string{"401 Unauthorized"}},
		{"a redirect is not followed", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/health" {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
			}
		}, []string{"302 Found"}},
		{"a hostile body", say(500, "\x1b[2J\u202egone\x00"+strings.Repeat("é", 9000)), []string{"500 Internal Server Error: [2J gone é", "é…"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, start := range []func(http.Handler) *httptest.Server{httptest.NewServer, httptest.NewTLSServer} {
				s := start(test.answer)
				err := Probe{Name: "etcd", URL: s.URL + "/health", Client: NewClient(self, nil)}.Check(t.Context())
				s.Close()
				check(t, err, test.want...)
				if err != nil && (len(err.Error()) > 600 || strings.ContainsAny(err.Error(), "\n\x1b\x00\u202e")) {
					t.Errorf("not fit for a terminal: %q", err)
				}
			}
		})
	}
}

func TestProbeUnreachable(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	block := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-block }))
	defer silent.Close()
	defer close(block)
	for _, test := range []struct{ name, url, want string }{
		{"nobody listens", gone.URL, "connection refused"},
		{"no answer", silent.URL, silent.URL + " did not answer within 2s"},
		{"https of another machine", "https://192.0.2.1:6443/livez", "the address 192.0.2.1:6443 is not on this machine, so no request was sent to it"},
		{"http of another machine", "http://192.0.2.1:2381/health", "the address 192.0.2.1:2381 is not on this machine, so no request was sent to it"},
		{"a name", "https://node1.example:6443/livez", "the address node1.example:6443 is not on this machine, so no request was sent to it"},
		{"another scheme", "unix:///run/x", "not a URL of http or https"},
		{"no URL", "127.0.0.1:6443", "health endpoint"},
	} {
		t.Run(test.name, func(t *testing.T) {
			check(t, Probe{Name: "kube-apiserver", URL: test.url, Client: NewClient(self, nil)}.Check(t.Context()), "kube-apiserver is not healthy: ", test.want)
		})
	}
}

func TestWaitAll(t *testing.T) {
	for _, test := range []struct {
		name         string
		first, other func(int) int
		want         []string
		progress     int
		took         time.Duration
	}{
		{"healthy at once", always(200), always(200), nil, 0, 0},
		{"one comes later", always(200), okFrom(9), nil, 1, 2 * time.Second},
		{
			"never at the same time",
			func(n int) int { return 200 + 300*(n%2) }, func(n int) int { return 500 - 300*(n%2) },
			[]string{"the control plane did not become healthy", "is not healthy: http"}, 40, 10 * time.Second,
		},
		{
			"never", always(500), always(503),
			[]string{"context deadline exceeded; last result: a is not healthy: ", "said 500", "; b is not healthy: ", "said 503"}, 1, 10 * time.Second,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := NewClient(self, nil)
			probes := []Probe{{Name: "a", URL: healthzServer(t, test.first), Client: client}, {Name: "b", URL: healthzServer(t, test.other), Client: client}}
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				began := time.Now()
				var told []string
				err := WaitAll(ctx, func() ([]Probe, error) { return probes, nil }, func(text message.Text) { told = append(told, text.String()) })
				check(t, err, test.want...)
				if took := time.Since(began); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				if len(told) != test.progress {
					t.Errorf("told %d times: %q", len(told), slices.Compact(told))
				}
			})
		})
	}
}

func TestWaitAllWhoseContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := WaitAll(ctx, func() ([]Probe, error) {
		return []Probe{{Name: "a", URL: "http://127.0.0.1:1", Client: NewClient(self, nil)}}, nil
	}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
}

// Health is the endpoint's and that of all else that the kubelet asks.
func TestProbeAsksAll(t *testing.T) {
	for _, test := range []struct {
		name        string
		ready, want int
	}{{"both well", http.StatusOK, 0}, {"alive, and not ready", http.StatusInternalServerError, 1}} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RequestURI() == "/readyz?exclude=x" {
					w.WriteHeader(test.ready)
				}
			}))
			defer server.Close()
			self := func() (Process, error) { return Process{Name: "a", PID: os.Getpid()}, nil }
			p := Probe{Name: "a", URL: server.URL + "/livez", Also: []string{server.URL + "/readyz?exclude=x"}, Client: NewClient(self, nil)}
			err := p.Check(t.Context())
			if (err != nil) != (test.want > 0) || err != nil && !strings.Contains(err.Error(), "/readyz?exclude=x said 500") {
				t.Error(err)
			}
		})
	}
}
