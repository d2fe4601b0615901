package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"harden/agent/message"
)

// The content types of a patch.
const (
	JSONPatch = "application/json-patch+json"
	JSON      = "application/json"
)

// maxAnswer bounds the answer to one request, in bytes. Lists are not bound by
// it, since they are read as a stream.
const maxAnswer = 16 << 20

// mostWaits is how often one request is repeated because the server asks for it.
const mostWaits = 5

// Request is one request to the API server.
type Request struct {
	Method string
	Path   string // "/api/v1/namespaces/shop"
	Query  url.Values
	Type   string // content type of Body; "": JSON
	Body   []byte
}

// Answer is what the API server said to a request that it accepted.
type Answer struct {
	Status   int
	Body     []byte
	Warnings []string // of the header Warning
}

// Into decodes the answer's body.
func (a Answer) Into(v any) error {
	if err := json.Unmarshal(a.Body, v); err != nil {
		return message.Errorf("cannot understand the API server's answer: %w", err)
	}
	return nil
}

// Get reads one object.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	a, err := c.Do(ctx, Request{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return a.Into(into)
}

// Do sends a request and reads its answer whole. An answer that is not a success
// is a *StatusError; no answer is a *ConnectionError: then it is not known
// whether the request was carried out. Only an answer 429, which says that the
// request was not carried out, makes it wait and send the request again.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	response, err := c.send(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return Answer{}, c.unanswered(ctx, r, err)
	case len(body) > maxAnswer:
		return Answer{}, message.Errorf("the API server's answer to %s %s is larger than %d MiB", r.Method, r.Path, maxAnswer>>20)
	}
	return Answer{Status: response.StatusCode, Body: body, Warnings: warnings(response.Header)}, nil
}

// send gives the response to a request that was accepted.
func (c *Client) send(ctx context.Context, r Request) (*http.Response, error) {
	for waits := 0; ; waits++ {
		response, err := c.once(ctx, r)
		if err != nil {
			return nil, c.unanswered(ctx, r, err)
		}
		if response.StatusCode < 300 {
			return response, nil
		}
		failure := statusError(r, response)
		response.Body.Close()
		if failure.Code != http.StatusTooManyRequests || waits == mostWaits {
			return nil, failure
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(failure.RetryAfter):
		}
	}
}

func (c *Client) once(ctx context.Context, r Request) (*http.Response, error) {
	u := *c.base
	u.Path = strings.TrimSuffix(u.Path, "/") + r.Path
	u.RawQuery = r.Query.Encode()
	request, err := http.NewRequestWithContext(ctx, r.Method, u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", JSON)
	if r.Body != nil {
		request.Header.Set("Content-Type", r.Type)
		if r.Type == "" {
			request.Header.Set("Content-Type", JSON)
		}
	}
	return c.http.Do(request)
}

func (c *Client) unanswered(ctx context.Context, r Request, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &ConnectionError{Server: c.base.Host, Method: r.Method, Path: r.Path, Err: err}
}

// warnings gives the texts of the Warning headers: 299 - "text".
func warnings(h http.Header) []string {
	var list []string
	for _, value := range h.Values("Warning") {
		_, quoted, _ := strings.Cut(value, " - ")
		if text, err := strconv.Unquote(quoted); err == nil {
			list = append(list, text)
		}
	}
	return list
}
