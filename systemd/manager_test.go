package systemd

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

func TestConnectWithoutSystemd(t *testing.T) {
	if _, err := os.Stat(booted); err == nil {
		t.Skip("systemd is the init of this system")
	}
	_, err := Connect(t.Context())
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "--no-restart") {
		t.Errorf("error: %v", err)
	}
}

func TestConnectHeedsTheContext(t *testing.T) {
	needsSystemd(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Connect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
}

func TestManagerConnectsAgain(t *testing.T) {
	needsSystemd(t)
	m, err := Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hangUp(m.reading.conn) // as when systemd re-executes itself
	if u, err := m.Unit(t.Context(), "init.scope"); err != nil || u.ActiveState != "active" {
		t.Errorf("after a lost connection: %+v, %v", u, err)
	}
	m.Close()
	if _, err := m.Unit(t.Context(), "init.scope"); err == nil {
		t.Error("a closed manager connected again")
	}
}

// systemd may read a first message together with the end of the
// authentication, and must answer it all the same.
func TestNewConnectionsAreAnswered(t *testing.T) {
	needsSystemd(t)
	for range 100 {
		conn, err := dialPrivate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), answersWithin)
		all, err := properties(ctx, conn, "init.scope")
		stop()
		hangUp(conn)
		if err != nil || property[string](all, "ActiveState") != "active" {
			t.Fatalf("a unit could not be read over a new connection: %v", err)
		}
	}
}

func TestJobOfALostConnection(t *testing.T) {
	needsSystemd(t)
	m, err := Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := m.jobs.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	if _, err := jobResult(t.Context(), jobs, make(chan string)); err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("error: %v", err)
	}
}

func TestMicroseconds(t *testing.T) {
	for _, test := range []struct {
		name string
		in   uint64
		want time.Duration
	}{
		{"none", 0, 0},
		{"ten seconds", 10_000_000, 10 * time.Second},
		{"infinity", math.MaxUint64, math.MaxInt64},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := microseconds(test.in); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func BenchmarkUnit(b *testing.B) {
	if _, err := os.Stat(booted); err != nil {
		b.Skip("systemd is not the init of this system")
	}
	m, err := Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	for b.Loop() {
		if _, err := m.Unit(b.Context(), "init.scope"); err != nil {
			b.Fatal(err)
		}
	}
}
