package fixers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"harden/agent/facts"
)

// authorities makes the certificate of an authority, in PEM, and what it signs: serving
// certificates from one time to another.
func authorities(t *testing.T) (ca string, sign func(from, to time.Time) string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(der []byte, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubernetes"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-10000 * time.Hour), NotAfter: time.Now().Add(90000 * time.Hour), KeyUsage: x509.KeyUsageCertSign}
	return encode(x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)), func(from, to time.Time) string {
		leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "system:node:n1"}, NotBefore: from, NotAfter: to, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
		return encode(x509.CreateCertificate(rand.Reader, leaf, root, key.Public(), key))
	}
}

func TestKubeletServingCertificate(t *testing.T) {
	const config, ca = "/var/lib/kubelet/config.yaml", "/etc/kubernetes/pki/ca.crt"
	const current, made = "/var/lib/kubelet/pki/kubelet-server-current.pem", "/var/lib/kubelet/pki/kubelet.crt"
	authority, sign := authorities(t)
	other, _ := authorities(t)
	now := time.Now()
	year := 8760 * time.Hour
	good := sign(now.Add(-year/2), now.Add(year/2))
	rule := func(enabled string) Fixer { return &KubeletServingCertificate{CA: ca, Enabled: enabled} }
	const plain, bootstraps = "kind: KubeletConfiguration\n", "serverTLSBootstrap: true\n"
	node := func(files tree, live bool, components ...string) Node {
		f := &facts.Facts{Live: live, Platform: facts.Kubeadm, Kubelet: &facts.Kubelet{Config: config}, Components: map[string]*facts.Component{}}
		for _, name := range components {
			f.Components[name] = &facts.Component{Name: name}
		}
		return tree{ca: authority}.and(files).node(t, f)
	}
	byFlag := node(tree{config: plain}, true)
	byFlag.Facts.Kubelet.Flags = map[string]string{"tls-cert-file": "/own.crt"}
	runRequirements(t, []requirementRow{
		{"off", rule("off"), node(tree{config: plain}, true), []string{"not-applicable: harden applies this rule only with --set kubelet-serving-certificate=on…"}},
		{"on, on a control plane", rule("on"), node(tree{config: plain}, true, "kube-apiserver"),
			[]string{"file:" + config + " yaml:serverTLSBootstrap exact true {restart:kubelet.service} {approve-certificate:" + ca + "}"}},
		{"on, on a worker", rule("on"), node(tree{config: plain}, true),
			[]string{"file:" + config + " yaml:serverTLSBootstrap exact true {restart:kubelet.service} {await-certificate:" + ca + "}"}},
		{"on, without an authority", rule("on"), tree{config: plain}.node(t, &facts.Facts{Live: true, Kubelet: &facts.Kubelet{Config: config}}), []string{"error: cannot look at /etc/kubernetes/pki/ca.crt: no such file or directory"}},
		{"on, below --root", rule("on"), node(tree{config: plain}, false), []string{"blocked: the kubelet requests its certificate when it is restarted…"}},
		{"the site's own", rule("on"), node(tree{config: "tlsCertFile: /own.crt\n", "/own.crt": good}, true), []string{"compliant: the kubelet serves with /own.crt, which " + ca + " has signed"}},
		{"the site's own, of another authority", rule("on"), node(tree{config: "tlsCertFile: /own.crt\n", "/own.crt": other}, true), []string{"blocked: the kubelet is configured with /own.crt, and harden does not replace it…"}},
		{"the site's own, and nothing is asked", rule("off"), node(tree{config: "tlsCertFile: /own.crt\n", "/own.crt": other}, true), []string{"not-applicable: the kubelet is configured with a certificate of the site's own, /own.crt"}},
		{"the site's own by a flag that names nothing", rule("on"), byFlag, []string{"blocked: the kubelet is configured with /own.crt…"}},
		{"it has one", rule("off"), node(tree{config: bootstraps, current: good}, true), []string{"compliant: the kubelet serves with a certificate that " + ca + " has signed, and renews it"}},
		{"it waits for one", rule("on"), node(tree{config: bootstraps}, true, "kube-apiserver"),
			[]string{"unit:kubelet.service serving exact current {restart:kubelet.service} {approve-certificate:" + ca + "}"}},
		{"it waits for one, and nobody here approves", rule("off"), node(tree{config: bootstraps}, true), []string{"blocked: the kubelet has no serving certificate, …"}},
		{"its renewal was not approved", rule("off"), node(tree{config: bootstraps, current: sign(now.Add(-year), now.Add(year/20))}, true), []string{"blocked: the certificate of the kubelet (" + current + ") expires at…"}},
		{"it is expired", rule("off"), node(tree{config: bootstraps, current: sign(now.Add(-year), now.Add(-time.Hour))}, true), []string{"blocked: the certificate of the kubelet (" + current + ") is not one that the API server can verify: x509: certificate has expired…"}},
		{"it will be renewed in time", rule("off"), node(tree{config: bootstraps, current: sign(now.Add(-year), now.Add(year/2))}, true), []string{"compliant…"}},
		{"of another authority", rule("off"), node(tree{config: bootstraps, current: other}, true), []string{"blocked: the certificate of the kubelet (" + current + ") is not one that the API server can verify…"}},
	})
	// What it requested once does not count where it requests none.
	n := node(tree{config: plain, current: good, made: other}, true)
	if file, err := servingCertificate(n, n.Facts.Kubelet); err != nil || file != made {
		t.Errorf("it serves with %s (%v), want %s", file, err, made)
	}
	runChecks(t, []checked{
		{"a relative path", &KubeletServingCertificate{CA: "ca.crt", Enabled: "on"}, `ca "ca.crt" is not absolute and clean`},
		{"neither on nor off", &KubeletServingCertificate{CA: ca, Enabled: "yes"}, `"yes" is neither "on" nor "off"`},
	})
}

// TestServedCertificateIsJudged: with judged, what proves nothing is open whatever the site chose.
func TestServedCertificateIsJudged(t *testing.T) {
	const config, ca, made = "/var/lib/kubelet/config.yaml", "/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/pki/kubelet.crt"
	const current = "/var/lib/kubelet/pki/kubelet-server-current.pem"
	authority, sign := authorities(t)
	self, _ := authorities(t)
	now, year := time.Now(), 8760*time.Hour
	good, expired := sign(now.Add(-year/2), now.Add(year/2)), sign(now.Add(-year), now.Add(-time.Hour))
	const plain, bootstraps, own = "kind: KubeletConfiguration\n", "serverTLSBootstrap: true\n", "tlsCertFile: /own.crt\ntlsPrivateKeyFile: /own.key\n"
	node := func(files tree, kubelet facts.Kubelet) Node {
		kubelet.Config = config
		return tree{ca: authority}.and(files).node(t, &facts.Facts{Live: true, Platform: facts.Kubeadm, Kubelet: &kubelet})
	}
	flags := func(flags map[string]string) facts.Kubelet { return facts.Kubelet{Flags: flags} }
	running := func(argv ...string) facts.Kubelet {
		return facts.Kubelet{Running: true, PID: 571, Argv: append([]string{"kubelet", "--config=" + config}, argv...), UnitArgv: []string{"kubelet", "--config=" + config}, Flags: map[string]string{"config": config}}
	}
	rule := func(enabled string) Fixer { return &KubeletServingCertificate{CA: ca, Enabled: enabled, Judged: true} }
	given := flags(map[string]string{"tls-cert-file": "/own.crt", "tls-private-key-file": "/own.key"})
	behind := running()
	behind.Argv = []string{"kubelet", "--config=/etc/kubelet.yaml"}
	runRequirements(t, []requirementRow{
		{"made by itself", rule("off"), node(tree{config: plain, made: self}, facts.Kubelet{}), []string{"blocked: the kubelet serves with a certificate that proves nothing: x509: certificate signed by unknown authority…"}},
		{"not made yet", rule("off"), node(tree{config: plain}, facts.Kubelet{}), []string{"blocked: the kubelet serves with a certificate that proves nothing…"}},
		{"made by itself, and it is to request one", rule("on"), node(tree{config: plain, made: self}, facts.Kubelet{}),
			[]string{"file:" + config + " yaml:serverTLSBootstrap exact true {restart:kubelet.service} {await-certificate:" + ca + "}"}},
		{"put where it would make one", rule("off"), node(tree{config: plain, made: good}, facts.Kubelet{}), []string{"compliant: the kubelet serves with " + made + ", which " + ca + " has signed"}},
		{"in another directory", rule("off"), node(tree{config: plain, made: self, "/srv/pki/kubelet.crt": good}, flags(map[string]string{"cert-dir": "/srv/pki"})), []string{"compliant: the kubelet serves with /srv/pki/kubelet.crt…"}},
		{"requested", rule("off"), node(tree{config: bootstraps, current: good}, facts.Kubelet{}), []string{"compliant: the kubelet serves with a certificate that " + ca + " has signed, and renews it"}},
		{"requested by the flag", rule("off"), node(tree{config: plain, current: good}, flags(map[string]string{"rotate-server-certificates": "true"})), []string{"compliant…"}},
		{"requested, and expired", rule("off"), node(tree{config: bootstraps, current: expired}, facts.Kubelet{}), []string{"blocked: the certificate of the kubelet (" + current + ") is not one that the API server can verify…"}},
		{"requested, and nobody approved", rule("off"), node(tree{config: bootstraps}, facts.Kubelet{}), []string{"blocked: the kubelet has no serving certificate, …"}},
		{"requested long ago, and no more", rule("off"), node(tree{config: plain, current: good, made: self}, facts.Kubelet{}), []string{"blocked: the kubelet serves with a certificate that proves nothing…"}},
		{"given in files", rule("off"), node(tree{config: own, "/own.crt": good}, facts.Kubelet{}), []string{"compliant: the kubelet serves with /own.crt, which " + ca + " has signed"}},
		{"given by flags", rule("off"), node(tree{config: plain, "/own.crt": good}, given), []string{"compliant: the kubelet serves with /own.crt…"}},
		{"given without a key", rule("off"), node(tree{config: "tlsCertFile: /own.crt\n", "/own.crt": good}, facts.Kubelet{}), []string{"blocked: the kubelet is configured with /own.crt but without its key…"}},
		{"given, of nobody", rule("off"), node(tree{config: own, "/own.crt": self}, facts.Kubelet{}), []string{"blocked: the kubelet is configured with /own.crt, and harden does not replace it: x509: certificate signed by unknown authority…"}},
		{"given, and expired", rule("off"), node(tree{config: own, "/own.crt": expired}, facts.Kubelet{}), []string{"blocked: the kubelet is configured with /own.crt, and harden does not replace it: x509: certificate has expired…"}},
		{"given, and not there", rule("off"), node(tree{config: own}, facts.Kubelet{}), []string{"blocked: the kubelet is configured with /own.crt, and harden does not replace it: cannot look at /own.crt…"}},
		{"given, and one was requested, which comes first", rule("off"), node(tree{config: own + bootstraps, "/own.crt": good, current: expired}, facts.Kubelet{}), []string{"blocked: the certificate of the kubelet (" + current + ")…"}},
		{"given until one is approved", rule("off"), node(tree{config: own + bootstraps, "/own.crt": good}, facts.Kubelet{}), []string{"compliant: the kubelet serves with /own.crt…"}},
		{"no certificate in the file", rule("off"), node(tree{config: own, "/own.crt": "nothing"}, facts.Kubelet{}), []string{"blocked: the kubelet is configured with /own.crt, and harden does not replace it: /own.crt holds no certificate…"}},
		{"no authority here", rule("off"), tree{config: plain, made: self}.node(t, &facts.Facts{Kubelet: &facts.Kubelet{Config: config}}), []string{"blocked: the kubelet serves with a certificate that proves nothing: cannot look at " + ca + "…"}},
		{"not joined", rule("off"), node(tree{}, facts.Kubelet{}), []string{"not-applicable: " + config + " does not exist: this node has not joined a cluster yet"}},
		{"the configuration is not known", rule("off"), node(tree{config: bootstraps, current: good}, facts.Kubelet{ConfigUnknown: errors.New("cannot read it")}), []string{"error: the configuration of the kubelet is not known: cannot read it"}},
		{"the process has a file that nothing says", rule("off"), node(tree{config: bootstraps, current: good}, running("--tls-cert-file=/x.crt")), []string{"blocked: process 571 runs with --tls-cert-file=/x.crt, which no unit or environment file sets…"}},
		{"the process reads another file", rule("off"), node(tree{config: bootstraps, current: good}, behind), []string{"unit:kubelet.service process exact current {restart:kubelet.service}"}},
	})
}

// The flag waits for a certificate, or comes with it.
func TestKubeletServingCAComesWithTheCertificate(t *testing.T) {
	const ca = "/etc/kubernetes/pki/ca.crt"
	authority, _ := authorities(t)
	other, _ := authorities(t)
	n := kubeadm.and(static()).and(tree{ca: authority, "/var/lib/kubelet/pki/kubelet.crt": other}).collected(t)
	lines := func(certificate string) string {
		return strings.Join(requirementLines((&KubeletServingCA{CA: ca, Certificate: certificate}).Require("r", n)), "\n")
	}
	if got := lines("off"); !strings.HasPrefix(got, "blocked: the kubelet has no serving certificate signed by "+ca) || !strings.Contains(got, "--set kubelet-serving-certificate=on") {
		t.Errorf("off: %s", got)
	}
	if got, want := lines("on"), "file:"+apiServerManifest+" flag:--kubelet-certificate-authority exact "+ca+" {roll:kube-apiserver}"; got != want {
		t.Errorf("on: %s, want %s", got, want)
	}
}
