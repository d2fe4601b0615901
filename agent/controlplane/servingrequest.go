package controlplane

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"slices"
	"strings"
	"time"

	"harden/agent/message"
)

// servingSigner signs what kubelets serve with. It signs whatever is approved that has
// the form of a kubelet's request, for any name and address (k8s.io/kubernetes,
// pkg/controller/certificates/signer): who approves has to look.
const servingSigner = "kubernetes.io/kubelet-serving"

// nodesGroup is the group of all kubelets.
const nodesGroup = "system:nodes"

// servingUsages are what the signer allows: the second where the key is not one of RSA.
var servingUsages = [][]string{{"digital signature", "key encipherment", "server auth"}, {"digital signature", "server auth"}}

// servingRequest is the part of a CertificateSigningRequest that is read.
type servingRequest struct {
	Metadata struct {
		Name              string    `json:"name"`
		ResourceVersion   string    `json:"resourceVersion"`
		CreationTimestamp time.Time `json:"creationTimestamp"`
	} `json:"metadata"`
	Spec struct {
		Request    []byte   `json:"request"` // in PEM
		SignerName string   `json:"signerName"`
		Username   string   `json:"username"` // of who made it, as the API server has seen him
		Groups     []string `json:"groups"`
		Usages     []string `json:"usages"`
	} `json:"spec"`
	Status struct {
		Conditions []struct {
			Type string `json:"type"` // Approved, Denied or Failed
		} `json:"conditions"`
	} `json:"status"`
}

// has tells whether a request has a condition.
func (r *servingRequest) has(condition string) bool {
	for _, c := range r.Status.Conditions {
		if c.Type == condition {
			return true
		}
	}
	return false
}

// identity is what this node is, and so what a certificate of its kubelet may say.
type identity struct {
	name      string // of its Node object
	hostnames []string
	addresses []netip.Addr
}

// user is as whom the kubelet of this node comes.
func (i identity) user() string { return "system:node:" + i.name }

// verify tells why a request is not one that this node's kubelet makes for itself, and
// gives the public key that it is about.
func (r *servingRequest) verify(own identity) (key []byte, err error) {
	spec := r.Spec
	switch {
	case spec.SignerName != servingSigner:
		return nil, message.Errorf("its signer is %s, not %s", spec.SignerName, servingSigner)
	case spec.Username != own.user() || !slices.Contains(spec.Groups, nodesGroup):
		return nil, message.Errorf("it was made by %s, not by %s of the group %s", spec.Username, own.user(), nodesGroup)
	}
	usages := slices.Sorted(slices.Values(spec.Usages))
	if !slices.ContainsFunc(servingUsages, func(allowed []string) bool { return slices.Equal(allowed, usages) }) {
		return nil, message.Errorf("its usages are %s, not those of a server", strings.Join(usages, ", "))
	}
	block, rest := pem.Decode(spec.Request)
	if block == nil || block.Type != "CERTIFICATE REQUEST" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, message.Errorf("it holds no certificate request, or more than one")
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err == nil {
		err = csr.CheckSignature()
	}
	if err != nil {
		return nil, message.Errorf("it is not signed with the key that it contains: %v", err)
	}
	subject := csr.Subject
	if subject.CommonName != own.user() || !slices.Equal(subject.Organization, []string{nodesGroup}) || len(subject.Names) != 2 {
		return nil, message.Errorf("its subject is %s, not that of this node", subject.CommonName)
	}
	return csr.RawSubjectPublicKeyInfo, verifyNames(csr, own)
}

// subjectAltName is the only extension that a kubelet asks for (RFC 5280, 4.2.1.6).
const subjectAltName = "2.5.29.17"

// verifyNames tells for which names or addresses a request asks that are not this
// node's.
func verifyNames(csr *x509.CertificateRequest, own identity) error {
	if len(csr.EmailAddresses)+len(csr.URIs) > 0 || len(csr.IPAddresses) == 0 {
		return message.Errorf("it asks for more than names and addresses, or for no address")
	}
	for _, e := range csr.Extensions {
		if e.Id.String() != subjectAltName {
			return message.Errorf("it asks for the extension %s", e.Id.String())
		}
	}
	for _, name := range csr.DNSNames {
		if !slices.Contains(own.hostnames, name) {
			return message.Errorf("it asks for the name %s, which is not one of this node", name)
		}
	}
	for _, ip := range csr.IPAddresses {
		if address, ok := netip.AddrFromSlice(ip); !ok || !slices.Contains(own.addresses, address.Unmap()) {
			return message.Errorf("it asks for the address %s, which is not one of this node", ip)
		}
	}
	return nil
}
