package controlplane

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// newKey makes a key of a kubelet.
func newKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// kubeletRequest is what the kubelet of node n1 asks for, as its certificate manager
// makes it.
func kubeletRequest(addresses ...string) *x509.CertificateRequest {
	r := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "system:node:n1", Organization: []string{"system:nodes"}}, DNSNames: []string{"n1"}}
	for _, a := range addresses {
		r.IPAddresses = append(r.IPAddresses, net.ParseIP(a))
	}
	return r
}

// requested is a CertificateSigningRequest as an API server has it.
func requested(t *testing.T, name string, key crypto.Signer, template *x509.CertificateRequest) servingRequest {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	var r servingRequest
	r.Metadata.Name = name
	r.Spec.Request = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	r.Spec.SignerName, r.Spec.Username, r.Spec.Groups = servingSigner, "system:node:n1", []string{"system:nodes", "system:authenticated"}
	r.Spec.Usages = []string{"digital signature", "server auth"}
	return r
}

// Only what this node's kubelet asks for itself is verified.
func TestVerifyRequest(t *testing.T) {
	own := identity{name: "n1", hostnames: []string{"n1"}, addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fd00::1")}}
	template := func(change func(*x509.CertificateRequest)) *x509.CertificateRequest {
		r := kubeletRequest("10.0.0.1")
		change(r)
		return r
	}
	plain := func(*x509.CertificateRequest) {}
	for _, test := range []struct {
		name     string
		template func(*x509.CertificateRequest)
		change   func(*servingRequest)
		want     string // of the error; "": it is verified
	}{
		{"the kubelet's own", plain, nil, ""},
		{"with two addresses", func(r *x509.CertificateRequest) { r.IPAddresses = append(r.IPAddresses, net.ParseIP("fd00::1")) }, nil, ""},
		{"of an RSA key", plain, func(r *servingRequest) {
			r.Spec.Usages = []string{"server auth", "key encipherment", "digital signature"}
		}, ""},
		{"a foreign address", func(r *x509.CertificateRequest) { r.IPAddresses = append(r.IPAddresses, net.ParseIP("10.0.0.2")) }, nil, "the address 10.0.0.2, which is not one of this node"},
		{"the loopback", func(r *x509.CertificateRequest) { r.IPAddresses = append(r.IPAddresses, net.ParseIP("127.0.0.1")) }, nil, "the address 127.0.0.1"},
		{"no address", func(r *x509.CertificateRequest) { r.IPAddresses = nil }, nil, "for no address"},
		{"a foreign name", func(r *x509.CertificateRequest) { r.DNSNames = append(r.DNSNames, "kubernetes.default") }, nil, "the name kubernetes.default, which is not one of this node"},
		{"a wildcard", func(r *x509.CertificateRequest) { r.DNSNames = []string{"*"} }, nil, "the name *"},
		{"a URI", func(r *x509.CertificateRequest) { r.URIs = []*url.URL{{Scheme: "spiffe", Host: "a"}} }, nil, "more than names and addresses"},
		{"an address of mail", func(r *x509.CertificateRequest) { r.EmailAddresses = []string{"a@b"} }, nil, "more than names and addresses"},
		{"another extension", func(r *x509.CertificateRequest) {
			r.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Value: []byte{0x30, 3, 1, 1, 0xff}}}
		}, nil, "the extension 2.5.29.19"},
		{"another node's name", func(r *x509.CertificateRequest) { r.Subject.CommonName = "system:node:n2" }, nil, "its subject is system:node:n2"},
		{"a name that begins alike", func(r *x509.CertificateRequest) { r.Subject.CommonName = "system:node:n11" }, nil, "its subject is"},
		{"another group", func(r *x509.CertificateRequest) { r.Subject.Organization = []string{"system:masters"} }, nil, "its subject is"},
		{"one group more", func(r *x509.CertificateRequest) { r.Subject.Organization = []string{"system:nodes", "system:masters"} }, nil, "its subject is"},
		{"more of a subject", func(r *x509.CertificateRequest) { r.Subject.Country = []string{"XX"} }, nil, "its subject is"},
		{"another signer", plain, func(r *servingRequest) { r.Spec.SignerName = "kubernetes.io/kube-apiserver-client" }, "its signer is kubernetes.io/kube-apiserver-client"},
		{"made by another node", plain, func(r *servingRequest) { r.Spec.Username = "system:node:n2" }, "it was made by system:node:n2"},
		{"made outside of the group", plain, func(r *servingRequest) { r.Spec.Groups = []string{"system:authenticated"} }, "it was made by"},
		{"one usage more", plain, func(r *servingRequest) { r.Spec.Usages = append(r.Spec.Usages, "client auth") }, "its usages are client auth, digital signature, server auth"},
		{"one usage twice", plain, func(r *servingRequest) { r.Spec.Usages = append(r.Spec.Usages, "server auth") }, "its usages are"},
		{"one usage less", plain, func(r *servingRequest) { r.Spec.Usages = r.Spec.Usages[:1] }, "its usages are"},
		{"not signed with its key", plain, func(r *servingRequest) {
			block, _ := pem.Decode(r.Spec.Request)
			block.Bytes[len(block.Bytes)-1] ^= 1
			r.Spec.Request = pem.EncodeToMemory(block)
		}, "it is not signed with the key"},
		{"garbage", plain, func(r *servingRequest) { r.Spec.Request = []byte("garbage") }, "it holds no certificate request"},
		{"garbage in the right form", plain, func(r *servingRequest) {
			r.Spec.Request = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: []byte("garbage")})
		}, "it is not signed with the key"},
		{"two in one", plain, func(r *servingRequest) { r.Spec.Request = append(r.Spec.Request, r.Spec.Request...) }, "or more than one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := requested(t, "csr-1", newKey(t), template(test.template))
			if test.change != nil {
				test.change(&r)
			}
			key, err := r.verify(own)
			switch {
			case test.want == "" && (err != nil || len(key) == 0):
				t.Errorf("it is refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("said %v, want %q", err, test.want)
			}
		})
	}
}
