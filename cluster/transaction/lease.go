package transaction

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/object"
)

// lease is the lock across operators: an object in the cluster that is there while
// a run is at work. One that a run left behind which was cut off is taken over by
// the next command from the same place, and by nobody else: only there is the
// journal with which that run can be undone.
type lease struct {
	driver *object.Driver
	holder string
}

const (
	leases    = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
	leaseName = "harden"
)

type leaseObject struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       leaseSpec      `json:"spec"`
}

type leaseSpec struct {
	HolderIdentity string `json:"holderIdentity"`
	AcquireTime    string `json:"acquireTime,omitempty"`
}

// leaseTries is how often the lock is asked for where no answer comes.
const leaseTries = 4

// take makes the lease.
func (l lease) take(ctx context.Context, now time.Time) error {
	body, err := json.Marshal(leaseObject{"coordination.k8s.io/v1", "Lease", map[string]any{"name": leaseName, "namespace": "kube-system"},
		leaseSpec{l.holder, now.UTC().Format("2006-01-02T15:04:05.000000Z07:00")}})
	if err != nil {
		return &Error{Kind: Failed, Err: err}
	}
	for try := 1; ; try++ {
		_, err := l.send(ctx, client.Request{Method: http.MethodPost, Path: leases, Body: body, Query: url.Values{"fieldManager": {object.Manager}}})
		switch code := client.Code(err); {
		case err == nil:
			return nil
		case code == http.StatusConflict:
			there, readErr := l.read(ctx)
			switch {
			case client.Code(readErr) == http.StatusNotFound && try < leaseTries:
				continue // it was given up just now
			case readErr != nil:
				return &Error{Kind: Failed, Err: readErr}
			case there.Spec.HolderIdentity == l.holder: // of a run that was cut off, whose lock is ours by now
				return nil
			}
			return failure(Busy, message.New("wait until it is done; if it was interrupted, run kubectl harden recover on the machine where it was started; if that machine is lost: kubectl -n kube-system delete lease harden"),
				"a run of %s has been at work on this cluster since %s", there.Spec.HolderIdentity, there.Spec.AcquireTime)
		case code != 0 && code < http.StatusInternalServerError || try == leaseTries || ctx.Err() != nil:
			return failure(Failed, message.Text{}, "cannot take the lock in the cluster, the Lease kube-system/harden: %w", err)
		}
		time.Sleep(time.Duration(try) * time.Second / 4)
	}
}

// release deletes the lease, where it is this holder's.
func (l lease) release(ctx context.Context) error {
	var err error
	for try := range leaseTries {
		var there leaseObject
		there, err = l.read(ctx)
		if client.Code(err) == http.StatusNotFound || err == nil && there.Spec.HolderIdentity != l.holder {
			return nil
		}
		if err == nil {
			uid, _ := there.Metadata["uid"].(string)
			var body []byte
			body, err = json.Marshal(map[string]any{"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": map[string]string{"uid": uid}})
			if err == nil {
				_, err = l.send(ctx, client.Request{Method: http.MethodDelete, Path: leases + "/" + leaseName, Body: body})
			}
			if err == nil || client.Code(err) == http.StatusNotFound {
				return nil
			}
		}
		time.Sleep(time.Duration(try) * time.Second / 4)
	}
	return message.Errorf("the Lease kube-system/harden could not be deleted; the next run from here takes it over: %w", err)
}

func (l lease) read(ctx context.Context) (leaseObject, error) {
	var there leaseObject
	a, err := l.send(ctx, client.Request{Method: http.MethodGet, Path: leases + "/" + leaseName})
	if err == nil {
		err = a.Into(&there)
	}
	return there, err
}

func (l lease) send(ctx context.Context, r client.Request) (client.Answer, error) {
	return l.driver.Client.Within(l.driver.Timeout+time.Second).Do(ctx, r)
}
