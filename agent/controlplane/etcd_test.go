package controlplane

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"harden/agent/facts"
	"harden/agent/node"
)

// answers is an etcd that gives one text after the other, and then the last
// one for ever.
type answers struct {
	texts []string
	asked int
}

// dial connects to who gives the next text.
func (a *answers) dial(context.Context) (net.Conn, error) {
	text := a.texts[min(a.asked, len(a.texts)-1)]
	a.asked++
	here, there := net.Pipe()
	go func() {
		defer there.Close()
		request, err := http.ReadRequest(bufio.NewReader(there))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		_, _ = fmt.Fprintf(there, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	}()
	return here, nil
}

func (a *answers) etcd() *etcd {
	return &etcd{server: &url.URL{Scheme: "http", Host: "127.0.0.1"}, prefix: "/registry/secrets/", dial: a.dial}
}

// storedKV is one stored secret, as etcd's gateway gives it.
func storedKV(key, value string) string {
	return fmt.Sprintf(`{"key":%q,"value":%q}`, base64.StdEncoding.EncodeToString([]byte(key)), base64.StdEncoding.EncodeToString([]byte(value)))
}

func TestStoredAnswers(t *testing.T) {
	const prefix = "/registry/secrets/"
	page := func(more bool, kvs ...string) string {
		return fmt.Sprintf(`{"header":{},"more":%v,"kvs":[%s]}`, more, strings.Join(kvs, ","))
	}
	rows := []struct {
		name  string
		texts []string
		want  []string
		err   string
	}{
		{"plain and encrypted", []string{page(false, storedKV(prefix+"a/b", "k8s\x00"), storedKV(prefix+"a/c", "k8s:enc:aescbc:v1:x"))}, []string{"a/c"}, ""},
		{"two pages", []string{page(true, storedKV(prefix+"a/b", "k8s:enc:x")), page(false, storedKV(prefix+"a/c", "k8s:enc:x"))}, []string{"a/b", "a/c"}, ""},
		{"none", []string{`{"header":{}}`}, nil, ""},
		{"more of nothing", []string{page(true)}, nil, ""},
		{"the same page for ever", []string{page(true, storedKV(prefix+"a/b", "x"))}, nil, "or the same key twice"},
		{"a key twice", []string{page(false, storedKV(prefix+"a", "x"), storedKV(prefix+"a", "x"))}, nil, "or the same key twice"},
		{"a key of something else", []string{page(false, storedKV("/registry/pods/a", "x"))}, nil, "outside of the requested range"},
		{"no base64", []string{`{"kvs":[{"key":"%","value":""}]}`}, nil, "cannot read etcd's answer"},
		{"HTML", []string{"<html>"}, nil, "cannot read etcd's answer"},
		{"nothing", []string{""}, nil, "cannot read etcd's answer"},
		{"cut off", []string{`{"more":false,"kvs":[`}, nil, "cannot read etcd's answer"},
		{"two answers", []string{"{}{}"}, nil, "cannot read etcd's answer"},
		{"deep", []string{strings.Repeat("[", 20_000)}, nil, "cannot read etcd's answer"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			names, err := (&answers{texts: r.texts}).etcd().encrypted(context.Background())
			if (err == nil) != (r.err == "") || err != nil && !strings.Contains(err.Error(), r.err) {
				t.Fatalf("error %v, want %q", err, r.err)
			}
			if err == nil && !slices.Equal(names, r.want) {
				t.Errorf("names %q, want %q", names, r.want)
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(rows)))
}

// FuzzStored gives any answer for ever: it ends, and no secret is told twice.
func FuzzStored(f *testing.F) {
	f.Add(`{"more":true,"kvs":[` + storedKV("/registry/secrets/a/b", "k8s:enc:x") + "]}")
	f.Add(`{"kvs":[` + storedKV("/registry/secrets/a", "k8s:enc:x") + "," + storedKV("/registry/secrets/b", "k8s:enc:") + "]}")
	f.Add(`{"kvs":[{"key":null,"value":null}],"more":true}`)
	f.Fuzz(func(t *testing.T, text string) {
		store := &answers{texts: []string{text}}
		names, err := store.etcd().encrypted(context.Background())
		if store.asked > 2 {
			t.Fatalf("asked %d times", store.asked)
		}
		if err == nil && (len(slices.Compact(slices.Clone(names))) != len(names) || len(names) > len(text)) {
			t.Fatalf("names %q", names)
		}
	})
}

// What is stored is told by the proven etcd of this node, and by nobody who
// stands in its place, or is named by who does.
func TestStoredIsReadFromEtcd(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere++
		_, _ = io.WriteString(w, "{}")
	}))
	defer other.Close()
	redirects := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer redirects.Close()
	answers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"header":{}}`) }))
	defer answers.Close()
	for _, test := range []struct {
		name, servers string
		pid           int
		want          string
	}{
		{"etcd", answers.URL, os.Getpid(), ""},
		{"etcd beside others", "https://192.0.2.1:2379,https://etcd.example:2379," + answers.URL, os.Getpid(), ""},
		{"another process", answers.URL, os.Getppid(), "it is not etcd (process "},
		{"no process", answers.URL, 0, "no process is proven to be etcd"},
		{"another machine", "https://192.0.2.1:2379", os.Getpid(), "https://192.0.2.1:2379, is not on this machine, so no request was sent to it"},
		{"a name", "https://etcd.example:2379", os.Getpid(), "is not on this machine"},
		{"who sends elsewhere", redirects.URL, os.Getpid(), "etcd said 307"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api := &facts.Component{Name: APIServer, ManifestArgv: []string{APIServer, "--etcd-servers=" + test.servers}}
			f := &facts.Facts{Components: map[string]*facts.Component{APIServer: api, "etcd": {Name: "etcd", PID: test.pid}}}
			store, err := etcdOf(&node.Node{}, f, api)
			if err == nil {
				_, err = store.encrypted(t.Context())
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	if elsewhere > 0 {
		t.Error("another was asked")
	}
}
