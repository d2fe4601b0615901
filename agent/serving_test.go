package agent_test

import (
	"context"
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

	"harden/agent"
	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/node"
)

// fakeCertifier stands for what approves the request of this node's kubelet, and for
// the other kubelets of the cluster.
type fakeCertifier struct {
	n          *testNode
	unverified error  // of another kubelet
	refused    error  // of the request
	serves     string // what is written as the kubelet's certificate where it is approved
	approves   []bool // as it was asked
}

const (
	servingFile = "/var/lib/kubelet/pki/kubelet-server-current.pem"
	servingRule = "kubelet-serving-certificate"
	servedRule  = "kubelet-served-certificate" // asks for the same, and judges where nobody asks
	verifyRule  = "apiserver-kubelet-certificate-authority"
)

func (c *fakeCertifier) Unverified(context.Context, *facts.Facts, string, bool) error {
	return c.unverified
}

func (c *fakeCertifier) Certify(_ context.Context, _ *facts.Facts, _ string, approve bool) (func(context.Context) error, error) {
	c.approves = append(c.approves, approve)
	return func(context.Context) error {
		time.Sleep(3 * time.Second) // within which the controller manager signs
		if strings.Contains(c.n.read(apiManifest), "--kubelet-certificate-authority") {
			c.n.Error("the API server verifies the kubelet before it has its certificate")
		}
		if c.refused == nil {
			c.n.write(servingFile, c.serves, 0o600)
		}
		return c.refused
	}, nil
}

// certified makes an authority, and a certificate that it has signed, in PEM.
func certified(t *testing.T) (ca, leaf string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := func(template, parent *x509.Certificate) string {
		template.NotBefore, template.NotAfter = time.Unix(0, 0), time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubernetes"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	ca = made(root, root)
	return ca, made(&x509.Certificate{SerialNumber: big.NewInt(2), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, root)
}

// TestServingCertificate has the kubelet request its certificate and the API server verify
// it, in one run and in this order; what is refused is put back.
func TestServingCertificate(t *testing.T) {
	profile := strings.Replace(rulesOf(servingRule+", "+servedRule+", "+verifyRule), "controls:", "set: {kubelet-serving-certificate: \"on\"}\ncontrols:", 1)
	ca, leaf := certified(t)
	manifests := map[string]string{apiManifest: podManifest("kube-apiserver",
		"    command:\n    - kube-apiserver\n    - --secure-port=0\n    volumeMounts: [{name: pki, mountPath: /etc/kubernetes/pki, readOnly: true}]\n", "") +
		"  volumes: [{name: pki, hostPath: {path: /etc/kubernetes/pki}}]\n"}
	with := func(name string, c *fakeCertifier, test func(n *testNode, k *fakeKubelet, a func(string) *agent.Agent)) {
		t.Run(name, func(t *testing.T) {
			withPods(t, manifests, func(n *testNode, k *fakeKubelet) {
				n.write("/etc/kubernetes/pki/ca.crt", ca, 0o644)
				c.n, c.serves = n, leaf
				test(n, k, func(profile string) *agent.Agent {
					a := k.agent(profile, nil)
					collect := a.Collect
					a.Kubelets, a.Collect = c, func() (*facts.Facts, error) {
						f, err := collect()
						if err == nil {
							f.Live = true
						}
						return f, err
					}
					return a
				})
			})
		})
	}
	approved := &fakeCertifier{}
	with("approved", approved, func(n *testNode, k *fakeKubelet, a func(string) *agent.Agent) {
		before := n.snapshot()
		result, err := n.apply(a(profile))
		n.ok(err)
		n.equal([]string{"file:" + kubeletConfig, "file:" + apiManifest}, targets(result.Plan))
		n.equal([]bool{true}, approved.approves)
		n.equal(1, k.pods["kube-apiserver"].rolled)
		plan, err := a(profile).Plan(n.Context())
		n.ok(err)
		n.equal([]string{}, targets(plan))
		n.judged(plan, servingRule, change.Compliant, "has signed, and renews it")
		n.judged(plan, verifyRule, change.Compliant, "--kubelet-certificate-authority is /etc/kubernetes/pki/ca.crt")
		_, err = a("").Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		after := n.snapshot()
		kept := 0
		for i := len(after) - 1; i >= 0; i-- { // of the kubelet, which it uses no more
			if strings.HasPrefix(after[i], "var/lib/kubelet/pki") {
				after = append(after[:i], after[i+1:]...)
				kept++
			}
		}
		n.equal(before, after)
		if kept == 0 {
			n.Error("the kubelet's certificate is gone")
		}
	})
	with("kept in kubeadm's record", &fakeCertifier{}, func(n *testNode, k *fakeKubelet, a func(string) *agent.Agent) {
		n.cluster = newCluster()
		result, err := n.apply(a(profile))
		n.ok(err)
		n.equal([]string{"file:" + kubeletConfig, "file:" + apiManifest, string(controlplane.ClusterRecord), string(controlplane.KubeletRecord)}, targets(result.Plan))
		for text, target := range map[string]change.Target{
			"  - name: kubelet-certificate-authority\n    value: /etc/kubernetes/pki/ca.crt\n": controlplane.ClusterRecord,
			"serverTLSBootstrap: true\n": controlplane.KubeletRecord,
		} {
			if !strings.Contains(n.cluster.texts[target], text) {
				n.Errorf("%s has no %q:\n%s", target, text, n.cluster.texts[target])
			}
		}
		_, err = a("").Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.equal(clusterRecord, n.cluster.texts[controlplane.ClusterRecord])
		n.equal(kubeletRecord, n.cluster.texts[controlplane.KubeletRecord])
	})
	with("refused", &fakeCertifier{refused: errors.New("it asks for the address 192.0.2.7")}, func(n *testNode, _ *fakeKubelet, a func(string) *agent.Agent) {
		before := n.snapshot()
		_, err := n.apply(a(profile))
		n.failed(err, node.Undone, "it asks for the address 192.0.2.7", "everything was restored")
		n.equal(before, n.snapshot())
		n.equal(n.read(kubeletConfig), n.running)
	})
	with("another kubelet serves with its own", &fakeCertifier{unverified: errors.New("the kubelet of node w1 serves with its own")}, func(n *testNode, _ *fakeKubelet, a func(string) *agent.Agent) {
		plan, err := a(profile).Plan(n.Context())
		n.ok(err)
		n.judged(plan, verifyRule, change.Blocked, "the kubelet of node w1 serves with its own; apply on that node with --set kubelet-serving-certificate=on first")
		n.judged(plan, servingRule, change.Drift, "serverTLSBootstrap")
		n.equal([]string{"file:" + kubeletConfig}, targets(plan))
	})
	with("a renewal that nobody approved", &fakeCertifier{}, func(n *testNode, _ *fakeKubelet, a func(string) *agent.Agent) {
		n.write(kubeletConfig, n.read(kubeletConfig)+"serverTLSBootstrap: true\n", 0o644)
		n.running = n.read(kubeletConfig)
		plan, err := a(profile).Plan(n.Context())
		n.ok(err)
		n.judged(plan, servingRule, change.Drift, "the kubelet has no serving certificate")
		n.equal([]string{"unit:kubelet.service", "file:" + apiManifest}, targets(plan))
		_, err = n.apply(a(profile))
		n.ok(err)
	})
	with("without a restart", &fakeCertifier{}, func(n *testNode, _ *fakeKubelet, a func(string) *agent.Agent) {
		still := a(profile)
		still.NoRestart = true
		plan, err := still.Plan(n.Context())
		n.ok(err)
		n.judged(plan, servingRule, change.Blocked, "--no-restart forbids that")
		n.equal([]string{}, targets(plan))
	})
}
