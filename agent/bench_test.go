package agent_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/integration/sampletree"
	"harden/profiles"
)

// open gives agents with a built-in profile on a tree. A new one knows nothing
// of what the last one parsed.
func open(b *testing.B, dir, profile string) func() *agent.Agent {
	b.Helper()
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = root.Close() })
	p, err := profiles.Load(profile, nil, profiles.Source{})
	if err != nil {
		b.Fatal(err)
	}
	return func() *agent.Agent {
		texts := &edit.Texts{}
		return &agent.Agent{Store: node.NewStore(root), Profile: p, Node: &node.Node{Root: root, Texts: texts, Now: time.Now, Timeout: time.Minute, Log: func(message.Text) {},
			Collect: func() (*facts.Facts, error) { return facts.Collect(root, nil, facts.Override{}, texts) }}}
	}
}

// BenchmarkPlan makes plans and reports of the sample node, its files' facts
// included.
func BenchmarkPlan(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "node")
	if err := sampletree.Write(dir); err != nil {
		b.Fatal(err)
	}
	for _, profile := range []string{"kubeadm-node", "cis-1.12", "qkxy-cs001-2023"} {
		fresh := open(b, dir, profile)
		for name, make := range map[string]func(*agent.Agent, context.Context) (*planner.Plan, error){"plan": (*agent.Agent).Plan, "check": (*agent.Agent).Check} {
			b.Run(name+"/"+profile, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					plan, err := make(fresh(), b.Context())
					if err != nil {
						b.Fatal(err)
					}
					if len(plan.Changes) == 0 {
						b.Fatal("nothing to change on the sample node")
					}
				}
			})
		}
	}
}

// BenchmarkPlanTree makes a plan of a node with a large PKI directory. The
// time is to grow with the files, and the memory is not to.
func BenchmarkPlanTree(b *testing.B) { benchmarkTree(b, 0o600, 10_000, 100_000) }

// BenchmarkPlanDrift makes a plan that changes each file of a large directory.
// Time and memory are to grow with the files, and no faster.
func BenchmarkPlanDrift(b *testing.B) { benchmarkTree(b, 0o666, 5_000, 50_000) }

func benchmarkTree(b *testing.B, mode fs.FileMode, sizes ...int) {
	for _, files := range sizes {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			dir := filepath.Join(b.TempDir(), "node")
			if err := sampletree.Write(dir); err != nil {
				b.Fatal(err)
			}
			fill(b, filepath.Join(dir, "etc/kubernetes/pki"), files, mode)
			fresh := open(b, dir, "cis-1.12")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := fresh().Plan(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(files), "ns/file")
		})
	}
}

// fill lays out certificates and keys, a thousand in each directory.
func fill(b *testing.B, dir string, files int, mode fs.FileMode) {
	b.Helper()
	for i := range files {
		below := filepath.Join(dir, fmt.Sprintf("d%03d", i/1000))
		if i%1000 == 0 {
			if err := os.Mkdir(below, 0o755); err != nil {
				b.Fatal(err)
			}
		}
		name := filepath.Join(below, fmt.Sprintf("c%03d.%s", i%1000, []string{"crt", "key"}[i%2]))
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			b.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			b.Fatal(err)
		}
	}
}
