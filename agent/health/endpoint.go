package health

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// answerWithin bounds one request; the kubelet's own probes default to 1 s.
const answerWithin = 2 * time.Second

// get asks a health endpoint. Any answer but 200 is an error with what the
// answer said.
func (c *Client) get(ctx context.Context, endpoint string) error {
	return c.Ask(ctx, endpoint, answerWithin, func(body io.Reader) error {
		_, err := io.Copy(io.Discard, io.LimitReader(body, maxAnswer)) // what was read to its end lets the connection be used again
		return err
	})
}

// maxAnswer is how much of a healthy endpoint's answer is read, in bytes.
const maxAnswer = 64 << 10

// Client asks endpoints of this machine.
type Client struct{ http *http.Client }

// NewClient gives a client that makes a connection for each question.
// certificate gives one to show to who asks for it; it may be nil, and so may
// what it gives.
func NewClient(certificate func() *tls.Certificate) *Client {
	return &Client{&http.Client{
		// A kept connection could outlive the process that is probed.
		Transport: transport(certificate, func(t *http.Transport) { t.DisableKeepAlives = true }),
		// Health is never elsewhere; a redirect is an answer that is not 200.
		CheckRedirect: stay,
	}}
}

// NewSession gives a client that asks one question after the other over one
// connection, for a moment in which nothing is restarted. It is to be closed.
func NewSession(certificate func() *tls.Certificate) *Client {
	return &Client{&http.Client{
		Transport:     transport(certificate, func(t *http.Transport) { t.MaxConnsPerHost = 1 }),
		CheckRedirect: stay,
	}}
}

// Close ends the connections of a session.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func transport(certificate func() *tls.Certificate, set func(*http.Transport)) *http.Transport {
	// The controller manager and the scheduler make themselves a certificate
	// that nobody signed, and kubeadm's certificate for the apiserver does not
	// name 127.0.0.1. Nothing secret is sent, a client certificate proves a
	// key without giving it away, and Ask refuses https to any other machine.
	config := &tls.Config{InsecureSkipVerify: true, //nolint:gosec // see above
		// Nobody records the loopback to decrypt it with a quantum computer:
		// the hybrid exchange that Go prefers would cost both sides a third of
		// a millisecond. The first is tried, and the others are for a server
		// that may only use what FIPS 140 names.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}}
	if certificate != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if c := certificate(); c != nil {
				return c, nil
			}
			return &tls.Certificate{}, nil // which shows none
		}
	}
	t := &http.Transport{
		Proxy:           nil, // a proxy from the environment knows another loopback
		TLSClientConfig: config,
	}
	set(t)
	return t
}

// Ask gives the body of an answer with status 200 to read, within a time that
// the reading is part of.
func (c *Client) Ask(ctx context.Context, endpoint string, within time.Duration, read func(io.Reader) error) error {
	target, err := url.Parse(endpoint)
	if err != nil {
		return fmt.Errorf("cannot ask a health endpoint: %w", err)
	}
	// The client does not verify certificates.
	if ip := net.ParseIP(target.Hostname()); target.Scheme == "https" && !ip.IsLoopback() {
		return fmt.Errorf("cannot ask %s: https is only asked of a loopback address", endpoint)
	}
	asking, stop := context.WithTimeout(ctx, within)
	defer stop()
	request, err := http.NewRequestWithContext(asking, http.MethodGet, endpoint, nil)
	if err != nil {
		return fmt.Errorf("cannot ask %s: %w", endpoint, err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return cannotAsk(ctx, endpoint, within, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s said %s", endpoint, strings.TrimSuffix(response.Status+": "+reason(response.Body), ": "))
	}
	return read(response.Body)
}

// cannotAsk puts a request's error into words without the URL twice.
func cannotAsk(ctx context.Context, endpoint string, within time.Duration, err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		if wrapped.Timeout() && ctx.Err() == nil {
			return fmt.Errorf("%s did not answer within %v", endpoint, within)
		}
		err = wrapped.Err
	}
	return fmt.Errorf("cannot ask %s: %w", endpoint, err)
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
