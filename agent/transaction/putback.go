package transaction

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
)

// targets puts back every target, last change first, and gives the effects of
// what the run wrote. It waits for nothing. What the cluster holds is put back before
// the files that it names; where the API server does not answer, again at the end.
func (u *undoing) targets(ctx context.Context, record journal.Record) (effects []change.Effect, problems []message.Text) {
	u.late, u.away = nil, nil
	for i, step := range slices.Backward(record.Steps) {
		if !u.written(step) {
			continue
		}
		effects = append(effects, step.Effects...)
		_ = u.run.UndoIntent(i)
		if step.Target.Kind() == change.KindObject && u.reach(step.Target) != nil {
			u.late = append(u.late, i)
			continue
		}
		err := u.putBackStep(ctx, record, i)
		switch changed := (*externalChangeError)(nil); {
		case err != nil && step.Target.Kind() == change.KindObject && !errors.As(err, &changed):
			u.late = append(u.late, i)
		case err != nil:
			problems = append(problems, message.Of(err))
		}
	}
	return effects, problems
}

// putBackStep puts one target back, and records what came of it.
func (u *undoing) putBackStep(ctx context.Context, record journal.Record, i int) error {
	left, err := u.step(ctx, record, i)
	switch {
	case err != nil:
		_ = u.run.UndoSkipped(i, message.Of(err))
	case !left.IsZero():
		_ = u.run.UndoSkipped(i, left)
	default:
		_ = u.run.UndoDone(i)
	}
	return err
}

// written tells whether a run may have written a step's target. The record of
// it can be lost with the last line of a journal on a bad disk, so a target
// that holds exactly what the run would have written counts too, and one that
// an undo which was interrupted went about: its restart may be missing.
func (u *undoing) written(step journal.Step) bool {
	if step.Intended || step.UndoIntended {
		return true
	}
	if step.Target.Kind() == change.KindObject && u.reach(step.Target) != nil {
		return false
	}
	now, err := u.ReadState(step.Target, step.Before, step.After)
	return err == nil && now.Equal(step.After) && !now.Equal(step.Before)
}

// step puts one target back, and notes the static pod that it rolls. It
// says what is left in place on purpose, and why.
func (u *undoing) step(ctx context.Context, record journal.Record, i int) (left message.Text, err error) {
	step := record.Steps[i]
	before, err := u.runner.Store.Before(record, i)
	if err != nil {
		return message.Text{}, err
	}
	goal, left, err := u.goal(step, before)
	if err != nil || !left.IsZero() && goal.Equal(step.After) {
		return left, err
	}
	// A run that was killed may have left its temporary file. An undo that leaves
	// one has failed, and is taken up again.
	for _, dir := range written(step.Target) {
		if u.tidied[dir] {
			continue
		}
		if err := u.Root.RemoveTemporaries(dir); err != nil {
			return message.Text{}, err
		}
		u.tidied[dir] = true
	}
	for range 3 {
		var kept message.Text
		kept, err = u.putBack(ctx, step, before, goal)
		left = cmp.Or(left, kept)
		// It was changed between the read and the write: that change is kept, and the
		// rest can still be put back.
		if changed := (*host.Changed)(nil); !errors.As(err, &changed) {
			break
		}
	}
	return left, err
}

// putBack brings a target to its goal, but for what somebody else changed.
func (u *undoing) putBack(ctx context.Context, step journal.Step, before, goal change.State) (kept message.Text, err error) {
	now, err := u.ReadState(step.Target, before, step.After)
	if err != nil {
		return message.Text{}, err
	}
	if kind := step.Target.Kind(); !goal.Exists() && (kind == change.KindUser || kind == change.KindGroup) && !now.Exists() {
		// The account is gone, or was never made; what its tool left beside
		// it, such as /etc/gshadow-, may not be.
		return message.Text{}, u.WriteState(ctx, step.Target, now, goal)
	}
	if now.Equal(goal) {
		return message.Text{}, nil
	}
	if u.changedExternally(step, before, now) && !u.options.Force && !u.leftBefore(step, before, now) {
		goal, kept, err = u.keepExternal(step, before, goal, now)
	}
	if now.Equal(goal) {
		return kept, err
	}
	component := planner.ManifestOf(step.Change, u.facts)
	process := u.running(component)
	if failed := u.WriteState(ctx, step.Target, now, goal); failed != nil {
		return u.notEmpty(step, errors.Join(err, failed))
	}
	if effect := ownEffect(step.Change, component); effect != "" {
		u.rolls = slices.Insert(u.rolls, 0, waited{effect, process}) // etcd and the API server are written last and waited for first
	}
	return kept, err
}

// changedExternally tells whether something other than harden changed a target. A
// state that the interrupted run itself passed through is not an external change.
func (u *undoing) changedExternally(step journal.Step, before, now change.State) bool {
	return slices.ContainsFunc(externalFields(now, before, step.After), func(f change.Field) bool {
		return u.options.KeepOthers || !host.Partway(f, now, before, step.After)
	})
}

// keepExternal takes external changes over into the goal. It gives what is kept, if
// the operator asked for that or the run did not write it; it is an error if an
// operator has to look at it. The goal is to be written in either case.
func (u *undoing) keepExternal(step journal.Step, before, goal, now change.State) (spared change.State, kept message.Text, err error) {
	m := compare(step, before, now, u.facts)
	u.external = append(slices.DeleteFunc(u.external, func(o report.ExternalChange) bool { return o.Target == step.Target }), m.report(step, before, now, u.facts))
	if !goal.Equal(before) {
		m.text = nil // some of what the run set stays
	}
	spared = m.keep(goal, now)
	changed := join(slices.Concat(m.runFields, m.otherFields))
	nothingOfTheRun := m.keepable() == nil
	if nothingOfTheRun && (u.options.KeepOthers || u.options.Asked && (len(m.runFields) == 0 || spared.Equal(now))) {
		return spared, message.New("%s keeps what others changed after the run: %s", step.Target.Name(), changed), nil
	}
	return spared, message.Text{}, &externalChangeError{message.Errorf("%s was changed by someone else after the run: %s", step.Target, changed)}
}

// externalChangeError is the error of a target that was changed after the run.
type externalChangeError struct{ error }

// Text is the text as a value.
func (e *externalChangeError) Text() message.Text { return message.Of(e.error) }

// written lists the directories in which a target's files are written.
func written(t change.Target) []string {
	switch t.Kind() {
	case change.KindFile:
		return []string{path.Dir(t.Name())}
	case change.KindUser, change.KindGroup:
		return []string{"/etc", node.StateDir + "/accounts"}
	}
	return nil
}

// notEmpty leaves a directory that the run made and that others use by now.
func (u *undoing) notEmpty(step journal.Step, err error) (message.Text, error) {
	var refused *host.Refused
	if f := step.After.File; f != nil && f.Directory && !step.Before.Exists() && errors.As(err, &refused) {
		return message.New("%s is left in place: %s", step.Target.Name(), refused.Reason), nil
	}
	return message.Text{}, err
}
