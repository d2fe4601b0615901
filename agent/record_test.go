package agent_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
)

// fakeCluster holds kubeadm's record as the API server does, and counts its writes as
// operations, so that a test can fail them or stop at them.
type fakeCluster struct {
	mu    *sync.Mutex // a timer's recovery writes while a test looks
	texts map[change.Target]string
	peers []node.Peer
	down  *error // why the API server does not answer, for all agents of the node
	calls host.Calls
}

const clusterRecord = `apiServer:
  extraArgs:
  - name: authorization-mode
    value: Node,RBAC
apiVersion: kubeadm.k8s.io/v1beta4
certificatesDir: /etc/kubernetes/pki
kind: ClusterConfiguration
kubernetesVersion: v1.34.1
`

const kubeletRecord = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
kind: KubeletConfiguration
streamingConnectionIdleTimeout: 0s
`

const apiManifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"

func newCluster() *fakeCluster {
	return &fakeCluster{mu: new(sync.Mutex), down: new(error), texts: map[change.Target]string{controlplane.ClusterRecord: clusterRecord, controlplane.KubeletRecord: kubeletRecord}}
}

// withRecord makes the node a control plane with a record in its cluster.
func (n *testNode) withRecord(flags ...string) {
	n.cluster = newCluster()
	n.write(apiManifest, `apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.34.1
    command: [`+strings.Join(append([]string{"kube-apiserver"}, flags...), ", ")+`]
    volumeMounts: [{name: harden, mountPath: /etc/kubernetes/harden, readOnly: true}]
  volumes: [{name: harden, hostPath: {path: /etc/kubernetes/harden}}]
`, 0o600)
}

func (c *fakeCluster) State(_ context.Context, t change.Target, _ *facts.Facts) (change.State, error) {
	c.mu.Lock()
	text, is := c.texts[t]
	down := *c.down
	c.mu.Unlock()
	if down != nil || !is {
		return change.State{}, down
	}
	return change.State{File: &change.File{Content: change.NewContent([]byte(text), false)}}, nil
}

func (c *fakeCluster) Write(ctx context.Context, t change.Target, from, to change.State) error {
	return c.calls.Do(host.Op{Name: "patch", Path: string(t)}, func() error {
		now, err := c.State(ctx, t, nil)
		if err == nil && !now.Equal(from) {
			err = &host.Changed{Path: t.Name(), Fields: now.Differences(from)}
		}
		if err == nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.texts[t] = string(to.File.Content.Data)
		}
		return err
	})
}

func (c *fakeCluster) Peers(context.Context, *facts.Facts) ([]node.Peer, error) { return c.peers, nil }

// goes has the API server not answer, or with nil answer again.
func (c *fakeCluster) goes(down error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.down = down
}

// lines are what a snapshot says of the record.
func (c *fakeCluster) lines() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	for _, t := range slices.Sorted(maps.Keys(c.texts)) {
		lines = append(lines, fmt.Sprintf("%s %s", t, c.texts[t]))
	}
	return lines
}

// recordSite is a profile with a flag of the API server that holds, and a setting of the
// kubelet that does not.
const recordSite = `harden: profile/v1
name: recorded
version: "1"
title: {en: Site, zh: Site}
controls:
  - id: all
    title: {en: All, zh: All}
    rules: [apiserver-profiling, apiserver-bind-port, kubelet-pod-pids-limit]
rules:
  - name: apiserver-bind-port
    kind: component-flag
    with: {component: kube-apiserver, flag: --tls-min-version, value: VersionTLS12}
`

func TestRecord(t *testing.T) {
	sample := newNode(t)
	in := func(name string, test func(t *testing.T)) {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
	start := func(t *testing.T) *testNode {
		n := sample.small(t)
		n.withRecord("--profiling=false", "--tls-min-version=VersionTLS12")
		return n
	}
	in("kept and put back", func(t *testing.T) {
		n := start(t)
		before := n.snapshot()
		plan, err := n.agent(recordSite, nil).Plan(t.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Drift, "lost at the next kubeadm upgrade, because kubeadm's record has another value: kube-apiserver --tls-min-version, kube-apiserver --profiling")
		n.equal([]string{"file:" + kubeletConfig, string(controlplane.ClusterRecord), string(controlplane.KubeletRecord)}, targets(plan))
		n.applied(recordSite)
		for text, target := range map[string]change.Target{"  - name: profiling\n    value: \"false\"\n": controlplane.ClusterRecord, "podPidsLimit: 4096\n": controlplane.KubeletRecord} {
			if !strings.Contains(n.cluster.texts[target], text) {
				t.Errorf("%s has no %q:\n%s", target, text, n.cluster.texts[target])
			}
		}
		plan, err = n.agent(recordSite, nil).Plan(t.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Compliant, "agrees with the flags of the control plane")
		n.equal([]string{}, targets(plan))
		_, err = n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
	})
	in("lost meanwhile", func(t *testing.T) {
		n := start(t)
		n.applied(recordSite)
		n.cluster.texts[controlplane.ClusterRecord] = clusterRecord
		plan, err := n.agent(recordSite, nil).Check(t.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Drift, "kube-apiserver --profiling")
		if observed := n.finding(plan, "kubeadm-record").Observed; len(observed) != 2 || observed[0].Where.String() != "ConfigMap kube-system/kubeadm-config" {
			t.Errorf("observed: %v", observed)
		}
	})
	in("nobody answers", func(t *testing.T) {
		n := start(t)
		n.cluster.goes(errors.New("connection refused"))
		result, err := n.apply(n.agent(recordSite, nil))
		n.ok(err)
		n.judged(result.Plan, "kubeadm-record", change.Blocked, "cannot tell what kubeadm's record of the cluster contains: connection refused")
		n.equal([]string{"file:" + kubeletConfig}, targets(result.Plan))
	})
	in("not every control plane runs with it", func(t *testing.T) {
		n := start(t)
		pod, err := edit.Open("pod:kube-apiserver", []byte(strings.ReplaceAll(n.read(apiManifest), ", --tls-min-version=VersionTLS12", "")))
		n.ok(err)
		kubelet, err := edit.Open("yaml", []byte("podPidsLimit: 100\n"))
		n.ok(err)
		n.cluster.peers = []node.Peer{{Name: "cp2", Parts: map[string]edit.Document{"kube-apiserver": pod, "kubelet": kubelet}}}
		n.applied(recordSite)
		plan, err := n.agent(recordSite, nil).Plan(t.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Blocked, "open: kube-apiserver --tls-min-version on cp2, kubelet podPidsLimit on cp2")
		n.equal(kubeletRecord, n.cluster.texts[controlplane.KubeletRecord])
		if text := n.cluster.texts[controlplane.ClusterRecord]; !strings.Contains(text, "profiling") || strings.Contains(text, "tls-min") {
			t.Errorf("the record is\n%s", text)
		}
	})
	in("changed by another", func(t *testing.T) {
		n := start(t)
		n.applied(recordSite)
		text := strings.Replace(n.cluster.texts[controlplane.ClusterRecord], "kubernetesVersion: v1.34.1", "kubernetesVersion: v1.34.2", 1)
		n.cluster.texts[controlplane.ClusterRecord] = text
		_, err := n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Failed, "was changed outside of harden", "object:ConfigMap/kube-system/kubeadm-config: content")
		n.equal(text, n.cluster.texts[controlplane.ClusterRecord])
		_, err = n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{KeepOthers: true})
		n.ok(err)
		n.equal(strings.Replace(clusterRecord, "v1.34.1", "v1.34.2", 1), n.cluster.texts[controlplane.ClusterRecord])
	})
	in("nobody answers a rollback", func(t *testing.T) {
		n := start(t)
		record := n.applied(recordSite)
		n.cluster.goes(errors.New("connection refused"))
		_, err := n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Incomplete, "connection refused")
		if strings.Contains(n.read(kubeletConfig), "podPidsLimit: 4096") {
			t.Error("the files are not put back")
		}
		n.cluster.goes(nil)
		_, err = n.agent("", nil).Rollback(t.Context(), record.ID, agent.RollbackOptions{})
		n.ok(err)
		n.equal(newCluster().lines(), n.cluster.lines())
	})
	in("named by another control plane's run", func(t *testing.T) {
		n := start(t)
		n.applied(site)
		text := n.cluster.texts[controlplane.ClusterRecord]
		n.cluster.texts[controlplane.ClusterRecord] = strings.Replace(text, "  extraArgs:\n", "  extraArgs:\n  - name: audit-policy-file\n    value: "+newFile+"\n", 1)
		_, err := n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Failed, "kubeadm's record of the cluster sets kube-apiserver --audit-policy-file="+newFile)
		n.cluster.texts[controlplane.ClusterRecord] = text
		_, err = n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.ok(err)
	})
	in("of this node alone", func(t *testing.T) {
		n := start(t)
		n.write(kubeletConfig, n.read(kubeletConfig)+"protectKernelDefaults: true\n", 0o644)
		profile := strings.Replace(recordSite, "kubelet-pod-pids-limit]", "kubelet-protect-kernel-defaults]", 1)
		before := n.snapshot()
		n.applied(profile)
		plan, err := n.agent(profile, nil).Plan(t.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Manual, "--patches /etc/kubernetes/harden/patches, or apply again after the upgrade: kubelet protectKernelDefaults")
		n.equal([]string{}, targets(plan))
		n.equal("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nprotectKernelDefaults: true\n", n.read("/etc/kubernetes/harden/patches/kubeletconfiguration+merge.yaml"))
		_, err = n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.equal(before, n.snapshot())
	})
	in("off", func(t *testing.T) {
		n := start(t)
		a := n.agent(recordSite, nil)
		a.Record = node.RecordLeft
		plan, err := a.Plan(t.Context())
		n.ok(err)
		n.equal([]string{"file:" + kubeletConfig}, targets(plan))
		n.withRecord("--profiling=false", "--tls-min-version=VersionTLS12", "--encryption-provider-config=/etc/kubernetes/harden/encryption.yaml")
		plan, err = a.Plan(t.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Waived, "no stored secret can be read")
	})
}

// TestRecordCutOff kills a run between the files and the record, and behind the record.
func TestRecordCutOff(t *testing.T) {
	for _, target := range []change.Target{controlplane.ClusterRecord, controlplane.KubeletRecord} {
		sample := newNode(t)
		synctest.Test(t, func(t *testing.T) { cutOffAt(t, sample, target) })
	}
}

func cutOffAt(t *testing.T, sample *testNode, target change.Target) {
	t.Helper()
	n := sample.small(t)
	n.withRecord("--profiling=false", "--tls-min-version=VersionTLS12")
	before := n.snapshot()
	calls := &script{}
	calls.at = func(k int, op host.Op) error {
		if op.Path == string(target) {
			calls.dead = true
			panic(killed{})
		}
		return nil
	}
	if survives(func() { _, _ = n.apply(n.agent(recordSite, calls)) }) {
		t.Fatal("the run was not cut off")
	}
	_, err := n.agent("", nil).Recover(t.Context())
	n.ok(err)
	n.equal(before, n.snapshot())
	if record, err := n.runs(); err != nil || record[0].State != journal.RolledBack {
		t.Errorf("%v, %v", record, err)
	}
}

// TestAfterUpgrade judges by the tables of a version that is to come.
func TestAfterUpgrade(t *testing.T) {
	sample := newNode(t)
	check := func(minor int, flags ...string) change.Finding {
		n := sample.small(t)
		n.withRecord(flags...)
		a := n.agent(recordSite, nil)
		collect := a.Collect
		a.AfterUpgrade, a.Collect = true, func() (*facts.Facts, error) {
			f, err := collect()
			if err == nil {
				f.Kubernetes, f.KubernetesFrom = facts.Version{Major: 1, Minor: minor}, facts.GivenByUser
			}
			return f, err
		}
		plan, err := a.Check(t.Context())
		n.ok(err)
		return n.finding(plan, "kubeadm-upgrade")
	}
	for _, row := range []struct {
		minor  int
		flag   string
		status change.Status
		reason string
	}{
		{35, "--profiling=false", change.Compliant, "knows every flag"},
		{36, "--feature-gates=StructuredAuthorizationConfiguration=true", change.Blocked, "kube-apiserver: "},
		{24, "--insecure-port=0", change.Blocked, "does not start in Kubernetes 1.24.0: kube-apiserver: --insecure-port was removed in Kubernetes 1.24"},
		{99, "--profiling=false", change.Error, "cannot tell what 1.99 refuses"},
	} {
		if f := check(row.minor, row.flag); f.Status != row.status || !strings.Contains(f.Reason.String(), row.reason) {
			t.Errorf("%s with 1.%d: %s (%s)", row.flag, row.minor, f.Status, f.Reason)
		}
	}
}
