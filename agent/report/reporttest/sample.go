// Package reporttest has plans and reports with a finding of each sort, for tests.
package reporttest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

// Plan has a change and a finding of each sort.
func Plan() change.Plan {
	config := "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n# ours\nreadOnlyPort: 10255\n"
	kubelet := change.RestartUnit("kubelet.service")
	file := func(mode uint32, text string) change.State {
		f := &change.File{Mode: mode}
		if text != "" {
			f.Content = change.NewContent([]byte(text), false)
		}
		return change.State{File: f}
	}
	secret := change.State{File: &change.File{Mode: 0o600, Content: change.NewContent([]byte("secret: made-when-applied\n"), true)}}
	return change.Plan{
		Profile: change.Profile{Name: "site", Version: "1.2", Digest: "sha256:ab"},
		Node:    change.Node{Platform: "kubeadm", Kubernetes: "1.34.1", Roles: []string{"control-plane", "etcd"}},
		Changes: []change.Change{
			{
				Target: change.UserTarget("etcd"), Rules: []string{"etcd-account"}, Controls: []string{"site/2.1"}, Effects: []change.Effect{},
				Fields: []change.FieldChange{{Field: change.FieldUID, After: int64(52034)}, {Field: change.FieldShell, After: "/usr/sbin/nologin"}},
				After:  change.State{User: &change.User{UID: 52034, Shell: "/usr/sbin/nologin"}},
			},
			{
				Target: change.SysctlTarget("kernel.panic"), Rules: []string{"kernel-panic"}, Controls: []string{"site/1.1"}, Effects: []change.Effect{},
				Fields: []change.FieldChange{{Field: change.FieldValue, Before: "0", After: "10"}},
				Before: change.State{Sysctl: &change.Sysctl{Value: "0"}}, After: change.State{Sysctl: &change.Sysctl{Value: "10"}},
			},
			{
				Target: change.FileTarget("/etc/kubernetes/admin.conf"), Rules: []string{"admin-mode"}, Controls: []string{"site/3.1"}, Effects: []change.Effect{},
				Fields: []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}, {Field: change.FieldOwner, Before: "1000:1000", After: "root:root"}},
				Before: file(0o644, ""), After: file(0o600, ""),
			},
			{
				Target: change.FileTarget("/etc/kubernetes/encryption.yaml"), Rules: []string{"encryption"}, Controls: []string{}, Effects: []change.Effect{},
				Fields: []change.FieldChange{{Field: change.FieldContent, After: "secret with 32 random bytes, made when it is applied"}},
				After:  secret,
			},
			{
				Target: change.FileTarget("/etc/sysctl.d"), Rules: []string{"kernel-panic"}, Controls: []string{"site/1.1"}, Effects: []change.Effect{},
				Fields: []change.FieldChange{{Field: change.FieldType, After: "directory"}},
				After:  change.State{File: &change.File{Directory: true, Mode: 0o755}},
			},
			{
				Target: change.FileTarget("/etc/sysctl.d/90-kubelet.conf"), Rules: []string{"kernel-panic"}, Controls: []string{"site/1.1"}, Effects: []change.Effect{},
				Fields: []change.FieldChange{{Field: "kv:kernel.panic", After: "10"}},
				After:  file(0o644, "kernel.panic = 10\n"),
			},
			{
				Target: change.FileTarget("/var/lib/kubelet/config.yaml"), Rules: []string{"ciphers", "read-only-port"}, Controls: []string{"site/4.1", "site/4.2"},
				Effects: []change.Effect{change.DaemonReload, kubelet},
				Fields: []change.FieldChange{
					{Field: "yaml:readOnlyPort", Before: int64(10255), After: int64(0)},
					{Field: "yaml:tlsCipherSuites", After: []string{"TLS_A", "TLS_B"}},
					{Field: change.FieldMode, Before: "0644", After: "0600"},
				},
				Before: file(0o644, config), After: file(0o600, "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n# ours\nreadOnlyPort: 0\ntlsCipherSuites:\n- TLS_A\n- TLS_B\n"),
			},
			{
				Target: change.UnitTarget("kubelet.service"), Rules: []string{"kubelet-runs-its-config"}, Controls: []string{"site/4.3"}, Effects: []change.Effect{kubelet},
				Fields: []change.FieldChange{{Field: change.FieldProcess, Before: message.New("%s was written after the process had started", "/var/lib/kubelet/config.yaml"), After: change.Current}},
				Before: change.State{Unit: &change.Unit{Stale: message.New("…")}}, After: change.State{Unit: &change.Unit{}},
			},
		},
		Findings: []change.Finding{
			{Rule: "", Controls: []string{"site/9.1"}, Status: change.Manual, Reason: message.Value("look at the audit log"), Targets: []change.Target{}},
			{Rule: "admin-mode", Controls: []string{"site/3.1"}, Status: change.Drift, Reason: message.New("%s is %v, should be %v", "mode", "0644", "0600"), Targets: []change.Target{"file:/etc/kubernetes/admin.conf"}},
			{Rule: "link-mode", Controls: []string{"site/3.2"}, Status: change.Blocked, Reason: message.New("%s is a %s", "/etc/kubernetes/x", message.New("symbolic link")), Targets: []change.Target{"file:/etc/kubernetes/x"}},
			{Rule: "link-owner", Controls: []string{"site/3.3"}, Status: change.Blocked, Reason: message.New("%s is a %s", "/etc/kubernetes/x", message.New("symbolic link")), Targets: []change.Target{"file:/etc/kubernetes/x"}},
			{Rule: "manifest-mode", Controls: []string{"site/3.4"}, Status: change.NotApplicable, Reason: message.New("no API server runs on this node"), Targets: []change.Target{}},
			{Rule: "pids-limit", Controls: []string{"site/4.4"}, Status: change.Waived, Reason: message.New("%s (until %s)", "until the move", "2027-06-30"), Targets: []change.Target{"file:/var/lib/kubelet/config.yaml"}},
			{Rule: "proxy", Controls: []string{"site/5.1"}, Status: change.Error, Reason: message.Value("/etc/proxy.yaml:3:1: key \"mode\" stands twice"), Targets: []change.Target{"file:/etc/proxy.yaml"}},
			{Rule: "seccomp", Controls: []string{"site/4.5"}, Status: change.Compliant, Reason: message.Text{}, Targets: []change.Target{"file:/var/lib/kubelet/config.yaml"}},
		},
	}
}

// Rules say why the rules of Plan are.
func Rules() map[string]report.Rule {
	why := func(en, zh string) report.Rule { return report.Rule{Why: report.Bilingual{EN: en, ZH: zh}} }
	return map[string]report.Rule{
		"etcd-account":            why("etcd runs as a user of its own.", "etcd 以专用用户运行。"),
		"kernel-panic":            why("A node that hangs holds its pods.", "挂死的节点会占用 Pod。"),
		"admin-mode":              why("Whoever reads it owns the cluster.", "读取该文件即可控制集群。"),
		"encryption":              why("Backups of etcd hold every secret.", "etcd 备份包含全部 Secret。"),
		"ciphers":                 why("Weak ciphers can be read along.", "弱加密套件可被窃听。"),
		"read-only-port":          why("It tells everyone every pod.", "任何人都可读取全部 Pod。"),
		"kubelet-runs-its-config": why("What does not run protects nothing.", "未生效的配置不起作用。"),
	}
}

// Runs has a run of each state.
func Runs() []report.Run {
	at := func(day int) *time.Time { t := time.Date(2026, 11, day, 23, 24, 34, 0, time.UTC); return &t }
	return []report.Run{
		{ID: "20261119T232434Z-1a2b", State: "rolled-back", Started: at(19), Finished: at(19), Restarts: map[string]int{}, Changes: 3, Profile: "kubeadm-node"},
		{ID: "20261120T232434Z-1a2b", State: "rollback-incomplete", Started: at(20), Finished: at(20), Changes: 12, Profile: "site",
			Restarts: map[string]int{"kubelet.service": 2, "containerd.service": 1}, Backup: "/var/lib/harden/runs/20261120T232434Z-1a2b/backups",
			Reason: message.Value("kubelet.service did not become healthy"), Problems: []message.Text{message.New("%s was changed by someone else after the run: %s", "file:/etc/x", "content")}},
		{ID: "20261121T232434Z-1a2b", State: "interrupted", Started: at(21), Restarts: map[string]int{}, Changes: 1, Profile: "site"},
		{ID: "20261122T232434Z-1a2b", State: "applied", Started: at(22), Finished: at(22), Restarts: map[string]int{"kubelet.service": 1}, Changes: 41, Profile: "kubeadm-node"},
	}
}

// Controls is the plan as harden check gives it: with controls, and
// with what was read.
func Controls() (change.Plan, []report.Control) {
	p := Plan()
	p.Profile.Name = "site"
	observe := func(rule string, list ...change.Observation) {
		for i := range p.Findings {
			if p.Findings[i].Rule == rule {
				p.Findings[i].Observed = list
			}
		}
	}
	observe("admin-mode", change.Observation{Target: "file:/etc/kubernetes/admin.conf", Field: change.FieldMode, Op: change.AtMost,
		Expected: "0600", Actual: "0644", Where: message.Value("/etc/kubernetes/admin.conf")})
	observe("seccomp", change.Observation{Target: "file:/var/lib/kubelet/config.yaml", Field: "yaml:seccompDefault", Op: change.Exact,
		Expected: true, Actual: true, Where: message.Value("/var/lib/kubelet/config.yaml:7"), Holds: true})
	p.Findings = append(p.Findings, change.Finding{Rule: "ciphers", Controls: []string{"site/4.4"}, Status: change.Drift, Reason: message.New("%s is not set, should be %v", "tlsCipherSuites", "[TLS_A TLS_B]"),
		Observed: []change.Observation{
			{Target: "file:/var/lib/kubelet/config.yaml", Field: "yaml:tlsCipherSuites", Op: change.OneOf, Expected: []string{"TLS_A", "TLS_B"}, Where: message.New("%s (not set)", "/var/lib/kubelet/config.yaml")},
			{Target: "pod:kube-apiserver", Field: "flag:--tls-cipher-suites", Op: change.Excludes, Expected: "TLS_C", Actual: "TLS_C", Where: message.New("process %d --%s", 812, "tls-cipher-suites")}}})
	control := func(id, title string, rules ...string) report.Control {
		return report.Control{ID: "site/" + id, Title: report.Bilingual{EN: title, ZH: title}, Rules: rules}
	}
	manual := control("9.1", "Somebody reads the audit log")
	manual.Manual = report.Bilingual{EN: "look at the audit log", ZH: "请查看审计日志"}
	return p, []report.Control{control("3.1", "Only root reads the administrator's access", "admin-mode"), control("3.2", "No link", "link-mode"),
		control("3.3", "No link's owner", "link-owner"), control("3.4", "Manifests", "manifest-mode"), control("4.4", "Limits and ciphers", "pids-limit", "ciphers"),
		control("4.5", "seccomp", "seccomp"), control("5.1", "The proxy", "proxy"), control("7.1", "Left out", "other"), manual}
}

// About is what Report says of itself.
var About = report.About{Title: report.Bilingual{EN: "What our site wants", ZH: "站点基线"}, Host: "node1", Version: "1.0.0",
	Time: time.Date(2026, 11, 22, 3, 4, 5, 600, time.UTC), Lang: "en"}

// Report is the sample report with all that only formats show: places,
// waivers, verdicts of persons.
func Report() report.Report {
	p, controls := Controls()
	for i := range p.Findings {
		f := &p.Findings[i]
		if f.Status == change.Waived {
			f.Waiver = &change.Waiver{Reason: "until the move", Expires: "2027-06-30"}
		}
		for k := range f.Observed {
			if path, line, _ := strings.Cut(strings.TrimSuffix(f.Observed[k].Where.String(), " (not set)"), ":"); strings.HasPrefix(path, "/") {
				f.Observed[k].Path = path
				if line != "" {
					f.Observed[k].Line = 7
				}
			}
		}
	}
	for i, a := range []change.Attestation{
		{Verdict: report.Attested, By: "alice", Date: "2026-11-20", Reason: "reviewed in CHG-481", Expires: "2027-03-31"},
		{Verdict: report.AttestedOpen, By: "bob", Date: "2026-11-21", Reason: "two roles left", Expires: "2027-01-31"},
		{Verdict: report.Attested, By: "carol", Date: "2025-11-21", Reason: "it was fine", Expires: "2026-01-31", Expired: true},
	} {
		id := fmt.Sprintf("site/9.%d", i+2)
		status := []change.Status{change.Compliant, change.Blocked, change.Manual}[i]
		p.Findings = append(p.Findings, change.Finding{Controls: []string{id}, Status: status, Reason: message.Value("as the planner says it"), Targets: []change.Target{}, Attestation: &a})
		c := report.Control{ID: id, Title: report.Bilingual{EN: "A person looks", ZH: "人工检查"}, Level: 2, Rules: []string{}, Manual: report.Bilingual{EN: "look at it", ZH: "请查看"}}
		controls = append(controls, c)
	}
	return report.NewReport(p, About, controls, map[string]report.Rule{
		"admin-mode": {Title: report.Bilingual{EN: "Only root reads it", ZH: "仅 root 可读"}, Why: report.Bilingual{EN: "Whoever reads it owns the cluster.", ZH: "读取该文件即可控制集群。"}, Risk: report.Bilingual{EN: "None.", ZH: "无。"}},
	})
}

// Earlier is one of the same node before: what is compliant now was not,
// and the other way round.
func Earlier() report.Report {
	r := Report()
	p := r.Plan
	p.Findings = slices.Clone(p.Findings)
	var controls []report.Control
	for _, c := range r.Controls {
		controls = append(controls, c.Control)
	}
	for i := range p.Findings {
		switch f := &p.Findings[i]; f.Rule {
		case "admin-mode":
			f.Status, f.Reason, f.Observed = change.Compliant, message.Text{}, nil
		case "seccomp":
			f.Status, f.Reason = change.Drift, message.Value("seccompDefault is not set")
		case "link-mode":
			f.Reason = message.New("%s is a %s", "/etc/kubernetes", message.New("symbolic link"))
		}
	}
	controls = append(controls, report.Control{ID: "site/9.9", Title: report.Bilingual{EN: "No longer asked for"}, Rules: []string{}})
	p.Findings = append(p.Findings, change.Finding{Controls: []string{"site/9.9"}, Status: change.Manual, Reason: message.Value("look"), Targets: []change.Target{}})
	about := About
	about.Time = about.Time.AddDate(0, 0, -7)
	return report.NewReport(p, about, controls, nil)
}
