package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/stable"
)

// The objects in which kubeadm keeps what the cluster runs with. From them it writes
// the manifests and the kubelet's configuration anew at every upgrade and join.
var (
	ClusterRecord = change.ObjectTarget("ConfigMap", "", "kube-system", "kubeadm-config")
	KubeletRecord = change.ObjectTarget("ConfigMap", "", "kube-system", "kubelet-config")
)

// recordKeys are the keys of their data under which the text stands.
var recordKeys = map[change.Target]string{ClusterRecord: "ClusterConfiguration", KubeletRecord: "kubelet"}

// recordWithin bounds one question about the record, and recordPatience how long an
// API server is waited for that was asked before it could answer everybody.
const (
	recordWithin   = 5 * time.Second
	recordPatience = 6 * time.Second
	recordPause    = 500 * time.Millisecond
)

// Record is the record that kubeadm keeps in the cluster, as node.Cluster. Of its
// objects one text each is read and written; all else of them stays. The API server of
// this node is asked, as an administrator.
type Record struct {
	Node  *node.Node
	asked *asked
}

// NewRecord gives the record of a node's cluster.
func NewRecord(n *node.Node) Record { return Record{Node: n, asked: &asked{}} }

// asked is the client of the API server of some facts, for all questions of a plan.
type asked struct {
	mu     sync.Mutex
	f      *facts.Facts
	client *serverClient
}

// forget drops the client, for the next question to begin with all credentials.
func (r Record) forget() {
	if r.asked != nil {
		r.asked.mu.Lock()
		defer r.asked.mu.Unlock()
		r.asked.f = nil
	}
}

// client gives a client of the API server of facts, or of the one that runs now.
func (r Record) client(f *facts.Facts) (*serverClient, error) {
	if f == nil || r.asked == nil {
		now, err := r.Node.Collect()
		if err != nil {
			return nil, err
		}
		return newServerClient(r.Node, now)
	}
	r.asked.mu.Lock()
	defer r.asked.mu.Unlock()
	if r.asked.f != f {
		client, err := newServerClient(r.Node, f)
		if err != nil {
			return nil, err
		}
		r.asked.f, r.asked.client = f, client
	}
	return r.asked.client, nil
}

// configMap is what is read of an object of the record.
type configMap struct {
	Metadata struct {
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
	Data map[string]string `json:"data"`
}

// State implements node.Cluster.
func (r Record) State(ctx context.Context, t change.Target, f *facts.Facts) (change.State, error) {
	ctx, cancel := context.WithTimeout(ctx, recordPatience)
	defer cancel()
	_, state, err := r.read(ctx, t, f)
	return state, err
}

// Write implements node.Cluster. The object is written only where nobody wrote it
// since it was read.
func (r Record) Write(ctx context.Context, t change.Target, from, to change.State) error {
	ctx, cancel := context.WithTimeout(ctx, recordPatience)
	defer cancel()
	object, now, err := r.read(ctx, t, nil)
	if err != nil {
		return err
	}
	changed := &host.Changed{Path: t.Name(), Fields: now.Differences(from)}
	if len(changed.Fields) > 0 || !now.Exists() || to.File == nil || to.File.Content == nil {
		return changed
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]string{"resourceVersion": object.Metadata.ResourceVersion},
		"data":     map[string]string{recordKeys[t]: string(to.File.Content.Data)},
	})
	if err != nil {
		return err
	}
	err = r.request(ctx, t, nil, patch, &object)
	if status(err) == http.StatusConflict {
		changed.Fields = []change.Field{change.FieldContent}
		return changed
	}
	return err
}

// read reads an object, and the state of its text. An API server that does not
// answer, or that does not know its administrators yet, is asked again for a while.
func (r Record) read(ctx context.Context, t change.Target, f *facts.Facts) (object configMap, state change.State, err error) {
	for {
		object = configMap{}
		err = r.request(ctx, t, f, nil, &object)
		switch code := status(err); {
		case err == nil:
			text, is := object.Data[recordKeys[t]]
			if is {
				state.File = &change.File{Content: change.NewContent([]byte(text), false)}
			}
			return object, state, nil
		case code == http.StatusNotFound:
			return object, state, nil
		case errors.Is(err, errNoServer), code != 0 && code < http.StatusInternalServerError && code != http.StatusForbidden && code != http.StatusUnauthorized:
			return object, state, message.Errorf("%s: %w", t.Name(), err)
		}
		select {
		case <-ctx.Done():
			return object, state, message.Errorf("%s: %w", t.Name(), err)
		case <-time.After(recordPause):
		}
		f = nil // another process may answer by now, and what was refused may be allowed
		r.forget()
	}
}

func status(err error) int {
	if said := (*health.StatusError)(nil); errors.As(err, &said) {
		return said.Status
	}
	return 0
}

// request reads an object, or sends a patch of it.
func (r Record) request(ctx context.Context, t change.Target, f *facts.Facts, patch []byte, answer *configMap) error {
	if recordKeys[t] == "" {
		return message.Errorf("unknown object %s", t)
	}
	asker, err := r.client(f)
	if err != nil {
		return err
	}
	_, name, _ := strings.Cut(strings.TrimPrefix(t.Name(), "ConfigMap/"), "/")
	question := "/api/v1/namespaces/kube-system/configmaps/" + url.PathEscape(name)
	if patch != nil {
		question += "?fieldManager=harden"
	}
	return asker.send(ctx, question, patch, recordWithin, decoded(answer))
}

// controlPlanePods asks for the mirror pods of all control planes.
const controlPlanePods = "/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane"

// Peers implements node.Cluster. It is an error where the kubelets do not report as many
// API servers as the cluster has.
func (r Record) Peers(ctx context.Context, f *facts.Facts) ([]node.Peer, error) {
	asker, err := r.client(f)
	if err != nil {
		return nil, err
	}
	servers, err := countWith(ctx, asker, r.Node, f, true)
	if err != nil || servers < 2 {
		return nil, err
	}
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := asker.get(ctx, controlPlanePods, apiServersWithin, &list); err != nil {
		return nil, message.Errorf("kube-apiserver: %w", err)
	}
	byNode := map[string]*node.Peer{}
	for _, item := range list.Items {
		if err := take(byNode, item); err != nil {
			return nil, err
		}
	}
	own, count := nodeName(f), 0
	var peers []node.Peer
	for name, p := range byNode {
		if p.Parts[APIServer] == nil {
			continue
		}
		if count++; name == own {
			continue
		}
		if p.Parts["kubelet"], err = kubeletOf(ctx, asker, name); err != nil {
			return nil, err
		}
		peers = append(peers, *p)
	}
	if count != servers || len(peers) != servers-1 {
		return nil, message.Errorf("the cluster has %d API servers, and the kubelets report %d; start the others, or remove their nodes from the cluster", servers, count)
	}
	stable.Sort(peers, func(a, b node.Peer) int { return strings.Compare(a.Name, b.Name) })
	return peers, nil
}

// take adds a mirror pod to what is known of its node.
func take(byNode map[string]*node.Peer, item json.RawMessage) error {
	var pod struct {
		Kind     string
		Metadata struct {
			Labels, Annotations map[string]string
		}
		Spec struct{ NodeName string }
	}
	if err := json.Unmarshal(item, &pod); err != nil {
		return message.Errorf("kube-apiserver: a pod in its answer cannot be read")
	}
	component := pod.Metadata.Labels["component"]
	if _, static := pod.Metadata.Annotations[mirrored]; !static || !slices.Contains(facts.ComponentNames, component) {
		return nil
	}
	if pod.Kind == "" { // in a list nothing says its kind
		item = append([]byte(`{"kind":"Pod",`), bytes.TrimPrefix(item, []byte("{"))...)
	}
	doc, err := edit.Open("pod:"+component, item)
	if err != nil {
		return message.Errorf("the pod of %s on %s cannot be read: %w", component, pod.Spec.NodeName, err)
	}
	p := byNode[pod.Spec.NodeName]
	if p == nil {
		p = &node.Peer{Name: pod.Spec.NodeName, Parts: map[string]edit.Document{}}
		byNode[p.Name] = p
	}
	p.Parts[component] = doc
	return nil
}

// kubeletOf asks the kubelet of a node, through the API server, what it runs with.
func kubeletOf(ctx context.Context, asker *serverClient, name string) (edit.Document, error) {
	var answer struct {
		Config json.RawMessage `json:"kubeletconfig"`
	}
	if err := asker.get(ctx, "/api/v1/nodes/"+url.PathEscape(name)+"/proxy/configz", apiServersWithin, &answer); err != nil {
		return nil, message.Errorf("the kubelet of %s does not report its configuration: %w", name, err)
	}
	return edit.Open("yaml", answer.Config)
}
