package fixers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

const (
	rancherDir     = "/var/lib/rancher/rke2"
	rancherConfig  = "/etc/rancher/rke2/config.yaml"
	rancherDropIn  = rancherConfig + ".d/90-harden.yaml"
	rancherRestart = " {restart:rke2-server.service}"
	rancherPods    = rancherDir + "/agent/pod-manifests/"
)

// rke2 is a server of RKE2 with this configuration, whose generated manifests start
// components with some flags: "kube-apiserver --profiling=true".
func rke2(config string, started ...string) tree {
	node := tree{"/etc/systemd/system/rke2-server.service": "[Service]\nExecStart=/usr/local/bin/rke2 server\n", rancherConfig: config, rancherDir + "/server/": ""}
	for _, line := range started {
		words := strings.Fields(line)
		node[rancherPods+words[0]+".yaml"] = "kind: Pod\nspec:\n  containers:\n  - name: " + words[0] + "\n    image: rancher/" + words[0] + ":v1.33.5\n    command:\n    - " +
			strings.Join(words, "\n    - ") + "\n"
	}
	return node
}

// onRancher is a fixer whose requirement is turned into one of the configuration, as a
// plan does it.
type onRancher struct{ Fixer }

func (f onRancher) Require(rule string, n Node) Requirement {
	return Configured(rule, f.Fixer.Require(rule, n), n)
}

// live is a node that runs.
func live(n Node) Node {
	n.Facts.Live = true
	return n
}

// TestConfigured: RKE2 writes manifests anew at each start, so what a rule asks of one
// goes into RKE2's own configuration, where that can have an effect.
func TestConfigured(t *testing.T) {
	profiling := onRancher{flagged("--profiling", "", false)}
	noTokens := onRancher{flagged("--token-auth-file", "absent", nil)}
	notAll := func() onRancher {
		f := flagged("--authorization-mode", "excludes", []any{"Node", "RBAC"})
		f.Bound = []any{"AlwaysAllow"}
		return onRancher{f}
	}
	etcdTLS := onRancher{&ComponentFlag{Component: "etcd", Flag: "--auto-tls", Op: change.Exact, Value: false}}
	mounted := flagged("--audit-policy-file", "present", "/srv/audit/policy.yaml")
	mounted.Mount = &Mount{}
	inDropIn := func(field string) []string {
		return []string{"file:" + rancherDropIn + " arg:kube-apiserver-arg/" + field + rancherRestart, "file:" + rancherDropIn + " mode at-most 0600", "file:" + rancherDropIn + " owner exact root:root"}
	}
	configured := []string{"compliant: as rke2 is configured to start it"}
	current := []string{"unit:rke2-server.service process exact current" + rancherRestart}
	scripted := rke2("", "kube-apiserver").and(tree{"/etc/systemd/system/rke2-server.service": "[Service]\nExecStart=/opt/start.sh\n"})
	runRequirements(t, []requirementRow{
		{"not given", profiling, rke2("", "kube-apiserver").collected(t), inDropIn("--profiling exact false")},
		{"given by RKE2 itself", profiling, rke2("", "kube-apiserver --profiling=true").collected(t), inDropIn("--profiling exact false")},
		{"right in the manifest", profiling, rke2("", "kube-apiserver --profiling=false").collected(t),
			[]string{"file:" + rancherPods + "kube-apiserver.yaml flag:--profiling exact false" + rancherRestart}},
		{"right in the configuration, before the next start", profiling, rke2("kube-apiserver-arg: [profiling=false]\n", "kube-apiserver --profiling=true").collected(t), configured},
		{"right in the configuration of a node that runs otherwise", profiling, live(rke2("kube-apiserver-arg: [profiling=false]\n", "kube-apiserver --profiling=true").collected(t)), current},
		{"wrong in the configuration", profiling, rke2("kube-apiserver-arg: [profiling=true]\n", "kube-apiserver --profiling=false").collected(t), inDropIn("--profiling exact false")},

		{"a later file replaces the list", profiling, rke2("", "kube-apiserver").and(tree{rancherConfig + ".d/91-site.yaml": "kube-apiserver-arg: [v=2]\n"}).collected(t),
			[]string{"blocked: " + rancherConfig + ".d/91-site.yaml:1 replaces the list kube-apiserver-arg of all files before it, so a drop-in written by harden would have no effect; move its content to " + rancherConfig}},
		{"a later file gives it too", profiling, rke2("", "kube-apiserver").and(tree{rancherConfig + ".d/91-site.yaml": "kube-apiserver-arg+: [profiling=true]\n"}).collected(t),
			[]string{"blocked: " + rancherConfig + ".d/91-site.yaml:1 sets --profiling after " + rancherDropIn + ", and the last one wins; remove it there"}},
		{"an earlier file gives it too", profiling, rke2("", "kube-apiserver").and(tree{rancherConfig + ".d/10-site.yaml": "kube-apiserver-arg: [profiling=true]\n"}).collected(t), inDropIn("--profiling exact false")},
		{"a list that adds up", notAll(), rke2("kube-apiserver-arg: [authorization-mode=AlwaysAllow]\n", "kube-apiserver").collected(t),
			[]string{"blocked: " + rancherConfig + ":1 also sets --authorization-mode, and kube-apiserver joins both values; remove it there"}},
		{"a list that harden's file gives", notAll(), rke2("", "kube-apiserver").and(tree{rancherDropIn: "kube-apiserver-arg+: [\"authorization-mode=AlwaysAllow,Webhook\"]\n"}).collected(t),
			inDropIn("--authorization-mode excludes [Node RBAC]")},

		{"to be absent, and it is", noTokens, rke2("", "kube-apiserver").collected(t), []string{"file:" + rancherPods + "kube-apiserver.yaml flag:--token-auth-file absent" + rancherRestart}},
		{"to be absent, and the configuration gives it", noTokens, rke2("kube-apiserver-arg:\n- token-auth-file=/t\n", "kube-apiserver").collected(t),
			[]string{"blocked: " + rancherConfig + ":2 sets --token-auth-file; remove it there"}},
		{"to be absent, and RKE2 gives it", noTokens, rke2("", "kube-apiserver --token-auth-file=/t").collected(t), []string{"blocked: rke2 sets --token-auth-file by itself"}},

		{"etcd as it should be", etcdTLS, rke2("", "etcd --auto-tls=false").collected(t), []string{"file:" + rancherPods + "etcd.yaml flag:--auto-tls exact false" + rancherRestart}},
		{"etcd otherwise", etcdTLS, rke2("etcd-arg: [auto-tls=true]\n", "etcd").collected(t),
			[]string{"blocked: rke2 writes etcd's configuration, and --auto-tls does not have the required value there; correct etcd-arg in " + rancherConfig + " by hand"}},

		{"RKE2 mounts by itself", onRancher{mounted}, rke2("", "kube-apiserver").collected(t),
			append(inDropIn("--audit-policy-file present /srv/audit/policy.yaml"), "file:/srv/audit type exact directory", "file:/srv/audit mode at-most 0700")},
		{"it is not known how RKE2 is started", profiling, scripted.collected(t), []string{"error: how rke2 is configured is not known: rke2-server.service does not start rke2 itself"}},
		{"kubeadm's manifests are changed themselves", onRancher{flagged("--profiling", "", false)}, static().collected(t),
			[]string{"file:" + apiServerManifest + " flag:--profiling exact false {roll:kube-apiserver}"}},

		{"the mode of what is written anew", onRancher{&FileAccess{Path: apiServerManifest, Mode: "0600"}}, rke2("", "kube-apiserver").collected(t),
			[]string{"blocked: rke2 writes " + rancherPods + "kube-apiserver.yaml again at each start, so changes to this file are lost; with rule rke2-profile it writes the file for root only"}},
		{"the mode of what is written anew is right", onRancher{&FileAccess{Path: apiServerManifest, Mode: "0644"}}, rke2("", "kube-apiserver").collected(t),
			[]string{"file:" + rancherPods + "kube-apiserver.yaml mode at-most 0644"}},
		{"a kubeconfig", onRancher{&FileAccess{Path: "/etc/kubernetes/admin.conf", Mode: "0600"}}, rke2("").and(tree{rancherDir + "/server/cred/admin.kubeconfig": ""}).collected(t),
			[]string{"file:" + rancherDir + "/server/cred/admin.kubeconfig mode at-most 0600"}},
		{"certificates", onRancher{&FileAccess{Path: pkiOfKubeadm, Match: "**/*.key", Mode: "0600"}}, rke2("").and(tree{rancherDir + "/server/tls/": ""}).collected(t),
			[]string{"file:" + rancherDir + "/server/tls **/*.key mode at-most 0600"}},
	})
}

// TestKubeletOnRancher: RKE2's kubelet takes drop-ins, and then the arguments of RKE2's
// configuration, which win.
func TestKubeletOnRancher(t *testing.T) {
	const dropIn = rancherDir + "/agent/etc/kubelet.conf.d/00-rke2-defaults.conf"
	anonymous := kubelet("authentication.anonymous.enabled", "--anonymous-auth", false)
	noFlag := kubelet("seccompDefault", "", true)
	pids := kubelet("podPidsLimit", "--pod-max-pids", 4096)
	pids.Op, pids.Bound = change.AtLeast, 1
	gate := kubelet("featureGates.RotateKubeletServerCertificate", "--feature-gates", true)
	asks := func(field string) []string {
		return []string{"file:" + rancherDropIn + " arg:kubelet-arg/" + field + rancherRestart, "file:" + rancherDropIn + " mode at-most 0600", "file:" + rancherDropIn + " owner exact root:root"}
	}
	configured := []string{"compliant: as rke2 is configured to start it"}
	by := func(config, text string) Node {
		node := rke2(config)
		if text != "" {
			node[dropIn] = text
		}
		return node.collected(t)
	}
	runRequirements(t, []requirementRow{
		{"nothing says it, and without --config anybody may", anonymous, by("", ""), asks("--anonymous-auth exact false")},
		{"RKE2's drop-in says it", anonymous, by("", "authentication: {anonymous: {enabled: false}}\n"), configured},
		{"RKE2's drop-in says otherwise", anonymous, by("", "authentication: {anonymous: {enabled: true}}\n"), asks("--anonymous-auth exact false")},
		{"an argument says it", anonymous, by("kubelet-arg: [anonymous-auth=false]\n", ""), configured},
		{"an argument over the drop-in", anonymous, by("kubelet-arg: [anonymous-auth=true]\n", "authentication: {anonymous: {enabled: false}}\n"), asks("--anonymous-auth exact false")},
		{"of a node that does not run so", anonymous, live(by("kubelet-arg: [anonymous-auth=false]\n", "")), []string{"unit:rke2-server.service process exact current" + rancherRestart}},
		{"without a flag", noFlag, by("", ""), []string{"blocked: seccompDefault is <nil>; set it with kubelet-arg in " + rancherConfig}},
		{"a number that is large enough", pids, by("kubelet-arg: [pod-max-pids=100]\n", ""), configured},
		{"a gate among arguments", gate, by("kubelet-arg: [\"feature-gates=A=false,RotateKubeletServerCertificate=true\"]\n", ""), configured},
		{"it is not known how", anonymous, rke2("a: [\n").collected(t), []string{"error: what the kubelet is started with is not known: cannot parse " + rancherConfig + ": …"}},
	})
}

func TestRancherProfile(t *testing.T) {
	f := &RancherProfile{Profile: "cis"}
	etcd := rke2("", "etcd").and(tree{rancherDir + "/server/db/etcd/": "", rancherDir + "/server/tls/etcd/": ""})
	given := func(unit string) tree {
		return rke2("").and(tree{"/etc/systemd/system/rke2-server.service": "[Service]\n" + unit + "\n"})
	}
	closed := rke2("").collected(t)
	if err := os.Chmod(filepath.Join(closed.Files.(interface{ Path() string }).Path(), "var/lib/rancher"), 0o700); err != nil {
		t.Fatal(err)
	}
	asks := []string{"file:" + rancherDropIn + " arg:profile exact cis" + rancherRestart, "file:" + rancherDropIn + " mode at-most 0600", "file:" + rancherDropIn + " owner exact root:root"}
	owned := []string{"file:" + rancherDir + "/server/db/etcd ** owner exact etcd:etcd", "file:" + rancherDir + "/server/tls/etcd ** owner exact etcd:etcd"}
	runRequirements(t, []requirementRow{
		{"kubeadm", f, static().collected(t), []string{"not-applicable: no RKE2 runs on this node"}},
		{"K3s", f, tree{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n"}.collected(t), []string{"not-applicable: no RKE2 runs on this node"}},
		{"an agent", f, tree{"/etc/systemd/system/rke2-agent.service": "[Service]\nExecStart=/usr/local/bin/rke2 agent\n"}.collected(t), []string{"not-applicable: no kube-apiserver runs on this node"}},
		{"it is not known", f, given("ExecStart=/opt/start.sh").collected(t), []string{"error: how rke2 is configured is not known: rke2-server.service does not start rke2 itself"}},
		{"none", f, rke2("").collected(t), asks},
		{"another", f, rke2("profile: etcd\n").collected(t), asks},
		{"etcd's user gets what is its own", f, etcd.collected(t), append(append([]string{}, asks...), owned...)},
		{"in force", f, rke2("profile: cis\n", "kube-apiserver").collected(t), []string{"compliant: as rke2 is configured to start it"}},
		{"by its old name", f, rke2("profile: cis-1.23\n").collected(t), []string{"compliant: as rke2 is configured to start it"}},
		{"in force, and etcd has to have its own", f, etcd.and(tree{rancherConfig: "profile: cis\n"}).collected(t), owned},
		{"not in force yet", f, live(rke2("profile: cis\n", "kube-apiserver").collected(t)), []string{"unit:rke2-server.service process exact current" + rancherRestart}},
		{"by the command line", f, given("ExecStart=/usr/local/bin/rke2 server --profile=etcd").collected(t),
			[]string{"blocked: /etc/systemd/system/rke2-server.service:2 replaces the list profile of all files before it, …"}},
		{"a mask that closes", f, given("UMask=0077\nExecStart=/usr/local/bin/rke2 server").collected(t),
			[]string{"blocked: rke2-server.service runs with UMask=0077, and etcd's user could not read what it writes; remove UMask=, or set it to 0022"}},
		{"a mask that does not", f, given("UMask=0022\nExecStart=/usr/local/bin/rke2 server").collected(t), asks},
		{"a directory that etcd's user cannot enter", f, closed, []string{"blocked: etcd's user could not reach its data, because /var/lib/rancher has mode 0700; first run chmod o+x on this directory"}},
	})
	runChecks(t, []checked{{"another profile", &RancherProfile{Profile: "cis-1.23"}, `profile "cis-1.23": only cis is known`}})
}

// TestRancherEncryption: whether secrets are encrypted is judged, and how to switch
// it on depends on the version.
func TestRancherEncryption(t *testing.T) {
	const file = rancherDir + "/server/cred/encryption-config.json"
	f := &RancherEncryption{Weak: []string{"identity", "aesgcm"}}
	provided := func(providers string) Node {
		return rke2("", "kube-apiserver --encryption-provider-config="+file).and(tree{file: `{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[{"resources":["secrets"],"providers":[` + providers + `]}]}`}).collected(t)
	}
	k3s := func(config string, version facts.Version) Node {
		n := tree{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n", "/etc/rancher/k3s/config.yaml": config, "/var/lib/rancher/k3s/server/": ""}.collected(t)
		n.Facts.Kubernetes = version
		return n
	}
	const key = `{"aescbc":{"keys":[{"name":"aescbckey","secret":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}]}}`
	byHand := func(platform string) []string {
		return []string{"blocked: secrets are stored as plain text; set secrets-encryption: true in /etc/rancher/" + platform + "/config.yaml on every server and restart one after the other, take a snapshot, then run " + platform + " secrets-encrypt enable and rotate-keys on one of them"}
	}
	update := []string{"blocked: secrets are stored as plain text, and K3s 1.33.5 cannot change that in a running cluster; update K3s first, to a release of January 2026 or later"}
	runRequirements(t, []requirementRow{
		{"kubeadm", f, static().collected(t), []string{"not-applicable: no RKE2 runs on this node"}},
		{"an agent", f, tree{"/etc/systemd/system/rke2-agent.service": "[Service]\nExecStart=/usr/local/bin/rke2 agent\n"}.collected(t), []string{"not-applicable: no kube-apiserver runs on this node"}},
		{"encrypted", f, provided(key + `,{"identity":{}}`), []string{"compliant: " + file + " encrypts with aescbc"}},
		{"written plain", f, provided(`{"identity":{}},` + key), byHand("rke2")},
		{"no file is named", f, rke2("", "kube-apiserver").collected(t), byHand("rke2")},
		{"the file is not there", f, rke2("", "kube-apiserver --encryption-provider-config="+file).collected(t),
			[]string{"blocked: " + rancherConfig + " sets --encryption-provider-config=" + file + ", a file that does not exist on this node"}},
		{"the file is broken", f, rke2("", "kube-apiserver --encryption-provider-config="+file).and(tree{file: "{"}).collected(t), []string{"error: " + file + ": …"}},
		{"K3s that is too old", f, k3s("", facts.Version{Major: 1, Minor: 33, Patch: 5}), update},
		{"K3s that is told so already", f, k3s("secrets-encryption: true\n", facts.Version{Major: 1, Minor: 33, Patch: 5}), byHand("k3s")},
		{"K3s that can", f, k3s("", facts.Version{Major: 1, Minor: 33, Patch: 8}), byHand("k3s")},
		{"K3s that is newer", f, k3s("", facts.Version{Major: 1, Minor: 36}), byHand("k3s")},
	})
	runChecks(t, []checked{
		{"none", &RancherEncryption{}, "value is missing"},
		{"unknown", &RancherEncryption{Weak: []string{"rot13"}}, `unknown provider "rot13"; one of identity, secretbox, aescbc, aesgcm, kms`},
	})
}
