package health

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// Each question has a connection of its own, which is ended also where the
// server would keep it.
func TestNoConnectionIsKept(t *testing.T) {
	const questions = 3
	ended := make(chan error, questions)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, err = io.Copy(io.Discard, conn)
		ended <- err
	}))
	defer s.Close()
	client := NewClient(self, nil)
	var asked sync.WaitGroup
	for range questions {
		asked.Go(func() {
			if err := client.get(t.Context(), s.URL+"/livez"); err != nil {
				t.Error(err)
			}
		})
	}
	asked.Wait()
	for range questions {
		if err := <-ended; errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("a connection is left")
		}
	}
}

// A server that may use nothing but what FIPS 140 names is still asked.
func TestServerWithoutX25519(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.TLS = &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}}
	s.StartTLS()
	defer s.Close()
	if err := NewClient(self, nil).get(t.Context(), s.URL); err != nil {
		t.Error(err)
	}
}

// What is not a whole answer is none.
func TestBrokenAnswers(t *testing.T) {
	const within = 300 * time.Millisecond
	for _, test := range []struct{ name, answer, want string }{
		{"nothing", "", "EOF"},
		{"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", "malformed HTTP"},
		{"half a header", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "unexpected EOF"},
		{"a header without end", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*maxHeader), "unexpected EOF"},
		{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok", "unexpected EOF"},
		{"a body that is long in coming", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n…", "did not answer within 300ms"},
	} {
		t.Run(test.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			ended := make(chan struct{})
			go func() {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					t.Error(err)
				}
				_, _ = io.WriteString(conn, strings.TrimSuffix(test.answer, "…"))
				if strings.HasSuffix(test.answer, "…") {
					<-ended
				}
			}()
			defer close(ended)
			err = NewClient(self, nil).Get(t.Context(), "http://"+listener.Addr().String(), within, func(body io.Reader) error {
				_, err := io.ReadAll(body)
				return err
			})
			check(t, err, test.want)
		})
	}
}

// Who cancels a run learns that it was cancelled, at once.
func TestAskingIsCancelled(t *testing.T) {
	block := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-block }))
	defer silent.Close()
	defer close(block)
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(errors.New("stopped by SIGINT")) })
	began := time.Now()
	check(t, NewClient(self, nil).get(ctx, silent.URL), "cannot ask "+silent.URL+": stopped by SIGINT")
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
}
