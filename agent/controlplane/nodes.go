package controlplane

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
)

// nodeObject is the part of a Node that is read.
type nodeObject struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Status struct {
		Addresses []struct {
			Type    string `json:"type"`
			Address string `json:"address"`
		} `json:"addresses"`
		Endpoints struct {
			Kubelet struct {
				Port int `json:"Port"`
			} `json:"kubeletEndpoint"`
		} `json:"daemonEndpoints"`
	} `json:"status"`
}

// How kubelets are asked.
const (
	nodesWithin = 20 * time.Second // all Node objects
	dialWithin  = 5 * time.Second  // one kubelet
	dialAtOnce  = 32
)

const nodesQuestion = "/api/v1/nodes"

// Kubelets is what the kubelets of the cluster serve with, as node.Kubelets.
type Kubelets struct{ Node *node.Node }

// preferred are the types of addresses in the order in which an API server takes
// them (kube-apiserver --kubelet-preferred-address-types, and its default).
func preferred(f *facts.Facts) []string {
	c := f.Components[APIServer]
	if c == nil { // as kubeadm has it
		return []string{"InternalIP", "ExternalIP", "Hostname"}
	}
	given, _ := c.Flag("kubelet-preferred-address-types")
	return strings.Split(cmp.Or(given, "Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP"), ",")
}

// called is by what name or address an API server calls the kubelet of a node, and at
// which address that is.
func (n *nodeObject) called(types []string) (name, at string) {
	for _, t := range types {
		for _, a := range n.Status.Addresses {
			if name == "" && a.Type == t {
				name = a.Address
			}
			if at == "" && a.Type == "InternalIP" {
				at = a.Address
			}
		}
	}
	if net.ParseIP(name) != nil {
		at = name
	}
	return name, at
}

// authority reads the certificates in a file that only root could have written.
func (k Kubelets) authority(file string) (*x509.CertPool, error) {
	data, err := host.Linked{Root: k.Node.Root}.ReadTrusted(file, node.MaxDocument)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, message.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}

// Unverified implements node.Kubelets.
func (k Kubelets) Unverified(ctx context.Context, f *facts.Facts, ca string, own bool) error {
	roots, err := k.authority(ca)
	if err != nil {
		return err
	}
	asker, err := newServerClient(k.Node, f)
	if err != nil {
		return err
	}
	var list struct {
		Items []nodeObject `json:"items"`
	}
	if err := asker.get(ctx, nodesQuestion, nodesWithin, &list); err != nil {
		return message.Errorf("kube-apiserver: %w", err)
	}
	here, types := nodeName(f), preferred(f)
	wrong := make([]error, len(list.Items))
	slots := make(chan struct{}, dialAtOnce)
	var asked sync.WaitGroup
	for i := range list.Items {
		n := &list.Items[i]
		if n.Metadata.Name == here && !own {
			continue
		}
		slots <- struct{}{}
		asked.Go(func() {
			_, wrong[i] = served(ctx, n, types, roots, nil)
			<-slots
		})
	}
	asked.Wait()
	wrong = slices.DeleteFunc(wrong, func(err error) bool { return err == nil })
	switch len(wrong) {
	case 0:
		return nil
	case 1:
		return wrong[0]
	}
	return message.Errorf("%w; and %d other nodes", wrong[0], len(wrong)-1)
}

// served gives the certificate with which the kubelet of a node serves, once it is
// verified as the API server will. process has to hold the connection where the
// kubelet is that of this node.
func served(ctx context.Context, n *nodeObject, types []string, roots *x509.CertPool, process *health.Process) (*x509.Certificate, error) {
	name, at := n.called(types)
	port := n.Status.Endpoints.Kubelet.Port
	if name == "" || at == "" || port == 0 {
		return nil, message.Errorf("node %s does not say where its kubelet can be reached", n.Metadata.Name)
	}
	address := net.JoinHostPort(at, strconv.Itoa(port))
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	var conn net.Conn
	var err error
	if process != nil {
		conn, err = health.Dial(ctx, &url.URL{Scheme: "https", Host: address}, *process)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, message.Errorf("the kubelet of node %s cannot be reached at %s: %w", n.Metadata.Name, address, err)
	}
	defer conn.Close()
	client := tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: name, MinVersion: tls.VersionTLS12})
	if err := client.HandshakeContext(ctx); err != nil {
		return nil, message.Errorf("the kubelet of node %s, at %s, does not serve with a certificate that the API server could verify: %w", n.Metadata.Name, address, err)
	}
	return client.ConnectionState().PeerCertificates[0], nil
}

// identityOf is what a Node object and this machine agree on: the kubelet itself writes
// the one, and who has its credential could write there what he wants.
func identityOf(n *nodeObject) (identity, error) {
	own := identity{name: n.Metadata.Name}
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return own, err
	}
	hostname, _ := os.Hostname() // the name of the node is left
	for _, a := range n.Status.Addresses {
		if address, err := netip.ParseAddr(a.Address); err == nil {
			here := func(i net.Addr) bool {
				prefix, err := netip.ParsePrefix(i.String())
				return err == nil && prefix.Addr().Unmap() == address.Unmap()
			}
			if slices.ContainsFunc(interfaces, here) && !address.IsLoopback() {
				own.addresses = append(own.addresses, address.Unmap())
			}
		} else if a.Address == own.name || strings.EqualFold(a.Address, hostname) {
			own.hostnames = append(own.hostnames, a.Address)
		}
	}
	return own, nil
}
