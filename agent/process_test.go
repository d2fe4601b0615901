package agent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
)

const (
	apiserver         = "kube-apiserver"
	apiserverManifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"
)

// runningAs gives the facts of a node whose API server was started with its
// manifest's command line, edited.
func runningAs(collect func() (*facts.Facts, error), edit func([]string) []string) func() (*facts.Facts, error) {
	return func() (*facts.Facts, error) {
		f, err := collect()
		if err == nil {
			c := f.Components[apiserver]
			c.Running, c.PID, c.Argv = true, 812, edit(slices.Clone(c.ManifestArgv))
		}
		return f, err
	}
}

func without(flag string) func([]string) []string {
	return func(argv []string) []string {
		return slices.DeleteFunc(argv, func(word string) bool { return strings.HasPrefix(word, flag) })
	}
}

func with(words ...string) func([]string) []string {
	return func(argv []string) []string { return append(argv, words...) }
}

// A flag is judged in the manifest and in the process: what is written but
// does not run is drift.
func TestProcessIsJudged(t *testing.T) {
	tests := map[string]struct {
		manifest string // the flag that it has, or ""
		process  func([]string) []string
		status   change.Status
		reason   string
		targets  []string // of the changes
	}{
		"written and running": {"--profiling=false", with(), change.Compliant, "", []string{}},
		"written, not running": {"--profiling=false", without("--profiling"), change.Drift,
			apiserverManifest + " is correct, but process 812 runs without --profiling", []string{"pod:kube-apiserver"}},
		"written, runs with another value": {"--profiling=false", with("--profiling=true"), change.Drift,
			"but process 812 runs with --profiling=true", []string{"pod:kube-apiserver"}},
		"written in another way, and holds": {"--profiling=false", func(argv []string) []string {
			return append(without("--profiling")(argv), "--profiling", "false", "--profiling=false")
		}, change.Compliant, "", []string{}},
		"differs in what no rule asks for": {"--profiling=false", with("--v=9"), change.Compliant, "", []string{}},
		"runs, not written":                {"", with("--profiling=false"), change.Drift, "--profiling is not set, should be false", []string{"file:" + apiserverManifest}},
		"neither":                          {"", with(), change.Drift, "--profiling is not set, should be false", []string{"file:" + apiserverManifest}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			if tt.manifest != "" {
				n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - "+tt.manifest+"\n")
			}
			a := n.agent(rulesOf("apiserver-profiling"), nil)
			a.Systemd = nil
			a.Collect = runningAs(a.Collect, tt.process)
			plan, err := a.Plan(t.Context())
			n.ok(err)
			n.judged(plan, "apiserver-profiling", tt.status, tt.reason)
			n.equal(tt.targets, targets(plan))
			for _, c := range plan.Changes {
				n.equal([]change.Effect{change.RollPod(apiserver)}, c.Effects)
				n.equal([]string{"apiserver-profiling"}, c.Rules)
			}
		})
	}
}

// One component rolls once: where its manifest changes anyway, that is what
// makes its process catch up.
func TestProcessCatchesUpWithItsManifest(t *testing.T) {
	n := newNode(t)
	n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - --profiling=false\n")
	a := n.agent(rulesOf("apiserver-profiling, apiserver-deny-service-external-ips"), nil)
	a.Systemd = nil
	a.Collect = runningAs(a.Collect, without("--profiling"))
	plan, err := a.Plan(t.Context())
	n.ok(err)
	n.judged(plan, "apiserver-profiling", change.Drift, "process 812")
	n.equal([]string{"file:" + apiserverManifest}, targets(plan))
	n.equal([]string{"apiserver-deny-service-external-ips", "apiserver-profiling"}, plan.Changes[0].Rules)
}

// The fix of a process that is behind writes nothing: the kubelet rolls it.
func TestProcessThatIsBehindIsApplied(t *testing.T) {
	for name, caughtUp := range map[string]bool{"it catches up": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - --profiling=false\n")
			a := n.agent(rulesOf("apiserver-profiling"), nil)
			a.Systemd = nil
			before := n.snapshot()
			stale, collect, planned := runningAs(a.Collect, without("--profiling")), runningAs(a.Collect, with()), 0
			a.Collect = func() (*facts.Facts, error) {
				if planned++; planned > 2 && caughtUp { // after the plan that was shown, and the same under the lock
					return collect()
				}
				return stale()
			}
			result, err := n.apply(a)
			n.equal(before, n.snapshot())
			if !caughtUp {
				n.failed(err, node.Undone, "pod:kube-apiserver is not as harden wrote it")
				return
			}
			n.ok(err)
			n.equal("applied", string(result.Record.State))
		})
	}
}

// A report says what was read and where: on the disk by line, and in the
// process that runs.
func TestCheckObserves(t *testing.T) {
	n := newNode(t)
	n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - --profiling=false\n")
	line := 1 + strings.Count(n.read(apiserverManifest)[:strings.Index(n.read(apiserverManifest), "    - --profiling")], "\n")
	check := func(rules string) *planner.Plan {
		a := n.agent(rulesOf(rules), nil)
		a.Systemd = nil
		a.Collect = runningAs(a.Collect, without("--profiling"))
		plan, err := a.Check(t.Context())
		n.ok(err)
		return plan
	}
	flag := change.Observation{Field: "flag:--profiling", Op: change.Exact, Expected: "false"}
	file, process := flag, flag
	file.Target, file.Actual, file.Where, file.Holds = change.FileTarget(apiserverManifest), "false", message.Value(fmt.Sprintf("%s:%d", apiserverManifest, line)), true
	file.Path, file.Line = apiserverManifest, line
	process.Target, process.Actual, process.Where = change.PodTarget(apiserver), "true", message.Value("process 812 --profiling (not set: built-in default)")
	n.equal([]change.Observation{file, process}, n.finding(check("apiserver-profiling"), "apiserver-profiling").Observed)

	n.equal([]change.Observation{{Target: change.FileTarget(kubeletConfig), Field: "yaml:protectKernelDefaults", Op: change.Exact,
		Expected: true, Actual: false, Where: message.Value(kubeletConfig + " (not set: built-in default)"), Path: kubeletConfig}},
		n.finding(check("kubelet-protect-kernel-defaults"), "kubelet-protect-kernel-defaults").Observed)
	n.equal([]change.Observation{{Target: change.FileTarget(kubeletConfig), Field: "yaml:authentication.anonymous.enabled", Op: change.Exact,
		Expected: false, Actual: false, Where: message.Value(kubeletConfig + ":4"), Path: kubeletConfig, Line: 4, Holds: true}},
		n.finding(check("kubelet-anonymous-auth"), "kubelet-anonymous-auth").Observed)

	files := n.finding(check("pki-certificate-mode"), "pki-certificate-mode").Observed
	n.equal([]change.Observation{{Target: change.FileTarget(certificate), Field: change.FieldMode, Op: change.AtMost,
		Expected: "0644", Actual: "0666", Where: message.Value(certificate), Path: certificate}}, files)
	all := n.finding(check("pki-key-mode"), "pki-key-mode").Observed
	if len(all) != 1 || !all[0].Holds || all[0].Where.String() != "/etc/kubernetes/pki/**/*.key" || !strings.HasPrefix(fmt.Sprint(all[0].Actual), "all ") {
		t.Errorf("of files that all hold: %+v", all)
	}

	plan, err := n.agent(rulesOf("kubelet-anonymous-auth"), nil).Plan(t.Context())
	n.ok(err)
	if len(plan.Findings[0].Observed) > 0 {
		t.Error("a plan observes too, and takes time for what nobody sees")
	}
}
