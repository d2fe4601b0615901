package fixers

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"path"
	"time"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// KubeletServingCertificate asks that the kubelet serves with a certificate of the
// cluster's authority, which it requests and renews by itself (serverTLSBootstrap).
// Somebody has to approve each request, so it is only switched on where the operator
// says so; what is switched on already is judged in any case.
type KubeletServingCertificate struct {
	CA      string `yaml:"ca"`      // required; the authority, such as "/etc/kubernetes/pki/ca.crt"
	Enabled string `yaml:"enabled"` // required; "on" or "off"
	// Judged is set where a certificate that the authority has not signed is open, and not only
	// where Enabled is "on".
	Judged bool `yaml:"judged"`
}

// The values of Enabled.
const (
	servingOn  = "on"
	servingOff = "off"
)

// bootstrap is the setting of the kubelet that has it request its certificate.
var bootstrap = KubeletSetting{Setting: Setting{Field: "serverTLSBootstrap", Op: change.Exact, Value: true, Default: false}, Flag: "--rotate-server-certificates"}

// Check implements Fixer.
func (f *KubeletServingCertificate) Check() error {
	if !path.IsAbs(f.CA) || path.Clean(f.CA) != f.CA {
		return message.Errorf("ca %q is not absolute and clean", f.CA)
	}
	return checkOnOff(f.Enabled)
}

func checkOnOff(value string) error {
	if value != servingOn && value != servingOff {
		return message.Errorf("%q is neither \"on\" nor \"off\"", value)
	}
	return nil
}

// KubeletSetting implements Configuring.
func (f *KubeletServingCertificate) KubeletSetting() (field, flag string) {
	return bootstrap.Field, bootstrap.Flag
}

// Restarts implements Restarting.
func (f *KubeletServingCertificate) Restarts() []change.Effect { return bootstrap.Restarts() }

// Phase implements Phased: a request needs an API server.
func (f *KubeletServingCertificate) Phase() Phase {
	if f.Enabled == servingOff {
		return Host
	}
	return Cluster
}

// Require implements Fixer.
func (f *KubeletServingCertificate) Require(rule string, n Node) Requirement {
	k := n.Facts.Kubelet
	switch {
	case k == nil:
		return notApplicable("no kubelet is installed on this node")
	case n.Facts.Rancher != nil:
		return notApplicable("%s itself gives its kubelets certificates that the cluster signed", n.Facts.Platform)
	}
	if f.Judged {
		if req, unclear := f.unclear(n, k); unclear {
			return req
		}
	}
	switch own := ownCertificate(n, k); {
	case own != "":
		return f.runs(rule, k, f.judgeOwn(n, k, own))
	case requestsCertificate(n, k):
		return f.runs(rule, k, f.judgeRequested(rule, n, k))
	case f.Enabled == servingOff && f.Judged:
		return f.runs(rule, k, f.judgeMade(n, k))
	case f.Enabled == servingOff:
		return notApplicable("harden applies this rule only with --set kubelet-serving-certificate=on, because each kubelet then requests a new certificate about once a year, and somebody has to approve each request")
	case !n.Facts.Live:
		return blocked("the kubelet requests its certificate when it is restarted: apply it on the running node, not below --root")
	}
	if _, err := certificatesIn(n, f.CA, Place{NamedByRule: true}); err != nil {
		return unread("%v", err)
	}
	req := bootstrap.Require(rule, n)
	for i := range req.Wants {
		if w := &req.Wants[i]; len(w.Effects) > 0 {
			w.Effects = append(w.Effects, f.effect(n))
		}
	}
	return req
}

// effect is how the request of this node is approved: by who may, or by somebody else.
func (f *KubeletServingCertificate) effect(n Node) change.Effect {
	if n.Facts.Components["kube-apiserver"] == nil {
		return change.AwaitServing(f.CA)
	}
	return change.ApproveServing(f.CA)
}

// judgeOwn judges a certificate that the site gives to the kubelet. It is left as it is.
func (f *KubeletServingCertificate) judgeOwn(n Node, k *facts.Kubelet, file string) Requirement {
	switch err := signedBy(n, file, f.CA, Place{Content: Certificates, NamedIn: kubeletFiles(k)}); {
	case err == nil && f.Judged && k.Flags["tls-private-key-file"] == "" && kubeletFile(n, k, "tlsPrivateKeyFile") == "":
		return blocked("the kubelet is configured with %s but without its key (tlsPrivateKeyFile), so it does not start", file)
	case err == nil:
		return Requirement{Status: change.Compliant, Reason: message.New("the kubelet serves with %s, which %s has signed", file, f.CA)}
	case f.Judged:
		return blocked("the kubelet is configured with %s, and harden does not replace it: %v; if another authority has signed it, name that one with --set kubelet-serving-ca=FILE", file, err)
	case f.Enabled == servingOff:
		return notApplicable("the kubelet is configured with a certificate of the site's own, %s", file)
	default:
		return blocked("the kubelet is configured with %s, and harden does not replace it: %v; let %s sign it, or remove tlsCertFile and tlsPrivateKeyFile", file, err, f.CA)
	}
}

// judgeMade judges a certificate that nobody gave to the kubelet. It makes one itself where none
// lies in its directory.
func (f *KubeletServingCertificate) judgeMade(n Node, k *facts.Kubelet) Requirement {
	file, err := servingCertificate(n, k)
	if err == nil {
		err = signedBy(n, file, f.CA, Place{Content: Certificates, NamedIn: kubeletFiles(k)})
	}
	if err != nil {
		return blocked("the kubelet serves with a certificate that proves nothing: %v. With --set kubelet-serving-certificate=on, the kubelet requests a certificate that proves its identity; on a control plane harden approves this first request, on a worker somebody has to approve it; about once a year the kubelet requests a new certificate, and somebody has to approve that request", err)
	}
	return Requirement{Status: change.Compliant, Reason: message.New("the kubelet serves with %s, which %s has signed", file, f.CA)}
}

// runs also asks that the process serves with what was judged, which it reads when it starts.
func (f *KubeletServingCertificate) runs(rule string, k *facts.Kubelet, req Requirement) Requirement {
	if f.Judged && req.Status == change.Compliant && !k.Behind(servingFlags...).IsZero() {
		return Requirement{Wants: []change.Want{currentUnit(rule, KubeletUnit)}}
	}
	return req
}

// servingFlags decide what the kubelet serves with.
var servingFlags = []string{"config", "config-dir", "cert-dir", "tls-cert-file", "tls-private-key-file", "rotate-server-certificates"}

// unclear is the verdict where it cannot be known what the kubelet serves with.
func (f *KubeletServingCertificate) unclear(n Node, k *facts.Kubelet) (req Requirement, unclear bool) {
	if req, unclear := unclearConfig(k); unclear && k.Flags["tls-cert-file"] == "" {
		return req, true
	}
	for _, flag := range servingFlags {
		if value, is := k.Unsaid(flag); is {
			return blocked("process %d runs with --%s=%s, which no unit or environment file sets, so harden does not use this value; set the flag in the kubelet's unit", k.PID, flag, value), true
		}
	}
	if _, err := bootstrap.effectiveFile(n, k); err != nil && k.Config != "" {
		if errors.Is(err, fs.ErrNotExist) {
			return notApplicable("%s does not exist: this node has not joined a cluster yet", k.Config), true
		}
		return unread("%v", err), true
	}
	file, err := servingCertificate(n, k)
	if err == nil {
		err = signedBy(n, file, f.CA, Place{Content: Certificates, NamedIn: kubeletFiles(k)})
	}
	if errors.Is(err, fs.ErrPermission) { // everything else is something to judge
		return failed("%v", message.New(OnlyRootReads, err)), true
	}
	return Requirement{}, false
}

// judgeRequested judges what came of the requests of a kubelet that makes them.
func (f *KubeletServingCertificate) judgeRequested(rule string, n Node, k *facts.Kubelet) Requirement {
	wrong := f.wrong(n, k)
	switch {
	case wrong.IsZero():
		return Requirement{Status: change.Compliant, Reason: message.New("the kubelet serves with a certificate that %s has signed, and renews it", f.CA)}
	case f.Enabled == servingOff || !n.Facts.Live:
		return blocked("%s; on a control plane: kubectl get csr, then kubectl certificate approve NAME", wrong)
	}
	return Requirement{Serving: wrong, Wants: []change.Want{{Rule: rule, Target: change.UnitTarget(KubeletUnit), Field: change.FieldServing, Op: change.Exact,
		Value: change.Current, Effects: []change.Effect{change.RestartUnit(KubeletUnit), f.effect(n)}}}}
}

// wrong says what is wrong with the certificate that the kubelet requests, as far as
// its file tells.
func (f *KubeletServingCertificate) wrong(n Node, k *facts.Kubelet) message.Text {
	file, err := servingCertificate(n, k)
	if err != nil {
		return message.Of(err)
	}
	place := Place{Content: Certificates, NamedIn: kubeletFiles(k)}
	if _, err := n.Files.Exists(file); err != nil {
		return message.New("the kubelet has no serving certificate, so nobody can read logs or run commands in its pods: its request is not approved yet (%v)", err)
	}
	list, err := certificatesIn(n, file, place)
	if err != nil {
		return message.Of(err)
	}
	if err := signedBy(n, file, f.CA, place); err != nil {
		return message.New("the certificate of the kubelet (%s) is not one that the API server can verify: %v", file, err)
	}
	if facts.RenewalDue(list[0], n.now()) {
		return message.New("the certificate of the kubelet (%s) expires at %s, and nobody has approved its renewal", file, list[0].NotAfter.UTC().Format(time.RFC3339))
	}
	return message.Text{}
}

// now is the time by which certificates are judged.
func (n Node) now() time.Time {
	if n.Now == nil {
		return time.Now()
	}
	return n.Now()
}

// ownCertificate is the file that the site has the kubelet serve with, or "". One that
// the kubelet has requested comes first (client-go, util/certificate, FileStore).
func ownCertificate(n Node, k *facts.Kubelet) string {
	if requestsCertificate(n, k) {
		if _, err := n.Files.Link(requestedCertificate(k)); err == nil {
			return ""
		}
	}
	if file := k.Flags["tls-cert-file"]; file != "" {
		return file
	}
	return kubeletFile(n, k, "tlsCertFile")
}

// requestsCertificate tells whether the kubelet requests its serving certificate.
func requestsCertificate(n Node, k *facts.Kubelet) bool {
	if value, given := k.Flags["rotate-server-certificates"]; given {
		return bootstrap.fromFlag(value) == true
	}
	value, _ := kubeletValue(n, k, bootstrap.Field)
	return value == true
}

// signs tells why one of some authorities has not signed a certificate, as a server's.
func signs(authorities []*x509.Certificate, c *x509.Certificate, now time.Time) error {
	roots := x509.NewCertPool()
	for _, a := range authorities {
		roots.AddCert(a)
	}
	_, err := c.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, CurrentTime: now})
	return err
}
