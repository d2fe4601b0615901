package agent_test

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

func saysBoth(t *testing.T, said message.Text, words, zh string) {
	t.Helper()
	reason := said.String()
	if both := strings.Contains(reason, "after the next boot"); both != (words != "") || !strings.HasSuffix(reason, words) {
		t.Errorf("the reason is %q, and must end with %q", reason, words)
	}
	if translated := said.In("zh"); !strings.Contains(translated, zh) {
		t.Errorf("in Chinese it is %q, and must have %q", translated, zh)
	}
}

// The same of a component that does not run as its manifest says, and of the
// kubelet and its unit.
func TestProcessNowAndAfterTheNextBoot(t *testing.T) {
	for name, tt := range map[string]struct {
		manifest string
		process  func([]string) []string
		words    string
	}{
		"written, not running": {"--profiling=false", without("--profiling"), "now without --profiling (process 812), after the next boot --profiling=false (" + apiserverManifest + ")"},
		"running, not written": {"--profiling=true", func(argv []string) []string { return append(without("--profiling")(argv), "--profiling=false") },
			"now --profiling=false (process 812), after the next boot --profiling=true (" + apiserverManifest + ")"},
		"wrong in both": {"--profiling=true", with(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - "+tt.manifest+"\n")
			a := n.agent(rulesOf("apiserver-profiling"), nil)
			a.Systemd = nil
			a.Collect = runningAs(a.Collect, tt.process)
			plan, err := a.Check(t.Context())
			n.ok(err)
			f := n.finding(plan, "apiserver-profiling")
			n.equal(change.Drift, f.Status)
			saysBoth(t, f.Reason, tt.words, "")
		})
	}
}

func TestKubeletNowAndAfterTheNextBoot(t *testing.T) {
	n := newNode(t)
	n.write("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--anonymous-auth=true\n", 0o644)
	a := n.agent(rulesOf("kubelet-anonymous-auth"), nil)
	collect := a.Collect
	a.Collect = func() (*facts.Facts, error) {
		f, err := collect()
		if err == nil {
			f.Live, f.Kubelet.Running, f.Kubelet.PID = true, true, 571
			f.Kubelet.Argv = append(without("--anonymous-auth")(append([]string{}, f.Kubelet.UnitArgv...)), "--anonymous-auth=false")
		}
		return f, err
	}
	plan, err := a.Check(t.Context())
	n.ok(err)
	f := n.finding(plan, "kubelet-anonymous-auth")
	n.equal(change.Drift, f.Status)
	saysBoth(t, f.Reason, "now --anonymous-auth=false (process 571), after the next boot --anonymous-auth=true", "现在为 --anonymous-auth=false（进程 571），下次启动后为 --anonymous-auth=true")
}
