package view_test

import (
	"time"

	"harden/agent/change"
	"harden/agent/view"
)

// samplePlan has a change and a finding of each sort.
func samplePlan() change.Plan {
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
				Fields: []change.FieldChange{{Field: change.FieldProcess, Before: "/var/lib/kubelet/config.yaml was written after it was started", After: change.Current}},
				Before: change.State{Unit: &change.Unit{Stale: "…"}}, After: change.State{Unit: &change.Unit{}},
			},
		},
		Findings: []change.Finding{
			{Rule: "", Controls: []string{"site/9.1"}, Status: change.Manual, Reason: "look at the audit log", Targets: []change.Target{}},
			{Rule: "admin-mode", Controls: []string{"site/3.1"}, Status: change.Drift, Reason: "mode is 0644, should be 0600", Targets: []change.Target{"file:/etc/kubernetes/admin.conf"}},
			{Rule: "link-mode", Controls: []string{"site/3.2"}, Status: change.Blocked, Reason: "/etc/kubernetes/x is a symbolic link", Targets: []change.Target{"file:/etc/kubernetes/x"}},
			{Rule: "link-owner", Controls: []string{"site/3.3"}, Status: change.Blocked, Reason: "/etc/kubernetes/x is a symbolic link", Targets: []change.Target{"file:/etc/kubernetes/x"}},
			{Rule: "manifest-mode", Controls: []string{"site/3.4"}, Status: change.NotApplicable, Reason: "no API server runs on this node", Targets: []change.Target{}},
			{Rule: "pids-limit", Controls: []string{"site/4.4"}, Status: change.Waived, Reason: "until the move (until 2027-06-30)", Targets: []change.Target{"file:/var/lib/kubelet/config.yaml"}},
			{Rule: "proxy", Controls: []string{"site/5.1"}, Status: change.Error, Reason: "/etc/proxy.yaml:3:1: key \"mode\" stands twice", Targets: []change.Target{"file:/etc/proxy.yaml"}},
			{Rule: "seccomp", Controls: []string{"site/4.5"}, Status: change.Compliant, Reason: "", Targets: []change.Target{"file:/var/lib/kubelet/config.yaml"}},
		},
	}
}

func sampleRules() map[string]view.Rule {
	why := func(en, zh string) view.Rule { return view.Rule{Why: view.Bilingual{EN: en, ZH: zh}} }
	return map[string]view.Rule{
		"etcd-account":            why("etcd runs as a user of its own.", "etcd 以专用用户运行。"),
		"kernel-panic":            why("A node that hangs holds its pods.", "挂死的节点会占用 Pod。"),
		"admin-mode":              why("Whoever reads it owns the cluster.", "读取该文件即可控制集群。"),
		"encryption":              why("Backups of etcd hold every secret.", "etcd 备份包含全部 Secret。"),
		"ciphers":                 why("Weak ciphers can be read along.", "弱加密套件可被窃听。"),
		"read-only-port":          why("It tells everyone every pod.", "任何人都可读取全部 Pod。"),
		"kubelet-runs-its-config": why("What does not run protects nothing.", "未生效的配置不起作用。"),
	}
}

func sampleRuns() []view.Run {
	at := func(day int) *time.Time { t := time.Date(2026, 11, day, 23, 24, 34, 0, time.UTC); return &t }
	return []view.Run{
		{ID: "20261119T232434Z-1a2b", State: "rolled-back", Started: at(19), Finished: at(19), Restarts: map[string]int{}, Changes: 3, Profile: "kubeadm-node"},
		{ID: "20261120T232434Z-1a2b", State: "rollback-incomplete", Started: at(20), Finished: at(20), Changes: 12, Profile: "site",
			Restarts: map[string]int{"kubelet.service": 2, "containerd.service": 1}, Backup: "/var/lib/harden/runs/20261120T232434Z-1a2b/backups",
			Reason: "kubelet.service did not become healthy", Problems: []string{"file:/etc/x was changed by someone else since: content"}},
		{ID: "20261121T232434Z-1a2b", State: "interrupted", Started: at(21), Restarts: map[string]int{}, Changes: 1, Profile: "site"},
		{ID: "20261122T232434Z-1a2b", State: "applied", Started: at(22), Finished: at(22), Restarts: map[string]int{"kubelet.service": 1}, Changes: 41, Profile: "kubeadm-node"},
	}
}
