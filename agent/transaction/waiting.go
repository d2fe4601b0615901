package transaction

import (
	"context"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/systemd"
)

// waitsForServer is what an undo leaves of kubeadm's record of the cluster where the API
// server did not answer, and all else was put back.
const waitsForServer = "%s is not restored yet, because harden waits for the API server: %v"

// beforeKubelet is why nobody answers at boot.
const beforeKubelet = "the kubelet of this boot is not started yet"

// awaitAfter is when recover is started that waits for the API server.
const awaitAfter = time.Second

// Waits tells whether all that is left of a run to be put back is what the cluster holds,
// because the API server did not answer. Recover goes on with it.
func Waits(r journal.Record) bool {
	if r.State != journal.RollbackIncomplete && r.State != journal.Undoing ||
		slices.ContainsFunc(r.Problems, func(p message.Text) bool { return !p.Has(waitsForServer) }) {
		return false
	}
	// An undo marks such steps at its end. One that was cut off before has to look at all.
	return slices.ContainsFunc(r.Steps, waits) && (r.State != journal.Undoing || !slices.ContainsFunc(r.Steps, func(s journal.Step) bool {
		return (s.Intended || s.UndoIntended) && !s.Undone && s.UndoSkipped.IsZero()
	}))
}

func waits(s journal.Step) bool { return s.UndoSkipped.Has(waitsForServer) }

// Waiting lists the runs that wait so, oldest first. It writes nothing.
func (r *Runner) Waiting() ([]journal.Record, error) {
	records, err := r.Store.Incomplete()
	return slices.DeleteFunc(records, func(o journal.Record) bool { return !Waits(o) }), err
}

// Answers tells whether the API server answers for which a run waits.
func (r *Runner) Answers(record journal.Record) bool {
	i := slices.IndexFunc(record.Steps, waits)
	if i < 0 {
		return true
	}
	_, err := r.ReadState(record.Steps[i].Target)
	return err == nil
}

// unanswered tells why what waits in a run cannot be put back now.
func (u *undoing) unanswered(record journal.Record) error {
	i := slices.IndexFunc(record.Steps, waits)
	if i < 0 || !u.mayAnswer() {
		return nil
	}
	t := record.Steps[i].Target
	if err := u.reach(t); err != nil {
		return message.Errorf(waitsForServer, t.Name(), err)
	}
	return nil
}

// reach tells why what the cluster holds cannot be read. Who did not answer is not asked
// again for the next object.
func (u *undoing) reach(t change.Target) error {
	if u.booting {
		return message.Errorf(beforeKubelet)
	}
	if u.away == nil {
		_, u.away = u.ReadState(t)
	}
	return u.away
}

// again puts back what the cluster holds where its API server did not answer before
// the node was put back. clean says that nothing else is left: then it is noted of a step
// that it waits.
func (u *undoing) again(ctx context.Context, record journal.Record, clean bool) (problems []message.Text) {
	u.away = nil
	var waiting []int
	for _, i := range u.late {
		t := record.Steps[i].Target
		switch err := u.putBackLate(ctx, record, i); {
		case err == nil:
		case u.reach(t) != nil && u.mayAnswer():
			waiting = append(waiting, i)
		default:
			problems = append(problems, message.Of(err))
		}
	}
	clean = clean && len(problems) == 0
	for _, i := range waiting {
		t := record.Steps[i].Target
		left := message.New(waitsForServer, t.Name(), u.reach(t))
		if problems = append(problems, left); clean {
			_ = u.run.UndoSkipped(i, left)
		}
	}
	return problems
}

// putBackLate is again for one step.
func (u *undoing) putBackLate(ctx context.Context, record journal.Record, i int) error {
	t := record.Steps[i].Target
	if !u.mayAnswer() {
		err := message.Errorf("%s is left as it is: this node belongs to no cluster any more", t.Name())
		_ = u.run.UndoSkipped(i, message.Of(err))
		return err
	}
	if err := u.reach(t); err != nil {
		return err
	}
	return u.putBackStep(ctx, record, i)
}

// mayAnswer tells whether an API server of this node will answer one day.
func (u *undoing) mayAnswer() bool { return u.trouble != nil || u.facts.Joined }

// goOn undoes what waits in a run for the API server, and nothing else: what was put
// back may have been changed for good reason since.
func (u *undoing) goOn(record journal.Record) {
	u.onlyLate = true
	for i, step := range slices.Backward(record.Steps) {
		if step.Target.Kind() == change.KindObject && !step.Undone && (step.Intended || step.UndoIntended) {
			u.late = append(u.late, i)
		}
	}
}

// await has recover started until it has put back what waits for the API server. It tells
// whether that is so. A timer of systemd that is there for the run already does the same.
func (r *Runner) await(ctx context.Context, id string) bool {
	if r.Systemd == nil || len(r.Recovery) == 0 {
		return false
	}
	units, err := r.Units(ctx)
	if err != nil {
		return false
	}
	if unit, err := units.Unit(ctx, timerPrefix+id+".timer"); err == nil && unit.LoadState == "loaded" {
		return true
	}
	err = units.StartTimer(ctx, systemd.Timer{Name: timerPrefix + id, Description: "Put back what run " + id + " of harden left in kubeadm's record",
		After: awaitAfter, Retry: timerRetry, Command: append(slices.Clone(r.Recovery), "--wait")})
	if err != nil {
		r.Log(message.New("harden cannot restore kubeadm's record by itself once the API server answers: %v", err))
	}
	return err == nil
}

// unfinished is the error of an undo that left something, and nil where all that is left waits
// for the API server of a boot that has not come so far, and is put back by itself.
func (u *undoing) unfinished(ctx context.Context, record journal.Record, cause error, problems []message.Text) error {
	hint := resumeHint(record)
	if Waits(record) {
		if u.runner.await(ctx, record.ID) {
			if u.booting && cause == nil {
				return nil
			}
			hint = message.New("harden restores it automatically once the API server answers; to restore it now: harden recover")
		} else {
			hint = message.New("once the API server answers, restore it with: harden recover")
		}
	}
	if cause != nil {
		return node.Failure(node.Incomplete, hint, "%w; and not everything could be restored: %s", cause, message.List(problems...))
	}
	return node.Failure(node.Incomplete, hint, "not everything could be restored: %s", message.List(problems...))
}
