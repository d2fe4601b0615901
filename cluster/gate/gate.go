// Package gate proves that pods can be made anew: it asks the API server to create
// a pod of every template as a dry run, before and after a change. What a change of
// labels, accounts, quotas or policies breaks is not seen in what runs, but in what
// is made at the next eviction. Nothing is left behind by it.
package gate

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"harden/agent/message"
	"harden/cluster/client"
)

// Gate asks one API server.
type Gate struct{ Client *client.Client }

// Verdict is what the API server says to one template.
type Verdict struct {
	Target   string // "Deployment shop/web"
	Admitted bool
	Reason   message.Text // why it is refused
}

// parallel is how many dry runs are asked for at once.
const parallel = 4

// Admit asks for a pod of every template of a namespace. It fails where the answer
// is not known of one: then nothing is proven.
func (g Gate) Admit(ctx context.Context, namespace string) (map[string]Verdict, error) {
	templates, err := g.templates(ctx, namespace)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(templates))
	failures := make([]error, len(templates))
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(parallel, len(templates)) {
		wait.Go(func() {
			for i := range next {
				verdicts[i], failures[i] = g.ask(ctx, namespace, templates[i])
			}
		})
	}
	for i := range templates {
		next <- i
	}
	close(next)
	wait.Wait()
	list := map[string]Verdict{}
	for i, v := range verdicts {
		if failures[i] != nil {
			return nil, message.Errorf("cannot tell whether pods of %s can be created: %w", templates[i].target, failures[i])
		}
		list[v.Target] = v
	}
	return list, nil
}

// Refused lists what was admitted before and is refused now, in the order of names.
func Refused(before, after map[string]Verdict) []Verdict {
	var list []Verdict
	for name, v := range after {
		if was, known := before[name]; known && was.Admitted && !v.Admitted {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b Verdict) int { return strings.Compare(a.Target, b.Target) })
	return list
}

// ask asks for a pod of one template.
func (g Gate) ask(ctx context.Context, namespace string, t template) (Verdict, error) {
	body, err := json.Marshal(t.pod)
	if err != nil {
		return Verdict{}, message.Errorf("cannot encode a pod: %w", err)
	}
	_, err = g.Client.Do(ctx, client.Request{Method: http.MethodPost, Path: "/api/v1/namespaces/" + namespace + "/pods",
		Query: url.Values{"dryRun": {"All"}}, Body: body})
	v := Verdict{Target: t.target, Admitted: err == nil}
	code := client.Code(err)
	switch {
	case err == nil:
	case code == http.StatusForbidden && lacksRight(err):
		return v, message.Errorf("this account may not create pods, not even as a dry run; kubectl harden roles --write USER prints the rights: %w", err)
	case code == http.StatusForbidden || code == http.StatusUnprocessableEntity || code == http.StatusConflict:
		v.Reason = message.Of(err)
	case code == http.StatusBadRequest && strings.Contains(err.Error(), "dry run"):
		return v, message.Errorf("an admission webhook does not support dry runs, so nothing can be proven: %w", err)
	case code == http.StatusBadRequest:
		v.Reason = message.Of(err)
	default:
		return v, err
	}
	return v, nil
}

// Refuses tells whether a policy refuses a pod whose image is from a registry that
// nobody trusts.
func (g Gate) Refuses(ctx context.Context, namespace, policy string) (bool, error) {
	closed := map[string]any{"allowPrivilegeEscalation": false, "runAsNonRoot": true, "capabilities": map[string]any{"drop": []string{"ALL"}}, "seccompProfile": map[string]any{"type": "RuntimeDefault"}}
	amounts := map[string]any{"cpu": "1m", "memory": "1Mi"}
	t := podTemplate{Spec: map[string]any{"containers": []any{map[string]any{"name": "harden", "image": "untrusted.invalid/harden", "securityContext": closed,
		"resources": map[string]any{"requests": amounts, "limits": amounts}}}}}
	v, err := g.ask(ctx, namespace, t.of("harden"))
	return err == nil && !v.Admitted && strings.Contains(v.Reason.String(), policy), err
}

// lacksRight tells a refusal by RBAC from one by admission: the latter goes on
// after the same beginning with the plugin's own words.
func lacksRight(err error) bool { return strings.Contains(err.Error(), "cannot create resource") }
