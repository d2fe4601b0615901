package rke2standin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	text        string // its certificate in PEM
}

// leaf is a certificate that RKE2 makes, and where it lies below the data directory.
type leaf struct{ path, by, name, organisation string }

// leaves are the certificates of a server, with those that sign them.
var leaves = []leaf{
	{"server/tls/client-admin", "server/tls/client-ca", "system:admin", "system:masters"},
	{"server/tls/client-controller", "server/tls/client-ca", "system:kube-controller-manager", ""},
	{"server/tls/client-scheduler", "server/tls/client-ca", "system:kube-scheduler", ""},
	{"server/tls/client-kube-apiserver", "server/tls/client-ca", "system:apiserver", "system:masters"},
	{"server/tls/client-auth-proxy", "server/tls/request-header-ca", "system:auth-proxy", ""},
	{"server/tls/serving-kube-apiserver", "server/tls/server-ca", "kube-apiserver", ""},
	{"server/tls/etcd/client", "server/tls/etcd/server-ca", "etcd-client", ""},
	{"server/tls/etcd/server-client", "server/tls/etcd/server-ca", "etcd-server", ""},
	{"server/tls/etcd/peer-server-client", "server/tls/etcd/peer-ca", "etcd-peer", ""},
	{"agent/client-kubelet", "server/tls/client-ca", "system:node:", "system:nodes"},
	{"agent/client-kube-proxy", "server/tls/client-ca", "system:kube-proxy", ""},
	{"agent/serving-kubelet", "server/tls/server-ca", "kubelet", ""},
}

// certificates makes the certificates that are not there yet: all at the first start.
func (s start) certificates() error {
	if _, err := os.Stat(filepath.Join(s.Root, s.server("tls/client-ca.crt"))); err == nil {
		return nil
	}
	signers := map[string]*authority{}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	for _, name := range []string{"server/tls/client-ca", "server/tls/server-ca", "server/tls/request-header-ca", "server/tls/etcd/server-ca", "server/tls/etcd/peer-ca"} {
		ca, err := newCertificate(nil, leaf{name: filepath.Base(name)}, host)
		if err != nil {
			return err
		}
		signers[name] = ca
		if err := s.pair(name, ca); err != nil {
			return err
		}
	}
	for _, l := range leaves {
		if l.name == "system:node:" {
			l.name += strings.ToLower(host)
		}
		made, err := newCertificate(signers[l.by], l, host)
		if err != nil {
			return err
		}
		if err := s.pair(l.path, made); err != nil {
			return err
		}
	}
	if err := s.file(s.agent("client-ca.crt"), signers["server/tls/client-ca"].text, 0o644); err != nil {
		return err
	}
	service, err := newKey()
	if err != nil {
		return err
	}
	for _, name := range []string{"service.key", "service.current.key"} {
		if err := s.file(s.server("tls/"+name), service, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s start) pair(name string, a *authority) error {
	der, err := x509.MarshalECPrivateKey(a.key)
	if err != nil {
		return err
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	if err := s.file(filepath.Join(s.data, name+".crt"), a.text, 0o644); err != nil {
		return err
	}
	return s.file(filepath.Join(s.data, name+".key"), key, 0o600)
}

func newKey() (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), nil
}

// newCertificate makes one that another has signed, or without one an authority.
func newCertificate(by *authority, l leaf, host string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: l.name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), BasicConstraintsValid: true}
	if l.organisation != "" {
		template.Subject.Organization = []string{l.organisation}
	}
	a := &authority{key: key}
	if by == nil {
		template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
		by = &authority{certificate: template, key: key}
	} else {
		template.KeyUsage = x509.KeyUsageDigitalSignature
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
		template.DNSNames = []string{"localhost", strings.ToLower(host), "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.IPv4(10, 43, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	if err != nil {
		return nil, err
	}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	a.text = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return a, nil
}
