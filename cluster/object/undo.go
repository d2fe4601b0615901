package object

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/client"
)

// Step is a change that a run made, or was about to make, with what it needs to
// be undone.
type Step struct {
	change.Change
	Before []byte // the whole object as it was; nil where there was none
	// Made is change.Digest of Own of the object that the run made; "" where that is not
	// known.
	Made string
}

// mark is what an object has that the run made.
func (s Step) mark() string {
	for _, f := range s.Fields {
		if text, is := f.After.(string); is && f.Field == MarkField {
			return text
		}
	}
	return ""
}

// Found is what somebody else changed since of what a run wrote: a field, or, where
// that is "", the object.
type Found struct {
	Field              change.Field
	Before, After, Now any
	What               message.Text
}

// said are the texts of what was found.
func said(list []Found) []message.Text {
	var texts []message.Text
	for _, f := range list {
		texts = append(texts, f.What)
	}
	return texts
}

// Foreign lists what somebody else changed since of what the run wrote. An object
// that is gone, or that was made anew, has nothing of the run.
func (d *Driver) Foreign(ctx context.Context, s Step) ([]Found, error) {
	o, err := d.Read(ctx, s.Target)
	gone := errors.Is(err, ErrGone)
	if err != nil && !gone {
		return nil, err
	}
	switch {
	case s.Before == nil:
		if !gone && o.mark() == s.mark() && !s.made(o) {
			return []Found{{What: message.New("it was changed after the run")}}, nil
		}
		return nil, nil
	case !s.After.Exists():
		return s.anew(o, gone)
	}
	before, err := Parse(s.Before)
	if err != nil {
		return nil, err
	}
	if gone || o.UID() != before.UID() {
		return nil, nil
	}
	_, foreign, err := s.back(o, false)
	return foreign, err
}

// made tells whether an object of the run's is as the run made it: by its content, or
// where that is not known, by nobody else owning a field of it.
func (s Step) made(o Object) bool {
	if s.Made != "" {
		return change.Digest(o.Own()) == s.Made
	}
	entries := o.managed()
	return len(entries) > 0 && !slices.ContainsFunc(entries, func(e entry) bool { return !e.ours() && e.Subresource == "" })
}

// anew names an object that somebody made again after the run deleted it.
func (s Step) anew(o Object, gone bool) ([]Found, error) {
	before, err := Parse(s.Before)
	if err != nil || gone || o.UID() == before.UID() || string(o.Own()) == string(before.Own()) {
		return nil, err
	}
	return []Found{{What: message.New("somebody created it again, with other content")}}, nil
}

// back gives the swaps that undo the step on an object, and names the fields that
// have a value of somebody else. With force these are taken back too.
func (s Step) back(o Object, force bool) (swaps []swap, foreign []Found, err error) {
	forward, err := swapsOf(s.Change)
	if err != nil {
		return nil, nil, err
	}
	for i, f := range forward {
		now := o.Value(f.keys)
		switch {
		case same(now, f.from), same(now, f.to), force:
			swaps = append(swaps, swap{f.keys, now, f.from})
		default:
			foreign = append(foreign, Found{s.Fields[i].Field, f.from, f.to, now, message.New("%s has a value that the run did not write", s.Fields[i].Field)})
		}
	}
	return swaps, foreign, nil
}

// Undo puts an object back. What somebody else changed since is left, and named,
// unless force is given. Undoing twice does no harm.
func (d *Driver) Undo(ctx context.Context, s Step, force bool) (left []message.Text, err error) {
	switch {
	case s.Before == nil:
		return d.unmake(ctx, s, force)
	case !s.After.Exists():
		return d.makeAgain(ctx, s)
	}
	before, err := Parse(s.Before)
	if err != nil {
		return nil, err
	}
	at, err := Of(s.Target)
	if err != nil {
		return nil, err
	}
	var fields [][]string
	err = d.settle(ctx, func(bool) (*client.Request, error) {
		left, fields = nil, nil
		o, err := d.Read(ctx, s.Target)
		if errors.Is(err, ErrGone) || err == nil && (o.UID() != before.UID() || o.Terminating()) {
			return nil, nil // nothing of the run is left
		}
		if err != nil {
			return nil, err
		}
		swaps, foreign, err := s.back(o, force)
		if err != nil {
			return nil, err
		}
		left = said(foreign)
		differs := false
		for _, w := range swaps {
			fields = append(fields, w.keys)
			differs = differs || !same(w.from, w.to)
		}
		if !differs {
			return nil, nil
		}
		r := query(client.Request{Method: http.MethodPatch, Path: at.Path, Type: client.JSONPatch, Body: patchOf(o, swaps, before.holds)}, false)
		return &r, nil
	})
	if err != nil || len(fields) == 0 {
		return left, err
	}
	return left, d.giveBack(ctx, s.Target, before, before.UID(), fields)
}

// giveBack makes those own the fields who owned them before.
func (d *Driver) giveBack(ctx context.Context, t change.Target, before Object, uid string, fields [][]string) error {
	at, err := Of(t)
	if err != nil {
		return err
	}
	return d.settle(ctx, func(bool) (*client.Request, error) {
		o, err := d.Read(ctx, t)
		if errors.Is(err, ErrGone) || err == nil && (o.UID() != uid || o.Terminating()) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		list, changed := givenBack(o, before, fields)
		if fields == nil {
			list, changed = before.managed(), !sameEntries(o.managed(), before.managed())
		}
		if !changed {
			return nil, nil
		}
		r := query(client.Request{Method: http.MethodPatch, Path: at.Path, Type: client.JSONPatch, Body: ownersPatch(o, list)}, false)
		return &r, nil
	})
}

// ownersPatch replaces the owners of an object's fields, where nobody wrote to the
// object meanwhile. An empty list would be ignored; one empty entry is none.
func ownersPatch(o Object, list []entry) []byte {
	var owners any = list
	if len(list) == 0 {
		owners = []any{map[string]any{}}
	}
	return encoded([]operation{{"test", "/metadata/resourceVersion", o.ResourceVersion()}, {"test", "/metadata/uid", o.UID()},
		{"replace", "/metadata/managedFields", owners}})
}

// unmake deletes an object that the run made, as long as it is as the run made it.
func (d *Driver) unmake(ctx context.Context, s Step, force bool) (left []message.Text, err error) {
	at, err := Of(s.Target)
	if err != nil {
		return nil, err
	}
	err = d.settle(ctx, func(bool) (*client.Request, error) {
		left = nil
		o, err := d.Read(ctx, s.Target)
		switch {
		case errors.Is(err, ErrGone) || err == nil && (o.Terminating() || o.mark() != s.mark()):
			return nil, nil // somebody else's by now, or it never was
		case err != nil:
			return nil, err
		case !s.made(o) && !force:
			left = []message.Text{message.New("it was changed after the run")}
			return nil, nil
		}
		return &client.Request{Method: http.MethodDelete, Path: at.Path, Body: deletion(o, false)}, nil
	})
	return left, err
}

// makeAgain makes an object that the run deleted. It gets another uid.
func (d *Driver) makeAgain(ctx context.Context, s Step) (left []message.Text, err error) {
	at, err := Of(s.Target)
	if err != nil {
		return nil, err
	}
	before, err := Parse(s.Before)
	if err != nil {
		return nil, err
	}
	ours := ""
	err = d.settle(ctx, func(bool) (*client.Request, error) {
		left, ours = nil, ""
		o, err := d.Read(ctx, s.Target)
		if errors.Is(err, ErrGone) {
			r := query(client.Request{Method: http.MethodPost, Path: at.Collection, Body: before.Own()}, false)
			return &r, nil
		}
		if err != nil {
			return nil, err
		}
		again, err := s.anew(o, false)
		left = said(again)
		return nil, err
	})
	if err != nil || len(left) > 0 {
		return left, err
	}
	o, err := d.Read(ctx, s.Target)
	if err != nil || o.UID() == before.UID() {
		return nil, err
	}
	// Those who owned the fields of the object that was deleted own them again; but
	// only of an object that this program made: another has owners of its own.
	if entries := o.managed(); len(entries) == 1 && entries[0].ours() {
		ours = o.UID()
	}
	if ours == "" {
		return nil, nil
	}
	return nil, d.giveBack(ctx, s.Target, before, ours, nil)
}
