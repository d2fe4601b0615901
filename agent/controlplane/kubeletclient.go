package controlplane

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
)

// kubeletClient reads from the API server that a node's kubelet is a client of, with
// the kubelet's own credential: it may read requests and its own Node, and approve
// nothing (k8s.io/kubernetes, plugin/pkg/auth/authorizer/rbac/bootstrappolicy, NodeRules).
type kubeletClient struct {
	server *url.URL
	config *tls.Config
}

// newKubeletClient reads the kubelet's kubeconfig, which only root could have written.
func newKubeletClient(n *node.Node, f *facts.Facts) (*kubeletClient, error) {
	if f.Kubelet == nil || f.Kubelet.Kubeconfig == "" {
		return nil, message.Errorf("the kubelet of this node has no kubeconfig")
	}
	file := f.Kubelet.Kubeconfig
	client, pair, err := clientOf(n, file)
	if err != nil {
		return nil, message.Errorf("%s: %w", file, err)
	}
	if client.CAFile != "" && len(client.CA) == 0 {
		if client.CA, err = (host.Linked{Root: n.Root}).ReadTrusted(client.CAFile, node.MaxDocument); err != nil {
			return nil, err
		}
	}
	server, err := url.Parse(client.Server)
	roots := x509.NewCertPool()
	if err != nil || server.Scheme != "https" || !roots.AppendCertsFromPEM(client.CA) {
		return nil, message.Errorf("%s does not name an API server together with the CA to verify it", file)
	}
	return &kubeletClient{server, &tls.Config{Certificates: []tls.Certificate{*pair}, RootCAs: roots, ServerName: server.Hostname(), MinVersion: tls.VersionTLS12}}, nil
}

// get implements asking.
func (k *kubeletClient) get(ctx context.Context, question string, within time.Duration, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	target, err := k.server.Parse(question)
	if err != nil {
		return err
	}
	tcp, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(target.Hostname(), cmp.Or(target.Port(), "443")))
	if err != nil {
		return err
	}
	defer tcp.Close()
	defer context.AfterFunc(ctx, func() { _ = tcp.SetDeadline(time.Unix(1, 0)) })()
	conn := tls.Client(tcp, k.config)
	response, err := health.Exchange(conn, http.MethodGet, target, "", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return message.Errorf("%s said %s", target.Host, response.Status)
	}
	return decoded(answer)(response.Body)
}
