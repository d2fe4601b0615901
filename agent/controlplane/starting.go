package controlplane

import (
	"context"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/message"
	"harden/agent/node"
)

// startsWithin is how long after its start a kubelet may take to be healthy,
// and the static pods of the control plane with it.
const startsWithin = time.Minute

// AwaitStart waits for a kubelet that was started within the last minute, as
// kubeadm does at its end, and for the control plane of its node: a plan made
// before they answer would take them for broken. What it cannot ask, or what
// does not answer in time, the plan says.
func AwaitStart(ctx context.Context, n *node.Node) {
	units, err := n.Units(ctx)
	if err != nil || units == nil {
		return
	}
	unit, err := units.Unit(ctx, facts.KubeletUnit)
	if err != nil || unit.LoadState == "loaded" && (unit.ActiveState != "active" || n.Now().Sub(unit.Started) > startsWithin) {
		return
	}
	f, err := n.Collect()
	if err != nil || !f.Joined {
		return // before kubeadm the kubelet is started again and again, and never comes up
	}
	if f.Rancher != nil {
		unit, err = units.Unit(ctx, f.KubeletUnit())
	}
	if err != nil || unit.ActiveState != "active" || n.Now().Sub(unit.Started) > startsWithin {
		return
	}
	waiting, cancel := context.WithDeadline(ctx, unit.Started.Add(startsWithin))
	defer cancel()
	asked := Kubelet(units, f, n.Collect, f.KubeletUnit())
	for asked.Check(waiting) != nil && waiting.Err() == nil {
		n.Await(waiting, message.New("waiting for the kubelet, which was started a moment ago"))
		select {
		case <-waiting.Done():
		case <-time.After(time.Second):
		}
	}
	endpoints := func() ([]health.Probe, error) {
		f, err := n.Collect()
		if err != nil {
			return nil, err
		}
		return Endpoints(n, f), nil
	}
	_ = health.WaitAll(waiting, endpoints, n.Awaiting(waiting)) // see above
}
