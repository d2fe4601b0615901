package transaction

import (
	"context"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/controlplane"
)

// waited is an effect of a change that is written and not yet waited for.
// before is the process that a roll replaces, zero if none ran.
type waited struct {
	effect change.Effect
	before controlplane.Instance
}

// rolling are the effects that are under way at once.
type rolling []waited

// joins tells whether a change joins what is rolling, instead of waiting for it.
// While the API server is away the controller manager and the scheduler lose
// their lease and end. Rolled after it, each would end twice; rolled along with
// it, before they lose the lease, each ends once, and the whole is quicker.
func (r rolling) joins(c change.Change, component string) bool {
	return leased(component) && len(r) > 0 && r[0].effect == change.RollPod("kube-apiserver") &&
		c.Target.Kind() == change.KindFile && !c.Later && ownEffect(c, component) != ""
}

// has tells whether an effect is under way.
func (r rolling) has(effect change.Effect) bool {
	return slices.ContainsFunc(r, func(w waited) bool { return w.effect == effect })
}

// names lists the components whose pods roll.
func (r rolling) names() string {
	var names []string
	for _, w := range r {
		if name := w.effect.Component(); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// leased tells whether a component works only while it can renew its lease.
func leased(component string) bool {
	return component == "kube-controller-manager" || component == "kube-scheduler"
}

// wait waits for everything that is rolling, in the order in which it was
// written: the API server before its clients.
func (r *rolling) wait(ctx context.Context, e *effector, tell effectLog) error {
	for _, w := range *r {
		if err := e.do(ctx, w.effect, w.before, tell); err != nil {
			return err
		}
	}
	*r = nil
	return nil
}
