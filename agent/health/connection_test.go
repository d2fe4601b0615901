package health

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// conversation is a connection whose other side says one text.
type conversation struct {
	io.Reader
	bytes.Buffer // what was sent
}

func (c *conversation) Read(p []byte) (int, error) { return c.Reader.Read(p) }

// A request has what HTTP/1.1 asks for, its address as the URL escapes it, and nothing that the
// address could slip in.
func TestExchange(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:2379/v3/kv/range":    "POST /v3/kv/range HTTP/1.1\r\nHost: 127.0.0.1:2379\r\n",
		"https://[::1]:6443/readyz?verbose=1":  "POST /readyz?verbose=1 HTTP/1.1\r\nHost: [::1]:6443\r\n",
		"http://127.0.0.1":                     "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
		"http://127.0.0.1/a%20b/ä":             "POST /a%20b/%C3%A4 HTTP/1.1\r\nHost: 127.0.0.1\r\n",
		"http://localhost/x?a b":               "",
		"http://bücher.example/":               "",
		"http://127.0.0.1/?a=\u2028HTTP/1.1":   "",
		"http://user:secret@bücher.example/ä?": "",
	} {
		target, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		c := &conversation{Reader: strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")}
		response, err := Exchange(c, http.MethodPost, target, "text/plain", []byte("hello"))
		sent := c.String()
		if want == "" {
			if err == nil || sent != "" || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %v, sent %q", address, err, sent)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil || string(body) != "ok" || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %q, %v", address, response.Status, body, err)
		}
		if !strings.HasPrefix(sent, want) || !strings.HasSuffix(sent, "\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello") {
			t.Errorf("%s: sent %q", address, sent)
		}
		parsed, err := http.ReadRequest(bufio.NewReader(strings.NewReader(sent)))
		if err != nil || parsed.Host != target.Host || !parsed.Close {
			t.Errorf("%s: %+v, %v", address, parsed, err)
		}
	}
}

// A head without end is not read for ever, and a body may be longer than a head.
func TestExchangeIsBounded(t *testing.T) {
	target := &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/"}
	endless := &conversation{Reader: io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\nX: "), strings.NewReader(strings.Repeat("x", 2*maxHeader)))}
	if _, err := Exchange(endless, http.MethodGet, target, "", nil); err == nil {
		t.Error("a head of 128 KiB was read")
	}
	long := &conversation{Reader: strings.NewReader("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 2*maxHeader))}
	response, err := Exchange(long, http.MethodGet, target, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(response.Body); err != nil || len(body) != 2*maxHeader {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}
