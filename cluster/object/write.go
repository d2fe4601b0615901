package object

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/client"
)

// Edit is a change of one object, with what the write needs beside.
type Edit struct {
	change.Change
	UID  string         // of an object that is there
	Body map[string]any // of one that is made
	// Proves are the namespaces, beside that of the object, whose pods it can have
	// refused.
	Proves []string
}

// markKey is the annotation by which an object that a run made is told from one that
// somebody else made under the same name.
const markKey = "harden/made-by-run"

// MarkField is the address of that annotation.
const MarkField = change.Field(`json:metadata.annotations["` + markKey + `"]`)

// Mark gives the edit of an object to be made a mark that nobody else has.
func (e *Edit) Mark(mark string) {
	if e.Body == nil {
		return
	}
	metadata := copied(e.Body["metadata"].(map[string]any))
	annotations, _ := metadata["annotations"].(map[string]any)
	annotations = copied(annotations)
	annotations[markKey] = mark
	metadata["annotations"] = annotations
	e.Body = copied(e.Body)
	e.Body["metadata"] = metadata
	e.Fields = append(slices.Clone(e.Fields), change.FieldChange{Field: MarkField, After: mark})
}

// mark gives the mark of an object.
func (o Object) mark() string {
	text, _ := o.Value([]string{"metadata", "annotations", markKey}).(string)
	return text
}

// first gives the request of an edit to an object as it was read, or as it is not
// there; with dry, as a dry run.
func (e Edit) first(o *Object, dry bool) (client.Request, error) {
	at, err := Of(e.Target)
	if err != nil {
		return client.Request{}, err
	}
	switch {
	case e.Body != nil:
		return query(client.Request{Method: http.MethodPost, Path: at.Collection, Body: encoded(e.Body)}, dry), nil
	case !e.After.Exists():
		return client.Request{Method: http.MethodDelete, Path: at.Path, Body: deletion(*o, dry)}, nil
	}
	swaps, err := swapsOf(e.Change)
	return query(client.Request{Method: http.MethodPatch, Path: at.Path, Type: client.JSONPatch,
		Body: patchOf(*o, swaps, func([]string) bool { return true })}, dry), err
}

// query adds what a write says in its query.
func query(r client.Request, dry bool) client.Request {
	r.Query = url.Values{"fieldManager": {Manager}, "fieldValidation": {"Strict"}}
	if dry {
		r.Query.Set("dryRun", "All")
	}
	return r
}

// deletion is the body of a DELETE, where the object is as it was read. Where there
// is a body the API server does not look at the query, so a dry run is said here.
func deletion(o Object, dry bool) []byte {
	options := map[string]any{"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background",
		"preconditions": map[string]string{"uid": o.UID(), "resourceVersion": o.ResourceVersion()}}
	if dry {
		options["dryRun"] = []string{"All"}
	}
	return encoded(options)
}

// Rehearse asks the API server to carry an edit out as a dry run, and gives the
// object as it would be then.
func (d *Driver) Rehearse(ctx context.Context, e Edit) (Object, error) {
	var now *Object
	if e.Body == nil {
		o, err := d.AsPlanned(ctx, e)
		if err != nil {
			return Object{}, err
		}
		now = &o
	}
	r, err := e.first(now, true)
	if err != nil {
		return Object{}, err
	}
	a, err := d.request(ctx, r)
	if err != nil || r.Method == http.MethodDelete {
		return Object{}, err
	}
	return Parse(a.Body)
}

// AsPlanned reads the object of an edit, and refuses one that is not as it was
// when the edit was planned. Of an object that is to be made, it is that nothing
// is there, and the object is the zero one.
func (d *Driver) AsPlanned(ctx context.Context, e Edit) (Object, error) {
	o, err := d.Read(ctx, e.Target)
	switch {
	case errors.Is(err, ErrGone) && e.Body != nil:
		return Object{}, nil
	case errors.Is(err, ErrGone):
		return Object{}, &ChangedError{e.Target, message.New("it does not exist any more")}
	case err != nil:
		return Object{}, err
	case e.Body != nil:
		return Object{}, &ChangedError{e.Target, message.New("it exists now")}
	case o.UID() != e.UID:
		return Object{}, &ChangedError{e.Target, message.New("it was deleted and created again")}
	case o.Terminating():
		return Object{}, &ChangedError{e.Target, message.New("it is being deleted")}
	}
	swaps, err := swapsOf(e.Change)
	if err != nil {
		return Object{}, err
	}
	if !e.After.Exists() {
		return o, nil // what it says is compared by whoever planned it: Same
	}
	for i, s := range swaps {
		if !same(o.Value(s.keys), s.from) {
			return Object{}, &ChangedError{e.Target, message.New("%s has another value now", e.Fields[i].Field)}
		}
	}
	return o, nil
}

// Write carries an edit out. On an error the object is as it was, or the edit's
// own write came about, or somebody else has changed it; an undo finds out.
func (d *Driver) Write(ctx context.Context, e Edit, planned Object) error {
	return d.settle(ctx, func(sent bool) (*client.Request, error) {
		o, err := d.Read(ctx, e.Target)
		gone := errors.Is(err, ErrGone)
		if err != nil && !gone {
			return nil, err
		}
		if sent && d.written(e, o, gone) {
			return nil, nil
		}
		switch {
		case e.Body != nil && !gone:
			return nil, &ChangedError{e.Target, message.New("it exists now")}
		case e.Body == nil && (gone || o.UID() != e.UID):
			return nil, &ChangedError{e.Target, message.New("it was deleted and created again")}
		case e.Body == nil && !e.After.Exists() && string(o.Own()) != string(planned.Own()):
			return nil, &ChangedError{e.Target, message.New("it was changed meanwhile")}
		case e.Body == nil && e.After.Exists():
			if err := unchanged(e, o); err != nil {
				return nil, err
			}
		}
		r, err := e.first(&o, false)
		return &r, err
	})
}

// unchanged refuses an object that has another value than was planned.
func unchanged(e Edit, o Object) error {
	swaps, err := swapsOf(e.Change)
	if err != nil {
		return err
	}
	for i, s := range swaps {
		if !same(o.Value(s.keys), s.from) {
			return &ChangedError{e.Target, message.New("%s has another value now", e.Fields[i].Field)}
		}
	}
	return nil
}

// written tells whether the object is as the edit makes it.
func (d *Driver) written(e Edit, o Object, gone bool) bool {
	switch {
	case e.Body != nil:
		wanted, _ := Object{Data: e.Body}.Value([]string{"metadata", "annotations", markKey}).(string)
		return !gone && o.mark() == wanted
	case !e.After.Exists():
		return gone || o.UID() != e.UID
	case gone || o.UID() != e.UID:
		return false
	}
	swaps, err := swapsOf(e.Change)
	if err != nil {
		return false
	}
	for _, s := range swaps {
		if !same(o.Value(s.keys), s.to) {
			return false
		}
	}
	return true
}
