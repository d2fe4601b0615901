package rke2standin

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// suites are the cipher suites that RKE2 gives the API server.
const suites = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"

// standardImages are those of a release.
var standardImages = map[string]string{
	"etcd":           "index.docker.io/rancher/hardened-etcd:v3.5.21-k3s1-build20250612",
	"kube-apiserver": "index.docker.io/rancher/hardened-kubernetes:v1.33.5-rke2r1-build20250910",
}

func (s start) image(name string) string {
	if image := s.Images[name]; image != "" {
		return image
	}
	return cmp.Or(standardImages[name], standardImages["kube-apiserver"])
}

// own gives the arguments that RKE2 starts a component with by itself.
func (s start) own(component string) []string {
	tls := s.server("tls") + "/"
	switch component {
	case "kube-apiserver":
		words := []string{"--admission-control-config-file=" + s.admissionFile(), "--advertise-address=127.0.0.1", "--allow-privileged=true", "--anonymous-auth=false",
			"--api-audiences=https://kubernetes.default.svc.cluster.local,rke2", "--authorization-mode=Node,RBAC", "--bind-address=0.0.0.0",
			"--client-ca-file=" + tls + "client-ca.crt", "--enable-admission-plugins=NodeRestriction",
			"--etcd-cafile=" + tls + "etcd/server-ca.crt", "--etcd-certfile=" + tls + "etcd/client.crt", "--etcd-keyfile=" + tls + "etcd/client.key", "--etcd-servers=https://127.0.0.1:2379",
			"--kubelet-certificate-authority=" + tls + "server-ca.crt", "--kubelet-client-certificate=" + tls + "client-kube-apiserver.crt", "--kubelet-client-key=" + tls + "client-kube-apiserver.key",
			"--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname", "--profiling=false",
			"--secure-port=6443", "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
			"--service-account-key-file=" + tls + "service.key", "--service-account-signing-key-file=" + tls + "service.current.key", "--service-cluster-ip-range=10.43.0.0/16",
			"--storage-backend=etcd3", "--tls-cert-file=" + tls + "serving-kube-apiserver.crt", "--tls-cipher-suites=" + suites, "--tls-private-key-file=" + tls + "serving-kube-apiserver.key"}
		if s.given.last("secrets-encryption", "true") != "false" {
			words = append(words, "--encryption-provider-config="+s.server("cred/encryption-config.json"), "--encryption-provider-config-automatic-reload=true")
		}
		if strings.HasPrefix(s.profile, "cis") {
			words = append(words, "--service-account-extend-token-expiration=false")
		}
		if policy := s.auditPolicy(); policy != "" {
			words = append(words, "--audit-policy-file="+policy, "--audit-log-maxage=30", "--audit-log-maxbackup=10", "--audit-log-maxsize=100", "--audit-log-path="+s.server("logs/audit.log"))
		}
		return words
	case "kube-controller-manager":
		return []string{"--allocate-node-cidrs=true", "--authentication-kubeconfig=" + s.server("cred/controller.kubeconfig"), "--authorization-kubeconfig=" + s.server("cred/controller.kubeconfig"),
			"--bind-address=127.0.0.1", "--cluster-cidr=10.42.0.0/16", "--kubeconfig=" + s.server("cred/controller.kubeconfig"), "--profiling=false", "--root-ca-file=" + tls + "server-ca.crt", "--secure-port=10257",
			"--service-account-private-key-file=" + tls + "service.current.key", "--terminated-pod-gc-threshold=1000", "--use-service-account-credentials=true"}
	case "kube-scheduler":
		return []string{"--authentication-kubeconfig=" + s.server("cred/scheduler.kubeconfig"), "--authorization-kubeconfig=" + s.server("cred/scheduler.kubeconfig"), "--bind-address=127.0.0.1",
			"--kubeconfig=" + s.server("cred/scheduler.kubeconfig"), "--profiling=false", "--secure-port=10259"}
	}
	return []string{"--config-file=" + s.server("db/etcd/config")}
}

// mode is that of generated manifests.
func (s start) mode() fs.FileMode {
	if s.profile != "" {
		return 0o600
	}
	return 0o644
}

// pods writes the manifests: that of the API server is removed before it is written.
func (s start) pods() error {
	if err := os.Remove(filepath.Join(s.Root, s.agent("pod-manifests/kube-apiserver.yaml"))); err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, name := range []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} {
		words := s.own(name)
		if s.Silent != "" {
			words = arguments(words, []string{"secure-port=0"})
		}
		if name == "etcd" {
			words = s.own(name)
		} else {
			words = arguments(words, s.given[name+"-arg"])
		}
		if err := s.file(s.agent("pod-manifests/"+name+".yaml"), s.pod(name, words), s.mode()); err != nil {
			return err
		}
	}
	return nil
}

// probes are how the kubelet asks the components.
var probes = map[string]string{
	"etcd":                    "      httpGet: {host: 127.0.0.1, port: 2381, scheme: HTTP, path: '/health?serializable=true'}\n",
	"kube-controller-manager": "      httpGet: {host: 127.0.0.1, port: 10257, scheme: HTTPS, path: /healthz}\n",
	"kube-scheduler":          "      httpGet: {host: 127.0.0.1, port: 10259, scheme: HTTPS, path: /healthz}\n",
}

// pod is a manifest. It mounts what its arguments name, and the server's directory.
func (s start) pod(name string, words []string) string {
	mounts := []string{filepath.Join(s.data, "server")}
	if name == "etcd" { // whose user may not come to the rest
		mounts = []string{s.server("db/etcd"), s.server("tls/etcd")}
	}
	for _, word := range words {
		_, value, _ := strings.Cut(word, "=")
		flag, _, _ := strings.Cut(word, "=")
		if flag == "--audit-log-path" {
			value = filepath.Dir(value)
		}
		if filepath.IsAbs(value) && !strings.HasPrefix(value, mounts[0]+"/") && !slices.Contains(mounts, value) {
			mounts = append(mounts, value)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {component: %s, tier: control-plane}\n  name: %s\n  namespace: kube-system\nspec:\n  hostNetwork: true\n  priorityClassName: system-cluster-critical\n", name, name)
	if name == "etcd" && s.uid != 0 {
		fmt.Fprintf(&b, "  securityContext:\n    runAsUser: %d\n    runAsGroup: %d\n", s.uid, s.gid)
	}
	fmt.Fprintf(&b, "  containers:\n  - name: %s\n    image: %s\n    command:\n    - %s\n    args:\n", name, s.image(name), name)
	for _, word := range words {
		fmt.Fprintf(&b, "    - %s\n", word)
	}
	if probe := probes[name]; probe != "" && s.Silent == "" {
		b.WriteString("    livenessProbe:\n" + probe + "      failureThreshold: 8\n      initialDelaySeconds: 10\n      periodSeconds: 10\n      timeoutSeconds: 15\n")
	}
	b.WriteString("    volumeMounts:\n")
	for i, at := range mounts {
		fmt.Fprintf(&b, "    - {name: v%d, mountPath: %s}\n", i, at)
	}
	b.WriteString("  volumes:\n")
	for i, at := range mounts {
		fmt.Fprintf(&b, "  - {name: v%d, hostPath: {path: %s}}\n", i, at)
	}
	return b.String()
}

// etcd writes the configuration of etcd, and with a profile gives etcd's user its data.
func (s start) etcd() error {
	tls := s.server("tls/etcd") + "/"
	http, metrics := "https://127.0.0.1:2382", "listen-metrics-urls: http://127.0.0.1:2381\n"
	if s.Silent != "" {
		http, metrics = s.Silent, ""
	}
	text := "client-transport-security:\n  cert-file: " + tls + "server-client.crt\n  client-cert-auth: true\n  key-file: " + tls + "server-client.key\n  trusted-ca-file: " + tls + "server-ca.crt\n" +
		"data-dir: " + s.server("db/etcd") + "\nlisten-client-http-urls: " + http + "\nlisten-client-urls: https://127.0.0.1:2379\n" + metrics + "listen-peer-urls: https://127.0.0.1:2380\n" +
		"advertise-client-urls: https://127.0.0.1:2379\ninitial-advertise-peer-urls: https://127.0.0.1:2380\ninitial-cluster: default=https://127.0.0.1:2380\nname: default\n" +
		"peer-transport-security:\n  cert-file: " + tls + "peer-server-client.crt\n  client-cert-auth: true\n  key-file: " + tls + "peer-server-client.key\n  trusted-ca-file: " + tls + "peer-ca.crt\n"
	for _, word := range s.given["etcd-arg"] {
		name, value, _ := strings.Cut(word, "=")
		text += name + ": " + value + "\n"
	}
	if err := s.file(s.server("db/etcd/config"), text, 0o600); err != nil {
		return err
	}
	if s.Chown == nil || s.uid == 0 {
		return nil
	}
	for _, dir := range []string{s.server("db/etcd"), s.server("tls/etcd")} {
		err := filepath.WalkDir(filepath.Join(s.Root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return s.Chown(path, s.uid, s.gid)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// kubeletFiles writes the kubelet's own drop-in.
func (s start) kubeletFiles() error {
	port := ""
	if s.Silent != "" {
		port = "healthzPort: 0\n"
	}
	protect := s.given.last("protect-kernel-defaults", fmt.Sprint(strings.HasPrefix(s.profile, "cis")))
	return s.file(s.agent("etc/kubelet.conf.d/00-rke2-defaults.conf"), `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 0.0.0.0
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 2m0s
    enabled: true
  x509:
    clientCAFile: `+s.agent("client-ca.crt")+`
authorization:
  mode: Webhook
cgroupDriver: systemd
clusterDNS:
- 10.43.0.10
clusterDomain: cluster.local
failSwapOn: false
healthzBindAddress: 127.0.0.1
`+port+`protectKernelDefaults: `+protect+`
readOnlyPort: 0
staticPodPath: `+s.agent("pod-manifests")+`
tlsCertFile: `+s.agent("serving-kubelet.crt")+`
tlsPrivateKeyFile: `+s.agent("serving-kubelet.key")+`
`, 0o600)
}

// kubelet gives the words that the kubelet is started with.
func (s start) kubelet() []string {
	own := []string{"--config-dir=" + s.agent("etc/kubelet.conf.d"), "--kubeconfig=" + s.agent("kubelet.kubeconfig"), "--node-labels="}
	return append(own, arguments(nil, s.given["kubelet-arg"])...)
}
