package controlplane

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
)

// members are those of an etcd cluster, as this node's own member knows them.
type members struct {
	self  string // ID, in hexadecimal as etcd writes it
	all   []member
	alive map[string]bool // of the others, by ID: this node's member has a connection with it
}

type member struct {
	id, name string
	learner  bool // it has no vote
}

// listMembers lists the members as the etcd of this node knows them.
func listMembers(ctx context.Context, n *node.Node, f *facts.Facts) (members, error) {
	_, m, err := dialMembers(ctx, n, f)
	return m, err
}

func dialMembers(ctx context.Context, n *node.Node, f *facts.Facts) (*etcd, members, error) {
	var m members
	e, err := memberHere(n, f)
	if err != nil {
		return nil, m, err
	}
	var answer struct {
		Header struct {
			Member string `json:"member_id"`
		} `json:"header"`
		Members []struct {
			ID      string `json:"ID"`
			Name    string `json:"name"`
			Learner bool   `json:"isLearner"`
		} `json:"members"`
	}
	if err := e.post(ctx, "/v3/cluster/member/list", map[string]any{}, &answer); err != nil {
		return e, m, err
	}
	for _, found := range answer.Members {
		id, err := strconv.ParseUint(found.ID, 10, 64)
		if err != nil {
			return e, m, message.Errorf("etcd names a member without an ID")
		}
		m.all = append(m.all, member{strconv.FormatUint(id, 16), found.Name, found.Learner})
	}
	self, err := strconv.ParseUint(answer.Header.Member, 10, 64)
	if err != nil || len(m.all) == 0 {
		return e, m, message.Errorf("etcd does not say who its members are")
	}
	m.self = strconv.FormatUint(self, 16)
	return e, m, nil
}

// memberHere is the etcd of this node, asked as its API server asks it, and where
// there is none as one of the members.
func memberHere(n *node.Node, f *facts.Facts) (*etcd, error) {
	if c := f.Components[APIServer]; c != nil {
		return etcdOf(n, f, c)
	}
	c := f.Components["etcd"]
	if c == nil {
		return nil, message.Errorf("there is no etcd on this node")
	}
	urls, given := c.Flag("listen-client-urls")
	if !given {
		urls = "http://localhost:2379" // etcd's own default
	}
	file := func(name string) string { v, _ := c.File(name); return v }
	return etcdAt(n, f, urls, file("trusted-ca-file"), certificate(n, file("cert-file"), file("key-file")))
}

// activePeers is etcd's count of its connections with another member (etcd,
// server/etcdserver/api/rafthttp/metrics.go).
const activePeers = "etcd_network_active_peers{"

// connections notes which of the others this node's member has a connection with.
func (m *members) connections(metrics []byte) {
	m.alive = map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(metrics)); lines.Scan(); {
		labels, value, ok := strings.Cut(lines.Text(), "} ")
		if !ok || !strings.HasPrefix(labels, activePeers) {
			continue
		}
		_, remote, _ := strings.Cut(labels, `Remote="`)
		id, _, _ := strings.Cut(remote, `"`)
		count, err := strconv.ParseFloat(value, 64)
		m.alive[id] = err == nil && count > 0
	}
}

// without tells why the cluster would lose its quorum while this node's member is
// away, nil where it keeps it. A cluster of one has nobody to wait for it.
func (m *members) without() error {
	voters, healthy := 0, 0
	var down []string
	for _, o := range m.all {
		if o.learner {
			continue
		}
		voters++
		switch {
		case o.id == m.self:
		case m.alive[o.id]:
			healthy++
		default:
			down = append(down, o.name+" ("+o.id+")")
		}
	}
	quorum := voters/2 + 1
	if voters <= 1 || healthy >= quorum {
		return nil
	}
	text := message.New("etcd has %d members; while the member of this node restarts, only %d healthy members are left, and etcd needs %d to store anything", voters, healthy, quorum)
	if len(down) > 0 {
		text = message.List(text, message.New("no connection with %s", strings.Join(down, ", ")))
	}
	return message.Error(message.List(text, message.New("to leave out what changes etcd, use --skip")))
}

// KeepsQuorum tells why etcd's member on this node must not be rolled now.
func KeepsQuorum(ctx context.Context, n *node.Node, f *facts.Facts) error {
	e, m, err := dialMembers(ctx, n, f)
	if err == nil && len(m.all) > 1 {
		var metrics []byte
		if metrics, err = e.answer(ctx, http.MethodGet, "/metrics", nil); err == nil {
			m.connections(metrics)
		}
	}
	if err != nil {
		return message.Errorf("cannot tell whether etcd keeps its quorum while the member of this node restarts: %w", err)
	}
	return m.without()
}
