package transaction

import (
	"context"
	"net/http"
	"time"

	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/gate"
)

// condition takes down of a namespace which pods can be made in it, and how many of
// its workloads are available.
func (r *Runner) condition(ctx context.Context, namespace string) (condition, error) {
	if r.Gate == nil {
		return condition{}, nil
	}
	admitted, err := r.Gate.Admit(ctx, namespace)
	if err != nil {
		return condition{}, message.Errorf("namespace %s: %w", namespace, err)
	}
	available, err := r.Gate.Available(ctx, namespace)
	if err != nil {
		return condition{}, message.Errorf("namespace %s: %w", namespace, err)
	}
	return condition{admitted, available}, nil
}

// ready wants the API server to call itself so.
func (r *Runner) ready(ctx context.Context) error {
	if _, err := r.Client.Do(ctx, client.Request{Method: http.MethodGet, Path: "/readyz"}); err != nil {
		return message.Errorf("the API server is not ready: %w", err)
	}
	return nil
}

// prove holds a namespace against what it was before: every pod that could be made
// can be made, and as many are available.
func (r *Runner) prove(ctx context.Context, namespace string, before condition) error {
	if r.Gate == nil {
		return nil
	}
	admitted, err := r.Gate.Admit(ctx, namespace)
	if err != nil {
		return message.Errorf("namespace %s: %w", namespace, err)
	}
	if refused := gate.Refused(before.admitted, admitted); len(refused) > 0 {
		return message.Errorf("pods of %s could be created before, and are refused now; the first refusal: %s; templates in all: %d", refused[0].Target, refused[0].Reason, len(refused))
	}
	deadline := time.Now().Add(r.Timeout)
	for {
		now, err := r.Gate.Available(ctx, namespace)
		if err != nil {
			return message.Errorf("namespace %s: %w", namespace, err)
		}
		worse := ""
		for name, n := range before.available {
			if after, there := now[name]; there && after < n {
				worse = name
			}
		}
		if worse == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return message.Errorf("%s in namespace %s has had fewer available pods than before for %s", worse, namespace, r.Timeout)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Second):
		}
	}
}
