package agent_test

import (
	"os"
	"syscall"
	"testing"

	"harden/agent/change"
)

// A program that somebody left in a managed directory is not given to root
// along with its set-id bits or capabilities: it would become root's.
func TestSetIDIsNotGivenToRoot(t *testing.T) {
	needRoot(t)
	const program = "/etc/kubernetes/pki/helper"
	owner := "{name: owner, kind: file-access, with: {path: " + program + ", owner: '0:0'}}"
	mode := access("mode", program, "0755")
	tests := map[string]struct {
		mode         os.FileMode
		capabilities string
		profile      string
		status       change.Status
		reason       string
		writes       int
	}{
		"set-user-id":              {0o755 | os.ModeSetuid, "", rulesOf("owner", owner), change.Blocked, "has mode 4755, so with its new owner it would run with the rights of 0:0", 0},
		"set-group-id":             {0o755 | os.ModeSetgid, "", rulesOf("owner", owner), change.Blocked, "has mode 2755", 0},
		"the bits are dropped too": {0o755 | os.ModeSetuid, "", rulesOf("owner, mode", owner, mode), change.Drift, "", 1},
		"capabilities":             {0o755, "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", rulesOf("owner", owner), change.Blocked, "has file capabilities", 0},
		"a plain file":             {0o755, "", rulesOf("owner", owner), change.Drift, "", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.write(program, "#!/bin/sh\n", 0o755)
			n.ok(os.Chown(n.path(program), 1000, 1000))
			n.ok(os.Chmod(n.path(program), tt.mode))
			if tt.capabilities != "" {
				n.ok(syscall.Setxattr(n.path(program), "security.capability", []byte(tt.capabilities), 0))
			}
			plan := n.planBelowRoot(tt.profile)
			n.judged(plan, "owner", tt.status, tt.reason)
			n.equal(tt.writes, len(plan.Changes))
		})
	}
}
