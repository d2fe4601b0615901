package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	apiserverManifest = "etc/kubernetes/manifests/kube-apiserver.yaml"
	auditDir          = "var/log/kubernetes/audit"
)

// rewrite replaces words of a file.
func rewrite(t *testing.T, file string, words ...string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.NewReplacer(words...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
}

// logFile makes a file of some size that was written last at some time.
func logFile(t *testing.T, name string, size int64, written time.Time) {
	t.Helper()
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, written, written); err != nil {
		t.Fatal(err)
	}
}

// The plan says how large the audit log becomes with the flags that the API server has
// then: those that are written, those that are there, and the defaults of its version.
func TestSizeOfTheAuditLog(t *testing.T) {
	for name, tt := range map[string]struct {
		edit   []string // of the API server's manifest
		args   []string
		en, zh string
	}{
		"what the profile asks for": {nil, nil, "The audit log takes up to 1.1 GB below /var/log/kubernetes/audit. (1.2.16", "审计日志在 /var/log/kubernetes/audit 下最多占用 1.1 GB。"},
		"what is there is larger": {[]string{"- --profiling", "- --profiling", "    - --secure-port=6443", "    - --secure-port=6443\n    - --audit-log-maxbackup=50\n    - --audit-log-maxsize=200"}, nil,
			"takes up to 10.2 GB", "最多占用 10.2 GB"},
		"another place":             {nil, []string{"--set", "audit-log-path=/var/log/audit/api.log", "--set", "audit-log-maxsize=10", "--set", "audit-log-maxbackup=20"}, "takes up to 210 MB below /var/log/audit", "在 /var/log/audit 下最多占用 210 MB"},
		"nothing rotates it":        {nil, []string{"--only", "1.2.16"}, "Nothing limits the audit log below /var/log/kubernetes/audit.", "下的审计日志没有大小上限"},
		"the defaults from 1.36 on": {[]string{"v1.34.1", "v1.36.1"}, nil, "takes up to 10.1 GB", "最多占用 10.1 GB"},
		"not rotated from 1.36 on":  {[]string{"v1.34.1", "v1.36.1", "    - --secure-port=6443", "    - --secure-port=6443\n    - --audit-log-maxsize=0"}, []string{"--only", "1.2.16"}, "Nothing limits the audit log", "没有大小上限"},
	} {
		t.Run(name, func(t *testing.T) {
			root := sampleNode(t)
			rewrite(t, filepath.Join(root, apiserverManifest), tt.edit...)
			args := append([]string{"plan", "--profile", "cis-1.12"}, tt.args...)
			if text := onSample(t, root, args...); !strings.Contains(text, tt.en) || strings.Contains(text, "are free") {
				t.Errorf("it does not say %q alone:\n%s", tt.en, text)
			}
			if text := onSample(t, root, append(args, "--lang", "zh")...); !strings.Contains(text, tt.zh) {
				t.Errorf("it does not say %q:\n%s", tt.zh, text)
			}
		})
	}
}

// How long the log is kept in truth is told by its files: their sizes and times.
func TestHowLongTheAuditLogIsKept(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	ago := func(hours float64) time.Time { return now.Add(-time.Duration(hours * float64(time.Hour))) }
	for name, tt := range map[string]struct {
		files func(dir string)
		want  string // "" for none
	}{
		"no file":  {func(string) {}, ""},
		"too soon": {func(dir string) { logFile(t, dir+"/audit.log", 1000, now) }, ""},
		"full too soon": {func(dir string) {
			logFile(t, dir+"/audit-2026-11-29T08-00-00.000.log", 100e6, ago(2))
			logFile(t, dir+"/audit.log", 100e6, now)
		}, "at its present rate the log reaches back only about 22 hours, not 30 days: its files take at most 1.1 GB"},
		"the last day counts": { // and not the quiet year before, nor other files
			func(dir string) {
				logFile(t, dir+"/audit-2025-11-29T08-00-00.000.log", 100e6, ago(365*24))
				logFile(t, dir+"/audit-2026-11-28T08-00-00.000.log.gz", 5e6, ago(24))
				logFile(t, dir+"/audit-2026-11-29T08-00-00.000.log.gz", 5e6, ago(12))
				logFile(t, dir+"/audit.log", 20e6, now)
				logFile(t, dir+"/other.log", 100e9, now)
			}, "reaches back only about 9 days, not 30 days"},
		"slow": {func(dir string) {
			logFile(t, dir+"/audit-2026-11-01T08-00-00.000.log", 100e6, ago(10*24))
			logFile(t, dir+"/audit.log", 100e6, now)
		}, "at its present rate its files reach back about 110 days"},
		"one file, by its first event": {func(dir string) {
			logFile(t, dir+"/audit.log", 100e6, now)
			f, err := os.OpenFile(dir+"/audit.log", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteString(`{"kind":"Event","requestReceivedTimestamp":"` + ago(3).UTC().Format(time.RFC3339Nano) + `"}`); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(dir+"/audit.log", now, now); err != nil {
				t.Fatal(err)
			}
		}, "reaches back only about 33 hours, not 30 days"},
	} {
		t.Run(name, func(t *testing.T) {
			root := sampleNode(t)
			onSample(t, root, "apply", "--yes", "--profile", "cis-1.12", "--only", "1.2.16,1.2.17,1.2.18,1.2.19")
			tt.files(filepath.Join(root, auditDir))
			text := onSample(t, root, "check", "-v", "--profile", "cis-1.12", "--only", "1.2.17")
			if !strings.Contains(text, "PASS") || tt.want != "" && !strings.Contains(text, tt.want) || tt.want == "" && strings.Contains(text, "present rate") {
				t.Errorf("it does not say %q:\n%s", tt.want, text)
			}
		})
	}
}
