package health

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent/message"
	"harden/systemd"
)

const kubeletUnit = "kubelet.service"

// always and okFrom answer healthz by the number of the request.
func always(status int) func(int) int { return func(int) int { return status } }

func okFrom(request int) func(int) int {
	return func(n int) int {
		if n < request {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	}
}

// healthzServer answers with a status that depends on the number of the
// request, from 1. It has to be made outside of a synctest bubble.
func healthzServer(t *testing.T, status func(request int) int) string {
	var requests atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		code := status(int(requests.Add(1)))
		w.WriteHeader(code)
		fmt.Fprintf(w, "healthz is %d\n", code)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/healthz"
}

// kubelet is a unit that runs, with an invocation of before.
func kubelet(delay time.Duration) systemd.Unit {
	return systemd.Unit{
		Name: kubeletUnit, LoadState: "loaded", ActiveState: "active", SubState: "running",
		InvocationID: strings.Repeat("f", 32), RestartDelay: delay, Result: "success",
	}
}

// bubbled gives a test whose time is free: in the bubble of a Fake and with a
// healthz server outside of it.
func bubbled(t *testing.T, healthz func(int) int, test func(t *testing.T, url string)) {
	url := healthzServer(t, healthz)
	synctest.Test(t, func(t *testing.T) { test(t, url) })
}

func TestRestart(t *testing.T) {
	const second = time.Second
	for _, test := range []struct {
		name    string
		delay   time.Duration
		behaves systemd.Behaviour
		healthz func(int) int
		want    []string // parts of the error; none: healthy
		timeout bool
		took    time.Duration // in whole seconds
	}{
		{name: "healthy at once", delay: 10 * second, healthz: always(200), took: 12 * second},
		{name: "healthy after 25 s", delay: 10 * second, healthz: okFrom(101), took: 25 * second},
		{name: "no healthz", delay: 10 * second, took: 12 * second},
		{name: "RestartSec is infinity", delay: math.MaxInt64, healthz: always(200), took: 32 * second},
		{
			name: "unhealthy only at the end of the window", delay: 2 * second,
			healthz: func(n int) int { return map[bool]int{true: 500, false: 200}[n >= 15 && n < 21] },
			took:    5 * second,
		},
		{
			name: "the job fails", behaves: systemd.Behaviour{Result: "failed"}, healthz: always(200),
			want: []string{"cannot restart kubelet.service", `"failed"`, "journalctl -u kubelet.service"},
		},
		{
			name: "the job hangs", behaves: systemd.Behaviour{Hangs: true}, healthz: always(200),
			want: []string{"cannot restart kubelet.service", "still under way"}, timeout: true, took: 60 * second,
		},
		{
			name: "crash loop that is always active and healthy", behaves: systemd.Behaviour{CrashAfter: second}, healthz: always(200),
			want: []string{"NRestarts", "from 0 to 1", "journalctl -u kubelet.service"}, took: second,
		},
		{
			name: "crash at once", delay: 10 * second, behaves: systemd.Behaviour{CrashAfter: second / 2}, healthz: always(500),
			want: []string{"after its restart, kubelet.service is activating (auto-restart): it exited with", "exit-code, status 1", "journalctl -u kubelet.service"},
		},
		{
			name: "crash late in the settle window", delay: 10 * second, behaves: systemd.Behaviour{CrashAfter: 11 * second}, healthz: always(200),
			want: []string{"after its restart, kubelet.service is activating (auto-restart)"}, took: 11 * second,
		},
		{
			name: "never healthy", delay: 10 * second, healthz: always(500),
			want:    []string{"kubelet.service did not become healthy", "/healthz said 500 Internal Server Error: healthz is 500", "journalctl -u kubelet.service"},
			timeout: true, took: 60 * second,
		},
		{
			name: "nothing was started", behaves: systemd.Behaviour{KeepsInvocation: true}, healthz: always(200),
			want: []string{"was not restarted", strings.Repeat("f", 32)},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubbled(t, test.healthz, func(t *testing.T, url string) {
				fake := systemd.NewFake(kubelet(test.delay))
				fake.OnRestart(kubeletUnit, systemd.Script(test.behaves))
				k := Kubelet{fake, kubeletUnit, url, self}
				if test.healthz == nil {
					k.Healthz = ""
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				err := k.Restart(ctx, nil)
				if took := time.Since(began).Truncate(time.Second); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				check(t, err, test.want...)
				if errors.Is(err, context.DeadlineExceeded) != test.timeout {
					t.Errorf("timeout: want %v: %v", test.timeout, err)
				}
				if calls := fake.Calls(); !slices.Equal(calls, []string{"restart kubelet.service"}) {
					t.Errorf("systemd was asked to %q", calls)
				}
			})
		})
	}
}

func TestRestartTellsItsStages(t *testing.T) {
	bubbled(t, okFrom(3), func(t *testing.T, url string) {
		var got []string
		k := Kubelet{systemd.NewFake(kubelet(10 * time.Second)), kubeletUnit, url, self}
		check(t, k.Restart(t.Context(), func(text message.Text) { got = append(got, text.String()) }))
		want := []string{
			"restarting kubelet.service",
			"kubelet.service runs, waiting for its health and watching it for 12s",
			"waiting: kubelet.service is active, but not healthy: " + url + " said 500 Internal Server Error: healthz is 500 (see journalctl -u kubelet.service)",
			"kubelet.service is healthy, and harden watches it until its settling time is over",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

func TestRestartOfAStrangerIsSeen(t *testing.T) {
	bubbled(t, always(200), func(t *testing.T, url string) {
		fake := systemd.NewFake(kubelet(10 * time.Second))
		time.AfterFunc(5*time.Second, func() {
			if err := fake.Restart(context.Background(), kubeletUnit); err != nil {
				t.Error(err)
			}
		})
		check(t, Kubelet{fake, kubeletUnit, url, self}.Restart(t.Context(), nil), "restarted by someone else")
	})
}

// deaf cannot read units for a while, as when systemd re-executes itself.
type deaf struct {
	*systemd.Fake
	reads, from, to int
}

func (d *deaf) Unit(ctx context.Context, name string) (systemd.Unit, error) {
	if d.reads++; d.reads >= d.from && d.reads < d.to {
		return systemd.Unit{}, errors.New("cannot read unit: connection lost")
	}
	return d.Fake.Unit(ctx, name)
}

func TestRestartOutlivesALostConnection(t *testing.T) {
	bubbled(t, always(200), func(t *testing.T, url string) {
		units := &deaf{Fake: systemd.NewFake(kubelet(10 * time.Second)), from: 5, to: 15}
		check(t, Kubelet{units, kubeletUnit, url, self}.Restart(t.Context(), nil))
	})
	bubbled(t, always(200), func(t *testing.T, url string) {
		units := &deaf{Fake: systemd.NewFake(kubelet(10 * time.Second)), from: 5, to: math.MaxInt}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		check(t, Kubelet{units, kubeletUnit, url, self}.Restart(ctx, nil), "deadline exceeded", "last result: cannot read unit: connection lost")
	})
}

func TestNothingIsRestarted(t *testing.T) {
	masked := kubelet(0)
	masked.LoadState = "masked"
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name string
		ctx  context.Context
		fake *systemd.Fake
		want string
	}{
		{"no such unit", t.Context(), systemd.NewFake(), "kubelet.service is not-found (see systemctl status kubelet.service)"},
		{"masked", t.Context(), systemd.NewFake(masked), "kubelet.service is masked"},
		{"context ended", ended, systemd.NewFake(kubelet(0)), "context canceled"},
	} {
		t.Run(test.name, func(t *testing.T) {
			check(t, Kubelet{Units: test.fake, Unit: kubeletUnit}.Restart(test.ctx, nil), test.want)
			if calls := test.fake.Calls(); len(calls) > 0 {
				t.Errorf("systemd was asked to %q", calls)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	failed := kubelet(0)
	failed.ActiveState, failed.SubState, failed.Result, failed.ExitStatus = "failed", "failed", "exit-code", 1
	stopped := kubelet(0)
	stopped.ActiveState, stopped.SubState = "inactive", "dead"
	for _, test := range []struct {
		name    string
		units   []systemd.Unit
		healthz func(int) int
		want    []string
	}{
		{"healthy", []systemd.Unit{kubelet(0)}, always(200), nil},
		{"no such unit", nil, always(200), []string{"kubelet.service is not-found"}},
		{"failed", []systemd.Unit{failed}, always(200), []string{"kubelet.service is failed (failed): it exited with exit-code, status 1"}},
		{"stopped", []systemd.Unit{stopped}, always(200), []string{"kubelet.service is inactive (dead) (see journalctl -u kubelet.service)"}},
		{"unhealthy", []systemd.Unit{kubelet(0)}, always(500), []string{"active, but not healthy", "said 500"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := Kubelet{systemd.NewFake(test.units...), kubeletUnit, healthzServer(t, test.healthz), self}
			check(t, k.Check(t.Context()), test.want...)
		})
	}
}

// check holds an error to the parts that it must have; none: no error.
func check(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil && len(parts) > 0 {
		t.Errorf("no error, want one with %q", parts)
	}
	if err != nil && len(parts) == 0 {
		t.Errorf("error: %v", err)
	}
	for _, part := range parts {
		if err != nil && !strings.Contains(err.Error(), part) {
			t.Errorf("error %q\nlacks %q", err, part)
		}
	}
}
