package kubeadm

import (
	"fmt"
	"strings"
	"testing"

	"harden/agent/edit"

	"github.com/google/go-cmp/cmp"
)

// recordOf is the ConfigMap kubeadm-config as kubeadm writes it.
const recordOf = `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: v1.34.1
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`

const hardened = `apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.34.1
    command: [kube-apiserver, --profiling=false, --audit-policy-file=/etc/kubernetes/harden/audit.yaml, --allow-privileged=true,
      --one=/etc/one/file.yaml, --audit-log-path=/var/log/kubernetes/audit/audit.log]
    volumeMounts:
    - {name: harden, mountPath: /etc/kubernetes/harden, readOnly: true}
    - {name: audit, mountPath: /var/log/kubernetes/audit}
    - {name: one, mountPath: /etc/one/file.yaml}
  volumes:
  - {name: harden, hostPath: {path: /etc/kubernetes/harden}}
  - {name: audit, hostPath: {path: /var/log/kubernetes/audit}}
  - {name: one, hostPath: {path: /etc/one/file.yaml}}
`

// TestKeep gives the record what runs, in both forms of extra arguments, and takes it
// back byte for byte.
func TestKeep(t *testing.T) {
	running, err := edit.Open("pod:kube-apiserver", []byte(hardened))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"v1beta3", "v1beta4"} {
		for _, head := range []string{"apiServer: {}\n", "apiServer:\n  extraArgs: {}\n", "apiServer:\n  timeoutForControlPlane: 4m0s\n", ""} {
			if version == "v1beta4" {
				head = strings.Replace(head, "extraArgs: {}", "extraArgs: []", 1)
			}
			t.Run(version+" "+head, func(t *testing.T) {
				text := strings.Replace(strings.Replace(recordOf, "v1beta4", version, 1), "apiServer: {}\n", head, 1)
				f := opened(t, text)
				var all []Setting
				for _, flag := range []string{"--profiling", "--audit-policy-file", "--audit-log-path", "--allow-privileged"} {
					lost, err := f.Lost("kube-apiserver", flag, running)
					if err != nil {
						t.Fatal(err)
					}
					if err := f.Keep(lost); err != nil {
						t.Fatal(err)
					}
					all = append(all, lost...)
				}
				var names []string
				for _, s := range all {
					names = append(names, fmt.Sprint(s.Name(), " ", s.Before, " → ", s.Value))
				}
				want := []string{"kube-apiserver --profiling <nil> → false", "kube-apiserver --audit-policy-file <nil> → /etc/kubernetes/harden/audit.yaml",
					"kube-apiserver mount /etc/kubernetes/harden <nil> → ro", "kube-apiserver --audit-log-path <nil> → /var/log/kubernetes/audit/audit.log",
					"kube-apiserver mount /var/log/kubernetes/audit <nil> → rw"}
				if diff := cmp.Diff(want, names); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				again := opened(t, string(f.Bytes()))
				for _, s := range all {
					if value, _, _, err := again.Get(s.Address); err != nil || value != s.Value {
						t.Errorf("%s is %v afterwards (%v)", s.Address, value, err)
					}
				}
				for i := range all {
					s := all[len(all)-1-i]
					if err := again.Unset(s.Address); err != nil {
						t.Fatal(err)
					}
				}
				t.Logf("%s", f.Bytes())
				if head == "apiServer: {}\n" || strings.HasPrefix(head, "apiServer:\n  t") {
					if diff := cmp.Diff(text, string(again.Bytes())); diff != "" {
						t.Errorf("taken out again, -want +got:\n%s", diff)
					}
				}
			})
		}
	}
}

func TestLostOfOneNode(t *testing.T) {
	f := opened(t, recordOf)
	running, _ := edit.Open("pod:kube-apiserver", []byte(hardened))
	if lost, err := f.Lost("kube-apiserver", "--one", running); err == nil || len(lost) != 1 {
		t.Errorf("a single file is recorded: %v, %v", lost, err)
	}
	record := opened(t, "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nstreamingConnectionIdleTimeout: 0s\n")
	kubelet, _ := edit.Open("yaml", []byte("protectKernelDefaults: true\nstreamingConnectionIdleTimeout: 4h\npodPidsLimit: 4096\ntlsCertFile: /etc/x.crt\n"))
	for _, row := range []struct {
		field string
		own   bool
		lost  int
	}{{"protectKernelDefaults", true, 1}, {"tlsCertFile", true, 1}, {"podPidsLimit", false, 1}, {"streamingConnectionIdleTimeout", false, 1}, {"eventRecordQPS", false, 0}, {"authentication.anonymous.enabled", false, 0}} {
		lost, err := record.Lost(KubeletPart, row.field, kubelet)
		if len(lost) != row.lost || (err != nil) != row.own {
			t.Errorf("%s: %v, %v", row.field, lost, err)
		}
	}
}
