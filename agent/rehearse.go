package agent

import (
	"cmp"
	"context"
	"os"
	"strings"
	"sync"

	"harden/agent/candidate"
	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/rehearsal"
	"harden/agent/transaction"
)

// Rehearsing says whether components are rehearsed before an apply.
type Rehearsing string

// The ways.
const (
	RehearseAuto     Rehearsing = "auto"     // where it can be told; what is refused is not written
	RehearseRequired Rehearsing = "required" // what cannot be told is not written either
	RehearseOff      Rehearsing = "off"
)

// Rehearse starts every component that a plan touches once as the plan would
// have it started: its own program, walled in, before anything is written. An
// error says that a component refuses it, or that it cannot be told where that
// is required.
func (a *Agent) Rehearse(ctx context.Context, plan *planner.Plan) ([]transaction.Rehearsed, error) {
	switch {
	case a.Rehearsing == RehearseOff || a.Rehearsing == "" || len(plan.Changes) == 0:
		return nil, nil
	case a.Systemd == nil: // below --root nothing runs
		return nil, nil
	case os.Geteuid() != 0:
		return nil, node.Failure(node.NeedsRoot, message.New("run it with sudo"), "only root can rehearse components")
	}
	changes := transaction.Materialise(plan.Changes)
	list, err := a.rehearseAll(ctx, plan, changes)
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	for _, r := range list {
		switch {
		case r.Outcome == rehearsal.Refused:
			return list, node.Failure(node.Failed, message.New("change the rule that requires this setting, or leave that rule out with --skip %s", strings.Join(r.Rules, ",")),
				"nothing was changed, because %s refuses to start with its new configuration: %s (%s)", r.Component, r.Message, refusalText(r))
		case r.Outcome == rehearsal.Unknown && a.Rehearsing == RehearseRequired:
			return list, node.Failure(node.Failed, message.New("remove the obstacle to the rehearsal, or apply without its result: --rehearse=auto"),
				"nothing was changed, because it is not known whether %s accepts its new configuration, and --rehearse=required requires an answer: %s", r.Component, r.Message)
		}
	}
	return list, ctx.Err()
}

// refusalText names the setting that is refused, and the rules that require it.
func refusalText(r transaction.Rehearsed) message.Text {
	what := message.Value(strings.TrimSpace(string(r.Target) + " " + string(r.Field)))
	if r.Line > 0 {
		what = message.New("%s, line %d", what, r.Line)
	}
	if what.IsZero() {
		what = message.New("the changes of %s", r.Component)
	}
	return message.New("%s, required by %s", what, strings.Join(r.Rules, ", "))
}

// rehearseAll rehearses all components at once.
func (a *Agent) rehearseAll(ctx context.Context, plan *planner.Plan, changes []change.Change) ([]transaction.Rehearsed, error) {
	found, err := candidate.Find(host.Linked{Root: a.Root}, plan.Facts, changes)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	a.Await(ctx, message.New("checking whether the components accept the planned configuration"))
	held, err := a.hold(found)
	if err != nil {
		return nil, err
	}
	list := make([]transaction.Rehearsed, len(found))
	var all sync.WaitGroup
	for i, c := range found {
		all.Go(func() { list[i] = rehearseOne(ctx, c, held[i], secretsIn(changes)) })
	}
	all.Wait()
	for _, p := range held {
		p.Close()
	}
	for _, r := range list {
		a.logRehearsed(r)
	}
	return list, nil
}

// hold opens the processes of components. Each is proven once it is held, so
// that no other one can have its number.
func (a *Agent) hold(found []*candidate.Candidate) ([]*candidate.Process, error) {
	held := make([]*candidate.Process, len(found))
	for i, c := range found {
		held[i] = candidate.Hold(c.PID)
	}
	now, err := a.Collect()
	if err != nil {
		return nil, err
	}
	for i, c := range found {
		pid := 0
		switch component := now.Components[c.Component]; {
		case c.Component == candidate.Kubelet && now.Kubelet != nil && now.Kubelet.Running:
			pid = now.Kubelet.PID
		case component != nil && component.Running:
			pid = component.PID
		}
		held[i].Prove(pid)
	}
	return held, nil
}

func rehearseOne(ctx context.Context, c *candidate.Candidate, p *candidate.Process, secrets []string) transaction.Rehearsed {
	r := transaction.Rehearsed{Component: c.Component, Outcome: transaction.LeftOut, Message: c.LeftOut}
	if !c.LeftOut.IsZero() {
		return r
	}
	r.Outcome, r.Message = rehearsal.Unknown, c.Unknown
	if !r.Message.IsZero() {
		return r
	}
	if err := p.Read(); err != nil {
		r.Message = message.Of(err)
		return r
	}
	v := rehearsal.Rehearse(ctx, c.Subject(p))
	r.Outcome, r.Took = v.Outcome, v.Took
	words := concealed(v.Words, secrets)
	switch {
	case v.Outcome == rehearsal.Refused:
		if why := walledAnyway(ctx, c, p, secrets); !why.IsZero() {
			r.Outcome, r.Message = rehearsal.Unknown, why
			return r
		}
		r.Message = message.Value(words)
		blame(&r, v.Words, c.Changes)
	case v.Outcome == rehearsal.Unknown && words != "":
		r.Message = message.New("%s: %s", v.Reason, words)
	case v.Outcome == rehearsal.Unknown:
		r.Message = v.Reason
	default:
		r.Message = message.Value(words)
	}
	return r
}

// walledAnyway says why a refusal counts for nothing: walled in, the component
// does not accept what it runs with either.
func walledAnyway(ctx context.Context, c *candidate.Candidate, p *candidate.Process, secrets []string) message.Text {
	present, known := c.Present(p)
	if !known {
		return message.New("its present flags are not known")
	}
	if v := rehearsal.Rehearse(ctx, present); v.Outcome != rehearsal.Accepted {
		why := v.Reason
		if text := cmp.Or(v.Words, why.String()); text != why.String() || concealed(text, secrets) != text {
			why = message.Value(concealed(text, secrets))
		}
		return message.New("in isolation it does not accept its present configuration either: %s", why)
	}
	return message.Text{}
}

// logRehearsed logs the outcome of a rehearsal.
func (a *Agent) logRehearsed(r transaction.Rehearsed) {
	if r.Outcome == rehearsal.Accepted {
		a.Log(message.New("the rehearsal shows that %s accepts the planned configuration", r.Component))
	}
}

// unrehearsed gives a warning for each component that was not rehearsed.
func unrehearsed(list []transaction.Rehearsed) (warnings []message.Text) {
	for _, r := range list {
		switch r.Outcome {
		case rehearsal.Unknown:
			warnings = append(warnings, message.New("it is not known whether %s accepts the planned configuration: %s", r.Component, r.Message))
		case transaction.LeftOut:
			warnings = append(warnings, message.New("%s was not rehearsed: %s", r.Component, r.Message))
		}
	}
	return warnings
}
