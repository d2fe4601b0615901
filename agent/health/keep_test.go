package health

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// counted counts the connections and the requests of a server.
func counted(t *testing.T, serve http.HandlerFunc) (s *httptest.Server, connections, requests *atomic.Int32) {
	t.Helper()
	connections, requests = new(atomic.Int32), new(atomic.Int32)
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		serve(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, connections, requests
}

func discard(body io.Reader) error {
	_, err := io.Copy(io.Discard, body)
	return err
}

// TestKeep asks over one connection, sends a patch over one of its own, and asks once more
// where the kept connection has ended.
func TestKeep(t *testing.T) {
	s, connections, requests := counted(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	client := NewClient(self, nil)
	client.Keep()
	want := func(what string, asked, over int32) {
		t.Helper()
		if requests.Load() != asked || connections.Load() != over {
			t.Errorf("%s: %d requests over %d connections, want %d over %d", what, requests.Load(), connections.Load(), asked, over)
		}
	}
	for range 3 {
		if err := client.Get(t.Context(), s.URL, time.Second, discard); err != nil {
			t.Fatal(err)
		}
	}
	want("three questions", 3, 1)
	if err := client.Patch(t.Context(), s.URL, []byte("{}"), time.Second, discard); err != nil {
		t.Fatal(err)
	}
	want("a patch", 4, 2)
	s.CloseClientConnections()
	if err := client.Get(t.Context(), s.URL, time.Second, discard); err != nil {
		t.Fatal(err)
	}
	want("after the server closed it", 5, 3)
	if err := NewClient(self, nil).Get(t.Context(), s.URL, time.Second, discard); err != nil {
		t.Fatal(err)
	}
	want("a client that keeps none", 6, 4)
}

// TestKeepWaitsForNobody reads an answer whose end never comes: what was said counts, in time.
func TestKeepWaitsForNobody(t *testing.T) {
	over := make(chan struct{})
	s, connections, _ := counted(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "x")
		w.(http.Flusher).Flush()
		<-over
	})
	defer close(over)
	client := NewClient(self, nil)
	client.Keep()
	begin := time.Now()
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := client.Get(ctx, s.URL, 200*time.Millisecond, func(body io.Reader) error {
			_, err := io.ReadFull(body, make([]byte, 1))
			return err
		})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(begin); took > 5*time.Second || connections.Load() != 2 {
		t.Errorf("it took %s, over %d connections", took, connections.Load())
	}
}
