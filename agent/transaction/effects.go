package transaction

import (
	"context"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
)

// effector does what changes need afterwards, and proves that it went well.
type effector struct {
	*node.Node
	Units node.Systemd
	facts *facts.Facts
	// invocations gives the InvocationID of each unit to be restarted, before.
	invocations map[string]string
	// endpoints are those of the control plane that answered before, and so
	// have to answer after.
	endpoints []health.Probe
	// serving is the effect about the certificate that the kubelet serves with, "" for
	// none, and certified what came of it: it is begun with the kubelet's restart, without
	// which the kubelet serves nobody for as long as that takes.
	serving   change.Effect
	certified chan error
	// back is set where what a run wrote is put back, and putBackAt when all of it
	// was, and the units were restarted.
	back      bool
	putBackAt time.Time
}

// effector looks at the node before anything is changed.
func (r *Runner) effector(ctx context.Context, plan *planner.Plan, effects []change.Effect) (*effector, error) {
	e := &effector{Node: r.Node, facts: plan.Facts, invocations: map[string]string{}}
	if len(effects) == 0 || r.Systemd == nil {
		return e, nil
	}
	var err error
	if e.Units, err = r.Units(ctx); err != nil {
		return nil, err
	}
	for _, effect := range effects {
		if ca, _ := effect.Serving(); ca != "" {
			e.serving = effect
		}
		if !effect.IsRestart() {
			continue
		}
		unit, err := e.Units.Unit(ctx, effect.Unit())
		if err != nil {
			return nil, err
		}
		e.invocations[effect.Unit()] = unit.InvocationID
	}
	if slices.ContainsFunc(effects, change.Effect.ByKubelet) {
		e.endpoints = healthyOnes(ctx, controlplane.Endpoints(r.Node, plan.Facts))
	}
	return e, nil
}

func healthyOnes(ctx context.Context, probes []health.Probe) []health.Probe {
	var healthy []health.Probe
	for _, p := range probes {
		if p.Check(ctx) == nil {
			healthy = append(healthy, p)
		}
	}
	return healthy
}

// effectLog records an effect in the journal, before it and after it.
type effectLog struct {
	intent func(change.Effect) error
	done   func(change.Effect, map[string]string) error
}

// do does one effect. before is the process that a roll has to replace.
func (e *effector) do(ctx context.Context, effect change.Effect, before controlplane.Instance, tell effectLog) error {
	if e.Units == nil {
		return nil // below --root nothing runs
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := tell.intent(effect); err != nil {
		return err
	}
	began := time.Now()
	details, err := e.one(ctx, effect, before)
	if err != nil {
		return err
	}
	e.logDone(effect, time.Since(began))
	return tell.done(effect, details)
}

// awaitEndpoints waits until the control plane answers as it did before.
func (e *effector) awaitEndpoints(ctx context.Context) error {
	if e.Units == nil || len(e.endpoints) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	return health.WaitAll(ctx, func() ([]health.Probe, error) { return controlplane.EndpointsNow(e.Node, e.endpoints) }, e.Awaiting(ctx))
}

// restarted restarts a unit within a time, and has the certificate of its kubelet seen to
// meanwhile, as long as the run lasts.
func (e *effector) restarted(ctx, run context.Context, unit string) error {
	now, err := e.Collect() // what was written may say where it is to be asked
	if err != nil {
		return err
	}
	kubelet := controlplane.Kubelet(e.Units, now, e.Collect, unit)
	ca, approve := e.serving.Serving()
	if ca == "" || e.back || e.Kubelets == nil {
		return kubelet.Restart(ctx, e.Awaiting(ctx))
	}
	wait, err := e.Kubelets.Certify(ctx, e.facts, ca, approve)
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(run, e.Timeout)
	e.certified = make(chan error, 1)
	go func() {
		defer cancel()
		e.certified <- wait(waiting)
	}()
	if err := kubelet.Restart(ctx, e.Awaiting(ctx)); err != nil {
		cancel()      // nothing is approved any more
		<-e.certified //nolint:errcheck // it was told to end
		return err
	}
	return nil
}

func (e *effector) one(ctx context.Context, effect change.Effect, before controlplane.Instance) (map[string]string, error) {
	if ca, _ := effect.Serving(); ca != "" {
		if e.certified == nil { // nothing was restarted here
			return nil, nil
		}
		return nil, <-e.certified
	}
	run := ctx
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	switch {
	case effect == change.DaemonReload:
		return nil, e.Units.Reload(ctx)
	case effect.IsRestart():
		if err := e.restarted(ctx, run, effect.Unit()); err != nil {
			return nil, err
		}
		if err := controlplane.Regenerated(ctx, e.Node, e.facts, effect.Unit()); err != nil {
			return nil, err
		}
		unit, err := e.Units.Unit(ctx, effect.Unit())
		return map[string]string{"invocation": unit.InvocationID}, err
	case effect.Component() != "":
		return controlplane.Roll{Component: effect.Component(), Before: before, Back: e.back, BackAt: e.putBackAt}.Wait(ctx, e.Node, e.facts)
	case effect == change.ReloadEncryption:
		written := controlplane.EncryptionWritten(e.Node, e.Collect, e.Now())
		return nil, health.EncryptionReloaded(ctx, controlplane.Metrics(e.Node, e.facts, e.Collect), written, e.Awaiting(ctx))
	}
	return nil, message.Errorf("unknown effect %s", effect)
}

// running gives the process of a component, zero where none runs.
func (e *effector) running(component string) controlplane.Instance {
	if component == "" || e.Units == nil {
		return controlplane.Instance{}
	}
	f, err := e.Collect()
	if err != nil {
		return controlplane.Instance{}
	}
	return controlplane.InstanceOf(f.Components[component])
}

// noticed is how long an effect takes at least that is worth a line.
const noticed = time.Second

// logDone logs that an effect is done, and how long it took.
func (e *effector) logDone(effect change.Effect, took time.Duration) {
	seconds := int(took.Round(time.Second).Seconds())
	if ca, _ := effect.Serving(); ca != "" && !e.back {
		e.Log(message.New("the kubelet serves with a certificate that %s has signed", ca))
		return
	}
	switch {
	case took < noticed:
	case effect.IsRestart():
		e.Log(message.New("%s is restarted and healthy, after %d s", effect.Unit(), seconds))
	case effect.Component() != "":
		e.Log(message.New("%s runs as its manifest says, and is healthy, after %d s", effect.Component(), seconds))
	case effect == change.ReloadEncryption:
		e.Log(message.New("kube-apiserver has read the encryption configuration, after %d s", seconds))
	}
}
