package agent_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/agent/view"
	"harden/fixers"
	"harden/systemd"
)

// rulesOf gives a profile with one control and some rules: names of the
// library's, and definitions of its own in YAML, one a line.
func rulesOf(names string, own ...string) string {
	text := "harden: profile/v1\nname: own\nversion: \"1\"\ntitle: {en: Own, zh: Own}\n" +
		"controls:\n  - {id: all, title: {en: All, zh: All}, rules: [" + names + "]}\n"
	if len(own) > 0 {
		text += "rules:\n  - " + strings.Join(own, "\n  - ") + "\n"
	}
	return text
}

// access is a rule about the mode of a file.
func access(name, path, mode string) string {
	return fmt.Sprintf("{name: %s, kind: file-access, with: {path: %s, mode: %q}}", name, path, mode)
}

func (n *testNode) plan(profile string) *planner.Plan {
	n.Helper()
	plan, err := n.agent(profile, nil).Plan(n.Context())
	n.ok(err)
	return plan
}

func TestPlanIsTheSameTwice(t *testing.T) {
	inBubble(t, func(n *testNode) {
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			n.write("/etc/kubernetes/pki/"+name+"/"+name+".crt", "", 0o666)
			n.write("/etc/kubernetes/pki/"+name+"/"+name+".key", "", 0o644)
		}
		text := func() (string, string) {
			plan := n.plan("kubeadm-node")
			var document, lines bytes.Buffer
			n.ok(report.PlanDocument(plan.Plan).Write(&document))
			view.Style{}.PlanText(&lines, plan.Plan, "", nil)
			return document.String(), lines.String()
		}
		document, lines := text()
		for range 10 { // maps are walked in another order each time
			again, linesAgain := text()
			n.equal(document, again)
			n.equal(lines, linesAgain)
		}
	})
}

// Plan writes nothing, by none of its operations, and leaves no trace.
func TestPlanWritesNothing(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		calls := &script{}
		_, err := n.agent("kubeadm-node", calls).Plan(n.Context())
		n.ok(err)
		n.equal(0, len(calls.ops))
		n.equal(before, n.snapshot())
		if _, err := os.Stat(n.path(node.StateDir)); err == nil {
			n.Error("a plan made harden's directory")
		}
	})
}

// Rules that contradict each other are named before anything is read: here
// what they are about could not be read at all.
func TestContradiction(t *testing.T) {
	content := "{name: %s, kind: file-content, with: {path: /etc/x, content: %q}}"
	setting := "{name: %s, kind: yaml-setting, with: {path: " + kubeletConfig + ", field: list, op: %s, value: [%s]}}"
	tests := map[string]struct {
		own  []string
		says []string
	}{
		"modes":    {[]string{access("a", kubeletConfig, "0600"), access("b", kubeletConfig, "0640")}, []string{"rules a and b", "mode", kubeletConfig, "0600 and 0640"}},
		"contents": {[]string{fmt.Sprintf(content, "a", "x"), fmt.Sprintf(content, "b", "y")}, []string{"rules a and b", "content of file:/etc/x", "sha256:"}},
		"the first and the last of three": {[]string{fmt.Sprintf(setting, "a", "includes", "x"), fmt.Sprintf(setting, "b", "includes", "y"),
			fmt.Sprintf(setting, "c", "excludes", "x")}, []string{"rules a and c", "list"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			if strings.Contains(tt.own[0], "file-access") {
				n.ok(os.Remove(n.path(kubeletConfig)))
				n.ok(syscall.Mkfifo(n.path(kubeletConfig), 0o644))
			}
			names := []string{"a", "b", "c"}[:len(tt.own)]
			_, err := n.agent(rulesOf(strings.Join(names, ", "), tt.own...), nil).Plan(n.Context())
			n.failed(err, node.BadProfile, tt.says...)
		})
	}
}

// A rule about many files and one about a single one of them can only be seen
// to contradict each other when the files are known.
func TestContradictionWithAPattern(t *testing.T) {
	n := newNode(t)
	own := "{name: %s, kind: file-access, with: {path: %s, owner: %q}}"
	everything := "{name: all, kind: file-access, with: {path: /etc/kubernetes/pki, match: '**', owner: 'UID:GID'}}"
	plan := n.plan(rulesOf("all, one", everything, fmt.Sprintf(own, "one", certificate, "1234:1234")))
	for _, rule := range []string{"all", "one"} {
		n.judged(plan, rule, change.Error, "rules all and one require different values of owner of file:"+certificate)
	}
	n.equal([]string{}, targets(plan))
	_, err := n.agent(rulesOf("all, one", everything, fmt.Sprintf(own, "one", certificate, "1234:1234")), nil).Apply(n.Context(), plan)
	n.failed(err, node.Failed, "different values")
}

// A rule that relies on others is blocked where one of them does not hold and
// will not: because it was left out, or because it is blocked itself.
func TestNeeds(t *testing.T) {
	const rule, need = "kubelet-protect-kernel-defaults", "sysctl-kernel-panic"
	sysctls := "sysctl-vm-overcommit-memory, sysctl-vm-panic-on-oom, sysctl-kernel-panic, sysctl-kernel-panic-on-oops, sysctl-kernel-keys-root-maxbytes, sysctl-kernel-keys-root-maxkeys"
	tests := map[string]struct {
		prepare func(n *testNode)
		profile string
		skip    []string
		status  change.Status
		reason  string
	}{
		"applied together":         {profile: rulesOf(rule + ", " + sysctls), status: change.Drift, reason: "protectKernelDefaults"},
		"left out":                 {profile: rulesOf(rule + ", " + sysctls), skip: []string{need}, status: change.Blocked, reason: "needs rule " + need + ": it is not part of this run, and the node does not meet it"},
		"not in the profile":       {profile: rulesOf(rule), status: change.Blocked, reason: "needs rule sysctl-vm-overcommit-memory: it is not part of this run"},
		"left out, and it holds":   {prepare: func(n *testNode) { n.write("/etc/sysctl.d/90-kubelet.conf", "kernel.panic = 10\n", 0o644) }, profile: rulesOf(rule + ", " + sysctls), skip: []string{need}, status: change.Drift},
		"blocked":                  {prepare: func(n *testNode) { n.write("/usr/lib/sysctl.d/99-z.conf", "kernel.panic = 0\n", 0o644) }, profile: rulesOf(rule + ", " + sysctls), status: change.Blocked, reason: "needs rule " + need + ": /usr/lib/sysctl.d/99-z.conf:1"},
		"blocked, as it is a link": {prepare: func(n *testNode) { n.ok(os.Symlink("k", n.path("/etc/sysctl.d/90-kubelet.conf"))) }, profile: rulesOf(rule + ", " + sysctls), status: change.Blocked, reason: "symbolic link"},
		"waived": {profile: rulesOf(rule+", "+sysctls) + "waivers:\n  - {rule: " + need + ", reason: later, expires: 2099-01-01}\n",
			status: change.Blocked, reason: "needs rule " + need},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(n *testNode) {
				if tt.prepare != nil {
					tt.prepare(n)
				}
				a := n.agent(tt.profile, nil)
				n.ok(a.Profile.Select(nil, tt.skip))
				plan, err := a.Plan(n.Context())
				n.ok(err)
				n.judged(plan, rule, tt.status, tt.reason)
				changed := slices.Contains(targets(plan), "file:"+kubeletConfig)
				if changed != (tt.status == change.Drift) {
					n.Errorf("the kubelet's configuration is to be changed: %v", changed)
				}
			})
		})
	}
}

func TestWaivers(t *testing.T) {
	waiver := "waivers:\n  - {%s, reason: 'until the move', expires: 2026-06-30}\n"
	tests := map[string]struct {
		waiver string
		now    string
		status change.Status
		reason string
	}{
		"none":                    {"", "2026-06-30T23:59:59Z", change.Drift, "mode is 0644"},
		"of the rule":             {"rule: cni-config-mode", "2026-06-30T23:59:59Z", change.Waived, "until the move (until 2026-06-30)"},
		"of its control":          {"control: all", "2026-06-30T23:59:59Z", change.Waived, "until the move"},
		"expired, and said so":    {"rule: cni-config-mode", "2026-07-01T00:00:00Z", change.Drift, "the waiver expired on 2026-06-30 (until the move); mode is 0644"},
		"of another rule":         {"rule: pki-key-mode", "2026-06-01T00:00:00Z", change.Drift, "mode is 0644"},
		"not needed, and so mute": {"rule: cni-config-mode", "2026-06-01T00:00:00Z", change.Compliant, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			if tt.status == change.Compliant {
				n.ok(os.Chmod(n.path(cniConfig), 0o600))
			}
			profile := rulesOf("cni-config-mode, pki-key-mode")
			if tt.waiver != "" {
				profile += fmt.Sprintf(waiver, tt.waiver)
			}
			a := n.agent(profile, nil)
			now, err := time.Parse(time.RFC3339, tt.now)
			n.ok(err)
			a.Now = func() time.Time { return now }
			plan, err := a.Plan(n.Context())
			n.ok(err)
			n.judged(plan, "cni-config-mode", tt.status, tt.reason)
			n.equal(tt.status == change.Drift, len(plan.Changes) == 1)
		})
	}
}

// What is not safe to write, or not to be found, is said; nothing else is
// touched because of it.
func TestHostileFiles(t *testing.T) {
	const rule = "config"
	secret := "/etc/shadow"
	tests := map[string]struct {
		prepare func(n *testNode, path string)
		status  change.Status
		reason  string
	}{
		"not there":   {func(n *testNode, path string) { n.ok(os.Remove(path)) }, change.NotApplicable, "does not exist"},
		"a hard link": {func(n *testNode, path string) { n.ok(os.Link(path, path+".bak")) }, change.Blocked, "has 2 hard links"},
		"a hard link that holds": {func(n *testNode, path string) { n.ok(os.Chmod(path, 0o600)); n.ok(os.Link(path, path+".bak")) },
			change.Compliant, ""},
		"a symbolic link": {func(n *testNode, path string) { n.ok(os.Remove(path)); n.ok(os.Symlink(n.path(secret), path)) },
			change.Blocked, "symbolic link"},
		"a link on the way": {func(n *testNode, path string) {
			dir := n.path("/etc/cni")
			n.ok(os.Rename(dir, n.path("/etc/cni2")))
			n.ok(os.Symlink("cni2", dir))
		}, change.Drift, "mode is 0644"},
		"a link on a way that others can change": {func(n *testNode, path string) {
			dir := n.path("/etc/cni")
			n.ok(os.Rename(dir, n.path("/etc/cni2")))
			n.ok(os.Symlink("cni2", dir))
			n.ok(os.Chmod(n.path("/etc"), 0o777))
		}, change.Blocked, "/etc/cni is a symbolic link to \"cni2\", and users other than root can change /etc "},
		"a fifo":      {func(n *testNode, path string) { n.ok(os.Remove(path)); n.ok(syscall.Mkfifo(path, 0o644)) }, change.Blocked, "fifo"},
		"a directory": {func(n *testNode, path string) { n.ok(os.Remove(path)); n.ok(os.Mkdir(path, 0o700)) }, change.Drift, "mode is 0700"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.write(secret, "root:*:1::::::\n", 0o640)
			victim, err := describe(n.path(secret))
			n.ok(err)
			tt.prepare(n, n.path(cniConfig))
			plan := n.plan(rulesOf(rule, access(rule, cniConfig, "0600")))
			n.judged(plan, rule, tt.status, tt.reason)
			if tt.status != change.Drift {
				n.equal([]string{}, targets(plan))
			}
			_, err = n.agent(rulesOf(rule, access(rule, cniConfig, "0600")), nil).Apply(n.Context(), plan)
			n.ok(err)
			after, err := describe(n.path(secret))
			n.ok(err)
			n.equal(victim, after)
		})
	}
}

// A whole tree of files is looked at; each that is open is a change of its
// own, and each that is not a file is named and left alone.
func TestSweep(t *testing.T) {
	n := newNode(t)
	n.write("/etc/kubernetes/pki/deep/er/a.key", "", 0o640)
	n.write("/etc/kubernetes/pki/deep/er/b.key", "", 0o400)
	n.write("/etc/kubernetes/pki/deep/evil\n\x1b[2J.key", "", 0o644)
	n.write("/etc/kubernetes/pki/deep/\xff.key", "", 0o644)
	n.write("/etc/kubernetes/pki/deep/twice.key", "", 0o644)
	n.ok(os.Link(n.path("/etc/kubernetes/pki/deep/twice.key"), n.path("/etc/kubernetes/pki/deep/twice")))
	n.ok(os.Symlink("/etc/shadow", n.path("/etc/kubernetes/pki/link.key")))
	plan := n.plan(rulesOf("pki-key-mode"))
	n.equal([]string{"file:/etc/kubernetes/pki/deep/er/a.key", "file:/etc/kubernetes/pki/deep/evil\n\x1b[2J.key"}, targets(plan))
	f := n.finding(plan, "pki-key-mode")
	n.equal(change.Blocked, f.Status)
	for _, name := range []string{"deep/twice.key", "link.key", "deep/\xff.key"} {
		if !slices.Contains(f.Targets, change.FileTarget("/etc/kubernetes/pki/"+name)) {
			n.Errorf("%q is not among the targets %q", name, f.Targets)
		}
	}
	result, err := n.agent(rulesOf("pki-key-mode"), nil).Apply(n.Context(), plan)
	n.ok(err)
	_, err = n.agent("", nil).Rollback(n.Context(), result.Record.ID, agent.RollbackOptions{})
	n.ok(err)
	n.equal([]string{"file:/etc/kubernetes/pki/deep/er/a.key", "file:/etc/kubernetes/pki/deep/evil\n\x1b[2J.key"}, targets(n.plan(rulesOf("pki-key-mode"))))
}

func TestSweepFindsNothing(t *testing.T) {
	n := newNode(t)
	n.ok(os.RemoveAll(n.path("/etc/kubernetes/pki")))
	n.judged(n.plan(rulesOf("pki-key-mode")), "pki-key-mode", change.NotApplicable, "/etc/kubernetes/pki does not exist")
	n.ok(os.Mkdir(n.path("/etc/kubernetes/pki"), 0o755))
	n.judged(n.plan(rulesOf("pki-key-mode")), "pki-key-mode", change.NotApplicable, "no file in /etc/kubernetes/pki matches")
}

// A document that cannot be understood is an error with its place, for its own
// rules. The rest is applied, but for what would restart the program that reads it.
func TestDocumentThatIsNone(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.replace(kubeletConfig, "clusterDomain:", "clusterDNS:")
		plan := n.plan(site)
		n.judged(plan, "kubelet-pod-pids-limit", change.Error, kubeletConfig+":")
		n.judged(plan, "cni-config-mode", change.Drift, "")
		config := n.read(kubeletConfig)
		result, err := n.agent(site, nil).Apply(n.Context(), plan)
		n.ok(err)
		n.equal([]string{}, targets(n.plan(site)))
		n.equal(config, n.read(kubeletConfig))
		n.equal(0, len(n.units.Calls()))
		if len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0].String(), "--skip kubelet-event-record-qps,kubelet-pod-pids-limit") {
			n.Errorf("the warnings are %q", result.Warnings)
		}
		_, err = n.agent(site, nil).Apply(n.Context(), n.plan(site))
		n.failed(err, node.Failed, "cannot check everything", kubeletConfig+":")
	})
}

// What would restart the kubelet waits while its configuration cannot be checked:
// it runs on what it read long ago, and may not start again.
func TestNoRestartOfWhatIsNotKnown(t *testing.T) {
	inBubble(t, func(n *testNode) {
		rule := "{name: unit, kind: yaml-setting, with: {path: /etc/other.yaml, field: a, op: exact, value: 1, restart: kubelet.service}}"
		n.write("/etc/other.yaml", "a: 0\n", 0o600)
		profile := rulesOf("unit, kubelet-pod-pids-limit", rule)
		n.judged(n.plan(profile), "unit", change.Drift, "")
		n.replace(kubeletConfig, "clusterDomain:", "clusterDNS:")
		n.judged(n.plan(profile), "unit", change.Blocked, "kubelet.service is not restarted while a part of its configuration cannot be checked: "+kubeletConfig)
		check, err := n.agent(profile, nil).Check(n.Context())
		n.ok(err)
		n.judged(check, "unit", change.Drift, "")
	})
}

// Where the kubelet is not healthy before, its health afterwards would prove
// nothing: what needs its restart is blocked, and apply refuses all of it.
func TestUnhealthyKubelet(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.restarts(systemd.Behaviour{Result: "failed"})
		_ = n.units.Restart(n.Context(), fixers.KubeletUnit)
		before := n.snapshot()
		plan := n.plan(site)
		n.judged(plan, "kubelet-pod-pids-limit", change.Blocked, "is not healthy, so harden could not prove that the change works: kubelet.service is failed")
		n.judged(plan, "cni-config-mode", change.Drift, "0644")
		if slices.Contains(targets(plan), "file:"+kubeletConfig) {
			n.Error("the kubelet's configuration is to be changed")
		}
		_, err := n.agent(site, nil).Apply(n.Context(), plan)
		n.failed(err, node.Failed, "nothing was changed", "kubelet.service is failed")
		n.equal(before, n.snapshot())
		n.equal([]string{}, n.runDirs())
		entries, err := os.ReadDir(n.path(node.StateDir))
		n.ok(err)
		for _, e := range entries {
			if e.Name() != "lock" {
				n.Errorf("%s was left in harden's directory", e.Name())
			}
		}
	})
}

// What a check says of a setting does not depend on how the kubelet is doing.
func TestCheckOfAnUnhealthyKubelet(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.restarts(systemd.Behaviour{Result: "failed"})
		_ = n.units.Restart(n.Context(), fixers.KubeletUnit)
		report, err := n.agent(site, nil).Check(n.Context())
		n.ok(err)
		n.judged(report, "kubelet-pod-pids-limit", change.Drift, "podPidsLimit")
	})
}

// Without a restart nothing is asked of the kubelet, healthy or not.
func TestNoRestart(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.restarts(systemd.Behaviour{Result: "failed"})
		_ = n.units.Restart(n.Context(), fixers.KubeletUnit)
		before := n.snapshot()
		a := n.agent(site, nil)
		a.NoRestart = true
		plan, err := a.Plan(n.Context())
		n.ok(err)
		n.equal([]change.Effect(nil), plan.Effects())
		_, err = a.Apply(n.Context(), plan)
		n.ok(err)
		n.equal([]string{restart}, n.units.Calls()) // the one above
		again, err := a.Plan(n.Context())
		n.ok(err)
		n.equal([]string{}, targets(again))
		_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
	})
}

// A plan is good for the node that it was made on, as it was.
func TestStale(t *testing.T) {
	tests := map[string]struct {
		edit func(n *testNode)
		says string
	}{
		"content": {func(n *testNode) { n.replace(kubeletConfig, "cluster.local", "example.org") }, "file:" + kubeletConfig},
		"mode":    {func(n *testNode) { n.ok(os.Chmod(n.path(cniConfig), 0o664)) }, "file:" + cniConfig},
		"one change less": {func(n *testNode) { n.ok(os.Chmod(n.path(cniConfig), 0o600)) },
			"file:" + cniConfig},
		"one change more": {func(n *testNode) { n.ok(os.Chmod(n.path("/etc/kubernetes/pki/ca.crt"), 0o666)) }, "file:/etc/kubernetes/pki/ca.crt"},
		"the version":     {func(n *testNode) { n.replace("/etc/kubernetes/manifests/kube-apiserver.yaml", ":v1.34.1", ":v1.34.2") }, "what the node is"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(n *testNode) {
				plan := n.plan(site)
				tt.edit(n)
				before := n.snapshot()
				_, err := n.agent(site, nil).Apply(n.Context(), plan)
				n.failed(err, node.Stale, tt.says)
				n.equal(before, n.snapshot())
				n.equal([]string{}, n.runDirs())
			})
		})
	}
}

// A key is made when it is applied, once, and is nowhere but in its file.
func TestGeneratedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		own := "{name: key, kind: control-plane-file, with: {path: /etc/kubernetes/encryption.yaml, file: encryption}}"
		before := n.snapshot()
		plan := n.plan(rulesOf("key", own))
		if os.Geteuid() != 0 {
			n.judged(plan, "key", change.Blocked, "needs root")
		}
		n.equal(plan.Digest(), n.plan(rulesOf("key", own)).Digest())
		_, err := n.agent(rulesOf("key", own), nil).Apply(n.Context(), plan)
		n.ok(err)
		text := n.read("/etc/kubernetes/encryption.yaml")
		_, key, found := strings.Cut(text, "secret: ")
		key, _, _ = strings.Cut(key, "\n")
		if !found || len(key) != 44 {
			n.Fatalf("no key of 32 bytes: %q", key)
		}
		info, err := os.Stat(n.path("/etc/kubernetes/encryption.yaml"))
		n.ok(err)
		n.equal(os.FileMode(0o600), info.Mode())
		n.search(node.StateDir, key)
		n.equal([]string{}, targets(n.plan(rulesOf("key", own))))
		_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
	})
}

// search makes sure that a text stands nowhere below a directory.
func (n *testNode) search(dir, text string) {
	n.Helper()
	n.ok(walkFiles(n.path(dir), func(name string, data []byte) {
		if bytes.Contains(data, []byte(text)) {
			n.Errorf("it stands in %s", name)
		}
	}))
}

// Lists in JSON are lists, however short, and only what does not exist is null.
func TestPlanDocumentHasNoNullLists(t *testing.T) {
	inBubble(t, func(n *testNode) {
		for _, profile := range []string{site, "kubeadm-node"} {
			var text bytes.Buffer
			n.ok(report.PlanDocument(n.plan(profile).Plan).Write(&text))
			for _, key := range []string{"rules", "controls", "fields", "effects", "targets", "roles", "changes", "findings"} {
				if strings.Contains(text.String(), fmt.Sprintf("%q: null", key)) {
					n.Errorf("%s of a plan of %s is null", key, n.profile(profile).Name)
				}
			}
		}
	})
}

// What lies behind a link that root made is judged and written there, shown by
// its own name, and put back; the link stays.
func TestBehindALink(t *testing.T) {
	inBubble(t, func(n *testNode) {
		n.ok(os.MkdirAll(n.path("/data"), 0o755))
		for _, dir := range []string{"/var/lib/kubelet", "/etc/kubernetes/manifests"} {
			n.ok(os.Rename(n.path(dir), n.path("/data/"+filepath.Base(dir))))
			n.ok(os.Symlink("/data/"+filepath.Base(dir), n.path(dir)))
		}
		before := n.snapshot()
		profile := rulesOf("kubelet-config-mode, kubelet-pod-pids-limit, apiserver-profiling, kube-apiserver-manifest-mode, kube-apiserver-manifest-owner")
		a := n.agent(profile, nil)
		a.Systemd = nil
		plan, err := a.Plan(n.Context())
		n.ok(err)
		n.equal([]string{"file:/data/kubelet/config.yaml", "file:/data/manifests/kube-apiserver.yaml"}, targets(plan))
		result, err := a.Apply(n.Context(), plan)
		n.ok(err)
		n.judged(n.plan(profile), "apiserver-profiling", change.Compliant, "")
		_, err = a.Rollback(n.Context(), result.Record.ID, agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
	})
}
