package agent

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/health"
)

// apiServersWithin bounds one question to the API server of this node.
const apiServersWithin = 5 * time.Second

// needsAlone tells whether a rule is about to do what harms where more than
// one API server serves the cluster: what one stores, all must be able to read.
func (p *planner) needsAlone(r wished) bool {
	return r.wantsAlone() && p.blocked[r.Name] == "" && p.verdicts[r.Name].status == change.Drift && p.proves()
}

// wantsAlone tells whether a rule that is not left open has such a part.
func (r wished) wantsAlone() bool {
	return r.waived == "" && slices.ContainsFunc(r.wish.Wants, func(w change.Want) bool { return w.Alone })
}

// several blocks the rules that must not be applied where there are several
// API servers, and tells whether it blocked any.
func (p *planner) several() bool {
	found := false
	for _, r := range p.rules {
		if !p.needsAlone(r) {
			continue
		}
		p.await(p.ctx, "asking how many API servers the cluster has")
		servers, err := p.servers()
		switch {
		case err != nil:
			p.blocked[r.Name] = fmt.Sprintf("cannot tell whether this is the only API server of the cluster: %v", err)
		case servers > 1:
			p.blocked[r.Name] = fmt.Sprintf("the cluster has %d API servers, and each must be able to read with the key before one writes with it: on every control plane apply with --set encryption-steps=first and --set encryption-key-file=FILE, the same key; then on each with --set encryption-steps=second", servers)
		default:
			continue
		}
		found = true
	}
	return found
}

// apiServers counts the API servers of the cluster, as they announce
// themselves behind the service "kubernetes". What is shown may be a moment old:
// the API server tells it from memory, at a third of the cost and without asking
// etcd. What is applied may not.
func (p *planner) apiServers() (int, error) {
	url := secureURL(p.facts.Components[apiServer], "6443")
	certificate := p.clientCertificate(p.facts)
	if url == "" || certificate == nil {
		return 0, fmt.Errorf("the API server of this node cannot be asked")
	}
	client := health.NewClient(processOf(apiServer, known(p.facts)), func() *tls.Certificate { return certificate })
	client.ShowCertificate() // nobody else is told
	var endpoints struct {
		Subsets []struct {
			Addresses []struct {
				IP string `json:"ip"`
			} `json:"addresses"`
		} `json:"subsets"`
	}
	url += "/api/v1/namespaces/default/endpoints/kubernetes"
	if !p.applying {
		url += "?resourceVersion=0"
	}
	if err := client.Ask(p.ctx, url, apiServersWithin, func(body io.Reader) error {
		return json.NewDecoder(io.LimitReader(body, maxDocument)).Decode(&endpoints)
	}); err != nil {
		return 0, fmt.Errorf("kube-apiserver: %w", err)
	}
	var addresses []string
	for _, s := range endpoints.Subsets {
		for _, a := range s.Addresses {
			addresses = append(addresses, a.IP)
		}
	}
	return len(slices.Compact(slices.Sorted(slices.Values(addresses)))), nil
}
