package transaction

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/gate"
	"harden/cluster/object"
)

// Apply carries a plan out, or puts everything back. within is until when it has to
// be confirmed, 0: it has not. A plan without changes makes no run.
func (r *Runner) Apply(ctx context.Context, p Plan, within time.Duration) (result *Result, err error) {
	if len(p.Edits) == 0 {
		return &Result{}, nil
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if left := unlock(context.WithoutCancel(ctx)); left != nil && result != nil {
			result.Warnings = append(result.Warnings, message.Of(left))
		}
	}()
	if err := r.settled(""); err != nil {
		return nil, err
	}
	work, err := r.prepare(ctx, p)
	if err != nil {
		return nil, err
	}
	run, err := r.begin(ctx, p, work, within > 0)
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	defer run.Close()
	err = r.carryOut(ctx, run, work)
	if err == nil {
		err = r.commit(run, within)
	}
	if err != nil {
		return r.undone(ctx, run, err)
	}
	result = r.result(run.Record())
	r.prune(result)
	return result, nil
}

// work is a plan with what its objects are now, and the state of its namespaces.
type work struct {
	edits   []object.Edit
	objects []object.Object
	steps   []change.Change // for the journal
	batches []batch
	before  map[string]condition // of the namespaces
}

// prepare looks at everything that the run is about to write, asks the API server to
// carry each change out as a dry run, and takes down what can be made in each
// namespace. Nothing is changed by it.
func (r *Runner) prepare(ctx context.Context, p Plan) (*work, error) {
	w := &work{edits: slices.Clone(p.Edits), objects: make([]object.Object, len(p.Edits)), before: map[string]condition{}}
	mark := newMark()
	r.Log(message.New("asking the API server for each change as a dry run"))
	for i := range w.edits {
		e := &w.edits[i]
		e.Mark(mark)
		var err error
		if w.objects[i], err = r.Driver.AsPlanned(ctx, *e); err != nil {
			return nil, r.stale(err)
		}
		step := e.Change
		step.Before = change.State{}
		if e.Body != nil {
			step.After = change.State{File: &change.File{}}
		}
		if r.Gate != nil {
			made, err := r.Driver.Rehearse(ctx, *e)
			if err != nil {
				return nil, r.refused(e.Target, err)
			}
			if e.Body != nil {
				step.After.File.Content = change.NewContent(made.Own(), false)
			}
		}
		if e.Body == nil {
			step.Before = change.State{File: &change.File{Content: change.NewContent(w.objects[i].Raw, false)}}
		}
		w.steps = append(w.steps, step)
	}
	if err := r.ready(ctx); err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	w.batches = batches(w.edits, r.Waves)
	for _, b := range w.batches {
		for _, n := range b.all() {
			if _, known := w.before[n]; known {
				continue
			}
			c, err := r.condition(ctx, n)
			if err != nil {
				return nil, failure(Failed, message.New("leave the namespace out with -n, or use --no-dry-run, which proves nothing"), "%w", err)
			}
			w.before[n] = c
		}
	}
	return w, nil
}

// newMark is what tells the objects of one run from all others.
func newMark() string {
	var random [8]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

// stale is the error where an object is not as it was planned.
func (r *Runner) stale(err error) error {
	if changed := (*object.ChangedError)(nil); errors.As(err, &changed) {
		return failure(Stale, message.New("make a new plan with: kubectl harden plan"), "the cluster changed since the plan was made: %w; nothing was changed", err)
	}
	return &Error{Kind: Failed, Err: err}
}

// refused is the error where the API server would not carry a change out.
func (r *Runner) refused(t change.Target, err error) error {
	if changed := (*object.ChangedError)(nil); errors.As(err, &changed) {
		return r.stale(err)
	}
	hint := message.New("leave it out with --skip, or change what refuses it")
	if client.Code(err) == 403 {
		hint = message.New("kubectl harden roles --write USER prints the rights that are needed")
	}
	return failure(Failed, hint, "the API server would refuse %s; nothing was changed: %w", t.Name(), err)
}

func (r *Runner) begin(_ context.Context, p Plan, w *work, guarded bool) (*journal.Run, error) {
	text, err := json.Marshal(p.Changes)
	if err != nil {
		return nil, err
	}
	header := journal.Header{Started: r.Now(), Profile: p.Profile, Node: p.Node, Root: "/", Version: r.Version, Guarded: guarded}
	if now, err := r.Moment(); err == nil {
		header.Boot = now.Boot
	}
	return r.State.Store.Begin(header, w.steps, text)
}

// carryOut writes wave after wave, and proves each.
func (r *Runner) carryOut(ctx context.Context, run *journal.Run, w *work) error {
	for i, b := range w.batches {
		if len(w.batches) > 1 {
			r.Log(message.New("wave %d of %d: %d changes", i+1, len(w.batches), len(b.steps)))
		}
		if err := r.write(ctx, run, w, b); err != nil {
			return err
		}
		if err := r.ready(ctx); err != nil {
			return err
		}
		for _, n := range b.all() {
			if err := r.prove(ctx, n, w.before[n]); err != nil {
				return err
			}
		}
	}
	left, err := r.Again(ctx)
	if err != nil {
		return message.Errorf("cannot plan once more: %w", err)
	}
	for _, c := range left {
		if slices.ContainsFunc(w.edits, func(e object.Edit) bool { return e.Target == c.Target }) {
			return message.Errorf("%s is not as harden wrote it: something changed it back", c.Target.Name())
		}
	}
	return nil
}

// write carries out the edits of one wave, and waits until they are in force.
func (r *Runner) write(ctx context.Context, run *journal.Run, w *work, b batch) error {
	for _, step := range b.steps {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := run.Intent(step); err != nil {
			return err
		}
		if err := r.Driver.Write(ctx, w.edits[step], w.objects[step]); err != nil {
			return message.Errorf("cannot change %s: %w", w.edits[step].Target.Name(), err)
		}
		if err := run.Done(step); err != nil {
			return err
		}
	}
	for _, step := range b.steps {
		if err := r.inForce(ctx, w.edits[step]); err != nil {
			return err
		}
	}
	return nil
}

// commit ends a run that is proven.
func (r *Runner) commit(run *journal.Run, within time.Duration) error {
	if within == 0 {
		return run.Commit(r.Now())
	}
	now, err := r.Moment()
	if err != nil {
		return err
	}
	return run.CommitPending(journal.Confirmation{Boot: now.Boot, Deadline: now.Time + within, Within: within}, r.Now())
}

func (r *Runner) result(record journal.Record) *Result {
	result := &Result{Record: &record}
	if record.State == journal.Pending && record.Confirm != nil {
		if now, err := r.Moment(); err == nil {
			result.ConfirmBefore = r.Now().Add(record.Confirm.Deadline - now.Time).Round(time.Second)
		}
	}
	return result
}

// condition is what a namespace is like before it is changed.
type condition struct {
	admitted  map[string]gate.Verdict
	available map[string]int
}
