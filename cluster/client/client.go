// Package client talks to one API server over HTTP: it connects as kubectl
// does (kubeconfig, exec plugins, impersonation), lists objects as a stream,
// and sends single requests. It does not cache, retries only what the server
// asked to have repeated, uses no discovery, and decides nothing.
package client

import (
	"net/http"
	"net/url"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"harden/agent/message"
)

// Options say which cluster, and as whom. Empty fields mean what kubectl takes.
type Options struct {
	Kubeconfig  string        // a file; "": $KUBECONFIG, then ~/.kube/config, then the pod's own account
	Context     string        // of the kubeconfig; "": the current one
	Impersonate string        // a user name to act as
	UserAgent   string        // "kubectl-harden/VERSION"
	Timeout     time.Duration // of one request until its header arrives; 0: one minute
}

// Client is a connection to one API server. It is safe for concurrent use.
type Client struct {
	base    *url.URL
	http    *http.Client
	Context string // of the kubeconfig, or "in-cluster"
}

// ConfigError says that the cluster to talk to cannot be told.
type ConfigError struct{ Err error }

func (e *ConfigError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *ConfigError) Text() message.Text {
	return message.New("cannot read the kubeconfig: %v", e.Err)
}
func (e *ConfigError) Unwrap() error { return e.Err }

// Open reads the kubeconfig. It sends no request.
func Open(o Options) (*Client, error) {
	loading := clientcmd.NewDefaultClientConfigLoadingRules()
	loading.ExplicitPath = o.Kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: o.Context}
	deferred := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(loading, overrides)
	config, err := deferred.ClientConfig()
	if err != nil {
		return nil, &ConfigError{err}
	}
	name := o.Context
	if raw, err := deferred.RawConfig(); name == "" && err == nil {
		name = raw.CurrentContext
	}
	if name == "" {
		name = "in-cluster"
	}
	if o.Impersonate != "" {
		config.Impersonate = rest.ImpersonationConfig{UserName: o.Impersonate}
	}
	return connect(config, name, o)
}

func connect(config *rest.Config, name string, o Options) (*Client, error) {
	config.UserAgent = o.UserAgent
	config.DisableCompression = true         // on a local network it costs more time than it saves
	config.NextProtos = []string{"http/1.1"} // three lists at once need no HTTP/2, whose buffers are a tenth of the memory
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, &ConfigError{message.Errorf("context %q: %w", name, err)}
	}
	h, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, &ConfigError{message.Errorf("context %q: %w", name, err)}
	}
	if h == http.DefaultClient {
		h = &http.Client{}
	}
	h.Timeout = o.Timeout
	if h.Timeout == 0 {
		h.Timeout = time.Minute
	}
	h.CheckRedirect = func(*http.Request, []*http.Request) error {
		return message.Errorf("the API server answers with a redirect, which is not followed")
	}
	return &Client{base: base, http: h, Context: name}, nil
}

// Server is the address of the API server.
func (c *Client) Server() string { return c.base.String() }

// Within gives the same connection with another time for one request, until its
// answer is read.
func (c *Client) Within(d time.Duration) *Client {
	within, h := *c, *c.http
	h.Timeout, within.http = d, &h
	return &within
}

// Through gives the same connection with something between it and the server, which
// may fail requests or watch them.
func (c *Client) Through(wrap func(http.RoundTripper) http.RoundTripper) *Client {
	through, h := *c, *c.http
	h.Transport, through.http = wrap(h.Transport), &h
	return &through
}
