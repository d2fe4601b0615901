package planner

import (
	"context"
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/node"
)

// kubeadmStart is a configuration to start from.
const kubeadmStart = `# For kubeadm init --config FILE, on a machine that harden apply was run on first:
# that lays the files which this configuration names.
apiVersion: kubeadm.k8s.io/%[1]s
kind: InitConfiguration
---
apiVersion: kubeadm.k8s.io/%[1]s
kind: ClusterConfiguration
kubernetesVersion: v%[2]s
`

// KubeadmConfiguration gives the configuration of kubeadm, the operator's or one
// to start from, with what the profile asks for. It reads the node and changes
// nothing.
func (a Planner) KubeadmConfiguration(ctx context.Context) ([]byte, error) {
	f, err := a.Collect()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	c := &futureNode{path: "/etc/kubeadm/init.yaml"}
	switch {
	case a.KubeadmConfig != "":
		found, err := readKubeadm(host.Linked{Root: a.Root}, a.KubeadmConfig, f.Kubernetes)
		if err != nil {
			return nil, node.Of(node.Failed, err)
		}
		if found == nil || found.file.Purpose() != kubeadm.Init {
			return nil, node.Failure(node.Usage, message.New("name a file for kubeadm init"), "%s is not a configuration for kubeadm init", a.KubeadmConfig)
		}
		c = found
	case f.Kubernetes.IsZero():
		return nil, node.Failure(node.Usage, message.New("give it with --set kubernetes-version=1.34.1"), "the version of Kubernetes is not known")
	default:
		api := "v1beta4"
		if f.Kubernetes.Minor < 31 {
			api = "v1beta3"
		}
		if c.file, err = kubeadm.Open(fmt.Appendf(nil, kubeadmStart, api, f.Kubernetes), f.Kubernetes); err != nil {
			return nil, node.Of(node.Failed, err)
		}
	}
	if err := c.collectFacts(a.Root, f); err != nil {
		return nil, node.Failure(node.Failed, message.Text{}, "%s: %w", c.path, err)
	}
	p := a.planning(ctx, ToShow)
	p.setFacts(f)
	p.future = c
	return c.written(p)
}

// written sets in the file what the profile asks for, rule by rule.
func (c *futureNode) written(p *planning) ([]byte, error) {
	p.rules = make([]requiredRule, len(p.Profile.Rules))
	for i := range p.rules {
		p.rules[i].Rule = &p.Profile.Rules[i]
	}
	p.waive()
	for _, r := range p.rules {
		if !r.waived.IsZero() || !c.canMeet(r.Fixer) || !p.outside(r.Rule).IsZero() {
			continue
		}
		for _, w := range c.requirement(p, *r.Rule).Wants {
			if w.Target != change.FileTarget(c.path) {
				continue
			}
			if err := c.set(w); err != nil {
				return nil, node.Failure(node.Failed, message.New("leave the rule out with --skip %s", r.Name), "rule %s cannot be met: %w", r.Name, err)
			}
		}
	}
	return slices.Clone(c.file.Bytes()), nil
}

// set makes one want hold in the file.
func (c *futureNode) set(w change.Want) error {
	_, address := w.Field.Address()
	value, _, found, err := c.file.Get(address)
	if err != nil {
		return err
	}
	judged, known := value, found
	if !found && w.Default != nil {
		judged, known = w.Default, true
	}
	if holds, err := w.Holds(judged, known); holds || err != nil {
		return err
	}
	fixed, err := w.Fixed(value, found)
	switch {
	case err != nil:
		return err
	case fixed == nil:
		return c.file.Unset(address)
	}
	return c.file.Set(address, fixed)
}
