//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// servingOn switches the kubelet's serving certificate on, and the check of it at the API
// server.
var servingOn = []string{"--set", "kubelet-serving-certificate=on"}

const (
	pendingRequests = `{{range .items}}{{.metadata.name}} {{.spec.username}} {{if .status.conditions}}decided{{else}}pending{{end}}{{"\n"}}{{end}}`
	logsFile        = "/root/read-logs"
)

// TestKubeletServingCertificate has the kubelet of a control plane request its serving
// certificate, approves it, and has the API server verify it, in one run: logs can be
// read all through but for the kubelet's own restart, kube-bench agrees, a request for a
// foreign address stays unapproved, and the way back is exact.
func TestKubeletServingCertificate(t *testing.T) {
	nightly(t, "it rolls the API server twice; what is approved is agent/controlplane's TestVerifyRequest and TestCertify")
	n := theNode
	n.installKubeBench(t)
	if v := n.kubeBench(t, "cis-1.10")["1.2.5"]; v.Status != "FAIL" {
		t.Errorf("before, kube-bench says %s of 1.2.5", v.Status)
	}
	n.requestForeignAddress(t)
	before := n.snapshot(t)

	read := n.readLogs(t)
	only := append([]string{"harden", "apply", "--only", "1.2.5", "--yes"}, servingOn...)
	n.must(t, 0, only...)
	read()
	plan := append([]string{"harden", "plan", "--only", "1.2.5", "--detailed-exitcode"}, servingOn...)
	n.must(t, 0, plan...)
	for _, f := range decode(t, n.must(t, 0, append([]string{"harden", "check", "--only", "1.2.5", "-o", "json"}, servingOn...)...)).Findings {
		if f.Status != "compliant" {
			t.Errorf("%s is %s: %s", f.Rule, f.Status, f.Reason)
		}
	}
	if v := n.kubeBench(t, "cis-1.10")["1.2.5"]; v.Status != "PASS" {
		t.Errorf("after, kube-bench says %s of 1.2.5", v.Status)
	}
	n.must(t, 0, "kubectl", "--namespace=kube-system", "logs", "--tail=1", n.etcdPod(t))
	foreign := ""
	for line := range strings.Lines(n.must(t, 0, "kubectl", "get", "csr", "--output=go-template="+pendingRequests)) {
		if strings.HasPrefix(line, "foreign-address ") {
			foreign = strings.TrimSpace(line)
		}
	}
	if !strings.HasSuffix(foreign, " pending") {
		t.Errorf("of the request for a foreign address it is said: %q", foreign)
	}

	n.must(t, 0, "harden", "rollback", "--yes")
	n.must(t, 0, "kubectl", "--namespace=kube-system", "logs", "--tail=1", n.etcdPod(t))
	after := n.snapshot(t)
	kept := 0
	for path := range after {
		if strings.HasPrefix(path, "var/lib/kubelet/pki/kubelet-server-") { // the kubelet's own, and not used any more
			delete(after, path)
			kept++
		}
	}
	if kept != 2 { // the certificate with its key, and the link to it
		t.Errorf("the kubelet has %d files of its serving certificate", kept)
	}
	requireSame(t, before, after)
	n.must(t, 0, "sh", "-c", "rm /var/lib/kubelet/pki/kubelet-server-*; kubectl delete csr foreign-address")
}

// etcdPod is a pod that nobody restarts meanwhile.
func (n *node) etcdPod(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(n.must(t, 0, "kubectl", "--namespace=kube-system", "get", "pods", "--selector=component=etcd", "--output=go-template={{range .items}}{{.metadata.name}}{{end}}"))
}

// requestForeignAddress makes a request with the node's own credential that asks for an
// address of another machine.
func (n *node) requestForeignAddress(t *testing.T) {
	t.Helper()
	name := strings.TrimSpace(n.must(t, 0, "kubectl", "get", "nodes", "--output=go-template={{range .items}}{{.metadata.name}}{{end}}"))
	n.must(t, 0, "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "/root/foreign.key", "-out", "/root/foreign.csr",
		"-subj", "/O=system:nodes/CN=system:node:"+name, "-addext", "subjectAltName=IP:192.0.2.7")
	pem, err := os.ReadFile(filepath.Join(n.root, "/root/foreign.csr"))
	if err != nil {
		t.Fatal(err)
	}
	object, err := json.Marshal(map[string]any{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": map[string]string{"name": "foreign-address"},
		"spec": map[string]any{"request": pem, "signerName": "kubernetes.io/kubelet-serving", "usages": []string{"digital signature", "server auth"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(n.root, "/root/foreign.json"), object, 0o600); err != nil {
		t.Fatal(err)
	}
	n.must(t, 0, "kubectl", "--kubeconfig=/etc/kubernetes/kubelet.conf", "create", "--filename=/root/foreign.json")
	n.must(t, 0, "rm", "/root/foreign.json", "/root/foreign.key", "/root/foreign.csr")
}

// readLogs reads the log of a pod twice a second until it is stopped, and then requires that it
// could be read all through, but for one gap in which the kubelet and the API server
// were restarted.
func (n *node) readLogs(t *testing.T) (stop func()) {
	t.Helper()
	const loop = `while [ -e ` + logsFile + ` ]; do
		if out=$(kubectl --request-timeout=2s --namespace=kube-system logs --tail=1 POD 2>&1 >/dev/null); then echo read; else echo "$out" | tr "\n" " "; echo; fi >>` + logsFile + `.log; sleep 0.5
	done`
	if err := os.WriteFile(filepath.Join(n.root, logsFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	script := strings.ReplaceAll(loop, "POD", n.etcdPod(t))
	n.must(t, 0, "sh", "-c", "setsid sh -c '"+strings.ReplaceAll(script, "'", `'"'"'`)+"' >/dev/null 2>&1 </dev/null &")
	return func() {
		t.Helper()
		if err := os.Remove(filepath.Join(n.root, logsFile)); err != nil {
			t.Error(err)
		}
		log, err := os.ReadFile(filepath.Join(n.root, logsFile+".log"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(n.root, logsFile+".log")); err != nil {
			t.Error(err)
		}
		read, unserved := 0, 0
		for line := range strings.Lines(string(log)) {
			switch {
			case strings.TrimSpace(line) == "read":
				read++
			case strings.Contains(line, "10250"): // the API server answers, and cannot reach or verify the kubelet
				unserved++
				t.Logf("not read: %.200s", line)
			}
		}
		// At half a second each, four seconds: the kubelet restarts, and its request is signed.
		const most = 8
		if read < 10 || unserved > most {
			t.Errorf("the log was read %d times, and could not be read %d times because of the kubelet", read, unserved)
		}
	}
}
