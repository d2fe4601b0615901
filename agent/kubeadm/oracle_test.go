package kubeadm

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/cmdline"
	"harden/agent/edit"
	"harden/integration/oracle"
)

// TestKubeadm holds what this package says of kubeadm against what kubeadm
// writes by the same file, before and after settings were made in it.
func TestKubeadm(t *testing.T) {
	program := filepath.Join(oracle.Directory(t, "kubeadm"), "kubeadm")
	f := opened(t, strings.ReplaceAll(cluster, "name: node1\n", "name: node1\nlocalAPIEndpoint:\n  advertiseAddress: 192.0.2.10\n"))
	against(t, program, f)
	for address, value := range map[string]any{
		"kube-apiserver/flag:--audit-log-maxage": "30", "kube-apiserver/flag:--profiling": "false", "kube-apiserver/flag:--authorization-mode": "Node,RBAC",
		"kube-apiserver/flag:--enable-admission-plugins": "NodeRestriction,EventRateLimit", "kube-apiserver/mount:/etc/kubernetes/harden": "ro",
		"kube-apiserver/mount:/var/log/kubernetes/audit": "rw", "kube-controller-manager/flag:--terminated-pod-gc-threshold": "10",
		"kube-scheduler/flag:--profiling": "false", "etcd/flag:--cipher-suites": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
		"kubelet/podPidsLimit": int64(4096), "kubelet/protectKernelDefaults": true, "kubelet/tlsCipherSuites": []string{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
	} {
		if err := f.Set(address, value); err != nil {
			t.Fatal(err)
		}
	}
	against(t, program, f)
}

// against compares every flag and directory of every component, and every field
// of the kubelet that this package knows.
func against(t *testing.T, program string, f *File) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "kubeadm.yaml")
	if err := os.WriteFile(file, f.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, phase := range []string{"control-plane all", "etcd local", "kubelet-start"} {
		command := exec.CommandContext(t.Context(), program, append(append([]string{"init", "phase"}, strings.Fields(phase)...), "--dry-run", "--config", file)...)
		command.Env = append(os.Environ(), "KUBEADM_INIT_DRYRUN_DIR="+dir)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("kubeadm init phase %s: %v\n%s", phase, err, out)
		}
	}
	for _, component := range f.Components() {
		text, err := os.ReadFile(filepath.Join(dir, component+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		made, err := edit.Open("pod:"+component, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range f.arguments(component) {
			name, want, _ := strings.Cut(word, "=")
			if got, _, _, err := made.Get("flag:--" + name); err != nil || got != want {
				t.Errorf("%s --%s is %v with kubeadm (%v), and %s here", component, name, got, err, want)
			}
		}
		// What kubeadm says and this package does not is about addresses and names
		// of the node and networks of the cluster, which no rule judges.
		unknown := []string{"advertise-address", "advertise-client-urls", "initial-advertise-peer-urls", "initial-cluster", "listen-client-urls",
			"listen-peer-urls", "name", "feature-gates", "watch-progress-notify-interval", "allocate-node-cidrs", "cluster-cidr", "service-cluster-ip-range"}
		for _, word := range words(t, text, component) {
			name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
			known := slices.ContainsFunc(f.arguments(component), func(a string) bool { return strings.HasPrefix(a, name+"=") })
			if !known && !slices.Contains(unknown, name) && strings.HasPrefix(word, "--") {
				t.Errorf("kubeadm gives %s %s, and this package does not know it", component, word)
			}
		}
		for _, v := range f.volumes(component) {
			mode := "ro"
			if v.writable {
				mode = "rw"
			}
			if got, _, _, err := made.Get("mount:" + v.host); err != nil || got != mode {
				t.Errorf("%s sees %s %v with kubeadm (%v), and %s here", component, v.host, got, err, mode)
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := edit.Open("yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"authentication.anonymous.enabled", "authentication.webhook.enabled", "authentication.x509.clientCAFile", "authorization.mode",
		"healthzBindAddress", "healthzPort", "rotateCertificates", "staticPodPath", "podPidsLimit", "protectKernelDefaults"} {
		want, _, _, err := made.Get(field)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, _, err := f.Get("kubelet/" + field); err != nil || got != want {
			t.Errorf("the kubelet's %s is %v with kubeadm, and %v here (%v)", field, want, got, err)
		}
	}
}

// words gives the words of a component's command line.
func words(t *testing.T, text []byte, component string) []string {
	t.Helper()
	root, err := (*edit.Texts)(nil).Tree(text)
	if err != nil {
		t.Fatal(err)
	}
	pod, err := cmdline.ReadPod(root)
	if err != nil {
		t.Fatal(err)
	}
	return pod.Find(component).CommandLine(component).Argv()
}
