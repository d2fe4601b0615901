package agent_test

import (
	"os"
	"testing"

	"harden/agent/change"
)

// A manifest that a rule about all files of its directory is about too is
// judged by both rules, and written once.
func TestManifestBelowASweep(t *testing.T) {
	n := newNode(t)
	n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - --profiling=true\n")
	n.ok(os.Chmod(n.path(apiserverManifest), 0o644))
	a := n.agent(rulesOf("apiserver-profiling, manifests", `{name: manifests, kind: file-access, with: {path: /etc/kubernetes/manifests, match: "*.yaml", mode: "0600"}}`), nil)
	a.Systemd = nil
	plan, err := a.Plan(t.Context())
	n.ok(err)
	n.judged(plan, "apiserver-profiling", change.Drift, "--profiling is true")
	n.judged(plan, "manifests", change.Drift, "0644")
	for _, c := range plan.Changes {
		if c.Target == change.FileTarget(apiserverManifest) {
			n.equal([]string{"apiserver-profiling", "manifests"}, c.Rules)
			n.equal("0600", change.Octal(c.After.File.Mode))
		}
	}
}
