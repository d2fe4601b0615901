package transaction

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/fixers"
)

// undoing is the way back from a run: for apply when it fails, for rollback
// and for recover.
type undoing struct {
	*effector
	runner *Runner
	run    *journal.Run
	reason string
	force  bool    // put back also what somebody else changed since
	drop   bool    // put back also what stored data may need
	asked  bool    // by an operator, and what somebody else changed was looked at before
	keep   bool    // what somebody else changed is to stay
	rolls  rolling // what was put back and is not yet waited for
	// migrated is set where what stays is to stay.
	migrated bool
	// holdKey is set until what stays may go too: see dropKey.
	holdKey bool
	tidied  map[string]bool // directories without temporary files
	// others is what somebody else changed, as it was met.
	others []report.Foreign
	// booting is set where the machine was started since the run, and its
	// kubelet was not yet: it will start with what is put back, so there is
	// nothing to be restarted, and nothing to be waited for.
	booting bool
	// trouble is why nothing can be restarted or waited for.
	trouble error
}

// undoer looks at the node before anything is put back. endpoints are those of
// the control plane that answered before the run, nil: those that answer now.
// What cannot be looked at stops nothing: the files are put back all the same,
// and the trouble is reported with what is left.
func (r *Runner) undoer(ctx context.Context, run *journal.Run, endpoints []health.Probe, reason string) *undoing {
	u := &undoing{effector: &effector{Node: r.Node, facts: &facts.Facts{}, endpoints: endpoints, back: true}, runner: r, run: run, reason: reason, tidied: map[string]bool{}}
	f, err := r.Collect()
	if err != nil {
		u.trouble = err
		return u
	}
	u.facts = f
	if r.Systemd == nil {
		return u
	}
	if u.Units, u.trouble = r.Units(ctx); u.trouble != nil {
		u.Units = nil
		return u
	}
	u.booting = u.beforeKubelet(ctx)
	if endpoints == nil {
		u.endpoints = healthyOnes(ctx, controlplane.Endpoints(r.Node, f))
	}
	return u
}

// undo puts back what a run wrote, last change first, then restarts what read
// it, and only then waits for the pods that roll and for the whole control plane:
// a kubelet that the run broke rolls nothing before it is mended. Undoing a step
// twice does no harm, so its own records may fail, as on a full disk: it goes
// on, and a later recover only finds less to do. It lists what could not be
// put back.
func (u *undoing) undo(ctx context.Context) []string {
	var problems []string
	record := u.run.Record()
	// Data may have been written since the run began the second change of some
	// target, that only what stays can read.
	u.migrated = slices.ContainsFunc(record.Steps, func(s journal.Step) bool { return s.Later && s.Intended })
	if record.Guarded {
		if err := u.runner.tidy(); err != nil {
			problems = append(problems, err.Error())
		}
	}
	u.holdKey = u.drop && u.Systemd != nil && slices.ContainsFunc(record.Steps, Staying)
	problems = append(problems, u.putBackAll(ctx, record)...)
	if u.holdKey {
		problems = append(problems, u.dropKey(ctx, record, len(problems) == 0)...)
	}
	if len(problems) == 0 {
		problems = u.cover()
	}
	state := journal.RolledBack
	if len(problems) > 0 {
		state = journal.RollbackIncomplete
	}
	if err := u.run.Settle(state, u.Now(), problems); err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// putBackAll puts back every target, does the effects, and proves the node
// healthy.
func (u *undoing) putBackAll(ctx context.Context, record journal.Record) []string {
	effects, problems := u.targets(ctx, record)
	if u.trouble != nil && len(effects) > 0 {
		return append(problems, fmt.Sprintf("nothing was restarted: %v", u.trouble))
	}
	restarted, err := u.restart(ctx, effects)
	if err == nil {
		err = u.kubeletRolls(ctx)
	} else {
		problems = append(problems, err.Error())
	}
	if names := u.rolls.names(); err != nil && names != "" {
		u.rolls = nil
		return append(problems, fmt.Sprintf("the pods of %s were not waited for, because no kubelet is there to roll them: %v", names, err))
	}
	if err != nil {
		return problems
	}
	late := u.waitRolls(ctx)
	if rolled := slices.ContainsFunc(effects, func(e change.Effect) bool { return e.Component() != "" }); late == nil && (restarted || rolled) {
		if err := u.answering(ctx); err != nil {
			late = []string{err.Error()}
		}
	}
	return append(problems, late...)
}

// targets puts back every target, last change first, and gives the effects of
// what the run wrote. It waits for nothing.
func (u *undoing) targets(ctx context.Context, record journal.Record) (effects []change.Effect, problems []string) {
	for i, step := range slices.Backward(record.Steps) {
		if !u.written(step) {
			continue
		}
		effects = append(effects, step.Effects...)
		_ = u.run.UndoIntent(i)
		left, err := u.step(ctx, record, i)
		switch {
		case err != nil:
			problems = append(problems, err.Error())
			_ = u.run.UndoSkipped(i, err.Error())
		case left != "":
			_ = u.run.UndoSkipped(i, left)
		default:
			_ = u.run.UndoDone(i)
		}
	}
	return effects, problems
}

// kubeletRolls tells why no pod will roll: the kubelet that has to do it is not
// healthy, and does not become so within a moment. After a restart it is.
func (u *undoing) kubeletRolls(ctx context.Context) error {
	if u.Units == nil || u.booting || len(u.rolls) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, kubeletBack)
	defer cancel()
	for {
		now, err := u.Collect()
		if err == nil {
			err = controlplane.Kubelet(u.Units, now, controlplane.Known(now), fixers.KubeletUnit).Check(ctx)
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(controlplane.RollPoll):
			u.Await(ctx, "waiting for the kubelet, which rolls the pods")
		}
	}
}

// kubeletBack is how long a kubelet that nobody restarts may take to be healthy:
// one that systemd starts again is so within RestartSec, 10 s as packaged.
const kubeletBack = 15 * time.Second

// begin announces an undo, before anything is put back. Where that cannot be
// recorded of a run that is settled nothing may be undone: if the undo were
// cut off, nobody would know of it. A run that is not settled, or that was not
// confirmed in time, is found by recover in any case.
func (u *undoing) begin() error {
	record := u.run.Record()
	certain := record.State.Open() || record.State == journal.Pending && u.runner.TimeIsUp(record)
	if err := u.run.UndoBegin(u.reason); !certain {
		return err
	}
	return nil
}

// goOn says how an undo that is not complete is taken up again.
func goOn(record journal.Record) string {
	return fmt.Sprintf("the originals lie in %s; when the cause is mended, go on with: harden rollback %s", record.BackupDir, record.ID)
}

// written tells whether a run may have written a step's target. The record of
// it can be lost with the last line of a journal on a bad disk, so a target
// that holds exactly what the run would have written counts too, and one that
// an undo which was cut off went about: its restart may be missing.
func (u *undoing) written(step journal.Step) bool {
	if step.Intended || step.UndoIntended {
		return true
	}
	now, err := u.ReadState(step.Target, step.Before, step.After)
	return err == nil && now.Equal(step.After) && !now.Equal(step.Before)
}

// step puts one target back, and notes the static pod that it rolls. It
// says what is left in place on purpose, and why.
func (u *undoing) step(ctx context.Context, record journal.Record, i int) (left string, err error) {
	step := record.Steps[i]
	before, err := u.runner.Store.Before(record, i)
	if err != nil {
		return "", err
	}
	goal, left, err := u.goal(step, before)
	if err != nil || left != "" && goal.Equal(step.After) {
		return left, err
	}
	// A run that was killed may have left its temporary file. An undo that leaves
	// one has failed, and is taken up again.
	for _, dir := range written(step.Target) {
		if u.tidied[dir] {
			continue
		}
		if err := u.Root.RemoveTemporaries(dir); err != nil {
			return "", err
		}
		u.tidied[dir] = true
	}
	for range 3 {
		var kept string
		kept, err = u.putBack(ctx, step, before, goal)
		left = cmp.Or(left, kept)
		// Somebody else wrote between the look and the write: what he changed
		// is left as it is, and the rest can still be put back.
		if changed := (*host.Changed)(nil); !errors.As(err, &changed) {
			break
		}
	}
	return left, err
}

// putBack brings a target to its goal, but for what somebody else changed.
func (u *undoing) putBack(ctx context.Context, step journal.Step, before, goal change.State) (kept string, err error) {
	now, err := u.ReadState(step.Target, before, step.After)
	if err != nil {
		return "", err
	}
	if kind := step.Target.Kind(); !goal.Exists() && (kind == change.KindUser || kind == change.KindGroup) && !now.Exists() {
		// The account is gone, or was never made; what its tool left beside
		// it, such as /etc/gshadow-, may not be.
		return "", u.WriteState(ctx, step.Target, now, goal)
	}
	if now.Equal(goal) {
		return "", nil
	}
	if u.meddled(step, before, now) && !u.force && !u.leftBefore(step, before, now) {
		goal, kept, err = u.spare(step, before, goal, now)
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

// meddled tells whether somebody else changed a target. A state that the run
// itself passes through, and was killed in, is none of anybody's.
func (u *undoing) meddled(step journal.Step, before, now change.State) bool {
	return slices.ContainsFunc(foreign(now, before, step.After), func(f change.Field) bool {
		return u.keep || !host.Partway(f, now, before, step.After)
	})
}

// spare leaves what somebody else changed as it is. It says what is kept, where
// that was asked for or is no business of the run's, and is an error where an
// operator has to look at it; the goal is to be written in either case.
func (u *undoing) spare(step journal.Step, before, goal, now change.State) (spared change.State, kept string, err error) {
	m := compare(step, before, now, u.facts)
	u.others = append(slices.DeleteFunc(u.others, func(o report.Foreign) bool { return o.Target == step.Target }), m.report(step, before, now, u.facts))
	if !goal.Equal(before) {
		m.text = nil // some of what the run set stays
	}
	spared = m.spare(goal, now)
	changed := join(slices.Concat(m.own, m.others))
	nothingOfTheRun := m.keepable() == nil
	if nothingOfTheRun && (u.keep || u.asked && (len(m.own) == 0 || spared.Equal(now))) {
		return spared, fmt.Sprintf("%s keeps what was changed since: %s", step.Target.Name(), changed), nil
	}
	return spared, "", fmt.Errorf("%s was changed by someone else since: %s", step.Target, changed)
}

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

// waitRolls waits for what was put back and has to take effect. All of it is
// under way at once, so all of it has the time that one has. It lists what did
// not.
func (u *undoing) waitRolls(ctx context.Context) []string {
	if u.booting {
		u.rolls = nil
	}
	u.putBackAt = time.Now()
	var problems []string
	for _, w := range u.rolls {
		if w.effect == change.ReloadEncryption && u.rolls.has(change.RollPod(controlplane.APIServer)) {
			continue // the new process has read the file at its start
		}
		// However long another took, each is looked at.
		left := max(u.Timeout-time.Since(u.putBackAt), min(u.Timeout, 2*controlplane.RollSettle))
		ctx, cancel := context.WithTimeout(ctx, left)
		if err := u.do(ctx, w.effect, w.before, u.announced()); err != nil {
			problems = append(problems, err.Error())
		}
		cancel()
	}
	u.rolls = nil
	return problems
}

// notEmpty leaves a directory that the run made and that others use by now.
func (u *undoing) notEmpty(step journal.Step, err error) (string, error) {
	var refused *host.Refused
	if f := step.After.File; f != nil && f.Directory && !step.Before.Exists() && errors.As(err, &refused) {
		return step.Target.Name() + " is left in place: " + refused.Reason, nil
	}
	return "", err
}

// announced records the effects of an undo, as far as the disk lets it.
func (u *undoing) announced() announced {
	return announced{
		intent: func(e change.Effect) error { _ = u.run.UndoEffectIntent(e); return nil },
		done: func(e change.Effect, details map[string]string) error {
			_ = u.run.UndoEffectDone(e, details)
			return nil
		},
	}
}

// restart restarts what runs with a configuration that is no longer there: a
// unit whose invocation is not the one from before the run. It tells whether it
// restarted any.
func (u *undoing) restart(ctx context.Context, effects []change.Effect) (restarted bool, err error) {
	if u.Units == nil {
		return false, nil
	}
	for _, effect := range change.SortEffects(effects) {
		switch {
		case effect.IsRestart():
			unit, err := u.Units.Unit(ctx, effect.Unit())
			if err != nil {
				return restarted, err
			}
			if u.asleep(unit) {
				continue // it starts with what is put back
			}
			// A restart that failed half-way leaves a unit of the old
			// invocation that is down.
			if unit.InvocationID == u.run.Record().Units[effect.Unit()] && unit.ActiveState == "active" {
				continue // it never read what the run wrote
			}
			restarted = true
		case effect != change.DaemonReload:
			continue
		}
		if err := u.do(ctx, effect, controlplane.Instance{}, u.announced()); err != nil {
			return restarted, err
		}
	}
	return restarted, nil
}

// goal is the state that a step is put back to: the one from before, with
// what stays. left says what stays, and why.
func (u *undoing) goal(step journal.Step, before change.State) (goal change.State, left string, err error) {
	if !u.holdKey && (u.drop || !u.migrated) {
		return before, "", nil
	}
	return WithStaying(step, before, u.facts)
}

// WithStaying lays the fields of a step that stay over the state from before.
func WithStaying(step journal.Step, before change.State, f *facts.Facts) (goal change.State, left string, err error) {
	var stays []change.FieldChange
	for _, field := range step.Fields {
		if field.Stays {
			stays = append(stays, field)
		}
	}
	switch {
	case len(stays) == 0:
		return before, "", nil
	case !before.Exists():
		return step.After, step.Target.Name() + " stays: secrets that were stored encrypted need it (harden rollback --drop-encryption removes it once none does)", nil
	case before.File == nil || before.File.Content == nil:
		return before, "", fmt.Errorf("cannot tell what of %s stays", step.Target)
	}
	syntax, _ := planner.FieldSyntax(step.Target, stays[0].Field, f)
	doc, err := edit.Open(syntax, before.File.Content.Data)
	if err != nil {
		return before, "", fmt.Errorf("%s: %w", step.Target.Name(), err)
	}
	var names []string
	for _, field := range stays {
		_, address := planner.FieldSyntax(step.Target, field.Field, f)
		if err := doc.Set(address, field.After); err != nil {
			return before, "", fmt.Errorf("%s: %w", step.Target.Name(), err)
		}
		names = append(names, string(field.Field))
	}
	file := *before.File
	file.Content = change.NewContent(doc.Bytes(), before.File.Content.Secret)
	return change.State{File: &file}, fmt.Sprintf("%s keeps %s: secrets that were stored encrypted need it", step.Target.Name(), strings.Join(names, ", ")), nil
}

// leftBefore tells whether a target is as an earlier undo of the run left it.
func (u *undoing) leftBefore(step journal.Step, before, now change.State) bool {
	goal, _, err := WithStaying(step, before, u.facts)
	return err == nil && now.Equal(goal)
}

// UndoOptions say how far an undo goes.
type UndoOptions struct {
	Force          bool // put back also what somebody else changed since
	DropEncryption bool // put back also what stored data may need
	KeepOthers     bool // leave what somebody else changed, where that can be done exactly
	Unasked        bool // no operator looked at what somebody else changed since
}

// Undo undoes a run to its end. It cannot be interrupted: half of a way
// back is no place to stop.
func (r *Runner) Undo(ctx context.Context, run *journal.Run, reason string, options UndoOptions) (*Result, error) {
	ctx = context.WithoutCancel(ctx)
	u := r.undoer(ctx, run, nil, reason)
	u.force, u.drop, u.keep = options.Force, options.DropEncryption, options.KeepOthers
	u.asked = !options.Unasked
	if err := u.begin(); err != nil {
		return nil, node.Failure(node.Failed, "", "nothing was rolled back: %w", err)
	}
	problems := u.undo(ctx)
	record := run.Record()
	if record.Guarded {
		r.Disarm(ctx)
	}
	result := &Result{Record: &record, Others: u.others}
	if len(problems) > 0 {
		return result, node.Failure(node.Incomplete, goOn(record), "not everything could be put back: %s", strings.Join(problems, "; "))
	}
	return result, nil
}
