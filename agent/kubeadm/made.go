package kubeadm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What kubeadm gives the components by itself, as far as rules are about it
// (kubeadm, app/phases/controlplane/manifests.go and app/phases/etcd/local.go;
// a test holds it against kubeadm itself). PKI stands for its directory of
// certificates, which a file may move.
var flags = map[string][]string{
	"kube-apiserver": {
		"allow-privileged=true", "authorization-mode=Node,RBAC", "client-ca-file=PKI/ca.crt", "enable-admission-plugins=NodeRestriction",
		"enable-bootstrap-token-auth=true", "etcd-cafile=PKI/etcd/ca.crt", "etcd-certfile=PKI/apiserver-etcd-client.crt",
		"etcd-keyfile=PKI/apiserver-etcd-client.key", "etcd-servers=https://127.0.0.1:2379",
		"kubelet-client-certificate=PKI/apiserver-kubelet-client.crt", "kubelet-client-key=PKI/apiserver-kubelet-client.key",
		"kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname", "proxy-client-cert-file=PKI/front-proxy-client.crt",
		"proxy-client-key-file=PKI/front-proxy-client.key", "requestheader-allowed-names=front-proxy-client",
		"requestheader-client-ca-file=PKI/front-proxy-ca.crt", "requestheader-extra-headers-prefix=X-Remote-Extra-",
		"requestheader-group-headers=X-Remote-Group", "requestheader-username-headers=X-Remote-User", "secure-port=6443",
		"service-account-issuer=https://kubernetes.default.svc.cluster.local", "service-account-key-file=PKI/sa.pub",
		"service-account-signing-key-file=PKI/sa.key", "service-cluster-ip-range=10.96.0.0/12", "tls-cert-file=PKI/apiserver.crt",
		"tls-private-key-file=PKI/apiserver.key"},
	"kube-controller-manager": {
		"authentication-kubeconfig=/etc/kubernetes/controller-manager.conf", "authorization-kubeconfig=/etc/kubernetes/controller-manager.conf",
		"bind-address=127.0.0.1", "client-ca-file=PKI/ca.crt", "cluster-name=kubernetes", "cluster-signing-cert-file=PKI/ca.crt",
		"cluster-signing-key-file=PKI/ca.key", "controllers=*,bootstrapsigner,tokencleaner", "kubeconfig=/etc/kubernetes/controller-manager.conf",
		"leader-elect=true", "requestheader-client-ca-file=PKI/front-proxy-ca.crt", "root-ca-file=PKI/ca.crt",
		"service-account-private-key-file=PKI/sa.key", "use-service-account-credentials=true"},
	"kube-scheduler": {
		"authentication-kubeconfig=/etc/kubernetes/scheduler.conf", "authorization-kubeconfig=/etc/kubernetes/scheduler.conf",
		"bind-address=127.0.0.1", "kubeconfig=/etc/kubernetes/scheduler.conf", "leader-elect=true"},
	"etcd": {
		"cert-file=PKI/etcd/server.crt", "client-cert-auth=true", "data-dir=/var/lib/etcd", "key-file=PKI/etcd/server.key",
		"listen-metrics-urls=http://127.0.0.1:2381", "peer-cert-file=PKI/etcd/peer.crt", "peer-client-cert-auth=true",
		"peer-key-file=PKI/etcd/peer.key", "peer-trusted-ca-file=PKI/etcd/ca.crt", "snapshot-count=10000", "trusted-ca-file=PKI/etcd/ca.crt"},
}

// mounts are the directories of the host that the components see at the same
// path, and whether they may write there.
var mounts = map[string]map[string]bool{
	"kube-apiserver":          {"/etc/ssl/certs": false, "PKI": false},
	"kube-controller-manager": {"/etc/ssl/certs": false, "PKI": false, "/etc/kubernetes/controller-manager.conf": false},
	"kube-scheduler":          {"/etc/kubernetes/scheduler.conf": false},
	"etcd":                    {"/var/lib/etcd": true, "PKI/etcd": true},
}

// sections are where a ClusterConfiguration speaks of the components.
var sections = map[string]string{"kube-apiserver": "apiServer", "kube-controller-manager": "controllerManager", "kube-scheduler": "scheduler", "etcd": "etcd.local"}

// Components lists those that kubeadm makes manifests of by this file.
func (f *File) Components() []string {
	names := []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}
	if f.has(clusterKind, "etcd.external") {
		names = names[1:]
	}
	return names
}

// arguments gives the flags that a component is started with, without dashes:
// those of kubeadm, and over them those of the file.
func (f *File) arguments(component string) []string {
	own := f.extraArgs(component)
	var words []string
	for _, word := range flags[component] {
		name, value, _ := strings.Cut(word, "=")
		if !slices.ContainsFunc(own, func(a argument) bool { return a.name == name }) {
			words = append(words, name+"="+f.placed(value))
		}
	}
	for _, a := range own {
		words = append(words, a.name+"="+a.value)
	}
	slices.Sort(words)
	return words
}

// placed gives a path of kubeadm's where the file moves it.
func (f *File) placed(path string) string {
	if rest, is := strings.CutPrefix(path, "PKI"); is {
		return f.pki() + rest
	}
	if dir := f.text(clusterKind, "etcd.local.dataDir"); dir != "" && path == etcdData {
		return dir
	}
	return path
}

// etcdData is where etcd keeps its data unless a file says otherwise.
const etcdData = "/var/lib/etcd"

// pki is the directory of certificates.
func (f *File) pki() string {
	if dir := f.text(clusterKind, "certificatesDir"); dir != "" {
		return dir
	}
	return "/etc/kubernetes/pki"
}

// image gives an image whose tag is the version that kubeadm takes.
func (f *File) image(component string) string {
	v := f.Kubernetes()
	if component == "etcd" {
		tag := "3.5.0"
		if v.Minor >= 34 {
			tag = "3.6.0"
		}
		return "registry.k8s.io/etcd:" + tag + "-0"
	}
	if v.Minor == 0 {
		return "registry.k8s.io/" + component
	}
	return fmt.Sprintf("registry.k8s.io/%s:v1.%d.%d", component, v.Minor, v.Patch)
}

// Manifest gives the manifest of a component as kubeadm would make it, as far as
// rules look at it, in JSON, which is YAML: its flags, what it sees of the host, its version.
func (f *File) Manifest(component string) []byte {
	type hostPath struct {
		Path string `json:"path"`
	}
	type volume struct {
		Name     string   `json:"name"`
		HostPath hostPath `json:"hostPath"`
	}
	type mount struct {
		Name      string `json:"name"`
		MountPath string `json:"mountPath"`
		ReadOnly  bool   `json:"readOnly,omitempty"`
	}
	var given []volume
	var seen []mount
	for i, v := range f.volumes(component) {
		name := fmt.Sprintf("volume-%d", i)
		given, seen = append(given, volume{name, hostPath{v.host}}), append(seen, mount{name, v.mount, !v.writable})
	}
	command := []string{component}
	for _, word := range f.arguments(component) {
		command = append(command, "--"+word)
	}
	container := map[string]any{"name": component, "image": f.image(component), "command": command, "volumeMounts": seen}
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]string{"name": component, "namespace": "kube-system"},
		"spec": map[string]any{"hostNetwork": true, "containers": []any{container}, "volumes": given}})
	if err != nil {
		panic("kubeadm: a manifest cannot be written: " + err.Error()) // it holds texts and truth values only
	}
	return text
}
