package health

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What asks one server several things at once makes one connection of it, and
// none is left behind.
func TestSessionKeepsOneConnection(t *testing.T) {
	for _, test := range []struct {
		name   string
		client func() *Client
		want   int32
	}{
		{"session", func() *Client { return NewSession(nil) }, 1},
		{"client", func() *Client { return NewClient(nil) }, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			var made, open atomic.Int32
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				switch state {
				case http.StateNew:
					made.Add(1)
					open.Add(1)
				case http.StateClosed:
					open.Add(-1)
				}
			}
			s.StartTLS()
			defer s.Close()
			client := test.client()
			var asked sync.WaitGroup
			for range 3 {
				asked.Go(func() {
					if err := client.get(t.Context(), s.URL+"/livez"); err != nil {
						t.Error(err)
					}
				})
			}
			asked.Wait()
			client.Close()
			if got := made.Load(); got != test.want {
				t.Errorf("%d connections, want %d", got, test.want)
			}
			for deadline := time.Now().Add(5 * time.Second); open.Load() > 0; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%d connections are left", open.Load())
				}
			}
		})
	}
}

// A server that may use nothing but what FIPS 140 names is still asked.
func TestServerWithoutX25519(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.TLS = &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}}
	s.StartTLS()
	defer s.Close()
	if err := NewClient(nil).get(t.Context(), s.URL); err != nil {
		t.Error(err)
	}
}
