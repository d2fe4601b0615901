package health

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"time"
)

// connection is one to an endpoint, for one question. http.Transport would do
// the same with three goroutines for each, whose stacks have to grow, and with
// what it needs for proxies and other hosts.
type connection struct {
	tcp    net.Conn
	stream net.Conn          // tcp, or TLS over it
	shows  bool              // a certificate, where it is asked for
	left   *io.LimitedReader // of what may be read of stream
	reader *bufio.Reader     // of left
}

// maxHeader is how much of an answer may come before its body, in bytes.
const maxHeader = 64 << 10

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
	conn := &connection{tcp: tcp, stream: tcp, shows: c.shows.Load()}
	if target.Scheme == "https" {
		conn.stream = tls.Client(tcp, c.tls(process, conn.shows))
	}
	conn.left = &io.LimitedReader{R: conn.stream}
	conn.reader = bufio.NewReader(conn.left)
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
func (c *connection) send(q request) (*http.Response, error) {
	request := &http.Request{Method: http.MethodGet, URL: q.target, Host: q.target.Host, Header: http.Header{}, Close: true}
	if q.patch != nil {
		request.Method, request.ContentLength, request.Body = http.MethodPatch, int64(len(q.patch)), io.NopCloser(bytes.NewReader(q.patch))
		request.Header.Set("Content-Type", "application/merge-patch+json")
	}
	var text bytes.Buffer
	if err := request.Write(&text); err != nil {
		return nil, err
	}
	if _, err := c.stream.Write(text.Bytes()); err != nil {
		return nil, err
	}
	c.left.N = maxHeader
	response, err := http.ReadResponse(c.reader, request)
	c.left.N = math.MaxInt64 // who reads the body knows how much of it
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
