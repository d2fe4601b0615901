package object

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/client"
)

// Driver reads and writes objects of one cluster.
type Driver struct {
	Client *client.Client
	// Timeout is how long a write may take, on the server too. An answer that is
	// lost is waited for as long before anybody looks what came of it, so that no
	// write of the run comes late.
	Timeout time.Duration
	Sleep   func(ctx context.Context, d time.Duration)
}

// grace is what is waited beyond the time that the server gives a request.
const grace = time.Second

// mostTries is how often one write is tried where what came of it is not known,
// or where somebody else wrote to the object meanwhile.
const mostTries = 4

// ErrGone says that there is no object of a name.
var ErrGone = message.Errorf("it does not exist")

// ChangedError says that an object is not as it was when the run was planned.
type ChangedError struct {
	Target change.Target
	What   message.Text
}

func (e *ChangedError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *ChangedError) Text() message.Text { return message.New("%s: %s", e.Target.Name(), e.What) }

// Read reads an object. One that is not there is ErrGone.
func (d *Driver) Read(ctx context.Context, t change.Target) (Object, error) {
	at, err := Of(t)
	if err != nil {
		return Object{}, err
	}
	for try := 1; ; try++ {
		a, err := d.Client.Within(d.Timeout+grace).Do(ctx, client.Request{Method: http.MethodGet, Path: at.Path})
		if client.Code(err) == http.StatusNotFound {
			return Object{}, ErrGone
		}
		if err == nil {
			return Parse(a.Body)
		}
		if !unknown(err) || try == mostTries || ctx.Err() != nil {
			return Object{}, err
		}
		d.Pause(ctx, time.Duration(try)*time.Second/4)
	}
}

// request is one write. The time that it may take holds on the server too.
func (d *Driver) request(ctx context.Context, r client.Request) (client.Answer, error) {
	query := maps.Clone(r.Query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("timeout", d.Timeout.String())
	r.Query = query
	return d.Client.Within(d.Timeout+grace).Do(ctx, r)
}

// settle writes by the requests that next gives, which looks at the object each
// time anew, until next gives none. It gives up where a request is refused for
// another reason than that somebody else wrote to the object.
func (d *Driver) settle(ctx context.Context, next func(sent bool) (*client.Request, error)) error {
	sent := false
	for try := 1; ; try++ {
		r, err := next(sent)
		if err != nil || r == nil {
			return err
		}
		begin := time.Now()
		_, err = d.request(ctx, *r)
		switch {
		case err == nil:
			return nil
		case notSent(err):
			d.Pause(ctx, time.Duration(try)*time.Second/4)
		case unknown(err):
			sent = true
			// Until then the server may still carry it out.
			d.Pause(context.WithoutCancel(ctx), d.Timeout+grace-time.Since(begin))
		case !slices.Contains(overtaken, client.Code(err)):
			return err
		}
		if try == mostTries || ctx.Err() != nil {
			return err
		}
	}
}

// overtaken are the refusals after which the object is looked at again: somebody
// else may have written to it, or deleted it.
var overtaken = []int{http.StatusConflict, http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusGone}

// unknown tells whether it is not known after an error what became of a request:
// a refusal with a code below 500 was not carried out.
func unknown(err error) bool {
	code := client.Code(err)
	return code == 0 || code >= http.StatusInternalServerError
}

// notSent tells whether no connection came about.
func notSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// Pause waits, unless ctx ends.
func (d *Driver) Pause(ctx context.Context, wait time.Duration) {
	if d.Sleep != nil {
		d.Sleep(ctx, wait)
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// swapsOf are the fields of a change, from before to after.
func swapsOf(c change.Change) ([]swap, error) {
	list := make([]swap, len(c.Fields))
	for i, f := range c.Fields {
		keys, err := Keys(f.Field)
		if err != nil {
			return nil, err
		}
		list[i] = swap{keys, f.Before, f.After}
	}
	return list, nil
}

// encoded is a body of a request.
func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("object: a body cannot be encoded: " + err.Error())
	}
	return text
}
