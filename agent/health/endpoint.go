package health

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"harden/agent/message"
)

// answerWithin bounds one request; the kubelet's own probes default to 1 s.
const answerWithin = 2 * time.Second

// get asks a health endpoint. Any answer but 200 is an error with what the
// answer said.
func (c *Client) get(ctx context.Context, endpoint string) error {
	return c.Get(ctx, endpoint, answerWithin, func(body io.Reader) error {
		_, err := io.ReadAll(io.LimitReader(body, maxAnswer)) // it is not healthy to end in the middle
		return err
	})
}

// maxAnswer is how much of a healthy endpoint's answer is read, in bytes.
const maxAnswer = 64 << 10

// Client asks the endpoints of one component on this machine, over a connection
// for each question unless it is told to Keep it: a probe has to be answered by the
// process that runs now.
// Nothing is sent before the connection is proven to be answered by that
// process. It follows no redirect, health is never elsewhere, and knows no
// proxy, which would know another loopback.
type Client struct {
	process     func() (Process, error) // that has to answer, found anew for each question
	certificate func() *tls.Certificate // nil where there is none to show
	shows       atomic.Bool             // that certificate, to who asks for one
	keeps       bool                    // a connection, for the next question within keptFor
	kept        atomic.Pointer[connection]
}

// keptFor is how long a connection is kept. It leads to the process that was proven when
// it was made, and ends with it.
const keptFor = time.Second

// Keep has the client keep its connection for questions that follow at once: a handshake
// costs both sides some milliseconds.
func (c *Client) Keep() { c.keeps = true }

// NewClient gives a client. process gives the one that has to answer, as it is
// at the moment of a question. certificate gives one to show to who refuses to
// answer without; it may be nil, and so may what it gives.
func NewClient(process func() (Process, error), certificate func() *tls.Certificate) *Client {
	return &Client{process: process, certificate: certificate}
}

// ShowCertificate has the certificate shown to who asks for one, from the next
// connection on: for questions that nobody else is answered. To show it is to
// sign with its key, which takes a millisecond, and the server checks it.
func (c *Client) ShowCertificate() { c.shows.Store(true) }

// mayShow tells whether a refusal may be answered with a certificate.
func (c *Client) mayShow(status int) bool {
	return (status == http.StatusUnauthorized || status == http.StatusForbidden) && c.certificate != nil && c.certificate() != nil
}

// tls is how a connection is made, with or without a certificate to show.
func (c *Client) tls(process Process, shows bool) *tls.Config {
	// The controller manager and the scheduler make themselves a certificate
	// that nobody signed, and kubeadm's certificate for the apiserver does not
	// name 127.0.0.1. The connection is proven to be the process's, and where a
	// certificate is named, it is held against that before ours is shown.
	config := &tls.Config{InsecureSkipVerify: true, //nolint:gosec // see above
		VerifyConnection: process.shown,
		// Nobody records the loopback to decrypt it with a quantum computer:
		// the hybrid exchange that Go prefers would cost both sides a third of
		// a millisecond. The first is tried, and the others are for a server
		// that may only use what FIPS 140 names.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}}
	if shows && c.certificate != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if c := c.certificate(); c != nil {
				return c, nil
			}
			return &tls.Certificate{}, nil // which shows none
		}
	}
	return config
}

// StatusError is an answer with another status than 200.
type StatusError struct {
	Status int
	text   message.Text
}

func (s *StatusError) Error() string { return s.text.String() }

// Text is the text as a value.
func (s *StatusError) Text() message.Text { return s.text }

// Get sends a request, and passes the body of an answer with status 200 to read; the
// time limit includes the reading. The endpoint is a URL with http or https, and an
// address of this machine.
func (c *Client) Get(ctx context.Context, endpoint string, within time.Duration, read func(io.Reader) error) error {
	return c.Patch(ctx, endpoint, nil, within, read)
}

// request is what is asked: a JSON merge patch, or nil for what is there.
type request struct {
	target *url.URL
	patch  []byte
}

// Patch sends a JSON merge patch to an endpoint, and gives its answer to read as
// Get does; without a patch it is Get.
func (c *Client) Patch(ctx context.Context, endpoint string, patch []byte, within time.Duration, read func(io.Reader) error) error {
	target, err := url.Parse(endpoint)
	if err != nil {
		return message.Errorf("cannot send a request to a health endpoint: %w", err)
	}
	if target.Scheme != "http" && target.Scheme != "https" {
		return message.Errorf("cannot ask %s: it is not a URL of http or https", endpoint)
	}
	asking, stop := context.WithTimeout(ctx, within)
	defer stop()
	var heard error
	err = c.exchange(asking, request{target, patch}, func(response *http.Response) {
		if response.StatusCode != http.StatusOK {
			heard = &StatusError{response.StatusCode, message.New("%s said %s", endpoint, strings.TrimSuffix(response.Status+": "+reason(response.Body), ": "))}
			return
		}
		heard = read(response.Body)
	})
	if late := net.Error(nil); errors.As(err, &late) && late.Timeout() {
		<-asking.Done() // the dialer has a clock of its own, a moment ahead
	}
	switch {
	case err == nil && heard == nil:
		return nil
	case ctx.Err() != nil:
		return message.Errorf("cannot ask %s: %w", endpoint, context.Cause(ctx))
	case asking.Err() != nil:
		return message.Errorf("%s did not answer within %v", endpoint, within)
	case err != nil:
		return message.Errorf("cannot ask %s: %w", endpoint, err)
	}
	return heard
}

// exchange sends a request and passes the answer on. If it may, it sends the request
// again with a certificate.
func (c *Client) exchange(ctx context.Context, q request, heard func(*http.Response)) error {
	for {
		conn, used, err := c.connection(ctx, q)
		if err != nil {
			return err
		}
		stop := conn.during(ctx)
		response, err := conn.send(q, c.keeps)
		refused := err == nil && !conn.shows && c.mayShow(response.StatusCode)
		if err == nil && !refused {
			heard(response)
		}
		whole := err == nil && !refused && c.keeps && conn.done(response)
		if stop() && whole {
			c.keep(conn)
		} else {
			conn.close()
		}
		switch {
		case refused:
			c.ShowCertificate()
		case err == nil || !used || ctx.Err() != nil:
			return err
		} // what was kept had ended: with a new one, then
	}
}

// reason gives what matters of an unhealthy answer: the checks that failed,
// which the apiserver marks with [-], or else the first line. Endpoints are
// not trusted: at most 4096 bytes are read, and what is shown is short and
// printable.
func reason(body io.Reader) string {
	const shown = 200
	first, failed := "", []string(nil)
	for lines := bufio.NewScanner(io.LimitReader(body, 4096)); lines.Scan(); {
		line := printable(lines.Text())
		if first == "" {
			first = line
		}
		if strings.HasPrefix(line, "[-]") {
			failed = append(failed, line)
		}
	}
	text := first
	if failed != nil {
		text = strings.Join(failed, ", ")
	}
	if runes := []rune(text); len(runes) > shown {
		return string(runes[:shown]) + "…"
	}
	return text
}

// printable replaces what could steer a terminal.
func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s))
}
