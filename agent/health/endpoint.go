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
// answer said. certificate is shown to who asks for one, and may be nil.
func get(ctx context.Context, endpoint string, certificate *tls.Certificate) error {
	return ask(ctx, endpoint, certificate, func(io.Reader) error { return nil })
}

// ask gives the body of an answer with status 200 to read.
func ask(ctx context.Context, endpoint string, certificate *tls.Certificate, read func(io.Reader) error) error {
	target, err := url.Parse(endpoint)
	if err != nil {
		return fmt.Errorf("cannot ask a health endpoint: %w", err)
	}
	// The client below does not verify certificates.
	if ip := net.ParseIP(target.Hostname()); target.Scheme == "https" && !ip.IsLoopback() {
		return fmt.Errorf("cannot ask %s: https is only asked of a loopback address", endpoint)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return fmt.Errorf("cannot ask %s: %w", endpoint, err)
	}
	response, err := client(certificate).Do(request)
	if err != nil {
		return cannotAsk(ctx, endpoint, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s said %s", endpoint, strings.TrimSuffix(response.Status+": "+reason(response.Body), ": "))
	}
	return read(response.Body)
}

// client makes a client for one request to this machine.
func client(certificate *tls.Certificate) *http.Client {
	// The controller manager and the scheduler make themselves a certificate
	// that nobody signed, and kubeadm's certificate for the apiserver does not
	// name 127.0.0.1. Nothing secret is sent, a client certificate proves a
	// key without giving it away, and ask refuses https to any other machine.
	config := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // see above
	if certificate != nil {
		config.Certificates = []tls.Certificate{*certificate}
	}
	return &http.Client{
		Timeout: answerWithin,
		Transport: &http.Transport{
			Proxy: nil, // a proxy from the environment knows another loopback
			// A kept connection could outlive the process that is probed.
			DisableKeepAlives: true,
			TLSClientConfig:   config,
		},
		// Health is never elsewhere; a redirect is an answer that is not 200.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// cannotAsk puts a request's error into words without the URL twice.
func cannotAsk(ctx context.Context, endpoint string, err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		if wrapped.Timeout() && ctx.Err() == nil {
			return fmt.Errorf("%s did not answer within %v", endpoint, answerWithin)
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
