package agent_test

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"harden/agent"
)

const auditLog = "/var/log/kubernetes/audit/audit.log"

// auditFlags gives the API server an audit log, and more flags.
func (n *testNode) auditFlags(more ...string) {
	n.Helper()
	text := "    - --secure-port=6443\n"
	for _, flag := range append([]string{"--audit-log-path=" + auditLog}, more...) {
		text += "    - " + flag + "\n"
	}
	n.replace(apiserverManifest, "    - --secure-port=6443\n", text)
}

// logged makes a file of the log: its size on the disk, when it was written last, and
// what it begins with.
func (n *testNode) logged(name string, size int64, at time.Time, begin string) {
	n.Helper()
	n.write("/var/log/kubernetes/audit/"+name, begin, 0o600)
	file := n.path("/var/log/kubernetes/audit/" + name)
	n.ok(os.Truncate(file, size))
	n.ok(os.Chtimes(file, at, at))
}

// An audit log has the size that the API server's flags give it, or its version where
// they are not given, and grows as fast as its files say.
func TestAuditLog(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	ago := func(hours float64) time.Time { return now.Add(-time.Duration(hours * float64(time.Hour))) }
	for name, tt := range map[string]struct {
		flags []string
		logs  func(n *testNode)
		want  agent.AuditLog // of 1.34
	}{
		"flags": {[]string{"--audit-log-maxsize=10", "--audit-log-maxbackup=4", "--audit-log-maxage=7"}, nil,
			agent.AuditLog{Limit: 50e6, Age: 7 * 24 * time.Hour}},
		"nothing bounds it": {nil, nil, agent.AuditLog{}},
		"by the files of a day": {[]string{"--audit-log-maxsize=10", "--audit-log-maxbackup=4"}, func(n *testNode) {
			n.logged("audit-2026-11-01T08-00-00.000.log", 10e6, ago(48), "")
			n.logged("audit-2026-11-02T08-00-00.000.log.gz", 1e6, ago(12), "")
			n.logged("audit.log", 5e6, now, "")
			n.logged("other.log", 7e6, now, "")
		}, agent.AuditLog{Limit: 50e6, Used: 16e6, Rate: 15e6 / (48 * 3600)}},
		"by its first event": {[]string{"--audit-log-maxsize=10", "--audit-log-maxbackup=4"}, func(n *testNode) {
			n.logged("audit.log", 5e6, now, `{"requestReceivedTimestamp":"`+ago(5).UTC().Format(time.RFC3339Nano)+`"}`)
		}, agent.AuditLog{Limit: 50e6, Used: 5e6, Rate: 5e6 / (5 * 3600)}},
		"less than an hour says nothing": {[]string{"--audit-log-maxsize=10", "--audit-log-maxbackup=4"}, func(n *testNode) {
			n.logged("audit-2026-11-01T08-00-00.000.log", 10e6, ago(0.5), "")
			n.logged("audit.log", 5e6, now, "")
		}, agent.AuditLog{Limit: 50e6, Used: 15e6}},
		"a first line without a time": {[]string{"--audit-log-maxsize=10", "--audit-log-maxbackup=4"}, func(n *testNode) {
			n.logged("audit.log", 5e6, now, "{}")
		}, agent.AuditLog{Limit: 50e6, Used: 5e6}},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.auditFlags(tt.flags...)
			if tt.logs != nil {
				tt.logs(n)
			}
			a := n.below("cis-1.12")
			plan, err := a.Check(t.Context())
			n.ok(err)
			got, writes := a.AuditLog(plan, false)
			tt.want.File = auditLog
			if math.Abs(got.Rate-tt.want.Rate) > 1 || !writes {
				t.Errorf("%v bytes a second, want %v; is one: %v", got.Rate, tt.want.Rate, writes)
			}
			got.Rate, tt.want.Rate = 0, 0
			n.equal(tt.want, got)
		})
	}
}

// A plan tells of the log that the API server writes once it is carried out: on a node,
// and on a machine that kubeadm has not made one.
func TestAuditLogThatIsPlanned(t *testing.T) {
	for name, n := range map[string]*testNode{"a node": newNode(t), "before kubeadm": machine(t, kubeadmFile)} {
		t.Run(name, func(t *testing.T) {
			a := n.below("cis-1.12")
			plan, err := a.Plan(t.Context())
			n.ok(err)
			if _, writes := a.AuditLog(plan, false); writes {
				t.Error("it has none yet")
			}
			log, writes := a.AuditLog(plan, true)
			if !writes || log.File != auditLog || log.Limit != 1.1*gigabyte || log.Age != 30*24*time.Hour {
				t.Errorf("%+v, %v", log, writes)
			}
		})
	}
}

// A log that may outgrow its disk is told of before the next boot.
func TestAuditLogLargerThanItsDisk(t *testing.T) {
	n := newNode(t)
	n.auditFlags("--audit-log-maxsize=1000000000", "--audit-log-maxbackup=9")
	n.ok(os.MkdirAll(n.path("/var/log/kubernetes/audit"), 0o755))
	a := n.below("cis-1.12")
	plan, err := a.Check(t.Context())
	n.ok(err)
	for _, c := range a.NextBoot(plan) {
		if c.ID == "audit-log" {
			if c.Where != apiserverManifest || !strings.Contains(c.Reason.String(), "the audit log may take 10000000 GB, and its file system has") {
				t.Errorf("%s: %s", c.Where, c.Reason)
			}
			return
		}
	}
	t.Error("nothing is said of it")
}

// A node without an API server has no audit log, whatever the profile asks for and however
// small its disk is.
func TestAuditLogOfAWorker(t *testing.T) {
	n := newNode(t)
	n.ok(os.Remove(n.path(apiserverManifest)))
	a := n.agent("cis-1.12", nil)
	a.Profile.Parameters["audit-log-maxsize"], a.Profile.Parameters["audit-log-maxbackup"] = int64(1_000_000_000), int64(9)
	plan, err := a.Check(t.Context())
	n.ok(err)
	for _, planned := range []bool{false, true} {
		if log, writes := a.AuditLog(plan, planned); writes {
			t.Errorf("planned %v: %+v", planned, log)
		}
	}
	for _, c := range a.NextBoot(plan) {
		if c.ID == "audit-log" {
			t.Errorf("%s: %s", c.Where, c.Reason)
		}
	}
}
