package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/agent/transaction"
)

// baselineName stands in the place of a profile's name where a run is a return
// to the baseline.
const baselineName = "baseline"

const externalChangeText = "nothing was restored, because what harden wrote was changed outside of harden"

// toBaseline is what a return to the first states of all targets comes to.
type toBaseline struct {
	changes  []change.Change // from the first state to the last one: undone, they lead back
	external []report.ExternalChange
}

// Baseline lists the targets that are not as harden first found them, each
// with its first state as Before. It changes nothing.
func (a *Agent) Baseline(options RollbackOptions) ([]change.Change, error) {
	f, err := a.Collect()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	b, err := a.baseline(f, options)
	return b.changes, err
}

// PreviewBaseline is Baseline with the error with which RollbackToBaseline would
// refuse.
func (a *Agent) PreviewBaseline(options RollbackOptions) ([]change.Change, error) {
	if err := a.unsettled(); err != nil {
		return nil, err
	}
	f, err := a.Collect()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	b, err := a.baseline(f, options)
	if err == nil {
		err = a.needed(f, b.changes)
	}
	if err == nil && !options.Force && blockedByExternalChange(b.external, options) {
		return nil, externalChangeFailure(b.external, message.New(externalChangeText))
	}
	return b.changes, err
}

// RollbackToBaseline puts back everything that harden ever changed to what it
// found first, also where the runs that did so are pruned. It is a run of its
// own: one that is undone from the moment it begins, so that a return that was
// cut off is finished by Recover, and one that is incomplete by Rollback.
func (a *Agent) RollbackToBaseline(ctx context.Context, options RollbackOptions) (*transaction.Result, error) {
	if err := a.mayChange(); err != nil {
		return nil, err
	}
	unlock, err := a.settled()
	if err != nil {
		return nil, err
	}
	defer unlock()
	f, err := a.Collect()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	b, err := a.baseline(f, options)
	if err == nil {
		err = a.needed(f, b.changes)
	}
	if err != nil || len(b.changes) == 0 {
		return &transaction.Result{}, err
	}
	if !options.Force && blockedByExternalChange(b.external, options) {
		return &transaction.Result{ExternalChanges: b.external}, externalChangeFailure(b.external, message.New(externalChangeText))
	}
	if options.DropEncryption {
		if err := controlplane.NothingEncrypted(ctx, a.Node); err != nil {
			return nil, err
		}
	}
	run, err := a.beginReturn(b.changes, f)
	if err != nil {
		return nil, node.Denied(err)
	}
	defer run.Close()
	result, err := a.runner().Undo(ctx, run, message.New("back to the original state"), options.undo())
	a.prune(result)
	return result, err
}

// beginReturn records the run that a return to the baseline is.
func (a *Agent) beginReturn(changes []change.Change, f *facts.Facts) (*journal.Run, error) {
	profile := change.Profile{Name: baselineName}
	var document bytes.Buffer
	if err := report.PlanDocument(change.Plan{Profile: profile, Node: planner.NodeOf(f), Changes: changes}).Write(&document); err != nil {
		return nil, err
	}
	run, err := a.Store.Begin(journal.Header{Started: a.Now(), Profile: profile, Node: planner.NodeOf(f), Root: a.Root.Path(), Version: a.Version, Baseline: true},
		changes, document.Bytes())
	if err != nil {
		return nil, err
	}
	for i := range changes {
		if err := run.Intent(i); err != nil {
			// Nothing is put back yet. Where even that cannot be recorded,
			// recover goes on with what was asked for.
			_ = run.UndoBegin(message.Of(err))
			_ = run.EndUndo(journal.RolledBack, a.Now(), nil)
			return nil, errors.Join(err, run.Close())
		}
	}
	return run, nil
}

// baseline compares what harden first found with what is there now.
func (a *Agent) baseline(f *facts.Facts, options RollbackOptions) (toBaseline, error) {
	var b toBaseline
	incomplete, err := a.Store.Incomplete()
	if err != nil {
		return b, node.Of(node.Failed, err)
	}
	if len(incomplete) > 0 {
		id := incomplete[0].ID
		return b, node.Failure(node.Failed, message.New("finish it first: harden rollback %s", id), "run %s is not rolled back completely", id)
	}
	originals, err := a.Store.Originals()
	if err != nil {
		return b, node.Failure(node.Failed, message.New("roll back single runs instead: harden history lists them"), "%w", err)
	}
	migrated := slices.ContainsFunc(originals, func(o journal.Original) bool { return o.Later })
	due := false // something is not as it should be
	for _, o := range originals {
		if o.Target.Kind() == change.KindUnit || o.Target.Kind() == change.KindPod {
			continue // a process has no state to return to
		}
		c, now, err := a.original(o, f)
		if err != nil {
			return b, err
		}
		if now.Equal(c.Before) {
			continue
		}
		step := journal.Step{Change: c, Intended: true}
		goal, _, err := transaction.WithStaying(step, c.Before, f)
		left := migrated && err == nil && now.Equal(goal) // as an earlier undo left it
		due = due || !left || options.DropEncryption
		b.changes = append(b.changes, c)
		if left {
			continue
		}
		other := a.runner().ExternalChangeTo(step, c.Before, f)
		if other == nil && o.Gap != "" {
			other = &report.ExternalChange{Target: c.Target, Fields: []report.ExternalField{}}
		}
		if other != nil {
			if o.Gap != "" {
				other.Keepable, other.Reason = false, changedBetween(o.Gap)
			}
			b.external = append(b.external, *other)
		}
	}
	if !due {
		return toBaseline{}, nil
	}
	planner.SortChanges(b.changes, f)
	return b, nil
}

// original gives the change that undone puts a target back to its first state,
// and the target's present state.
func (a *Agent) original(o journal.Original, f *facts.Facts) (change.Change, change.State, error) {
	before, err := a.Store.Original(o)
	if err != nil {
		return change.Change{}, before, node.Failure(node.Failed, message.New("nothing was restored; to restore the other targets, roll back run by run: harden history lists the runs"), "%w", err)
	}
	now, err := a.ReadState(o.Target, before, o.After)
	if err != nil && o.Target.Kind() == change.KindObject {
		now, err = o.After, nil // said when it is to be put back
	}
	if err != nil {
		return change.Change{}, now, node.Of(node.Failed, err)
	}
	c := o.Change
	c.Before = before
	c.Fields = slices.Clone(c.Fields)
	for i, field := range c.Fields {
		c.Fields[i].Stays = field.Stays && holds(c.Target, field, now, f)
	}
	return c, now, nil
}

// holds tells whether a field of a document still has the value that was
// written: one that was put back since does not stay. Of a whole file it is
// enough that it exists.
func holds(t change.Target, field change.FieldChange, now change.State, f *facts.Facts) bool {
	syntax, address := planner.FieldSyntax(t, field.Field, f)
	if syntax == "" || now.File == nil || now.File.Content == nil {
		return now.Exists()
	}
	doc, err := kubeadm.Document(syntax, now.File.Content.Data)
	if err != nil {
		return true
	}
	value, _, found, err := doc.Get(address)
	return err == nil && found && fmt.Sprint(value) == fmt.Sprint(field.After)
}

// changedBetween says between which two runs somebody else changed a target. The
// journal keeps them as one text.
func changedBetween(gap string) message.Text {
	var first, second string
	if _, err := fmt.Sscanf(gap, journal.GapFormat, &first, &second); err != nil {
		return message.New("it was changed outside of harden")
	}
	return message.New("it was changed outside of harden between run %s and run %s", first, second)
}
