package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"harden/agent/message"
)

// StatusError is a refusal of the API server.
type StatusError struct {
	Code       int    // 403
	Reason     string // "Forbidden"
	Message    string
	Method     string
	Path       string
	Causes     []string      // the reasons of its causes: "NamespaceTerminating"
	RetryAfter time.Duration // for 429
}

func (e *StatusError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *StatusError) Text() message.Text {
	return message.New("the API server refuses %s %s: %s (%d)", e.Method, e.Path, e.Message, e.Code)
}

// ConnectionError says that a request got no answer. Whether the server carried
// it out is not known.
type ConnectionError struct {
	Server, Method, Path string
	Err                  error
}

func (e *ConnectionError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *ConnectionError) Text() message.Text {
	return message.New("no answer from the API server %s to %s %s: %v", e.Server, e.Method, e.Path, e.Err)
}

func (e *ConnectionError) Unwrap() error { return e.Err }

// Code is the HTTP status of a refusal, or 0 where err is none.
func Code(err error) int {
	var refusal *StatusError
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return 0
}

// statusError reads a refusal. The body need not be a Status object: a proxy
// may have answered.
func statusError(r Request, response *http.Response) *StatusError {
	e := &StatusError{Code: response.StatusCode, Method: r.Method, Path: r.Path, RetryAfter: time.Second}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = min(time.Duration(seconds)*time.Second, 30*time.Second)
	}
	var status struct {
		Kind, Message, Reason string
		Details               struct{ Causes []struct{ Reason string } }
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil && json.Unmarshal(body, &status) == nil && status.Kind == "Status" {
		e.Message, e.Reason = status.Message, status.Reason
		for _, cause := range status.Details.Causes {
			e.Causes = append(e.Causes, cause.Reason)
		}
	}
	if e.Message == "" {
		e.Message = http.StatusText(e.Code)
	}
	return e
}
