package inventory

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/podsecurity"
	"harden/cluster/rbac"
)

// Inventory is what was read of a cluster.
type Inventory struct {
	Version Version
	// Unread says of each kind that could not be listed why: "pods" → error.
	Unread    map[string]error
	Core      Core
	Templates []Template // what pods come from, and pods that differ from it
	RBAC      *rbac.Index
	Policies  []Policy
	Webhooks  []Webhook
	Rancher   Rancher
	KubeProxy KubeProxy
	UID       string // of the namespace kube-system, which names the cluster
	more      more
}

// Core are the objects of the core group that rules look at.
type Core struct {
	Namespaces      []Namespace
	ServiceAccounts []ServiceAccount
	Services        []Service
	Quotas          []Object
	LimitRanges     []Object
	Ingresses       []Object
	TillerBinding   *rbac.Binding // the ClusterRoleBinding of this name
}

// Version is what the API server says of itself.
type Version struct {
	Text  string // "1.34.1"
	Minor int
}

// Rancher are the objects of a Rancher server that runs in this cluster.
type Rancher struct {
	Installed   bool
	Admins      []string // users and groups that are bound to the role admin
	AuthConfigs []string // that are enabled
	NodeDrivers []string // that are active
}

// parallel is how many lists are read at once. More of them make the API server
// slower than they gain.
const parallel = 3

// Read reads a cluster. It fails where the API server does not say its version
// or is not an API server; a list that fails is in Unread.
func Read(ctx context.Context, c *client.Client) (*Inventory, error) {
	r := &reader{client: c, inventory: &Inventory{Unread: map[string]error{}}}
	if err := r.about(ctx); err != nil {
		return nil, err
	}
	r.judge = podsecurity.New(r.inventory.Version.Minor)
	tasks := make(chan func(context.Context))
	var wait sync.WaitGroup
	for range parallel {
		wait.Go(func() {
			for task := range tasks {
				task(ctx)
			}
		})
	}
	for _, task := range r.tasks() {
		tasks <- task
	}
	close(tasks)
	wait.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r.finish()
	return r.inventory, nil
}

// reader reads one inventory. Each task writes fields of its own.
type reader struct {
	client    *client.Client
	inventory *Inventory
	judge     *podsecurity.Judge
	groups    map[string]bool
	lists     lists

	mutex sync.Mutex // for Unread
}

// about asks for the version and for the groups of the API.
func (r *reader) about(ctx context.Context) error {
	var v struct{ Major, Minor, GitVersion string }
	if err := r.client.Get(ctx, "/version", &v); err != nil {
		return err
	}
	minor, err := strconv.Atoi(strings.TrimRight(v.Minor, "+"))
	if err != nil || v.Major != "1" {
		return message.Errorf("the server %s does not say a version of Kubernetes: %.40q", r.client.Server(), v.GitVersion)
	}
	text, _, _ := strings.Cut(strings.TrimPrefix(v.GitVersion, "v"), "+")
	r.inventory.Version = Version{Text: text, Minor: minor}
	var groups struct{ Groups []struct{ Name string } }
	if err := r.client.Get(ctx, "/apis", &groups); err != nil {
		return err
	}
	r.groups = map[string]bool{"": true}
	for _, g := range groups.Groups {
		r.groups[g.Name] = true
	}
	return nil
}

// list reads a kind, and remembers where it could not be read.
func list[T, R any](ctx context.Context, r *reader, k kind, into *[]R, convert func(*T) (R, bool)) {
	if k.optional && !r.groups[k.group] {
		return
	}
	objects, err := client.List(ctx, r.client, k.path, nil, convert)
	if k.optional && client.Code(err) == http.StatusNotFound {
		return // the group is there in another version, without this kind
	}
	if err != nil {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.inventory.Unread[k.resource()] = err
		return
	}
	*into = objects
}

// Missing gives why the first of some kinds could not be read; nil where all
// were.
func (i *Inventory) Missing(resources ...string) error {
	for _, name := range resources {
		err := i.Unread[name]
		if err == nil {
			continue
		}
		var refused *client.StatusError
		if errors.As(err, &refused) && refused.Code == http.StatusForbidden {
			return message.Errorf("%s cannot be listed: this account lacks the right to list them in all namespaces", name)
		}
		return message.Errorf("%s cannot be listed: %w", name, err)
	}
	return nil
}
