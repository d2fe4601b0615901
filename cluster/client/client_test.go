package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/cluster/client"
)

// open connects to a handler by a kubeconfig.
func open(t *testing.T, handler http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	c, err := client.Open(client.Options{Kubeconfig: kubeconfig(t, server.URL), UserAgent: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func kubeconfig(t *testing.T, server string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: here\nclusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]\n"+
		"users: [{name: u, user: {token: t}}]\ncontexts: [{name: here, context: {cluster: c, user: u}}]\n", server)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type object struct{ Metadata struct{ Name string } }

func names(t *testing.T, c *client.Client) ([]string, error) {
	t.Helper()
	return client.List(context.Background(), c, "/api/v1/things", url.Values{}, func(o *object) (string, bool) {
		return o.Metadata.Name, o.Metadata.Name != "skipped"
	})
}

func TestListReadsAllPages(t *testing.T) {
	c := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer t" || r.Header.Get("User-Agent") != "test/1" || r.Header.Get("Accept-Encoding") != "" {
			t.Errorf("headers: %v", r.Header)
		}
		if r.URL.Query().Get("continue") == "" {
			fmt.Fprint(w, `{"kind":"ThingList","metadata":{"continue":"next"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"skipped"}}]}`)
			return
		}
		fmt.Fprint(w, `{"items":[{"metadata":{"name":"b"}}],"metadata":{}}`)
	})
	got, err := names(t, c)
	if err != nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%v, %v", got, err)
	}
}

// A list whose pages expire is read anew: no object is missing, and none twice.
func TestListBeginsAnewWhereItsPagesExpire(t *testing.T) {
	requests := 0
	c := open(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		switch {
		case requests == 2:
			w.WriteHeader(http.StatusGone)
			fmt.Fprint(w, `{"kind":"Status","message":"expired","reason":"Expired"}`)
		case r.URL.Query().Get("continue") == "":
			fmt.Fprint(w, `{"metadata":{"continue":"next"},"items":[{"metadata":{"name":"a"}}]}`)
		default:
			fmt.Fprint(w, `{"items":[{"metadata":{"name":"b"}}]}`)
		}
	})
	if got, err := names(t, c); err != nil || !slices.Equal(got, []string{"a", "b"}) || requests != 4 {
		t.Errorf("%v, %v after %d requests", got, err, requests)
	}
}

func TestAServerThatIsBusyIsAskedAgain(t *testing.T) {
	requests := 0
	c := open(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, `{"items":null}`)
	})
	if got, err := names(t, c); err != nil || len(got) != 0 || requests != 2 {
		t.Errorf("%v, %v after %d requests", got, err, requests)
	}
}

// Nothing but a whole list is one: an empty list would be a false verdict.
func TestWhatIsNoListIsAnError(t *testing.T) {
	for name, answer := range map[string]string{
		"cut off":    `{"items":[{"metadata":{"name":"a"}}`,
		"no items":   `{"kind":"Status"}`,
		"a page":     `<html>log in</html>`,
		"an array":   `[]`,
		"no objects": `{"items":{"a":1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
			if got, err := names(t, c); err == nil {
				t.Errorf("read as %v", got)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	c := open(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"kind":"Status","message":"things is forbidden","reason":"Forbidden","details":{"causes":[{"reason":"NamespaceTerminating"}]}}`)
	})
	_, err := names(t, c)
	var refused *client.StatusError
	if !errors.As(err, &refused) || refused.Reason != "Forbidden" || client.Code(err) != 403 || !slices.Equal(refused.Causes, []string{"NamespaceTerminating"}) {
		t.Errorf("%#v", err)
	}
	if !strings.Contains(err.Error(), "GET /api/v1/things: things is forbidden (403)") {
		t.Errorf("it says %q", err)
	}
}

func TestNoAnswerSaysWhichServer(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Close()
	c, err := client.Open(client.Options{Kubeconfig: kubeconfig(t, server.URL)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = names(t, c)
	var unanswered *client.ConnectionError
	if !errors.As(err, &unanswered) || !strings.Contains(server.URL, unanswered.Server) || client.Code(err) != 0 {
		t.Errorf("%v", err)
	}
}

func TestAKubeconfigThatIsNotThere(t *testing.T) {
	_, err := client.Open(client.Options{Kubeconfig: filepath.Join(t.TempDir(), "none")})
	var wrong *client.ConfigError
	if !errors.As(err, &wrong) {
		t.Errorf("%v", err)
	}
	if _, err := client.Open(client.Options{Kubeconfig: kubeconfig(t, "https://127.0.0.1:1"), Context: "other"}); !errors.As(err, &wrong) {
		t.Errorf("a context that is not there: %v", err)
	}
}

func TestWarningsOfAnAnswer(t *testing.T) {
	c := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPatch || r.Header.Get("Content-Type") != client.JSONPatch || r.URL.RawQuery != "dryRun=All" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		w.Header().Add("Warning", `299 - "would violate \"baseline\""`)
		fmt.Fprint(w, `{}`)
	})
	a, err := c.Do(context.Background(), client.Request{Method: http.MethodPatch, Path: "/api/v1/namespaces/a", Query: url.Values{"dryRun": {"All"}}, Type: client.JSONPatch, Body: []byte("[]")})
	if err != nil || !slices.Equal(a.Warnings, []string{`would violate "baseline"`}) {
		t.Errorf("%q, %v", a.Warnings, err)
	}
}
