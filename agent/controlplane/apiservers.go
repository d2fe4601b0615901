package controlplane

import (
	"context"
	"fmt"
	"strings"
	"time"

	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
)

// apiServersWithin bounds one question to the API server of this node.
const apiServersWithin = 5 * time.Second

// CountAPIServers counts the API servers of the cluster, by what exists and not by what
// answers now: one that is down for a moment still has to read what is stored.
// Below --root nobody answers, and the manifest of etcd says who its members were
// when it was made. A count that is not fresh may be a moment old.
func CountAPIServers(ctx context.Context, n *node.Node, f *facts.Facts, fresh bool) (int, error) {
	if n.Systemd == nil {
		return initialMembers(f.Components["etcd"])
	}
	asker, err := newServerClient(n, f)
	if err != nil {
		return 0, err
	}
	return countWith(ctx, asker, n, f, fresh)
}

// countWith counts with a client that is at hand.
func countWith(ctx context.Context, asker *serverClient, n *node.Node, f *facts.Facts, fresh bool) (int, error) {
	counts, err := countAll(ctx, asker, n, f, fresh)
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
		return 0, message.Errorf("these numbers should be equal, and are not: %s", strings.Join(all, ", "))
	}
	return most, nil
}

// counted is how many there are of something that each API server has one of.
type counted struct {
	of    message.Text
	count int
}

// countAll asks for all that shows API servers. What need not be fresh the API
// server tells from memory, at a third of the cost and without asking etcd.
func countAll(ctx context.Context, asker *serverClient, n *node.Node, f *facts.Facts, fresh bool) ([]counted, error) {
	cached := "&resourceVersion=0"
	if fresh {
		cached = ""
	}
	etcd := etcdMembers(ctx, n, f)
	var counts []counted
	questions := []struct {
		of       message.Text
		question string
	}{
		{message.New("control-plane nodes"), "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane"},
		{message.New("leases of API servers"), "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io%2Fidentity%3Dkube-apiserver"},
	}
	if v := f.Components[APIServer].Version; !v.IsZero() && v.Minor < identityLeases {
		questions = questions[:1]
	}
	for _, q := range questions {
		var list struct {
			Items []struct{} `json:"items"`
		}
		if err := asker.get(ctx, q.question+cached, apiServersWithin, &list); err != nil {
			return nil, message.Errorf("kube-apiserver: %w", err)
		}
		counts = append(counts, counted{q.of, len(list.Items)})
	}
	if etcd != nil {
		members := <-etcd
		if members.err != nil {
			return nil, message.Errorf("etcd: %w", members.err)
		}
		counts = append(counts, counted{message.New("members of etcd"), members.count})
	}
	return counts, nil
}

// counting is how many members etcd has, or why that is not known.
type counting struct {
	count int
	err   error
}

// etcdMembers asks the etcd beside this API server, while others are asked; nil where
// there is none.
func etcdMembers(ctx context.Context, n *node.Node, f *facts.Facts) <-chan counting {
	if etcd := f.Components["etcd"]; etcd == nil || etcd.Manifest == "" {
		return nil
	}
	answer := make(chan counting, 1)
	go func() {
		members, err := listMembers(ctx, n, f)
		if err != nil {
			answer <- counting{0, err}
			return
		}
		answer <- counting{len(members.all), nil}
	}()
	return answer
}

// identityLeases is the minor version from which on each API server has a lease
// (KEP-1965, beta).
const identityLeases = 26

// initialMembers counts the members that an etcd was first started with.
func initialMembers(etcd *facts.Component) (int, error) {
	if etcd == nil {
		return 0, message.Errorf("etcd does not run here, and has no manifest")
	}
	s := etcd.Setting("initial-cluster")
	if !s.Unknown.IsZero() || s.Text == "" {
		return 0, message.Errorf("etcd does not run here, and %s does not name its members (--initial-cluster)", etcd.Manifest)
	}
	names := map[string]bool{}
	for member := range strings.SplitSeq(s.Text, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(member), "=")
		names[name] = true
	}
	return len(names), nil
}
