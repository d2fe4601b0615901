package fixers

import (
	"strings"
	"testing"

	"harden/agent/change"
)

// TestFilesByTheirRole: a rule names a file where kubeadm keeps it, and means the
// file that has its role on the node.
func TestFilesByTheirRole(t *testing.T) {
	const scheduler, controllers = "/etc/kubernetes/scheduler.conf", "/etc/kubernetes/controller-manager.conf"
	mode := func(path string) *FileAccess { return &FileAccess{Path: path, Mode: "0600"} }
	owner := func(path string) *FileAccess { return &FileAccess{Path: path, Owner: "root:root"} }
	at := func(paths ...string) (lines []string) {
		for _, p := range paths {
			lines = append(lines, "file:"+p+" mode at-most 0600")
		}
		return lines
	}
	files := tree{scheduler: "", controllers: "", "/srv/s.conf": "", "/srv/c.conf": ""}
	byFile := func(config string) tree {
		return manifest("kube-scheduler", "1.34.1", "--config=/etc/s.yaml").and(files).and(tree{"/etc/s.yaml": config})
	}
	rootless := func(component string, flags ...string) tree {
		node := manifest(component, "1.34.1", flags...)
		for path, text := range node {
			node[path] = strings.Replace(text, "    image:", "    securityContext: {runAsUser: 1001, runAsGroup: 1002}\n    image:", 1)
		}
		return node.and(files)
	}
	pki := tree{pkiOfKubeadm + "/": "", "/srv/pki/": "", "/srv/pki/etcd/": "", "/opt/tls/": ""}
	runRequirements(t, []requirementRow{
		{"a kubeconfig", mode(scheduler), manifest("kube-scheduler", "1.34.1", "--kubeconfig="+scheduler).and(files).collected(t), at(scheduler)},
		{"a kubeconfig elsewhere", mode(scheduler), manifest("kube-scheduler", "1.34.1", "--kubeconfig=/srv/s.conf").and(files).collected(t), at("/srv/s.conf")},
		{"of the controller manager", mode(controllers), manifest("kube-controller-manager", "1.34.1", "--kubeconfig=/srv/c.conf").and(files).collected(t), at("/srv/c.conf")},
		{"no kubeconfig is told", mode(scheduler), manifest("kube-scheduler", "1.34.1").and(files).collected(t), at(scheduler)},
		{"told in the scheduler's configuration", mode(scheduler), byFile("clientConnection: {kubeconfig: /srv/s.conf}\n").collected(t), at("/srv/s.conf")},
		{"not told there", mode(scheduler), byFile("kind: KubeSchedulerConfiguration\n").collected(t), at(scheduler)},
		{"a configuration that is broken", mode(scheduler), byFile("a: [\n").collected(t), at(scheduler)},
		{"a configuration that is not there", mode(scheduler), manifest("kube-scheduler", "1.34.1", "--config=/etc/gone.yaml").and(files).collected(t), at(scheduler)},
		{"a manifest and its copy", mode(apiServerManifest), static().and(tree{"/etc/kubernetes/manifests/old.yaml": static()[apiServerManifest]}).collected(t), at(apiServerManifest, "/etc/kubernetes/manifests/old.yaml")},
		{"certificates in several places", &FileAccess{Path: pkiOfKubeadm, Match: "**/*.key", Mode: "0600"},
			static("--client-ca-file=/etc/kubernetes/pki/ca.crt", "--tls-private-key-file=/srv/pki/a.key", "--etcd-keyfile=/srv/pki/etcd/b.key", "--kubelet-client-key=/opt/tls/c.key").and(pki).collected(t),
			[]string{"file:" + pkiOfKubeadm + " **/*.key mode at-most 0600", "file:/opt/tls **/*.key mode at-most 0600", "file:/srv/pki **/*.key mode at-most 0600"}},
		{"read by a user of its own", owner(scheduler), rootless("kube-scheduler", "--kubeconfig="+scheduler).collected(t), []string{"file:" + scheduler + " owner exact 1001:1002"}},
		{"read by root", owner(scheduler), manifest("kube-scheduler", "1.34.1").and(files).collected(t), []string{"file:" + scheduler + " owner exact root:root"}},
		{"certificates of several users", &FileAccess{Path: pkiOfKubeadm, Match: "**", Owner: "root:root"}, rootless("kube-scheduler").and(pki).collected(t),
			[]string{"blocked: the control plane does not run as root here (kube-scheduler as 1001:1002), and the files in /etc/kubernetes/pki belong to the users that read them; …"}},
	})
}

// TestEtcdDirectories: etcd keeps its data where its flags, or its own file, say.
func TestEtcdDirectories(t *testing.T) {
	data := &FileAccess{Path: placeEtcdData, Match: "**", Mode: "0700"}
	dirs := tree{"/var/lib/etcd/": "", "/srv/data/": "", "/srv/wal/": ""}
	at := func(paths ...string) (lines []string) {
		for _, p := range paths {
			lines = append(lines, "file:"+p+" ** mode at-most 0700")
		}
		return lines
	}
	by := func(config string) Node {
		return manifest("etcd", "3.6.4", "--config-file=/etc/etcd.yaml", "--data-dir=/var/lib/etcd").and(dirs).and(tree{"/etc/etcd.yaml": config}).collected(t)
	}
	runRequirements(t, []requirementRow{
		{"its own default", data, manifest("etcd", "3.6.4").and(dirs).collected(t), at("/var/lib/etcd")},
		{"by flags", data, manifest("etcd", "3.6.4", "--data-dir=/srv/data", "--wal-dir=/srv/wal").and(dirs).collected(t), at("/srv/data", "/srv/wal")},
		{"the log with the data", data, manifest("etcd", "3.6.4", "--data-dir=/srv/data", "--wal-dir=/srv/data").and(dirs).collected(t), at("/srv/data")},
		{"by a file, over flags", data, by("data-dir: /srv/data\nwal-dir: /srv/wal\n"), at("/srv/data", "/srv/wal")},
	})
}

// TestProbesFollow: a component that is to serve at one address is probed there, or
// the kubelet would restart it for ever.
func TestProbesFollow(t *testing.T) {
	const path = "/etc/kubernetes/manifests/kube-scheduler.yaml"
	bind := func(address string) *ComponentFlag {
		return &ComponentFlag{Component: "kube-scheduler", Flag: "--bind-address", Op: change.Exact, Value: address}
	}
	pod := func(network, probe string, flags ...string) Node {
		node := manifest("kube-scheduler", "1.34.1", flags...)
		node[path] = strings.Replace(node[path], "spec:\n", "spec:\n"+network, 1) + probe
		return node.collected(t)
	}
	const host = "  hostNetwork: true\n"
	const http = "    livenessProbe: {httpGet: {path: /healthz, port: 10259, scheme: HTTPS}}\n"
	program := func(words string) string { return "    livenessProbe: {exec: {command: [" + words + "]}}\n" }
	flag := "file:" + path + " flag:--bind-address exact 127.0.0.1 {roll:kube-scheduler}"
	elsewhere := []string{"blocked: the livenessProbe of kube-scheduler runs a program that connects to an address other than 127.0.0.1, the only address on which the component will listen; …"}
	runRequirements(t, []requirementRow{
		{"at the node's address", bind("127.0.0.1"), pod(host, http), []string{flag, "file:" + path + " probe:livenessProbe exact 127.0.0.1 {roll:kube-scheduler}"}},
		{"there already", bind("127.0.0.1"), pod(host, strings.Replace(http, "{path:", "{host: 127.0.0.1, path:", 1)), []string{flag}},
		{"no probe", bind("127.0.0.1"), pod(host, ""), []string{flag}},
		{"it serves there already", bind("127.0.0.1"), pod(host, http, "--bind-address=127.0.0.1"), []string{flag}},
		{"at all addresses", bind("0.0.0.0"), pod(host, http), []string{"file:" + path + " flag:--bind-address exact 0.0.0.0 {roll:kube-scheduler}"}},
		{"a network of its own", bind("127.0.0.1"), pod("", http),
			[]string{"blocked: the pod of kube-scheduler has its own network, so its livenessProbe would reach nothing at 127.0.0.1; set hostNetwork: true in " + path + ", or leave the rule out with --skip"}},
		{"a program", bind("127.0.0.1"), pod(host, program("wget, \"https://127.0.0.1:10259/healthz\"")), []string{flag}},
		{"a program that asks elsewhere", bind("127.0.0.1"), pod(host, program("wget, \"https://10.0.0.1:10259/healthz\"")), elsewhere},
		{"a program that asks elsewhere over IPv6", bind("127.0.0.1"), pod(host, program("wget, \"https://[fd00::1]:10259/healthz\"")), elsewhere},
		{"a program that asks what only it knows", bind("127.0.0.1"), pod(host, program("sh, -c, \"wget https://$POD_IP:10259/healthz\"")), elsewhere},
	})
}
