package fixers

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"path"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// KubeletServingCA asks that the API server verifies the certificates that
// kubelets serve with. It is only written once this node's kubelet serves
// with one that the authority signed, or is given one in the same run: before, logs
// and exec would stop. The planner asks the kubelets of the other nodes.
type KubeletServingCA struct {
	CA string `yaml:"ca"` // required; such as "/etc/kubernetes/pki/ca.crt"
	// Certificate is "on" where this node's kubelet is given a certificate by a rule
	// that this one needs; otherwise "off", or empty.
	Certificate string `yaml:"certificate"`
}

// Verifies implements Verifying.
func (f *KubeletServingCA) Verifies() string { return f.CA }

const maxCertificate = 1 << 20 // bytes

// Check implements Fixer.
func (f *KubeletServingCA) Check() error {
	if !path.IsAbs(f.CA) || path.Clean(f.CA) != f.CA {
		return message.Errorf("ca %q is not absolute and clean", f.CA)
	}
	if f.Certificate == "" {
		return nil
	}
	return checkOnOff(f.Certificate)
}

// Require implements Fixer.
func (f *KubeletServingCA) Require(rule string, n Node) Requirement {
	c, req := component(n, "kube-apiserver")
	if c == nil {
		return req
	}
	given, _ := c.Flag("kubelet-certificate-authority")
	own := n.Facts.Rancher != nil && given == path.Join(n.Facts.Rancher.DataDir, "server/tls/server-ca.crt") // which signs the kubelets' there
	if given == f.CA || own {
		return Requirement{Status: change.Compliant, Reason: message.New("--kubelet-certificate-authority is %s", given)}
	}
	k := n.Facts.Kubelet
	if k == nil {
		return blocked("no kubelet is installed on this node, so its serving certificate cannot be checked")
	}
	if f.Certificate != servingOn {
		file, err := servingCertificate(n, k)
		if err == nil {
			err = signedBy(n, file, f.CA, Place{Content: Certificates, NamedIn: kubeletFiles(k)})
		}
		if err != nil {
			return blocked("the kubelet has no serving certificate signed by %s (%v); with this setting the API server could not reach the kubelet. With --set kubelet-serving-certificate=on, the kubelet requests such a certificate, and harden approves this first request; about once a year the kubelet requests a new certificate, and somebody has to approve that request. Apply with this parameter on every other node first, and on this node last", f.CA, err)
		}
	}
	return Requirement{Wants: []change.Want{{Rule: rule, Target: change.FileTarget(c.Manifest), Field: "flag:--kubelet-certificate-authority", Op: change.Exact,
		Value: f.CA, Effects: []change.Effect{change.RollPod(c.Name)}}}}
}

// servingCertificate finds the file that the kubelet serves with: the one that
// its flag or its configuration names, the one it requests and renews by itself, or
// the one it made itself. One that it requested once is used no more when it is told
// to request none.
func servingCertificate(n Node, k *facts.Kubelet) (string, error) {
	if file := ownCertificate(n, k); file != "" {
		return file, nil
	}
	dir := certDir(k)
	if !requestsCertificate(n, k) {
		return path.Join(dir, "kubelet.crt"), nil
	}
	current := requestedCertificate(k)
	target, err := n.Files.Link(current)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return current, nil
	case err != nil:
		return "", err
	case target == "":
		return current, nil
	case path.IsAbs(target):
		return target, nil
	}
	return path.Join(dir, target), nil
}

// certDir is where the kubelet keeps certificates.
func certDir(k *facts.Kubelet) string { return cmp.Or(k.Flags["cert-dir"], "/var/lib/kubelet/pki") }

// requestedCertificate is the link to the newest one that the kubelet was given on request.
func requestedCertificate(k *facts.Kubelet) string {
	return path.Join(certDir(k), "kubelet-server-current.pem")
}

// signedBy tells why the certificate in a file, which lies at a place, is not
// signed by an authority.
func signedBy(n Node, file, ca string, place Place) error {
	certificates, err := certificatesIn(n, file, place)
	if err != nil {
		return err
	}
	authorities, err := certificatesIn(n, ca, Place{NamedByRule: true})
	if err != nil {
		return err
	}
	return signs(authorities, certificates[0], n.now())
}

func certificatesIn(n Node, file string, place Place) ([]*x509.Certificate, error) {
	data, err := n.read(file, place, maxCertificate)
	if err != nil {
		return nil, err
	}
	var list []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, message.Errorf("%s: %w", file, err)
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, message.Errorf("%s holds no certificate", file)
	}
	return list, nil
}
