package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/view"
)

// spareFiles is how many files a run, and what puts it back, may have to open
// at once. It is four times what was seen.
const spareFiles = 64

// Result is what a run came to.
type Result struct {
	Plan   *Plan           // what was to be done; nil for a rollback or a recovery
	Record *journal.Record // nil where nothing had to be done
	Others []view.Foreign  // what somebody else changed, and was left alone
	// Warnings are what went wrong beside the run, and harms nothing.
	Warnings []string
	// ConfirmBefore is until when, by the wall clock, the run has to be
	// confirmed; zero where it has not.
	ConfirmBefore time.Time
}

// Apply makes the changes of a plan as one transaction: everything is backed
// up first, and everything is put back if anything fails, the restart and the
// health of what was restarted included. expected is the plan that was shown;
// where the node no longer gives the same plan, nothing is changed.
func (a *Agent) Apply(ctx context.Context, expected *Plan) (*Result, error) {
	if err := a.mayChange(); err != nil {
		return nil, err
	}
	if len(expected.Changes) == 0 {
		if err := a.Idle(); err != nil {
			return nil, err
		}
		if err := a.Ready(ctx, expected); err != nil {
			return &Result{Plan: expected}, err
		}
		if err := expected.Unchecked(); err != nil {
			return &Result{Plan: expected}, err // nobody knows that nothing is to be done
		}
		return &Result{Plan: expected}, a.recordable(expected)
	}
	unlock, err := a.settled()
	if err != nil {
		return nil, err
	}
	defer unlock()
	plan, err := a.plan(ctx, toApply)
	if err != nil {
		return nil, err
	}
	if err := plan.unchecked(nil); err != nil && err.Kind == NeedsRoot {
		return nil, err // most of a node is closed to an ordinary user
	}
	known, _ := expected.inError()
	if err := plan.unchecked(known); err != nil {
		return nil, err // what cannot be read is no change by somebody else
	}
	if plan.Digest() != expected.Digest() {
		return nil, failure(Stale, "look at a new plan with: harden plan", "the node changed since the plan was made: %s", strings.Join(differences(expected, plan), ", "))
	}
	if err := a.Ready(ctx, plan); err != nil {
		return nil, err
	}
	result, err := a.run(ctx, plan)
	if rules := plan.leftOut(); rules != "" && err == nil {
		result.Warnings = append(result.Warnings, rules)
	}
	a.prune(result)
	a.mention(result)
	return result, err
}

// recordable refuses a plan in which everything that is open is blocked, where no
// run could be recorded either: on a disk that is read-only nothing can be done.
func (a *Agent) recordable(plan *Plan) error {
	if !slices.ContainsFunc(plan.Findings, func(f change.Finding) bool { return f.Status == change.Blocked }) {
		return nil
	}
	if err := a.Root.Writable(lockFile, change.State{}, change.State{File: &change.File{}}); err != nil {
		return failure(Failed, "", "nothing can be changed: %w", err)
	}
	return nil
}

// mayChange refuses to change the machine itself for anyone but root.
func (a *Agent) mayChange() error {
	if a.Root.Live() && os.Geteuid() != 0 {
		return failure(NeedsRoot, "run it with sudo", "only root can change this node")
	}
	return nil
}

// settled takes the lock, and refuses where a run was cut off or waits to be
// confirmed: what it wrote is not there to stay.
func (a *Agent) settled() (unlock func(), err error) {
	if unlock, err = a.lock(); err != nil {
		return nil, err
	}
	a.tidyRuns()
	if err = a.unsettled(); err == nil {
		err = a.unconfirmed("")
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// lock takes the lock of all that changes the node, and makes its directory.
func (a *Agent) lock() (unlock func(), err error) {
	if err := a.Root.Spare(spareFiles); err != nil {
		return nil, failure(Failed, "raise the limit, such as with: ulimit -n 1024", "nothing was changed, because it could not be put back: %w", err)
	}
	if err := a.makeStateDir(); err != nil {
		return nil, Denied(err)
	}
	lock, err := a.Root.Lock(lockFile)
	if errors.Is(err, host.ErrLocked) {
		return nil, failure(Locked, "wait until it is done", "another run is at work: %w", err)
	}
	if err != nil {
		return nil, Denied(err)
	}
	a.removeTemporaries()
	return func() { _ = lock.Unlock() }, nil // it only closes a descriptor
}

// waitForLock takes the lock as lock does, and waits for it.
func (a *Agent) waitForLock(ctx context.Context) (unlock func(), err error) {
	if err := a.makeStateDir(); err != nil {
		return nil, Denied(err)
	}
	lock, err := a.Root.LockWait(ctx, lockFile)
	if err != nil {
		return nil, Denied(err)
	}
	return func() { _ = lock.Unlock() }, nil // it only closes a descriptor
}

// Denied tells a user who is not root what he is missing.
func Denied(err error) error {
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return failure(NeedsRoot, "run it with sudo, or on a tree of your own", "%w", err)
	}
	return failure(Failed, "", "%w", err)
}

// Interrupted finds runs that were cut off, and are not at work. It writes
// nothing.
func (a *Agent) Interrupted() ([]journal.Record, error) {
	records, err := a.Store.Unsettled()
	if err != nil || len(records) == 0 {
		return nil, err
	}
	busy, err := a.Root.Locked(lockFile)
	if busy {
		return nil, err
	}
	return records, err
}

// Idle refuses where another run is at work or was cut off, without taking the
// lock: what such a run wrote is not there to stay, so "nothing to change"
// would be no answer. It writes nothing.
func (a *Agent) Idle() error {
	busy, err := a.Root.Locked(lockFile)
	if err != nil {
		return Denied(err)
	}
	if busy {
		return failure(Locked, "wait until it is done", "another run is at work")
	}
	if err := a.unsettled(); err != nil {
		return err
	}
	return a.unconfirmed("")
}

// unsettled refuses to go on over a run that was cut off, or that may have been.
// One that cannot be read and is known to have come to its end is in nobody's way.
func (a *Agent) unsettled() error {
	records, err := a.Store.Unsettled()
	if err != nil {
		return failure(Failed, "", "%w", err)
	}
	for _, r := range records {
		switch {
		case r.Ended || r.State == journal.Pending:
		case r.State.Unreadable():
			return a.unreadable(Failed, r)
		default:
			return failure(Failed, "settle it first with: harden recover", "run %s was cut off", r.ID)
		}
	}
	return nil
}

// onlyRoot tells whether root is all that is missing to read what could not be.
func onlyRoot(reasons []string) bool {
	return os.Geteuid() != 0 && !slices.ContainsFunc(reasons, func(r string) bool { return !strings.Contains(r, "only root can read it") })
}

// differences names what differs between two plans.
func differences(a, b *Plan) []string {
	names := Planned{a.Changes, Outlines(a.Changes)}.Differences(Planned{b.Changes, Outlines(b.Changes)})
	if a.Profile != b.Profile {
		names = append(names, "the profile "+a.Profile.Name)
	}
	if len(names) == 0 {
		names = append(names, "what the node is (platform, version or roles)")
	}
	return names
}

// run carries out a plan under the lock.
func (a *Agent) run(ctx context.Context, plan *Plan) (*Result, error) {
	changes := materialise(plan.Changes)
	effects := (change.Plan{Changes: changes}).Effects()
	e, err := a.effector(ctx, plan, effects)
	if err != nil {
		return nil, failure(Failed, "", "%w", err)
	}
	var document bytes.Buffer
	if err := view.PlanDocument(plan.Plan).Write(&document); err != nil {
		return nil, failure(Failed, "", "%w", err)
	}
	header := journal.Header{Started: a.Now(), Profile: plan.Profile, Node: plan.Node, Root: a.Root.Path(),
		Version: a.Version, Units: e.invocations, Guarded: a.ConfirmWithin > 0}
	if now, err := a.Moment(); err == nil {
		header.Boot = now.Boot
	}
	run, err := a.Store.Begin(header, changes, document.Bytes())
	if err != nil {
		return nil, Denied(err)
	}
	defer run.Close()
	if header.Guarded {
		if err := a.arm(ctx, run.ID()); err != nil {
			return a.unguarded(ctx, plan, run, err)
		}
	}
	err = e.carryOut(ctx, run, changes)
	if err == nil {
		err = e.answering(ctx)
	}
	if err == nil {
		err = a.verify(ctx, plan)
	}
	if err == nil {
		err = a.untouched(run.Record())
	}
	if err == nil {
		err = a.commit(run)
	}
	if err != nil {
		return a.undone(ctx, plan, run, append([]health.Probe{}, e.endpoints...), err)
	}
	record := run.Record()
	return &Result{Plan: plan, Record: &record, ConfirmBefore: a.ConfirmBefore(record)}, nil
}

// carryOut writes every target, each announced before and noted after. What
// has to be restarted is restarted once all plain files are written; then the
// static pods roll, each as its manifest is written: etcd alone, and the API
// server together with those who would otherwise end twice (see along).
func (e *effector) carryOut(ctx context.Context, run *journal.Run, changes []change.Change) error {
	tell := announced{run.EffectIntent, run.EffectDone}
	pending := slices.DeleteFunc((change.Plan{Changes: changes}).Effects(), func(effect change.Effect) bool {
		return !effect.IsRestart() && effect != change.DaemonReload
	})
	flush := func() error {
		for _, effect := range pending {
			if err := e.do(ctx, effect, instance{}, tell); err != nil {
				return err
			}
		}
		pending = nil
		return nil
	}
	var rolls rolling
	for i, c := range changes {
		component := rolled(c, e.facts)
		if !rolls.along(c, component) {
			if err := rolls.wait(ctx, e, tell); err != nil {
				return err
			}
		}
		if component != "" || c.Later {
			if err := flush(); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		before := instance{}
		if c.Target.Kind() != change.KindPod { // a process that is behind may have ended by now
			before = e.running(component)
		}
		if err := e.step(ctx, run, i, c); err != nil {
			return err
		}
		if effect := ownEffect(c, component); effect != "" {
			rolls = append(rolls, waited{effect, before})
		}
	}
	if err := rolls.wait(ctx, e, tell); err != nil {
		return err
	}
	return flush()
}

// ownEffect is what has to happen right after one change, before the next: the
// roll of a manifest's pod, or the API server's reading of its encryption.
func ownEffect(c change.Change, component string) change.Effect {
	switch {
	case component != "" && slices.Contains(c.Effects, change.RollPod(component)):
		return change.RollPod(component)
	case slices.Contains(c.Effects, change.ReloadEncryption):
		return change.ReloadEncryption
	}
	return ""
}

func (e *effector) step(ctx context.Context, run *journal.Run, i int, c change.Change) error {
	if err := run.Intent(i); err != nil {
		return err
	}
	if err := e.put(ctx, c.Target, c.Before, c.After); err != nil {
		return err
	}
	return run.Done(i)
}

// verify plans again: what was applied must be there, and nothing be left. What
// could not be checked before is known to be open.
func (a *Agent) verify(ctx context.Context, applied *Plan) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	plan, err := a.Plan(ctx)
	if err != nil {
		return fmt.Errorf("cannot verify the changes: %w", err)
	}
	if len(plan.Changes) > 0 {
		c := plan.Changes[0]
		return fmt.Errorf("%s is not as it was written: %s differs (%d changes are open after all were made)", c.Target, c.Fields[0].Field, len(plan.Changes))
	}
	known, _ := applied.inError()
	if err := plan.unchecked(known); err != nil {
		return fmt.Errorf("cannot verify the changes: %w", err)
	}
	return nil
}

// undone puts everything back after a failure.
func (a *Agent) undone(ctx context.Context, plan *Plan, run *journal.Run, endpoints []health.Probe, cause error) (*Result, error) {
	a.Say("failed, putting everything back: " + cause.Error())
	ctx = context.WithoutCancel(ctx)
	u := a.undoer(ctx, run, endpoints, cause.Error())
	if err := u.begin(); err != nil {
		record := run.Record()
		return &Result{Plan: plan, Record: &record}, failure(Incomplete, "settle it with: harden recover", "%w; and nothing was put back: %w", cause, err)
	}
	problems := u.undo(ctx)
	record := run.Record()
	if record.Guarded {
		a.disarm(ctx)
	}
	result := &Result{Plan: plan, Record: &record, Others: u.others}
	if len(problems) > 0 {
		return result, failure(Incomplete, goOn(record), "%w; and not everything could be put back: %s", cause, strings.Join(problems, "; "))
	}
	return result, failure(Undone, "the node is as it was before; when the cause is mended, do it again. What was done and undone: harden show "+record.ID,
		"%w; everything was put back", cause)
}
