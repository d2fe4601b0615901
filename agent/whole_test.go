package agent_test

import (
	"os"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/planner"
)

// A flag whose file the component could not see would keep it from starting,
// and a group without its user is half an account: all of a rule, or nothing.
func TestAllOrNothing(t *testing.T) {
	const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"
	flag := rulesOf("audit, profiling",
		"{name: audit, kind: component-flag, with: {component: kube-apiserver, flag: --audit-log-path, op: present, value: /var/log/audit/a.log, mount: {writable: true}}}",
		"{name: profiling, kind: component-flag, with: {component: kube-apiserver, flag: --profiling, value: 'false'}}")
	account := rulesOf("service", "{name: service, kind: account, with: {user: etcd, group: etcd, uid: 52034, gid: 52034}}")
	tests := map[string]struct {
		prepare func(n *testNode)
		profile string
		rule    string
		root    bool
		reason  string
		targets []string
	}{
		"a directory is a file": {func(n *testNode) { n.write("/var/log/audit", "", 0o644) }, flag, "audit", false, "/var/log/audit is a file", []string{"file:" + manifest}},
		"a file is a directory": {func(n *testNode) { n.ok(os.MkdirAll(n.path("/etc/kubernetes/harden/a.yaml"), 0o700)) },
			rulesOf("nobody", "{name: nobody, kind: anonymous-access, with: {path: /etc/kubernetes/harden/a.yaml}}"), "nobody", false, "a.yaml is a directory where a file must be", []string{}},
		"a user's number is taken": {func(n *testNode) {
			n.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nother:x:52034:1::/:/bin/sh\n", 0o644)
			n.write("/etc/group", "root:x:0:\n", 0o644)
		}, account, "service", true, "uid 52034 belongs to user other already", []string{}},
		"a user is there by another number": {func(n *testNode) {
			n.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\netcd:x:99:99::/:/bin/sh\n", 0o644)
			n.write("/etc/group", "root:x:0:\n", 0o644)
		}, account, "service", true, "harden does not change this number", []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.root {
				needRoot(t)
			}
			n := newNode(t)
			tt.prepare(n)
			plan := n.planBelowRoot(tt.profile)
			n.judged(plan, tt.rule, change.Blocked, tt.reason)
			n.equal(tt.targets, targets(plan))
			for _, c := range plan.Changes {
				if text := string(c.After.File.Content.Data); strings.Contains(text, "audit") || !strings.Contains(text, "--profiling=false") {
					n.Errorf("the manifest is written as\n%s", text)
				}
			}
		})
	}
}

// What a running API server reads only at start makes it roll when it changes;
// the manifest says so by an annotation.
func TestChangedAdmissionFileRollsTheAPIServer(t *testing.T) {
	const manifest, admission = "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/admission/plugins.yaml"
	n := newNode(t)
	n.replace(manifest, "    - --allow-privileged=true\n", "    - --allow-privileged=true\n    - --admission-control-config-file="+admission+"\n")
	n.write(admission, "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n# ours\nplugins:\n- name: ImagePolicyWebhook\n  path: images.yaml\n", 0o600)
	rule := "{name: pods, kind: pod-security, with: {path: /etc/kubernetes/harden/admission.yaml, level: baseline, exempt: [kube-system]}}"
	limits := "{name: events, kind: control-plane-file, with: {file: admission, path: /etc/kubernetes/harden/admission.yaml, eventRateLimit: /etc/kubernetes/harden/events.yaml}}"
	plan := n.planBelowRoot(rulesOf("pods, events", rule, limits))
	n.judged(plan, "pods", change.Drift, "")
	n.judged(plan, "events", change.Drift, "")
	n.equal([]string{"file:" + admission, "file:/etc/kubernetes/harden", "file:" + manifest}, targets(plan))
	want := "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n# ours\nplugins:\n- name: ImagePolicyWebhook\n  path: images.yaml\n" +
		"- name: EventRateLimit\n  path: /etc/kubernetes/harden/events.yaml\n" +
		"- name: PodSecurity\n  configuration:\n    apiVersion: pod-security.admission.config.k8s.io/v1\n    defaults:\n      audit: restricted\n      audit-version: latest\n" +
		"      enforce: baseline\n      enforce-version: latest\n      warn: restricted\n      warn-version: latest\n    exemptions:\n      namespaces:\n      - kube-system\n    kind: PodSecurityConfiguration\n"
	n.equal(want, string(plan.Changes[0].After.File.Content.Data))
	n.equal([]change.Effect{change.RollPod("kube-apiserver")}, plan.Changes[0].Effects)

	// Without the rule that mounts a directory, nothing but the annotation is
	// left to tell the kubelet.
	plan = n.planBelowRoot(rulesOf("pods", rule))
	n.equal([]string{"file:" + admission, "file:" + manifest}, targets(plan))
	n.equal([]change.Field{"annotation:harden/rolled-for"}, []change.Field{plan.Changes[1].Fields[0].Field})

	n.ok(os.WriteFile(n.path(admission), []byte(want), 0o600))
	n.judged(n.planBelowRoot(rulesOf("pods", rule)), "pods", ownerless(change.Compliant), "")
}

// planBelowRoot plans as with --root, where no control plane need run.
func (n *testNode) planBelowRoot(profile string) *planner.Plan {
	n.Helper()
	a := n.agent(profile, nil)
	a.Systemd = nil
	plan, err := a.Plan(n.Context())
	n.ok(err)
	return plan
}

// ownerless is the verdict where only root can give a file to root.
func ownerless(s change.Status) change.Status {
	if os.Geteuid() != 0 {
		return change.Blocked
	}
	return s
}
