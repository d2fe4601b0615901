// Package node is the machine that everything else works on: its files, its
// systemd and its clocks, how the state of a target is read and written, and the
// errors that a user meets.
package node

import (
	"context"
	"time"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/systemd"
)

// Systemd is what an agent needs of systemd.
type Systemd interface {
	Unit(ctx context.Context, name string) (systemd.Unit, error)
	Restart(ctx context.Context, name string) error
	Reload(ctx context.Context) error
	StartTimer(ctx context.Context, timer systemd.Timer) error
	StopTimers(ctx context.Context, prefix string) error
}

// Cluster is what a run reads and writes in the cluster.
type Cluster interface {
	// State reads an object's text; it does not exist where the cluster has none. An API
	// server that does not answer is asked again for a while, at most until ctx ends.
	// The API server is that of f, or the one that runs now where f is nil.
	State(ctx context.Context, t change.Target, f *facts.Facts) (change.State, error)
	// Write takes an object from one text to another, and fails with *host.Changed
	// where it is not in the first.
	Write(ctx context.Context, t change.Target, from, to change.State) error
	// Peers gives the other control planes.
	Peers(ctx context.Context, f *facts.Facts) ([]Peer, error)
}

// Kubelets knows with which certificates the kubelets of the cluster serve.
type Kubelets interface {
	// Unverified tells why the API server, with the authority in the file ca, could not
	// verify the kubelet of some node; that of this node is only asked where own is set.
	Unverified(ctx context.Context, f *facts.Facts, ca string, own bool) error
	// Certify is called before this node's kubelet is restarted, and gives what waits
	// until it serves with a certificate of that authority. Its request is approved
	// where approve is set, and only if it asks for what this node is.
	Certify(ctx context.Context, f *facts.Facts, ca string, approve bool) (wait func(context.Context) error, err error)
}

// RecordChoice is what the operator chose about kubeadm's record of the cluster.
type RecordChoice string

// RecordLeft leaves the record as it is, and says what that means for the next
// upgrade; RecordKept, and "", keep it.
const (
	RecordLeft RecordChoice = "off"
	RecordKept RecordChoice = "on"
)

// Peer is another control plane: what its components were started with, by the name
// of the component, and the configuration of its kubelet as "kubelet".
type Peer struct {
	Name  string
	Parts map[string]edit.Document
}

// Node is the machine that everything works on: its files, its systemd, its
// clocks, and the operator who watches. Its many fields are each independent of the
// others.
type Node struct {
	Root *host.Root
	// Collect reads the facts of the node, afresh each time.
	Collect func() (*facts.Facts, error)
	// Systemd connects to systemd, once; nil below --root, where nothing runs.
	Systemd func(ctx context.Context) (Systemd, error)
	Texts   *edit.Texts // those of the node that were parsed, for all plans of a run; nil parses each time

	// KubeadmConfig is the file that kubeadm will be started with, where the
	// machine is not a node yet; "" finds it where such files usually lie.
	KubeadmConfig string

	// Cluster reads and writes objects of the cluster; nil below --root.
	Cluster Cluster
	// Kubelets asks the kubelets of the cluster, and approves the request of this one; nil
	// below --root.
	Kubelets Kubelets
	// Record says whether a plan keeps the record in which kubeadm has what the cluster
	// runs with. What a run wrote there is put back, whatever it says.
	Record RecordChoice
	// AfterUpgrade says that the version of Kubernetes that was given is the one to
	// come: it is asked whether all starts with it.
	AfterUpgrade bool

	NoRestart bool // restart nothing: what needs it takes effect later
	// Passive judges by what can be read alone: no health endpoint and no API
	// server is asked, as in a check, and what apply would do as root counts as
	// if this were root. A plan made so is for a report, not for apply.
	Passive bool
	Timeout time.Duration // for one component to become healthy

	Now    func() time.Time
	Moment func() (host.Moment, error) // the time that nobody can set
	Log    func(message.Text)          // what happens, for people
	OnWait func(Waiting)               // what is waited for, said again as it changes; nil where nobody listens
}

// Units connects to systemd where there is one.
func (n *Node) Units(ctx context.Context) (Systemd, error) {
	if n.Systemd == nil {
		return nil, nil
	}
	return n.Systemd(ctx)
}
