package controlplane

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
)

// kubeconfigs are those of administrators that kubeadm leaves on a control plane,
// the one that no rule of the cluster can bind first.
var kubeconfigs = []string{"/etc/kubernetes/super-admin.conf", "/etc/kubernetes/admin.conf"}

// maxAnswer is the largest answer of an API server that is read, in bytes: nodes
// list the images that they have.
const maxAnswer = 64 << 20

// serverClient is a client of this node's API server, with credentials that it accepts.
type serverClient struct {
	url         string // of the API server, without a path
	credentials []credential
	process     func() (health.Process, error)
}

// credential is what a request is authenticated with.
type credential struct {
	name        string // where it stands
	certificate func() (*tls.Certificate, error)
	client      func() *health.Client // that shows it
}

var errNoServer = message.Errorf("the API server of this node does not run, or cannot be reached")

// newServerClient finds the credentials of this node, those of administrators first. Since
// Kubernetes 1.36 the one with which the API server asks the kubelet is not an
// administrator, and before it may be bound to less, too. Where a kubeconfig says
// that its server is does not matter: the proven API server of this node is
// asked.
func newServerClient(n *node.Node, f *facts.Facts) (*serverClient, error) {
	url := SecureURL(f.Components[APIServer], "6443")
	if url == "" {
		return nil, errNoServer
	}
	k := &serverClient{url: url, process: processOf(APIServer, Known(f))}
	for _, file := range kubeconfigs {
		k.add(file, func() (*tls.Certificate, error) { return certificateOf(n, file) })
	}
	k.add("--kubelet-client-certificate", func() (*tls.Certificate, error) { return clientCertificate(n, f), nil })
	return k, nil
}

// add adds a credential, which is read when it is needed: to check a key takes a
// millisecond. Where there is none, read gives nil.
func (k *serverClient) add(name string, read func() (*tls.Certificate, error)) {
	certificate := sync.OnceValues(read)
	k.credentials = append(k.credentials, credential{name, certificate, sync.OnceValue(func() *health.Client {
		client := health.NewClient(func() (health.Process, error) { return k.process() }, func() *tls.Certificate { c, _ := certificate(); return c })
		client.ShowCertificate() // no other endpoint gets it
		client.Keep()
		return client
	})})
}

// certificateOf reads the client certificate of a kubeconfig that only root could
// have written.
func certificateOf(n *node.Node, file string) (*tls.Certificate, error) {
	_, pair, err := clientOf(n, file)
	return pair, err
}

// clientOf reads a kubeconfig that only root could have written, and the files that it
// names: the client, and its certificate with the key.
func clientOf(n *node.Node, file string) (facts.Client, *tls.Certificate, error) {
	files := host.Linked{Root: n.Root}
	data, err := files.ReadTrusted(file, node.MaxDocument)
	if err != nil {
		return facts.Client{}, nil, err
	}
	client, err := facts.ReadClient(data, path.Dir(file))
	if err != nil {
		return client, nil, err
	}
	for _, part := range []struct {
		file string
		text *[]byte
	}{{client.CertificateFile, &client.Certificate}, {client.KeyFile, &client.Key}} {
		if part.file == "" {
			continue
		}
		if *part.text, err = files.ReadTrusted(part.file, node.MaxDocument); err != nil {
			return client, nil, err
		}
	}
	pair, err := tls.X509KeyPair(client.Certificate, client.Key)
	if err != nil {
		return client, nil, message.Errorf("its certificate and its key do not match, or are not valid")
	}
	return client, &pair, nil
}

// Metrics asks the API server of the facts for its metrics. The process is looked
// for each time in what is present, because it may have been rolled since the
// facts were read.
func Metrics(n *node.Node, f *facts.Facts, now present) health.Metrics {
	return func(ctx context.Context, within time.Duration, read func(io.Reader) error) error {
		k, err := newServerClient(n, f)
		if err != nil {
			return err
		}
		k.process = processOf(APIServer, now)
		return k.read(ctx, "/metrics", within, read)
	}
}

// EncryptionWritten describes the encryption configuration that the API server of this
// node is given, which was written before now.
func EncryptionWritten(n *node.Node, collect present, now time.Time) health.Written {
	w := health.Written{After: now, Before: now}
	f, err := collect()
	if err != nil || f.Components[APIServer] == nil {
		return w
	}
	file, given := f.Components[APIServer].File("encryption-provider-config")
	if !given || file == "" {
		return w
	}
	info, err := n.Root.Stat(file)
	if err != nil {
		return w
	}
	data, err := n.Root.ReadFile(file, node.MaxDocument)
	if err != nil {
		return w
	}
	w.After, w.Digest = info.ModTime, fmt.Sprintf("%x", sha256.Sum256(data))
	return w
}

// get reads a document in JSON.
func (k *serverClient) get(ctx context.Context, question string, within time.Duration, answer any) error {
	return k.read(ctx, question, within, decoded(answer))
}

// decoded reads a document in JSON.
func decoded(answer any) func(io.Reader) error {
	return func(body io.Reader) error { return json.NewDecoder(io.LimitReader(body, maxAnswer)).Decode(answer) }
}

// read asks, and has the answer read.
func (k *serverClient) read(ctx context.Context, question string, within time.Duration, read func(io.Reader) error) error {
	return k.send(ctx, question, nil, within, read)
}

// send sends a JSON merge patch, or asks where there is none. Who is refused once is
// asked no more.
func (k *serverClient) send(ctx context.Context, question string, patch []byte, within time.Duration, read func(io.Reader) error) error {
	var refusals, unread []string
	for len(k.credentials) > 0 {
		c := k.credentials[0]
		if certificate, err := c.certificate(); certificate == nil {
			if err != nil {
				unread = append(unread, fmt.Sprintf("%s: %v", c.name, err))
			}
			k.credentials = k.credentials[1:]
			continue
		}
		err := c.client().Patch(ctx, k.url+question, patch, within, read)
		if said := (*health.StatusError)(nil); !errors.As(err, &said) || said.Status != http.StatusForbidden && said.Status != http.StatusUnauthorized {
			return err
		}
		refusals = append(refusals, fmt.Sprintf("%v (with %s)", err, c.name))
		k.credentials = k.credentials[1:]
	}
	if len(refusals) == 0 {
		return message.Errorf("there is no credential for requests to the API server of this node: %s", strings.Join(unread, "; "))
	}
	return errors.New(strings.Join(refusals, "; "))
}
