package transaction

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
)

// Ready tells why a plan cannot be carried out now: what has to be restarted is
// not healthy before, so that its health afterwards would prove nothing. It asks
// systemd and the health endpoints of all that the plan restarts.
func (r *Runner) Ready(ctx context.Context, plan *planner.Plan) error {
	unhealthy := plan.Unhealthy
	if unhealthy == nil {
		unhealthy = r.unhealthy(ctx, plan)
	}
	if unhealthy != nil {
		return node.Failure(node.Failed, message.New("fix the component first, or use --no-restart to change only files"), "nothing was changed, because a component that has to be restarted is not healthy: %w", unhealthy)
	}
	return nil
}

// unhealthy asks, all at once.
func (r *Runner) unhealthy(ctx context.Context, plan *planner.Plan) error {
	effects := plan.Effects()
	if r.Systemd == nil || len(effects) == 0 {
		return nil // below --root nothing runs
	}
	r.Await(ctx, message.New("asking whether what has to be restarted is healthy"))
	var asked sync.WaitGroup
	probes := controlplane.Endpoints(r.Node, plan.Facts)
	reasons := make([]error, 2+len(probes)) // the first are the kubelet's and etcd's
	if slices.ContainsFunc(effects, change.Effect.ByKubelet) {
		asked.Go(func() {
			units, err := r.Units(ctx)
			if err == nil {
				err = controlplane.Kubelet(units, plan.Facts, controlplane.Known(plan.Facts), plan.Facts.KubeletUnit()).Check(ctx)
			}
			reasons[0] = err
		})
	}
	for k, probe := range probes {
		i := slices.Index(effects, change.RollPod(probe.Name))
		if plan.Facts.Rancher != nil { // the restart of its unit may roll them all
			i = slices.IndexFunc(effects, change.Effect.IsRestart)
		}
		if i >= 0 {
			asked.Go(func() { reasons[2+k] = probe.Check(ctx) })
		}
	}
	rancher := plan.Facts.Rancher
	if slices.Contains(effects, change.RollPod("etcd")) || rancher != nil && plan.Facts.Components["etcd"] != nil && slices.Contains(effects, change.RestartUnit(rancher.Unit)) {
		asked.Go(func() { reasons[1] = controlplane.KeepsQuorum(ctx, r.Node, plan.Facts) })
	}
	asked.Wait()
	return cmp.Or(reasons...)
}
