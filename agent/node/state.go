package node

import (
	"context"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/message"
)

// MaxDocument bounds what is read of a file that is edited, in bytes.
const MaxDocument = 4 << 20

var errNoCluster = message.Errorf("the cluster is not read below --root")

// WriteState brings a target from one state to another: the one way in which
// anything on a node is written, by apply, by undo and by recover.
func (n *Node) WriteState(ctx context.Context, t change.Target, from, to change.State) error {
	switch t.Kind() {
	case change.KindFile:
		return n.Root.Write(t.Name(), from, to)
	case change.KindSysctl:
		return n.Root.WriteSysctl(t.Name(), from, to)
	case change.KindUser:
		return n.Root.WriteUser(ctx, t.Name(), from, to)
	case change.KindGroup:
		return n.Root.WriteGroup(ctx, t.Name(), from, to)
	case change.KindObject:
		if n.Cluster == nil {
			return errNoCluster
		}
		return n.Cluster.Write(ctx, t, from, to)
	case change.KindUnit, change.KindPod:
		return nil // a process is changed by the effect that restarts it
	}
	return message.Errorf("unknown kind of target %s", t)
}

// Already tells whether a target is in the state that a change leads to.
func (n *Node) Already(_ context.Context, c change.Change) bool {
	now, err := n.ReadState(c.Target, c.After)
	return err == nil && len(now.Differences(c.After)) == 0
}

// Obstacle tells why a target could not be written: a read-only file system, an
// attribute of its inode, a mount, another hard link. It writes nothing. Who only
// looks may be walled in, as harden-check.service is: to him all is read-only.
func (n *Node) Obstacle(c change.Change) error {
	err := n.hindered(c)
	if n.Passive && host.IsReadOnly(err) {
		return nil
	}
	return err
}

func (n *Node) hindered(c change.Change) error {
	switch c.Target.Kind() {
	case change.KindFile:
		return n.Root.Writable(c.Target.Name(), c.Before, c.After)
	case change.KindSysctl:
		return n.Root.SysctlWritable(c.Target.Name())
	case change.KindUser, change.KindGroup:
		return n.Root.AccountsWritable()
	}
	return nil
}

// ReadState reads a target's state now, with its content where like has one.
func (n *Node) ReadState(t change.Target, like ...change.State) (change.State, error) {
	switch t.Kind() {
	case change.KindFile:
		content := slices.ContainsFunc(like, func(s change.State) bool { return s.File != nil && s.File.Content != nil })
		return n.Root.State(t.Name(), content)
	case change.KindSysctl:
		return n.Root.ReadSysctl(t.Name())
	case change.KindUser:
		return n.Root.ReadUser(t.Name())
	case change.KindGroup:
		return n.Root.ReadGroup(t.Name())
	case change.KindObject:
		if n.Cluster == nil {
			return change.State{}, errNoCluster
		}
		return n.Cluster.State(context.Background(), t, nil)
	case change.KindUnit, change.KindPod:
		return change.State{Unit: &change.Unit{}}, nil
	}
	return change.State{}, message.Errorf("unknown kind of target %s", t)
}
