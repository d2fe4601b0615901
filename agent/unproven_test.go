package agent_test

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// Where no process counts as a component, its flags are judged by the manifest,
// and the report says that this is all there is.
func TestNoProcessCounts(t *testing.T) {
	n := newNode(t)
	n.replace(apiserverManifest, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - --profiling=false\n")
	a := n.agent(rulesOf("apiserver-profiling"), nil)
	a.Systemd = nil
	collect := a.Collect
	a.Collect = func() (*facts.Facts, error) {
		f, err := collect()
		if err == nil {
			f.Components[apiserver].Unproven = message.Value("it is in another group")
		}
		return f, err
	}
	plan, err := a.Check(t.Context())
	n.ok(err)
	n.judged(plan, "apiserver-profiling", change.Compliant, "")
	observed := n.finding(plan, "apiserver-profiling").Observed
	if len(observed) != 2 || observed[1].Where.String() != "no process is proven to be this component: it is in another group" || observed[1].Actual != nil || observed[1].Target != change.PodTarget(apiserver) {
		t.Errorf("observed %+v", observed)
	}
}

// A kubelet that runs otherwise than its unit says is restarted, and until then
// nothing that this decides is compliant.
func TestKubeletThatRunsOtherwise(t *testing.T) {
	for name, tt := range map[string]struct {
		last   string // flag that its process has
		status change.Status
		reason string
	}{
		"as its unit says":           {"", change.Compliant, ""},
		"with another configuration": {"--config=/etc/passwd", change.Drift, "runs with --config=/etc/passwd, but its unit says " + kubeletConfig},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			a := n.agent(rulesOf("own-current, own-name", "{name: own-current, kind: unit-current, with: {unit: kubelet.service}}",
				"{name: own-name, kind: kubelet-setting, with: {field: kind, op: exact, value: KubeletConfiguration}}"), nil)
			collect := a.Collect
			a.Collect = func() (*facts.Facts, error) {
				f, err := collect()
				if err == nil {
					k := f.Kubelet
					f.Live, k.Running, k.PID = true, true, 571
					k.Argv = append([]string{}, k.UnitArgv...)
					if tt.last != "" {
						k.Argv = append(k.Argv, tt.last)
					}
				}
				return f, err
			}
			plan, err := a.Check(t.Context())
			n.ok(err)
			n.judged(plan, "own-current", tt.status, tt.reason)
			n.judged(plan, "own-name", tt.status, tt.reason)
			for _, c := range plan.Changes {
				if strings.Contains(string(c.Target), "passwd") {
					t.Errorf("%s is changed", c.Target)
				}
			}
		})
	}
}
