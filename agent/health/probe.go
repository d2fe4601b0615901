package health

import (
	"context"
	"errors"
	"sync"

	"harden/agent/message"
)

// Probe is the health endpoint of a control-plane component on this node.
type Probe struct {
	Name string // "kube-apiserver"
	URL  string // on an address of this machine
	// Also are further URLs that have to answer, such as those that the kubelet
	// asks by the manifest.
	Also []string
	// Client knows which process has to answer it.
	Client *Client
}

// Check tells whether the endpoint, and all the others, answer with status 200,
// each within 2 seconds.
func (p Probe) Check(ctx context.Context) error {
	for _, url := range append([]string{p.URL}, p.Also...) {
		if err := p.Client.get(ctx, url); err != nil {
			return message.Errorf("%s is not healthy: %w", p.Name, err)
		}
	}
	return nil
}

// WaitAll waits until all probes pass in one and the same round. probes gives
// them for each round, since what answers may be started again. It ends with
// ctx at the latest; the error then wraps that of ctx and says what each
// probe that did not pass said last. progress is told what is waited for when
// it changes; nil where nobody listens.
func WaitAll(ctx context.Context, probes func() ([]Probe, error), progress func(message.Text)) error {
	say := onChange(progress)
	last := message.New("there is no result of a health check yet")
	for {
		failed := round(ctx, probes)
		if failed == nil {
			return nil
		}
		if ctx.Err() == nil { // otherwise failed says no more than that time is up
			last = message.List(message.Each(failed)...)
			say(message.New("waiting: %s", last))
		}
		if err := sleep(ctx, pollEvery); err != nil {
			return message.Errorf("the control plane did not become healthy: %w; last result: %s", err, last)
		}
	}
}

// round runs all probes at once and joins their errors in the order of the
// probes.
func round(ctx context.Context, find func() ([]Probe, error)) error {
	probes, err := find()
	if err != nil {
		return err
	}
	errs := make([]error, len(probes))
	var wg sync.WaitGroup
	for i, p := range probes {
		wg.Go(func() { errs[i] = p.Check(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
