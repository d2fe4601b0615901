//go:build cluster

package cluster_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
	"harden/integration/cluster"
	"harden/integration/sampletree"
	"harden/profiles"
	"harden/systemd"
)

// recordProfile is about a flag that the API server has, and a setting of the kubelet
// that it has not.
const recordProfile = `harden: profile/v1
name: recorded
version: "1"
title: {en: Site, zh: Site}
controls:
  - id: all
    title: {en: All, zh: All}
    rules: [apiserver-profiling, kubelet-pod-pids-limit]
`

const clusterRecord = "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\ncertificatesDir: /etc/kubernetes/pki\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.1\n"

const kubeletRecord = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nrotateCertificates: true\n"

// recordNode is a tree of a node whose API server is a real one.
type recordNode struct {
	*testing.T
	dir   string
	plane *cluster.ControlPlane
	units *systemd.Fake
}

// TestRecord keeps kubeadm's record at a real API server, and takes it back byte for
// byte; it is refused where somebody else wrote it meanwhile, and not written before
// every control plane is known.
func TestRecord(t *testing.T) {
	n := newRecordNode(t)
	n.create("/api/v1/namespaces/kube-system/configmaps", `{"metadata":{"name":"kubeadm-config"},"data":{"ClusterConfiguration":`+quoted(clusterRecord)+`,"other":"stays"}}`)
	n.create("/api/v1/namespaces/kube-system/configmaps", `{"metadata":{"name":"kubelet-config"},"data":{"kubelet":`+quoted(kubeletRecord)+`}}`)
	hostname, _ := os.Hostname()
	n.create("/api/v1/nodes", `{"metadata":{"name":"`+strings.ToLower(hostname)+`","labels":{"node-role.kubernetes.io/control-plane":""}}}`)
	n.lease()

	n.apply()
	if got := n.data("kubeadm-config"); !strings.Contains(got["ClusterConfiguration"], "name: profiling, value: \"false\"") || got["other"] != "stays" {
		t.Errorf("the record is %q", got)
	}
	if got := n.data("kubelet-config")["kubelet"]; got != kubeletRecord+"podPidsLimit: 4096\n" {
		t.Errorf("the kubelets' record is %q", got)
	}
	if f := n.check(); f.Status != change.Compliant {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}

	theirs := strings.Replace(n.data("kubeadm-config")["ClusterConfiguration"], "v1.34.1", "v1.34.2", 1)
	n.patch("kubeadm-config", `{"data":{"ClusterConfiguration":`+quoted(theirs)+`}}`)
	if _, err := n.agent().Rollback(t.Context(), "", agent.RollbackOptions{}); err == nil || !strings.Contains(err.Error(), "object:ConfigMap/kube-system/kubeadm-config") {
		t.Errorf("a rollback over somebody else's change: %v", err)
	}
	n.patch("kubeadm-config", `{"data":{"ClusterConfiguration":`+quoted(strings.Replace(theirs, "v1.34.2", "v1.34.1", 1))+`}}`)
	if _, err := n.agent().Rollback(t.Context(), "", agent.RollbackOptions{}); err != nil {
		t.Error(err)
	}
	if got := n.data("kubeadm-config"); got["ClusterConfiguration"] != clusterRecord || got["other"] != "stays" {
		t.Errorf("put back, the record is %q", got)
	}
	if got := n.data("kubelet-config")["kubelet"]; got != kubeletRecord {
		t.Errorf("put back, the kubelets' record is %q", got)
	}

	n.create("/api/v1/nodes", `{"metadata":{"name":"cp2","labels":{"node-role.kubernetes.io/control-plane":""}}}`)
	if f := n.check(); f.Status != change.Blocked || !strings.Contains(f.Reason.String(), "these numbers should be equal, and are not") {
		t.Errorf("with a second node: %s: %s", f.Status, f.Reason)
	}
	n.create("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases", `{"metadata":{"name":"apiserver-second","labels":{"apiserver.kubernetes.io/identity":"kube-apiserver"}},"spec":{"leaseDurationSeconds":86400,"renewTime":"`+time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")+`"}}`)
	if f := n.check(); f.Status != change.Blocked || !strings.Contains(f.Reason.String(), "the cluster has 2 API servers, and the kubelets report 0") {
		t.Errorf("with a second API server: %s: %s", f.Status, f.Reason)
	}
	n.mirror(strings.ToLower(hostname), "--profiling=false")
	n.mirror("cp2", "--profiling=true")
	if f := n.check(); f.Status != change.Blocked || !strings.Contains(f.Reason.String(), "the kubelet of cp2 does not report its configuration") {
		t.Errorf("with a second control plane: %s: %s", f.Status, f.Reason)
	}
}

func newRecordNode(t *testing.T) *recordNode {
	t.Helper()
	dir := t.TempDir()
	n := &recordNode{T: t, dir: filepath.Join(dir, "node")}
	if err := sampletree.Write(n.dir); err != nil {
		t.Fatal(err)
	}
	ca, pair := n.client()
	caFile := filepath.Join(dir, "ca.crt")
	if err := os.WriteFile(caFile, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	plane, err := cluster.Start(ctx, kubeBinaries(), dir, "--client-ca-file", caFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(plane.Stop)
	n.plane = plane
	n.write("/etc/kubernetes/admin.conf", "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: {server: https://192.0.2.1:6443}}]\n"+
		"contexts: [{name: a, context: {cluster: a, user: a}}]\nusers: [{name: a, user: {client-certificate-data: "+base64.StdEncoding.EncodeToString(pair[0])+", client-key-data: "+base64.StdEncoding.EncodeToString(pair[1])+"}}]\n")
	for _, name := range []string{"etcd", "kube-controller-manager", "kube-scheduler"} {
		if err := os.Remove(filepath.Join(n.dir, "etc/kubernetes/manifests", name+".yaml")); err != nil {
			t.Fatal(err)
		}
	}
	n.write("/etc/kubernetes/manifests/kube-apiserver.yaml", n.pod("kube-apiserver", `},"spec":{"hostNetwork":true`, "--profiling=false"))
	config := "/var/lib/kubelet/config.yaml"
	data, err := os.ReadFile(filepath.Join(n.dir, config))
	if err != nil {
		t.Fatal(err)
	}
	n.write(config, strings.Replace(string(data), "healthzPort: 10248", "healthzPort: 0", 1))
	n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "active", SubState: "running", InvocationID: "00000000000000000000000000000000", Started: time.Now()})
	return n
}

// client makes a CA, and a certificate of an administrator with its key.
func (n *recordNode) client() (ca []byte, pair [2][]byte) {
	n.Helper()
	make := func(name string, groups []string, parent *x509.Certificate, signer *ecdsa.PrivateKey) ([]byte, *x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			n.Fatal(err)
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name, Organization: groups}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: parent == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
		if parent == nil {
			parent, signer = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
		if err != nil {
			n.Fatal(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			n.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), made, key
	}
	ca, parent, signer := make("ca", nil, nil, nil)
	certificate, _, key := make("kubernetes-admin", []string{"system:masters"}, parent, signer)
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		n.Fatal(err)
	}
	return ca, [2][]byte{certificate, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})}
}

func (n *recordNode) write(name, text string) {
	n.Helper()
	if err := os.WriteFile(filepath.Join(n.dir, name), []byte(text), 0o600); err != nil {
		n.Fatal(err)
	}
}

// pod is the API server's, as a manifest and as its mirror.
func (n *recordNode) pod(name, more string, flags ...string) string {
	words, _ := json.Marshal(append([]string{"kube-apiserver", "--secure-port=" + n.plane.Server[strings.LastIndex(n.plane.Server, ":")+1:]}, flags...))
	return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + name + `","namespace":"kube-system"` + more + `,"containers":[{"name":"kube-apiserver","image":"registry.k8s.io/kube-apiserver:v1.34.1","command":` + string(words) + `}]}}` + "\n"
}

// mirror makes the mirror pod of a node's API server.
func (n *recordNode) mirror(on string, flags ...string) {
	n.Helper()
	n.create("/api/v1/namespaces/kube-system/pods", n.pod("kube-apiserver-"+on, `,"labels":{"component":"kube-apiserver","tier":"control-plane"},"annotations":{"kubernetes.io/config.mirror":"`+strings.Repeat("a", 32)+`"}},"spec":{"nodeName":"`+on+`"`, flags...))
}

func (n *recordNode) agent() *agent.Agent {
	n.Helper()
	root, err := host.OpenRoot(n.dir, nil)
	if err != nil {
		n.Fatal(err)
	}
	n.Cleanup(func() { _ = root.Close() })
	p, err := profiles.Load("/site.yaml", nil, profiles.Source{Read: func(string) ([]byte, error) { return []byte(recordProfile), nil }})
	if err != nil {
		n.Fatal(err)
	}
	a := &agent.Agent{Profile: p, Store: node.NewStore(root), Version: "test", Node: &node.Node{Root: root, Timeout: time.Minute, Now: time.Now, Log: func(message.Text) {}}}
	a.Moment = func() (host.Moment, error) { return host.Moment{Boot: "boot"}, nil }
	a.Collect = func() (*facts.Facts, error) {
		f, err := node.Collect(root, nil, facts.Override{}, nil)
		if err == nil {
			f.Kubelet.PID = os.Getpid()
			api := f.Components[controlplane.APIServer]
			api.Running, api.PID, api.Argv = true, n.plane.PID(controlplane.APIServer), api.ManifestArgv
		}
		return f, err
	}
	a.Systemd = func(context.Context) (node.Systemd, error) { return n.units, nil }
	a.Cluster = controlplane.NewRecord(a.Node)
	return a
}

func (n *recordNode) apply() {
	n.Helper()
	a := n.agent()
	plan, err := a.Plan(n.Context())
	if err == nil {
		_, err = a.Apply(n.Context(), plan)
	}
	if err != nil {
		n.Fatal(err)
	}
}

// check gives the verdict on the record.
func (n *recordNode) check() change.Finding {
	n.Helper()
	plan, err := n.agent().Check(n.Context())
	if err != nil {
		n.Fatal(err)
	}
	i := slices.IndexFunc(plan.Findings, func(f change.Finding) bool { return f.Rule == "kubeadm-record" })
	if i < 0 {
		n.Fatal("nothing is said of the record")
	}
	return plan.Findings[i]
}

func (n *recordNode) request(method, path, contentType, body string) []byte {
	n.Helper()
	status, data, err := n.plane.Request(n.Context(), method, path, contentType, strings.NewReader(body))
	if err != nil || status >= http.StatusBadRequest {
		n.Fatalf("%s %s: %d, %v: %s", method, path, status, err, data)
	}
	return data
}

func (n *recordNode) create(path, body string) {
	n.Helper()
	n.request(http.MethodPost, path, "application/json", body)
}

func (n *recordNode) patch(name, body string) {
	n.Helper()
	n.request(http.MethodPatch, "/api/v1/namespaces/kube-system/configmaps/"+name, "application/merge-patch+json", body)
}

func (n *recordNode) data(name string) map[string]string {
	n.Helper()
	var object struct{ Data map[string]string }
	if err := json.Unmarshal(n.request(http.MethodGet, "/api/v1/namespaces/kube-system/configmaps/"+name, "", ""), &object); err != nil {
		n.Fatal(err)
	}
	return object.Data
}

// lease waits for the lease by which API servers are counted.
func (n *recordNode) lease() {
	n.Helper()
	for range 300 {
		if strings.Contains(string(n.request(http.MethodGet, "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io%2Fidentity%3Dkube-apiserver", "", "")), `"holderIdentity"`) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	n.Fatal("the API server has no lease")
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }
