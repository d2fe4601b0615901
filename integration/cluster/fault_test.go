//go:build cluster

package cluster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/gate"
	"harden/cluster/object"
	"harden/cluster/state"
	"harden/cluster/transaction"
)

// errDead is the end of a process: nothing of it runs on.
var errDead = errors.New("killed")

// fault is what happens to one request of a run, or to all from one on.
type fault struct {
	name string
	// from tells whether all requests from the one on fail.
	from bool
	// at decides what becomes of the request: send carries it out.
	at func(w *wire, r *http.Request, send func() (*http.Response, error)) (*http.Response, error)
}

func refuse(code int) func(*wire, *http.Request, func() (*http.Response, error)) (*http.Response, error) {
	return func(_ *wire, r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
		body := fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","code":%d,"message":"injected"}`, code)
		return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

func lose(_ *wire, _ *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	if answer, err := send(); err == nil {
		answer.Body.Close()
	}
	return nil, errors.New("connection reset")
}

func never(*wire, *http.Request, func() (*http.Response, error)) (*http.Response, error) {
	return nil, errors.New("connection reset")
}

var faults = []fault{
	{name: "no answer, not carried out", at: never},
	{name: "answer lost", at: lose},
	{name: "late", at: func(w *wire, _ *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		w.late = append(w.late, func() { // before anybody looks what came of it
			if answer, err := send(); err == nil {
				answer.Body.Close()
			}
		})
		return nil, errors.New("timeout")
	}},
	{name: "409", at: refuse(409)}, {name: "410", at: refuse(410)}, {name: "422", at: refuse(422)}, {name: "403", at: refuse(403)},
	{name: "500, not carried out", at: refuse(500)},
	{name: "500, carried out", at: func(w *wire, r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		_, _ = lose(w, r, send)
		return refuse(500)(w, r, nil)
	}},
	{name: "429", at: refuse(429)},
	{name: "the server is away from here on", from: true, at: never},
	{name: "killed before the request", at: func(w *wire, r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
		return w.die(r)
	}},
	{name: "killed after the request", at: func(w *wire, r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		_, _ = lose(w, r, send)
		return w.die(r)
	}},
}

// die ends the process that sent a request. Where other goroutines sent it, the next
// request that is not theirs does.
func (w *wire) die(r *http.Request) (*http.Response, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.dead = true
	if w.dying = strings.HasSuffix(r.URL.Path, "/pods") && r.Method == http.MethodPost; w.dying {
		return nil, errDead
	}
	panic(errDead)
}

// wire is the connection of a run, with its fault.
type wire struct {
	next  http.RoundTripper
	fault fault
	at    int // the request that it happens to, from 1; 0: none
	mutex sync.Mutex
	n     int
	dead  bool
	dying bool // dead, and not all of it knows
	late  []func()
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
	}
	send := func() (*http.Response, error) {
		again := r.Clone(context.Background())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return w.next.RoundTrip(again)
	}
	w.mutex.Lock()
	w.n++
	now := w.n
	dead, dying := w.dead, w.dying && !(strings.HasSuffix(r.URL.Path, "/pods") && r.Method == http.MethodPost)
	w.mutex.Unlock()
	if dying {
		return w.die(r)
	}
	if dead {
		return nil, errDead
	}
	if now == w.at || w.fault.from && w.at > 0 && now > w.at {
		return w.fault.at(w, r, send)
	}
	return send()
}

// pause is what is waited: what is late comes meanwhile.
func (w *wire) pause(context.Context, time.Duration) {
	for _, f := range w.late {
		f()
	}
	w.late = nil
}

// faulty is the scene of the scenarios: two namespaces, and objects that a run takes
// from old to new.
type faulty struct {
	*testing.T
	dir    string
	client *client.Client
	old    map[string]any
}

var faultyPaths = []string{
	"/api/v1/namespaces/fault-a", "/api/v1/namespaces/fault-a/serviceaccounts/default", "/apis/networking.k8s.io/v1/namespaces/fault-a/networkpolicies/harden",
	"/api/v1/namespaces/fault-b/serviceaccounts/default", "/api/v1/namespaces/fault-b/resourcequotas/harden",
	"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/fault-binding",
}

func newFaulty(t *testing.T) *faulty {
	for _, n := range []string{"fault-a", "fault-b"} {
		namespace(t, n)
		awaitAccount(t, n)
		prepare(t, strings.ReplaceAll("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: NS}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {automountServiceAccountToken: false, containers: [{name: c, image: x}]}}}}", "NS", n))
	}
	prepare(t, "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: fault-binding}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: x}]}")
	send(t, http.MethodPatch, "/api/v1/namespaces/fault-b/serviceaccounts/default?fieldManager=someone", "application/merge-patch+json", `{"automountServiceAccountToken": true}`)
	c, err := client.Open(client.Options{Kubeconfig: plane.Kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	f := &faulty{T: t, dir: t.TempDir(), client: c}
	f.old = f.now()
	return f
}

// now is what the objects are, and what else harden could have left.
func (f *faulty) now() map[string]any {
	all := map[string]any{}
	for _, path := range faultyPaths {
		all[path] = snapshot(f.T, path, strings.Contains(path, "clusterrolebindings"))
	}
	return all
}

// edits are what a run does, as of now.
func (f *faulty) edits() []object.Edit {
	f.Helper()
	uid := func(path string) string {
		var o struct{ Metadata struct{ UID string } }
		if err := json.Unmarshal(send(f.T, http.MethodGet, path, "", ""), &o); err != nil {
			f.Fatal(err)
		}
		return o.Metadata.UID
	}
	there := change.State{File: &change.File{}}
	edit := func(kind, group, namespace, name, path string, after change.State, fields ...change.FieldChange) object.Edit {
		return object.Edit{UID: uid(path), Change: change.Change{Target: change.ObjectTarget(kind, group, namespace, name), Fields: fields, Before: there, After: after}}
	}
	made := func(kind, group, namespace string, body string) object.Edit {
		var o map[string]any
		if err := json.Unmarshal([]byte(body), &o); err != nil {
			f.Fatal(err)
		}
		return object.Edit{Body: o, Change: change.Change{Target: change.ObjectTarget(kind, group, namespace, "harden"), After: there}}
	}
	return []object.Edit{
		edit("Namespace", "", "", "fault-a", faultyPaths[0], there, change.FieldChange{Field: object.Label("pod-security.kubernetes.io/enforce"), After: "baseline"}),
		edit("ServiceAccount", "", "fault-a", "default", faultyPaths[1], there, change.FieldChange{Field: "json:automountServiceAccountToken", After: false}),
		made("NetworkPolicy", "networking.k8s.io", "fault-a", `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"harden","namespace":"fault-a"},"spec":{"podSelector":{}}}`),
		edit("ServiceAccount", "", "fault-b", "default", faultyPaths[3], there, change.FieldChange{Field: "json:automountServiceAccountToken", Before: true, After: false}),
		made("ResourceQuota", "", "fault-b", `{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"harden","namespace":"fault-b"},"spec":{"hard":{"pods":"50"}}}`),
		edit("ClusterRoleBinding", "rbac.authorization.k8s.io", "", "fault-binding", faultyPaths[5], change.State{}, change.FieldChange{Field: "json:roleRef", Before: "ClusterRole view"}),
	}
}

// runner carries out runs through a wire.
func (f *faulty) runner(w *wire) (*transaction.Runner, func()) {
	f.Helper()
	c := f.client
	if w != nil {
		c = f.client.Through(func(next http.RoundTripper) http.RoundTripper { w.next = next; return w })
	}
	d := &object.Driver{Client: c, Timeout: time.Second}
	if w != nil {
		d.Sleep = w.pause
	}
	s, err := state.Open("test")
	if err != nil {
		f.Fatal(err)
	}
	return &transaction.Runner{Driver: d, Client: c, Gate: &gate.Gate{Client: c}, State: s, Waves: []transaction.Wave{{Count: 1}, {Percent: 100}}, Timeout: time.Second,
		Again: func(context.Context) ([]change.Change, error) { return nil, nil }, Now: time.Now, Moment: host.Now, Log: func(message.Text) {}}, s.Close
}

// does runs a verb through a wire; killed tells whether that was its end.
func (f *faulty) does(w *wire, verb func(*transaction.Runner) error) (err error, killed bool) {
	r, closed := f.runner(w)
	defer closed()
	defer func() {
		if p := recover(); p != nil {
			if err, is := p.(error); !is || !errors.Is(err, errDead) {
				panic(p)
			}
			killed = true
		}
	}()
	return verb(r), false
}

func (f *faulty) apply(r *transaction.Runner) error {
	_, err := r.Apply(f.Context(), transaction.Plan{Edits: f.edits()}, 0)
	return err
}

func (f *faulty) rollback(r *transaction.Runner) error {
	_, err := r.Rollback(f.Context(), "", transaction.Refuse)
	return err
}

func (f *faulty) recover(r *transaction.Runner) error {
	_, err := r.Recover(f.Context())
	return err
}

// settled wants all to be old or all to be new once recover has run, gives which,
// and ends with all old.
func (f *faulty) settled(what string) (isNew bool) {
	f.Helper()
	r, closed := f.runner(&wire{}) // nothing fails, and nothing is waited for
	defer closed()
	if err := f.recover(r); err != nil {
		f.Errorf("%s: recover: %v", what, err)
	}
	noLease(f.T)
	last := journal.Record{}
	for record, err := range r.State.Store.Newest() {
		if err != nil {
			f.Fatal(err)
		}
		last = record
		break
	}
	now := f.now()
	switch {
	case last.State == journal.Applied:
		for i, path := range faultyPaths {
			if reflect.DeepEqual(now[path], f.old[path]) {
				f.Errorf("%s: the run is applied, and %s is old (%d)", what, path, i)
			}
		}
		if err := f.rollback(r); err != nil {
			f.Errorf("%s: rollback: %v", what, err)
		}
		isNew = true
	case last.State.Open():
		f.Errorf("%s: the run is %s after recover", what, last.State)
	case last.State == journal.RollbackIncomplete:
		f.Errorf("%s: incomplete: %v", what, last.Problems)
	}
	for path, was := range f.old {
		if now := snapshot(f.T, path, strings.Contains(path, "clusterrolebindings")); !reflect.DeepEqual(now, was) && !(now == nil && was.(map[string]any) == nil) {
			f.Fatalf("%s: %s is\n%v\nand was\n%v", what, path, now, was)
		}
	}
	return isNew
}

// TestFaultsAtEveryRequest has each request of an apply, a rollback and a recover fail
// in each way: afterwards all is old or all is new.
func TestFaultsAtEveryRequest(t *testing.T) {
	old := os.Getenv("XDG_STATE_HOME")
	t.Setenv("XDG_STATE_HOME", filepath.Join(old, "faults"))
	f := newFaulty(t)
	counts := map[string]int{}
	for _, v := range []struct {
		name  string
		begin func() // what comes before the verb
		verb  func(*transaction.Runner) error
	}{
		{"apply", func() {}, f.apply},
		{"rollback", func() { f.clean(f.apply) }, f.rollback},
		{"recover", f.halfApplied, f.recover},
	} {
		v.begin()
		w := &wire{}
		if err, _ := f.does(w, v.verb); err != nil {
			t.Fatalf("%s without a fault: %v", v.name, err)
		}
		requests := w.n
		f.settled(v.name)
		every := 1
		switch {
		case os.Getenv("HARDEN_FAULTS") == "all":
		case os.Getenv("HARDEN_TORTURE") != "":
			every = 7 // each request and each fault comes, in another pair each
		default:
			every = 23 // each fault comes, at other requests each
		}
		scenario := 0
		for n := 1; n <= requests; n++ {
			for _, kind := range faults {
				if scenario++; scenario%every != 0 || kind.name == "429" && n%5 != 0 { // a second each
					continue
				}
				what := fmt.Sprintf("%s, request %d of %d: %s", v.name, n, requests, kind.name)
				v.begin()
				_, _ = f.does(&wire{fault: kind, at: n}, v.verb)
				if f.settled(what) {
					counts[v.name+" new"]++
				} else {
					counts[v.name+" old"]++
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		}
		t.Attr("figure/faults-in-"+v.name, strconv.Itoa(counts[v.name+" old"]+counts[v.name+" new"]))
		t.Logf("%s: %d requests, %d faults: %d times all old, %d times all new", v.name, requests, counts[v.name+" old"]+counts[v.name+" new"], counts[v.name+" old"], counts[v.name+" new"])
	}
}

// clean carries out a verb that must not fail.
func (f *faulty) clean(verb func(*transaction.Runner) error) {
	f.Helper()
	if err, _ := f.does(&wire{}, verb); err != nil {
		f.Fatal(err)
	}
}

// halfApplied leaves a run that was killed after some of its writes.
func (f *faulty) halfApplied() {
	f.Helper()
	w := &wire{}
	seen := 0
	w.fault = fault{from: true, at: func(w *wire, r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		answer, err := send()
		if r.Method != http.MethodGet && !strings.Contains(r.URL.RawQuery, "dryRun") && !strings.Contains(r.URL.Path, "/leases") {
			if seen++; seen == 4 {
				return w.die(r)
			}
		}
		return answer, err
	}}
	w.at = 1
	if _, killed := f.does(w, f.apply); !killed {
		f.Fatal("the run was not cut off")
	}
}
