package agent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/facts"
)

// apiServersWithin bounds one question to the API server of this node.
const apiServersWithin = 5 * time.Second

// needsAlone tells whether a rule is about to do what harms where more than
// one API server serves the cluster: what one stores, all must be able to read.
func (p *planner) needsAlone(r wished) bool {
	return r.wantsAlone() && p.blocked[r.Name] == "" && p.verdicts[r.Name].status == change.Drift && !p.observing && !p.Passive
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
			p.blocked[r.Name] = fmt.Sprintf("cannot tell whether this is the only API server of the cluster: %v; %s", err, stepsByHand)
		case servers > 1:
			p.blocked[r.Name] = fmt.Sprintf("the cluster has %d API servers, and each must be able to read with the key before one writes with it: %s", servers, stepsByHand)
		default:
			continue
		}
		found = true
	}
	return found
}

// stepsByHand is the way out where nobody can tell how many API servers there are.
const stepsByHand = "apply on every control plane with --set encryption-steps=first and --set encryption-key-file=FILE, the same key; then on each with --set encryption-steps=second"

// apiServers counts the API servers of the cluster, by what exists and not by what
// answers now: one that is down for a moment still has to read what is stored.
// Below --root nobody answers, and the manifest of etcd says who its members were
// when it was made.
func (p *planner) apiServers() (int, error) {
	if p.Systemd == nil {
		return initialMembers(p.facts.Components["etcd"])
	}
	counts, err := p.counted()
	if err != nil {
		return 0, err
	}
	most, fewest := counts[0].count, counts[0].count
	var all []string
	for _, c := range counts {
		most, fewest = max(most, c.count), min(fewest, c.count)
		all = append(all, fmt.Sprintf("%d %s", c.count, c.of))
	}
	if most != fewest || fewest == 0 {
		return 0, fmt.Errorf("what exists of the cluster does not agree: %s", strings.Join(all, ", "))
	}
	return most, nil
}

// counted is how many there are of something that each API server has one of.
type counted struct {
	of    string
	count int
}

// counted asks for all that shows API servers. What is shown may be a moment old:
// the API server tells it from memory, at a third of the cost and without asking
// etcd. What is applied may not.
func (p *planner) counted() ([]counted, error) {
	asker, err := p.asker(p.facts)
	if err != nil {
		return nil, err
	}
	cached := "&resourceVersion=0"
	if p.applying {
		cached = ""
	}
	var counts []counted
	questions := []struct{ of, question string }{
		{"control-plane nodes", "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane"},
		{"leases of API servers", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io%2Fidentity%3Dkube-apiserver"},
	}
	if v := p.facts.Components[apiServer].Version; !v.IsZero() && v.Minor < identityLeases {
		questions = questions[:1]
	}
	for _, q := range questions {
		var list struct {
			Items []struct{} `json:"items"`
		}
		if err := asker.ask(p.ctx, q.question+cached, apiServersWithin, &list); err != nil {
			return nil, fmt.Errorf("kube-apiserver: %w", err)
		}
		counts = append(counts, counted{q.of, len(list.Items)})
	}
	if etcd := p.facts.Components["etcd"]; etcd != nil && etcd.Manifest != "" { // beside each API server
		members, err := p.members(p.ctx, p.facts)
		if err != nil {
			return nil, fmt.Errorf("etcd: %w", err)
		}
		counts = append(counts, counted{"members of etcd", len(members.all)})
	}
	return counts, nil
}

// identityLeases is the minor version from which on each API server has a lease
// (KEP-1965, beta).
const identityLeases = 26

// initialMembers counts the members that an etcd was first started with.
func initialMembers(etcd *facts.Component) (int, error) {
	if etcd == nil {
		return 0, errors.New("nothing runs here that could be asked, and there is no manifest of etcd")
	}
	s := etcd.Setting("initial-cluster")
	if s.Unknown != "" || s.Text == "" {
		return 0, fmt.Errorf("nothing runs here that could be asked, and %s does not say who the members are (--initial-cluster)", etcd.Manifest)
	}
	names := map[string]bool{}
	for member := range strings.SplitSeq(s.Text, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(member), "=")
		names[name] = true
	}
	return len(names), nil
}
