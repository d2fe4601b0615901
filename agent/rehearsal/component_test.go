package rehearsal_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/rehearsal"
	"harden/integration/oracle"
)

// clusterFiles makes the certificates and kubeconfigs of a cluster, as kubeadm
// does.
func clusterFiles(t *testing.T, programs string) string {
	t.Helper()
	dir := t.TempDir()
	configuration := filepath.Join(dir, "kubeadm.yaml")
	api := "apiVersion: kubeadm.k8s.io/v1beta4\n"
	if oracle.Minor(t, filepath.Join(programs, "kubelet")) < 31 {
		api = "apiVersion: kubeadm.k8s.io/v1beta3\n"
	}
	version, err := exec.Command(filepath.Join(programs, "kubeadm"), "version", "-o", "short").Output()
	if err != nil {
		t.Fatal(err)
	}
	text := api + "kind: ClusterConfiguration\ncertificatesDir: " + dir + "/pki\ncontrolPlaneEndpoint: 10.99.0.10:6443\nkubernetesVersion: " + string(version) +
		"---\n" + api + "kind: InitConfiguration\nlocalAPIEndpoint: {advertiseAddress: 10.99.0.10}\nnodeRegistration: {name: node}\n"
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, phase := range [][]string{{"certs", "all"}, {"kubeconfig", "all", "--kubeconfig-dir", dir}} {
		out, err := exec.Command(filepath.Join(programs, "kubeadm"), append(append([]string{"init", "phase"}, phase...), "--config", configuration)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return dir
}

// commandLines are those of kubeadm's manifests.
var commandLines = map[string]string{
	"kube-apiserver": `--advertise-address=10.99.0.10 --allow-privileged=true --authorization-mode=Node,RBAC --client-ca-file=/etc/kubernetes/pki/ca.crt
		--enable-admission-plugins=NodeRestriction --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt --etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt
		--etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key --etcd-servers=https://127.0.0.1:2379 --secure-port=6443
		--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt --kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key
		--requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt --service-account-issuer=https://kubernetes.default.svc.cluster.local
		--service-account-key-file=/etc/kubernetes/pki/sa.pub --service-account-signing-key-file=/etc/kubernetes/pki/sa.key --service-cluster-ip-range=10.96.0.0/12
		--tls-cert-file=/etc/kubernetes/pki/apiserver.crt --tls-private-key-file=/etc/kubernetes/pki/apiserver.key`,
	"kube-controller-manager": `--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf --authorization-kubeconfig=/etc/kubernetes/controller-manager.conf
		--bind-address=127.0.0.1 --client-ca-file=/etc/kubernetes/pki/ca.crt --kubeconfig=/etc/kubernetes/controller-manager.conf --leader-elect=true
		--requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt --root-ca-file=/etc/kubernetes/pki/ca.crt`,
	"kube-scheduler": `--authentication-kubeconfig=/etc/kubernetes/scheduler.conf --authorization-kubeconfig=/etc/kubernetes/scheduler.conf
		--bind-address=127.0.0.1 --kubeconfig=/etc/kubernetes/scheduler.conf --leader-elect=true`,
	"etcd": `--advertise-client-urls=https://10.99.0.10:2379 --cert-file=/etc/kubernetes/pki/etcd/server.crt --client-cert-auth=true --data-dir=/var/lib/etcd
		--initial-advertise-peer-urls=https://10.99.0.10:2380 --initial-cluster=node=https://10.99.0.10:2380 --key-file=/etc/kubernetes/pki/etcd/server.key
		--listen-client-urls=https://127.0.0.1:2379,https://10.99.0.10:2379 --listen-peer-urls=https://10.99.0.10:2380 --name=node
		--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt --peer-client-cert-auth=true --peer-key-file=/etc/kubernetes/pki/etcd/peer.key
		--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt`,
	"kubelet": `--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml`,
}

const kubeletConfiguration = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: systemd
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
`

// Each is a configuration that a component refuses: more flags, or a file, and
// what the component says of it.
var refusals = []struct{ name, component, flags, file, content, words string }{
	{name: "unknown flag", component: "kube-apiserver", flags: "--insecure-port=0", words: "insecure-port"},
	{name: "no duration", component: "kube-apiserver", flags: "--request-timeout=never", words: "request-timeout"},
	{name: "bad cipher suite", component: "kube-apiserver", flags: "--tls-cipher-suites=TLS_NONE", words: "TLS_NONE"},
	{name: "plugin in both lists", component: "kube-apiserver", flags: "--disable-admission-plugins=NodeRestriction", words: "NodeRestriction"},
	{name: "audit policy without rules", component: "kube-apiserver", flags: "--audit-policy-file=/etc/kubernetes/audit.yaml", file: "/etc/kubernetes/audit.yaml",
		content: "apiVersion: audit.k8s.io/v1\nkind: Policy\n", words: "audit.yaml"},
	{name: "encryption key that is not base64", component: "kube-apiserver", flags: "--encryption-provider-config=/etc/kubernetes/enc.yaml", file: "/etc/kubernetes/enc.yaml",
		content: "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{resources: [secrets], providers: [{aescbc: {keys: [{name: k, secret: \"%%%\"}]}}]}]\n", words: "secret"},
	{name: "missing admission file", component: "kube-apiserver", flags: "--admission-control-config-file=/etc/kubernetes/admission.yaml", words: "admission.yaml"},
	{name: "unknown type of a limit in the admission file", component: "kube-apiserver", flags: "--enable-admission-plugins=EventRateLimit --admission-control-config-file=/etc/kubernetes/admission.yaml", file: "/etc/kubernetes/admission.yaml",
		content: "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: [{name: EventRateLimit, configuration: {apiVersion: eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration, limits: [{type: Nobody, qps: 1, burst: 1}]}}]\n",
		words:   "Nobody"},
	{name: "misspelt field of the authentication file", component: "kube-apiserver", flags: "--authentication-config=/etc/kubernetes/authn.yaml", file: "/etc/kubernetes/authn.yaml",
		content: "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanyone: {enabled: true}\n", words: "anyone"},
	{name: "unknown controller", component: "kube-controller-manager", flags: "--controllers=nobody", words: "nobody"},
	{name: "no number", component: "kube-controller-manager", flags: "--terminated-pod-gc-threshold=many", words: "terminated-pod-gc-threshold"},
	{name: "unknown flag", component: "kube-scheduler", flags: "--port=0", words: "--port"},
	{name: "bad cipher suite", component: "etcd", flags: "--cipher-suites=TLS_NONE", words: "TLS_NONE"},
	{name: "no number", component: "etcd", flags: "--quota-backend-bytes=much", words: "quota-backend-bytes"},
	{name: "missing certificate", component: "etcd", flags: "--peer-cert-file=/etc/kubernetes/none.crt", words: "none.crt"},
	{name: "unknown flag", component: "kubelet", flags: "--allow-privileged", words: "allow-privileged"},
	{name: "bad cipher suite", component: "kubelet", file: "/var/lib/kubelet/config.yaml", content: kubeletConfiguration + "tlsCipherSuites: [TLS_NONE]\n", words: "TLS_NONE"},
	{name: "number below zero", component: "kubelet", file: "/var/lib/kubelet/config.yaml", content: kubeletConfiguration + "eventRecordQPS: -1\n", words: "eventRecordQPS"},
	{name: "no number", component: "kubelet", file: "/var/lib/kubelet/config.yaml", content: kubeletConfiguration + "readOnlyPort: none\n", words: "readOnlyPort"},
}

// The real components are asked: each accepts kubeadm's command line, and
// refuses what it refuses, in its own words.
func TestComponents(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can wall a process in: run the tests as root")
	}
	if os.Getenv("HARDEN_KUBE_BIN") == "" {
		t.Skip("HARDEN_KUBE_BIN names no directory with the components; make oracle sets it")
	}
	var names []string
	for component := range commandLines {
		names = append(names, component)
	}
	programs := oracle.Directory(t, append(names, "kubeadm")...)
	dir := clusterFiles(t, programs)
	for component := range commandLines {
		t.Run(component, func(t *testing.T) {
			if v := rehearseReal(t, programs, dir, component, ""); v.Outcome != rehearsal.Accepted {
				t.Errorf("kubeadm's own command line: %+v", v)
			}
			for _, r := range refusals {
				if r.component != component {
					continue
				}
				var files []rehearsal.File
				if r.file != "" {
					files = append(files, rehearsal.File{Path: r.file, Mode: 0o600, Data: []byte(r.content)})
				}
				want, words := rehearsal.Refused, r.words
				if strings.Contains(r.flags, "--admission-control-config-file") && oracle.Minor(t, filepath.Join(programs, component)) >= 36 {
					want, words = rehearsal.Unknown, ""
				}
				v := rehearseReal(t, programs, dir, component, r.flags, files...)
				if v.Outcome != want || !strings.Contains(v.Words, words) {
					t.Errorf("%s: %+v, want %s with %q", r.name, v, want, words)
				}
				t.Logf("%s, %v: %s", r.name, v.Took.Round(1e6), v.Words)
			}
		})
	}
}

func rehearseReal(t *testing.T, programs, dir, component, flags string, files ...rehearsal.File) rehearsal.Verdict {
	t.Helper()
	program, err := os.Open(filepath.Join(programs, component))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	s := rehearsal.Subject{Component: component, Program: program, Argv: append([]string{component}, strings.Fields(commandLines[component]+" "+flags)...),
		Mounts: []rehearsal.Mount{{Host: dir, Path: "/etc/kubernetes"}}, Writable: []string{"/var/lib/etcd", "/var/lib/kubelet"}, Files: files, Limit: 4 * rehearsal.DefaultLimit}
	if component == "kubelet" {
		s.Cgroup2 = true
		s.Files = append([]rehearsal.File{{Path: "/var/lib/kubelet/config.yaml", Mode: 0o600, Data: []byte(kubeletConfiguration)}}, files...)
	}
	return rehearsal.Rehearse(context.Background(), s)
}
