package agent_test

import (
	"slices"
	"strings"
	"testing"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/node"
)

// What a return to the baseline would put back is listed with its first state, and nothing
// is changed by that. Where somebody changed something between two runs, the list still
// says what there is, and the preview refuses as the return does.
func TestBaselineIsPreviewed(t *testing.T) {
	inBubble(t, func(n *testNode) {
		nothing, err := n.agent("", nil).PreviewBaseline(agent.RollbackOptions{})
		n.ok(err)
		n.equal(0, len(nothing))
		first := n.read(kubeletConfig)
		n.applied(sooner)
		n.applied(site)
		before := n.snapshot()
		list, err := n.agent("", nil).PreviewBaseline(agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
		var listed []string
		for _, c := range list {
			listed = append(listed, string(c.Target))
			if c.Target == change.FileTarget(newFile) && c.Before.Exists() {
				t.Error("the file was not there at first")
			}
			if c.Target == change.FileTarget(kubeletConfig) && string(c.Before.File.Content.Data) != first {
				t.Error("not the first content of the kubelet's configuration")
			}
		}
		for _, want := range []string{"file:" + newFile, "file:" + kubeletConfig, "file:" + cniConfig} {
			if !slices.Contains(listed, want) {
				t.Errorf("%s is not listed: %v", want, listed)
			}
		}
		same, err := n.agent("", nil).Baseline(agent.RollbackOptions{})
		n.ok(err)
		n.equal(list, same)
	})
}

// A file that somebody changed between two runs is named with both.
func TestBaselineAcrossAGap(t *testing.T) {
	inBubble(t, func(n *testNode) {
		one := n.applied(sooner)
		n.replace(newFile, "a = 0", "a = 7")
		two := n.applied(site)
		before := n.snapshot()
		for name, back := range map[string]func(agent.RollbackOptions) error{
			"preview": func(o agent.RollbackOptions) error { _, err := n.agent("", nil).PreviewBaseline(o); return err },
			"return": func(o agent.RollbackOptions) error {
				_, err := n.agent("", nil).RollbackToBaseline(n.Context(), o)
				return err
			},
		} {
			err := back(agent.RollbackOptions{})
			n.failed(err, node.Failed, "nothing was restored", newFile)
			if said := err.Error(); !strings.Contains(said, "between run "+one.ID+" and run "+two.ID) {
				t.Errorf("%s: %s", name, said)
			}
			n.equal(before, n.snapshot())
		}
		_, err := n.agent("", nil).PreviewBaseline(agent.RollbackOptions{Force: true})
		n.ok(err)
		n.equal(before, n.snapshot())
		_, err = n.agent("", nil).RollbackToBaseline(n.Context(), agent.RollbackOptions{Force: true})
		n.ok(err)
	})
}
