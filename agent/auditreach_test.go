package agent_test

import (
	"testing"
	"time"

	"harden/agent"
)

const gigabyte = 1_000_000_000

func TestWhatAnAuditLogTakes(t *testing.T) {
	day := 24 * time.Hour
	aDay := func(bytes float64) float64 { return bytes / day.Seconds() } // bytes in a second
	file := "/var/log/kubernetes/audit/audit.log"
	for name, tt := range map[string]struct {
		log             agent.AuditLog
		takes, zh, kept string
	}{
		"below a root": {agent.AuditLog{File: file, Limit: 1.1 * gigabyte, Age: 30 * day}, "The audit log takes up to 1.1 GB below /var/log/kubernetes/audit", "审计日志在 /var/log/kubernetes/audit 下最多占用 1.1 GB", ""},
		"free": {agent.AuditLog{File: file, Limit: 10.1 * gigabyte, Free: 120 * gigabyte}, "The audit log takes up to 10.1 GB below /var/log/kubernetes/audit; 120 GB are free there",
			"审计日志在 /var/log/kubernetes/audit 下最多占用 10.1 GB；该处可用空间 120 GB", ""},
		"a small disk": {agent.AuditLog{File: file, Limit: 10.1 * gigabyte, Used: gigabyte, Free: 3 * gigabyte}, "The audit log takes up to 10.1 GB below /var/log/kubernetes/audit; only 3.0 GB are free there",
			"审计日志在 /var/log/kubernetes/audit 下最多占用 10.1 GB；该处仅剩 3.0 GB 可用", "it may take 9.1 GB more, and only 3.0 GB are free"},
		"what it takes already needs no room": {agent.AuditLog{File: file, Limit: 10 * gigabyte, Used: 8 * gigabyte, Free: 3 * gigabyte}, "The audit log takes up to 10.0 GB below /var/log/kubernetes/audit; 3.0 GB are free there",
			"审计日志在 /var/log/kubernetes/audit 下最多占用 10.0 GB；该处可用空间 3.0 GB", ""},
		"too fast": {agent.AuditLog{File: file, Limit: 1.1 * gigabyte, Age: 30 * day, Rate: aDay(1.44 * gigabyte)}, "The audit log takes up to 1.1 GB below /var/log/kubernetes/audit; at its present rate the log reaches back about 18 hours",
			"审计日志在 /var/log/kubernetes/audit 下最多占用 1.1 GB；按目前的写入速度可保留约 18 小时", "at its present rate the log reaches back only about 18 hours, not 30 days: its files take at most 1.1 GB (--audit-log-maxbackup, --audit-log-maxsize)"},
		"slow":          {agent.AuditLog{File: file, Limit: gigabyte, Age: 30 * day, Rate: aDay(gigabyte / 100)}, "The audit log takes up to 1.0 GB below /var/log/kubernetes/audit; at its present rate the log reaches back about 100 days", "审计日志在 /var/log/kubernetes/audit 下最多占用 1.0 GB；按目前的写入速度可保留约 100 天", "at its present rate its files reach back about 100 days"},
		"without bound": {agent.AuditLog{File: file, Rate: aDay(gigabyte), Free: 3 * gigabyte}, "Nothing limits the audit log below /var/log/kubernetes/audit; 3.0 GB are free there", "/var/log/kubernetes/audit 下的审计日志没有大小上限；该处可用空间 3.0 GB", ""},
	} {
		t.Run(name, func(t *testing.T) {
			takes, kept := tt.log.Takes(), tt.log.Kept()
			if takes.String() != tt.takes || takes.In("zh") != tt.zh || kept.String() != tt.kept {
				t.Errorf("takes: %q\n%q\nkept: %q", takes, takes.In("zh"), kept)
			}
		})
	}
}
