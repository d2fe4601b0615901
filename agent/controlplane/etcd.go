package controlplane

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/message"
	"harden/agent/node"
)

// How stored secrets are read: so many in one answer, within so long.
const (
	storedPage   = 50
	storedWithin = 10 * time.Second
	// storedAnswer is the largest answer, in bytes: so many secrets of 1.5 MiB,
	// which is the most that etcd takes, in base64.
	storedAnswer = 128 << 20
	// encryptedPrefix is what the API server puts before every value that it
	// stores encrypted (kubernetes.io, "Encrypting Confidential Data at Rest").
	encryptedPrefix = "k8s:enc:"
)

// NothingEncrypted refuses to drop the key while a stored secret needs it.
func NothingEncrypted(ctx context.Context, n *node.Node) error {
	f, err := n.Collect()
	if err != nil {
		return node.Of(node.Failed, err)
	}
	c := f.Components["kube-apiserver"]
	if c == nil || n.Systemd == nil {
		return nil // nothing is stored below --root
	}
	hint := message.New("etcd has to run and answer on this node; without --drop-encryption the key stays, and etcd is not needed")
	etcd, err := etcdOf(n, f, c)
	if err != nil {
		return node.Failure(node.Failed, hint, "cannot look at the stored secrets: %w", err)
	}
	names, err := etcd.encrypted(ctx)
	if err != nil {
		return node.Failure(node.Failed, hint, "cannot look at the stored secrets: %w", err)
	}
	if len(names) > 0 {
		return node.Failure(node.Failed, message.New("first roll back without --drop-encryption, so that new secrets are stored as plain text; write all of them again: kubectl get secrets -A -o json | kubectl replace -f -; then roll back once more with --drop-encryption"),
			"%d stored secrets are encrypted and could not be read without the key: %s", len(names), strings.Join(names[:min(len(names), 5)], ", "))
	}
	return nil
}

// etcd is the store of an API server, asked through its JSON gateway.
type etcd struct {
	server *url.URL
	prefix string
	dial   func(context.Context) (net.Conn, error)
}

// etcdOf finds the store that an API server uses, where it is on this node, and the
// credentials for it.
func etcdOf(n *node.Node, f *facts.Facts, c *facts.Component) (*etcd, error) {
	flag := func(name, standard string) string {
		if v, given := c.Flag(name); given {
			return v
		}
		return standard
	}
	e, err := etcdAt(n, f, flag("etcd-servers", "https://127.0.0.1:2379"), flag("etcd-cafile", ""), certificate(n, flag("etcd-certfile", ""), flag("etcd-keyfile", "")))
	if err != nil {
		return nil, err
	}
	e.prefix = strings.TrimSuffix(flag("etcd-prefix", "/registry"), "/") + "/secrets/"
	return e, nil
}

// etcdAt is the etcd of this node that serves one of the URLs.
func etcdAt(n *node.Node, f *facts.Facts, urls, ca string, pair *tls.Certificate) (*etcd, error) {
	if c := f.Components["etcd"]; c != nil { // where it has such URLs, it answers HTTP there alone
		if own, given := c.Flag("listen-client-http-urls"); given && own != "" {
			urls = own
		}
	}
	server, err := ownServer(urls)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != "" {
		data, err := n.Root.ReadFile(ca, node.MaxDocument)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(data)
	}
	if pair != nil {
		config.Certificates = []tls.Certificate{*pair}
	}
	answerer := processOf("etcd", Known(f))
	dial := func(ctx context.Context) (net.Conn, error) {
		process, err := answerer()
		if err != nil {
			return nil, err
		}
		tcp, err := health.Dial(ctx, server, process)
		if err != nil || server.Scheme != "https" {
			return tcp, err
		}
		config.ServerName = server.Hostname()
		return tls.Client(tcp, config), nil
	}
	return &etcd{server: server, dial: dial}, nil
}

// ownServer picks from a list of etcd's URLs the first one of this machine.
func ownServer(list string) (*url.URL, error) {
	for _, text := range strings.Split(list, ",") {
		if server, err := url.Parse(strings.TrimSpace(text)); err == nil && health.Here(server) {
			return &url.URL{Scheme: server.Scheme, Host: server.Host}, nil
		}
	}
	return nil, message.Errorf("the API server's etcd, %s, is not on this machine, so no request was sent to it", list)
}

// encrypted lists the secrets ("namespace/name") that are stored encrypted.
func (e *etcd) encrypted(ctx context.Context) ([]string, error) {
	var names []string
	start, end := []byte(e.prefix), prefixEnd(e.prefix)
	for {
		var answer struct {
			More bool `json:"more"`
			KVs  []struct {
				Key   []byte `json:"key"`
				Value []byte `json:"value"`
			} `json:"kvs"`
		}
		if err := e.getRange(ctx, start, end, &answer); err != nil {
			return nil, err
		}
		for _, kv := range answer.KVs {
			if bytes.Compare(kv.Key, start) < 0 || bytes.Compare(kv.Key, end) >= 0 {
				return nil, message.Errorf("etcd returned keys outside of the requested range, or the same key twice")
			}
			start = append(kv.Key, 0) // the keys come in order
			if bytes.HasPrefix(kv.Value, []byte(encryptedPrefix)) {
				names = append(names, strings.TrimPrefix(string(kv.Key), e.prefix))
			}
		}
		if !answer.More || len(answer.KVs) == 0 {
			return names, nil
		}
	}
}

// getRange reads a range of keys.
func (e *etcd) getRange(ctx context.Context, start, end []byte, answer any) error {
	return e.post(ctx, "/v3/kv/range", map[string]any{"key": base64.StdEncoding.EncodeToString(start), "range_end": base64.StdEncoding.EncodeToString(end), "limit": storedPage}, answer)
}

// post asks the JSON gateway.
func (e *etcd) post(ctx context.Context, question string, what, answer any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	data, err := e.answer(ctx, http.MethodPost, question, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return message.Errorf("cannot read etcd's answer: %w", err)
	}
	return nil
}

// answer asks etcd over a connection of its own. A redirection is no answer: nobody else is asked.
func (e *etcd) answer(ctx context.Context, method, question string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, storedWithin)
	defer cancel()
	target, err := e.server.Parse(question)
	if err != nil {
		return nil, err
	}
	conn, err := e.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	response, err := health.Exchange(conn, method, target, "application/json", body)
	if err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, message.Errorf("etcd said %s", response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, storedAnswer+1))
	switch {
	case err != nil:
		return nil, cmp.Or(ctx.Err(), err)
	case len(data) > storedAnswer:
		return nil, message.Errorf("etcd's answer is larger than %d bytes", storedAnswer)
	}
	return data, nil
}

// prefixEnd is the first key behind all that begin with a prefix.
func prefixEnd(prefix string) []byte {
	end := []byte(prefix)
	end[len(end)-1]++
	return end
}
