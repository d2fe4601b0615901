package health

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Probe is the health endpoint of a control-plane component on this node.
type Probe struct {
	Name string // "kube-apiserver"
	URL  string // with https only on a loopback address
	// Client asks it; nil is one without a certificate, which an endpoint that
	// needs one does not answer.
	Client *Client
}

// ControlPlane gives the probes of a stacked control plane as kubeadm sets it
// up, each on the component's default port. Anonymous requests are answered
// there; an apiserver with --anonymous-auth=false answers 401.
func ControlPlane() []Probe {
	return []Probe{
		{Name: "etcd", URL: "http://127.0.0.1:2381/health"},
		{Name: "kube-apiserver", URL: "https://127.0.0.1:6443/livez"},
		{Name: "kube-controller-manager", URL: "https://127.0.0.1:10257/healthz"},
		{Name: "kube-scheduler", URL: "https://127.0.0.1:10259/healthz"},
	}
}

// Check tells whether the endpoint answers with status 200 within 2 seconds.
func (p Probe) Check(ctx context.Context) error {
	client := p.Client
	if client == nil {
		client = NewClient(nil)
	}
	if err := client.get(ctx, p.URL); err != nil {
		return fmt.Errorf("%s is not healthy: %w", p.Name, err)
	}
	return nil
}

// WaitAll waits until all probes pass in one and the same round. It ends with
// ctx at the latest; the error then wraps that of ctx and says what each
// probe that did not pass said last. progress is told what is waited for when
// it changes; nil where nobody listens.
func WaitAll(ctx context.Context, probes []Probe, progress func(string)) error {
	say := onChange(progress)
	last := "nothing was heard of it"
	for {
		failed := round(ctx, probes)
		if failed == nil {
			return nil
		}
		if ctx.Err() == nil { // otherwise failed says no more than that time is up
			last = strings.ReplaceAll(failed.Error(), "\n", "; ")
			say("waiting: " + last)
		}
		if err := sleep(ctx, pollEvery); err != nil {
			return fmt.Errorf("the control plane did not become healthy: %w; last: %s", err, last)
		}
	}
}

// round runs all probes at once and joins their errors in the order of the
// probes.
func round(ctx context.Context, probes []Probe) error {
	errs := make([]error, len(probes))
	var wg sync.WaitGroup
	for i, p := range probes {
		wg.Go(func() { errs[i] = p.Check(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
