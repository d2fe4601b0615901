package agent_test

import (
	"os/exec"
	"testing"
	"testing/synctest"

	"harden/agent"
	"harden/agent/journal"
	"harden/agent/node"
)

// accounts is a profile that makes an account and gives it a directory.
var accounts = rulesOf("service, data",
	"{name: service, kind: account, with: {user: etcd, group: etcd, uid: 52034, gid: 52034, comment: etcd service account}}",
	"{name: data, kind: file-access, with: {path: /var/lib/etcd, mode: '0700', owner: '52034:52034'}}")

// Accounts are made by programs that write several files. Wherever that is cut
// off, recover leaves every one of them as it was, byte for byte.
func TestKilledWhileAccountsAreMade(t *testing.T) {
	needRoot(t)
	if _, err := exec.LookPath("useradd"); err != nil {
		t.Skip("skipped: there is no useradd")
	}
	sample := newNode(t)
	accountNode := func(t *testing.T) *testNode {
		n := sample.small(t)
		for name, text := range map[string]string{
			"/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n", "/etc/group": "root:x:0:\n",
			"/etc/shadow": "root:*:20000:0:99999:7:::\n", "/etc/gshadow": "root:*::\n",
			"/etc/passwd-": "older\n", "/etc/shadow-": "older\n", "/var/lib/etcd/member/db": "",
		} {
			n.write(name, text, 0o600)
		}
		n.write("/etc/.pwd.lock", "", 0o600) // useradd makes one and leaves it
		return n
	}
	for k, finished := 0, false; !finished; k += 2 {
		synctest.Test(t, func(t *testing.T) {
			n := accountNode(t)
			before := n.snapshot()
			calls := killing(k)
			finished = survives(func() { _, err := n.apply(n.agent(accounts, calls)); n.ok(err) })
			_, err := n.agent("", nil).Recover(n.Context())
			n.ok(err)
			records, err := n.runs()
			n.ok(err)
			for _, r := range records {
				if r.State == journal.Applied { // it was killed when all was done
					n.equal([]string{}, targets(n.plan(accounts)))
					_, err = n.agent("", nil).Rollback(n.Context(), r.ID, agent.RollbackOptions{})
					n.ok(err)
				}
			}
			n.equal(before, n.snapshot())
			if n.Failed() {
				n.Fatalf("killed at operation %d of %v", k, calls.ops)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// An account that a run made which is pruned by now goes with a return to the
// baseline, after the files that it owns were given back; what was written down
// of it goes too, also where somebody else took the account away.
func TestBaselineOfAccounts(t *testing.T) {
	needRoot(t)
	if _, err := exec.LookPath("useradd"); err != nil {
		t.Skip("skipped: there is no useradd")
	}
	sample := newNode(t)
	synctest.Test(t, func(t *testing.T) {
		n := sample.small(t)
		for name, text := range map[string]string{"/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n", "/etc/group": "root:x:0:\n",
			"/etc/shadow": "root:*:20000:0:99999:7:::\n", "/etc/gshadow": "root:*::\n", "/var/lib/etcd/member/db": "", "/etc/.pwd.lock": ""} {
			n.write(name, text, 0o600)
		}
		before := n.snapshot()
		first := n.applied(accounts)
		a := n.agent(site, nil)
		a.KeepRuns = 1
		_, err := n.apply(a)
		n.ok(err)
		if runs := n.runDirs(); len(runs) != 1 || runs[0] == first.ID {
			t.Errorf("runs %v are left", runs)
		}
		_, err = n.agent("", nil).RollbackToBaseline(n.Context(), agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())

		n.applied(accounts)
		n.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", 0o600)
		_, err = n.apply(a)
		n.ok(err)
		kept, err := a.Root.ReadDir(node.StateDir + "/accounts")
		n.ok(err)
		n.equal([]string{"group-etcd.json"}, kept)
	})
}
