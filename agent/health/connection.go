package health

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"harden/agent/message"
)

// connection is one to an endpoint, for one question. http.Transport would do
// the same with three goroutines for each, whose stacks have to grow, and with
// what it needs for proxies and other hosts.
type connection struct {
	tcp    net.Conn
	stream net.Conn // tcp, or TLS over it
	shows  bool     // a certificate, where it is asked for
	host   string   // that is asked
	free   time.Time
}

// maxHeader is how much of an answer may come before its body, in bytes.
const maxHeader = 64 << 10

// connection gives the one that was kept, or a new one. Only a question may be asked
// twice, so a patch is never sent over one that may have ended.
func (c *Client) connection(ctx context.Context, q request) (conn *connection, used bool, err error) {
	if conn := c.kept.Swap(nil); conn != nil {
		if q.patch == nil && conn.host == q.target.Host && conn.shows == c.shows.Load() && time.Since(conn.free) < keptFor {
			return conn, true, nil
		}
		conn.close()
	}
	conn, err = c.connect(ctx, q.target)
	return conn, false, err
}

// keep keeps a connection for the next question, for a while.
func (c *Client) keep(conn *connection) {
	conn.free = time.Now()
	if before := c.kept.Swap(conn); before != nil {
		before.close()
	}
	time.AfterFunc(keptFor, func() {
		if c.kept.CompareAndSwap(conn, nil) {
			conn.close()
		}
	})
}

// done tells whether an answer is read to its end, so that another may follow.
func (c *connection) done(response *http.Response) bool {
	if response.Close {
		return false
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxRest+1))
	return err == nil && rest <= maxRest
}

// maxRest is how much of an answer may be left unread where the connection is kept.
const maxRest = 64 << 10

// connect makes a connection to the process that has to answer a URL. Its
// handshake is made by the first question.
func (c *Client) connect(ctx context.Context, target *url.URL) (*connection, error) {
	process, err := c.process()
	if err != nil {
		return nil, err
	}
	tcp, err := Dial(ctx, target, process)
	if err != nil {
		return nil, err
	}
	conn := &connection{tcp: tcp, stream: tcp, shows: c.shows.Load(), host: target.Host}
	if target.Scheme == "https" {
		conn.stream = tls.Client(tcp, c.tls(process, conn.shows))
	}
	return conn, nil
}

// Dial connects to where a URL is served, which has to be on this machine, and
// gives the connection once it is proven that the process holds its other end.
// Nothing is sent to anybody else.
func Dial(ctx context.Context, target *url.URL, process Process) (net.Conn, error) {
	at, err := here(target)
	if err != nil {
		return nil, err
	}
	held, err := process.hold()
	if err != nil {
		return nil, err
	}
	defer held.release()
	// No connection lives long enough to be kept alive.
	dialer := net.Dialer{KeepAlive: -1}
	tcp, err := dialer.DialContext(ctx, "tcp", at.String())
	if err != nil {
		return nil, err
	}
	if err := prove(ctx, tcp, held); err != nil {
		tcp.Close()
		return nil, err
	}
	return tcp, nil
}

// send sends the request, and reads the head of the answer.
func (c *connection) send(q request, keeps bool) (*http.Response, error) {
	method, kind := http.MethodGet, ""
	if q.patch != nil {
		method, kind = http.MethodPatch, "application/merge-patch+json"
	}
	return exchange(c.stream, method, q.target, kind, q.patch, keeps)
}

// Exchange sends one request over a connection, and reads the head of the answer; who
// reads the body knows how much of it. The other side closes the connection afterwards.
// Host names are not encoded for the DNS: whom harden asks has an address, or a name in
// ASCII. http.Request.Write would do that, with tables of every alphabet, which are 0.2 MB.
func Exchange(stream io.ReadWriter, method string, target *url.URL, kind string, body []byte) (*http.Response, error) {
	return exchange(stream, method, target, kind, body, false)
}

func exchange(stream io.ReadWriter, method string, target *url.URL, kind string, body []byte, keeps bool) (*http.Response, error) {
	question := target.RequestURI()
	if strings.ContainsFunc(target.Host+question, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, message.Errorf("%s is not an address to which harden can send a request", target.Redacted())
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: harden\r\n", method, question, target.Host)
	if !keeps {
		text.WriteString("Connection: close\r\n")
	}
	if body != nil {
		fmt.Fprintf(&text, "Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))
	}
	text.WriteString("\r\n")
	text.Write(body)
	if _, err := stream.Write(text.Bytes()); err != nil {
		return nil, err
	}
	left := &io.LimitedReader{R: stream, N: maxHeader}
	response, err := http.ReadResponse(bufio.NewReader(left), nil)
	left.N = math.MaxInt64
	return response, err
}

// close ends the connection for both sides. Nothing is said of it over TLS: no
// answer is awaited, and each says itself where it ends.
func (c *connection) close() { _ = c.tcp.Close() }

// during ends what is under way on the connection when ctx ends, until it is
// stopped.
func (c *connection) during(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = c.tcp.SetDeadline(time.Unix(1, 0)) })
}
