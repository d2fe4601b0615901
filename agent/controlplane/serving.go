package controlplane

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/message"
	"harden/agent/stable"
)

const (
	requestsQuestion = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
	ofServing        = "?fieldSelector=spec.signerName%3Dkubernetes.io%2Fkubelet-serving"
	requestsWithin   = 5 * time.Second
	requestsPause    = 500 * time.Millisecond
)

// asking is who reads objects of the cluster.
type asking interface {
	get(ctx context.Context, question string, within time.Duration, answer any) error
}

// certifying waits until this node's kubelet serves with a certificate of the cluster's
// authority. Its fields are what it knows of the node, and what it has seen.
type certifying struct {
	Kubelets
	asker    asking
	server   *serverClient // where the request is approved; nil where somebody else does it
	roots    *x509.CertPool
	types    []string
	known    map[string]bool // requests from before the kubelet's restart, whose keys it has lost
	approved map[string]bool // public keys of the requests that this run has approved
	told     string          // the request that somebody was told to approve
}

// Certify implements node.Kubelets.
func (k Kubelets) Certify(ctx context.Context, f *facts.Facts, ca string, approve bool) (func(context.Context) error, error) {
	c := &certifying{Kubelets: k, types: preferred(f), known: map[string]bool{}, approved: map[string]bool{}}
	var err error
	if c.roots, err = k.authority(ca); err != nil {
		return nil, err
	}
	if approve {
		if c.server, err = newServerClient(k.Node, f); err != nil {
			return nil, err
		}
		c.asker = c.server
	} else if c.asker, err = newKubeletClient(k.Node, f); err != nil {
		return nil, err
	}
	requests, err := c.requests(ctx, nodeName(f))
	if err != nil {
		return nil, err
	}
	for _, r := range requests {
		c.known[r.Metadata.Name] = true
	}
	return c.wait, nil
}

// requests gives the requests of this node's kubelet for serving certificates, the
// newest last.
func (c *certifying) requests(ctx context.Context, name string) ([]servingRequest, error) {
	var list struct {
		Items []servingRequest `json:"items"`
	}
	if err := c.asker.get(ctx, requestsQuestion+ofServing, requestsWithin, &list); err != nil {
		return nil, message.Errorf("cannot ask for the requests of this node's kubelet: %w", err)
	}
	own := slices.DeleteFunc(list.Items, func(r servingRequest) bool { return r.Spec.Username != (identity{name: name}).user() })
	stable.Sort(own, func(a, b servingRequest) int {
		return cmp.Or(a.Metadata.CreationTimestamp.Compare(b.Metadata.CreationTimestamp), cmp.Compare(a.Metadata.Name, b.Metadata.Name))
	})
	return own, nil
}

// refusal is why waiting on makes no sense: a request that must not be approved.
type refusal struct{ error }

// wait approves the request of the kubelet, and waits until it serves with what was
// signed. The API server, which may be asked too early, is asked again.
func (c *certifying) wait(ctx context.Context) error {
	var last error // of a round that the end of ctx did not cut off
	for {
		err := c.round(ctx)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		if refused, is := err.(refusal); is { //nolint:errorlint // it is never wrapped
			return refused.error
		}
		select {
		case <-ctx.Done():
			return message.Errorf("the kubelet has not received a serving certificate: %w; last result: %v", context.Cause(ctx), last)
		case <-time.After(requestsPause):
		}
	}
}

// round looks once, and tells what is still missing.
func (c *certifying) round(ctx context.Context) error {
	f, err := c.Node.Collect()
	if err != nil {
		return err
	}
	var object nodeObject
	if err := c.asker.get(ctx, nodesQuestion+"/"+url.PathEscape(nodeName(f)), requestsWithin, &object); err != nil {
		return err
	}
	process := health.Process{Name: "the kubelet"}
	if k := f.Kubelet; k != nil {
		process.PID, process.Unproven = k.PID, k.Unproven
	}
	leaf, missing := served(ctx, &object, c.types, c.roots, &process)
	if missing == nil && facts.RenewalDue(leaf, c.Node.Now()) {
		missing = message.Errorf("its certificate expires at %s", leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	if missing == nil && (len(c.approved) == 0 || c.approved[string(leaf.RawSubjectPublicKeyInfo)]) {
		return nil
	}
	requests, err := c.requests(ctx, object.Metadata.Name)
	if err != nil {
		return err
	}
	own, err := identityOf(&object)
	if err != nil {
		return err
	}
	if err := c.decide(ctx, own, requests); err != nil {
		return err
	}
	return cmp.Or(missing, message.Errorf("the kubelet serves with a key other than that of the approved request"))
}

// decide looks at every request that came since the restart, and approves the newest:
// a kubelet keeps the key of its last request alone.
func (c *certifying) decide(ctx context.Context, own identity, requests []servingRequest) error {
	var newest *servingRequest
	var key []byte
	for i := range requests {
		r := &requests[i]
		if c.known[r.Metadata.Name] {
			continue
		}
		verified, err := r.verify(own)
		if err != nil {
			return refusal{message.Errorf("the request %s is not approved: %w; look at it with kubectl describe csr %[1]s, and deny it if the kubelet of this node did not make it", r.Metadata.Name, err)}
		}
		newest, key = r, verified
	}
	switch {
	case newest == nil:
		c.Node.Await(ctx, message.New("waiting for the kubelet to request its serving certificate"))
		return nil
	case newest.has("Denied") || newest.has("Failed"):
		return refusal{message.Errorf("the request %s of this node's kubelet was denied, or could not be signed; see kubectl describe csr %[1]s", newest.Metadata.Name)}
	case newest.has("Approved"):
		c.Node.Await(ctx, message.New("waiting for the certificate of the request %s to be signed", newest.Metadata.Name))
		return nil
	case c.server != nil:
		return c.approve(ctx, newest, key)
	}
	todo := message.New("approve the request of this node on a control plane: kubectl certificate approve %s", newest.Metadata.Name)
	if c.told != newest.Metadata.Name {
		c.told = newest.Metadata.Name
		c.Node.Log(todo)
	}
	c.Node.Await(ctx, todo)
	return nil
}

// approve approves exactly the request that was verified: one that was written since
// has another version, and is looked at again.
func (c *certifying) approve(ctx context.Context, r *servingRequest, key []byte) error {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]string{"resourceVersion": r.Metadata.ResourceVersion},
		"status": map[string]any{"conditions": []map[string]string{{
			"type": "Approved", "status": "True", "reason": "VerifiedByHarden",
			"message": "Made by the kubelet of this node for its own names and addresses."}}},
	})
	if err != nil {
		return err
	}
	var answer servingRequest
	err = c.server.send(ctx, requestsQuestion+"/"+url.PathEscape(r.Metadata.Name)+"/approval?fieldManager=harden", patch, requestsWithin, decoded(&answer))
	switch status(err) {
	case http.StatusConflict, http.StatusNotFound:
		return err // looked at again
	case http.StatusForbidden, http.StatusUnauthorized:
		return refusal{message.Errorf("no credential on this node is allowed to approve the request %s: %w", r.Metadata.Name, err)}
	}
	if err != nil {
		return err
	}
	c.approved[string(key)] = true
	c.Node.Log(message.New("the request %s of this node's kubelet is verified and approved", r.Metadata.Name))
	return nil
}
