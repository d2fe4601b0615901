package agent_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/transaction"
	"harden/fixers"
	"harden/integration/sampletree"
	"harden/profiles"
	"harden/systemd"

	"github.com/google/go-cmp/cmp"
)

const (
	kubeletConfig = "/var/lib/kubelet/config.yaml"
	cniConfig     = "/etc/cni/net.d/10-bridge.conflist"
	certificate   = "/etc/kubernetes/pki/etcd/peer.crt"
	newFile       = "/etc/new/deep/site.conf"
)

// site is a small profile with each sort of change: a new file below missing
// directories, a file of many found by a pattern, a mode, a document that is
// edited, and with the last two a restart.
const site = `harden: profile/v1
name: site
version: "1"
title: {en: Site, zh: Site}
controls:
  - id: all
    title: {en: All, zh: All}
    rules: [site-file, cni-config-mode, pki-certificate-mode, kubelet-pod-pids-limit, kubelet-event-record-qps]
rules:
  - name: site-file
    kind: file-content
    with: {path: /etc/new/deep/site.conf, content: "a = 1\n", mode: "0640", owner: "UID:GID"}
`

// testNode is the sample node in a directory of its own, with a systemd that runs
// its kubelet.
type testNode struct {
	*testing.T
	dir   string
	units *systemd.Fake
	// running is the configuration that the kubelet was last started with.
	running string
	boot    string                       // of the machine
	booted  time.Time                    // when that was
	loaded  map[string]*profiles.Profile // by their text; reading one takes longer than applying it
	cluster *fakeCluster                 // nil where nobody is asked
}

// newNode lays the sample node out. The kubelet has no health endpoint, which
// leaves its health to systemd; one certificate is open to everyone.
func newNode(t *testing.T) *testNode {
	t.Helper()
	n := &testNode{T: t, dir: filepath.Join(t.TempDir(), "node"), loaded: map[string]*profiles.Profile{}}
	n.ok(sampletree.Write(n.dir))
	n.replace(kubeletConfig, "healthzPort: 10248", "healthzPort: 0")
	n.start()
	return n
}

// smallFiles are those of the sample node that the profile site is about.
var smallFiles = []string{kubeletConfig, cniConfig, certificate, "/usr/lib/systemd/system/kubelet.service",
	"/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"}

// small gives a node like this one with few files, for tests that need many
// nodes.
func (n *testNode) small(t *testing.T) *testNode {
	t.Helper()
	small := &testNode{T: t, dir: filepath.Join(t.TempDir(), "node"), loaded: n.loaded}
	for _, name := range smallFiles {
		small.write(name, n.read(name), 0o644)
	}
	small.ok(os.MkdirAll(small.path("/etc/systemd/system"), 0o755))
	if n.cluster != nil {
		small.withRecord()
	}
	small.start()
	return small
}

// start readies a node whose files are there.
func (n *testNode) start() {
	n.Helper()
	n.ok(os.Chmod(n.path(certificate), 0o666))
	n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "active", SubState: "running",
		InvocationID: "00000000000000000000000000000000", Started: time.Now(), RestartDelay: 10 * time.Second})
	n.running = n.read(kubeletConfig)
	n.restarts()
	n.boot = "boot-1"
	n.booted = time.Now()
}

// moment is the time of the node, which no setting of the clock moves.
func (n *testNode) moment() (host.Moment, error) {
	return host.Moment{Boot: n.boot, Time: time.Since(n.booted)}, nil
}

// restarts scripts what the kubelet does at its restarts.
func (n *testNode) restarts(behaviours ...systemd.Behaviour) {
	next := systemd.Script(behaviours...)
	n.units.OnRestart(fixers.KubeletUnit, func() systemd.Behaviour {
		b := next()
		if !b.KeepsInvocation {
			n.running = n.read(kubeletConfig)
		}
		return b
	})
}

// agent gives a new agent, as a new process would have it.
func (n *testNode) agent(profile string, calls host.Calls) *agent.Agent {
	n.Helper()
	if calls == nil {
		calls = &script{}
	}
	root, err := host.OpenRoot(n.dir, calls)
	n.ok(err)
	n.Cleanup(func() { n.ok(root.Close()) })
	a := &agent.Agent{Store: node.NewStore(root), Version: "test", Node: &node.Node{Root: root, Timeout: time.Minute, Now: time.Now, Log: func(message.Text) {}}}
	a.Moment, a.Recovery = n.moment, []string{"/usr/bin/harden", "recover"}
	a.Collect = func() (*facts.Facts, error) {
		f, err := node.Collect(root, nil, facts.Override{}, nil)
		if err == nil && f.Kubelet != nil {
			f.Kubelet.PID = os.Getpid() // which serves the health endpoints of the tests
		}
		return f, err
	}
	a.Systemd = func(context.Context) (node.Systemd, error) { return n.units, nil }
	if n.cluster != nil {
		reached := *n.cluster
		reached.calls = calls
		a.Cluster = &reached
	}
	if profile != "" {
		a.Profile = n.profile(profile)
	}
	return a
}

// profile loads a profile by its name or its text. UID and GID in it are
// those of whoever runs the test, so that the tests need no root.
func (n *testNode) profile(ref string) *profiles.Profile {
	n.Helper()
	if p := n.loaded[ref]; p != nil {
		return p
	}
	text := strings.NewReplacer("UID", fmt.Sprint(os.Geteuid()), "GID", fmt.Sprint(os.Getegid())).Replace(ref)
	name := ref
	if strings.Contains(ref, "\n") {
		name = "/site.yaml"
	}
	p, err := profiles.Load(name, nil, profiles.Source{Read: func(string) ([]byte, error) { return []byte(text), nil }})
	n.ok(err)
	n.loaded[ref] = p
	return p
}

// apply plans and applies.
func (n *testNode) apply(a *agent.Agent) (*transaction.Result, error) {
	n.Helper()
	return n.applyWith(n.Context(), a)
}

func (n *testNode) applyWith(ctx context.Context, a *agent.Agent) (*transaction.Result, error) {
	n.Helper()
	plan, err := a.Plan(n.Context())
	n.ok(err)
	return a.Apply(ctx, plan)
}

// applied applies a profile to the node, which must work.
func (n *testNode) applied(profile string) journal.Record {
	n.Helper()
	result, err := n.apply(n.agent(profile, nil))
	n.ok(err)
	return *result.Record
}

func (n *testNode) path(name string) string { return filepath.Join(n.dir, name) }

func (n *testNode) read(name string) string {
	n.Helper()
	data, err := os.ReadFile(n.path(name))
	n.ok(err)
	return string(data)
}

func (n *testNode) write(name, text string, mode fs.FileMode) {
	n.Helper()
	n.ok(os.MkdirAll(filepath.Dir(n.path(name)), 0o755))
	n.ok(os.WriteFile(n.path(name), []byte(text), mode))
	n.ok(os.Chmod(n.path(name), mode))
}

func (n *testNode) replace(name, old, text string) {
	n.Helper()
	before := n.read(name)
	if strings.Count(before, old) != 1 {
		n.Fatalf("%q does not stand once in %s", old, name)
	}
	n.ok(os.WriteFile(n.path(name), []byte(strings.Replace(before, old, text, 1)), 0o644))
}

func (n *testNode) ok(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

func (n *testNode) equal(want, got any) {
	n.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		n.Errorf("-want +got:\n%s", diff)
	}
}

// failed makes sure that an error is of a kind and says what it should.
func (n *testNode) failed(err error, kind node.Kind, parts ...string) {
	n.Helper()
	if got := kindOf(err); got != kind {
		n.Fatalf("error of kind %d, want %d: %v", got, kind, err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			n.Errorf("error %q does not say %q", err, part)
		}
	}
}

// kindOf is the kind of an error, 0 where there is none.
func kindOf(err error) node.Kind {
	var e *node.Error
	if err == nil || !errors.As(err, &e) {
		return 0
	}
	return e.Kind
}

// finding is the verdict of a plan on a rule.
func (n *testNode) finding(p *planner.Plan, rule string) change.Finding {
	n.Helper()
	i := slices.IndexFunc(p.Findings, func(f change.Finding) bool { return f.Rule == rule })
	if i < 0 {
		n.Fatalf("the plan says nothing of rule %s", rule)
	}
	return p.Findings[i]
}

// judged makes sure that a plan judges a rule so, and says why.
func (n *testNode) judged(p *planner.Plan, rule string, status change.Status, reason string) {
	n.Helper()
	f := n.finding(p, rule)
	if f.Status != status || !strings.Contains(f.Reason.String(), reason) {
		n.Errorf("rule %s is %s (%s), want %s (%s)", rule, f.Status, f.Reason, status, reason)
	}
}

func targets(p *planner.Plan) []string {
	names := []string{}
	for _, c := range p.Changes {
		names = append(names, string(c.Target))
	}
	return names
}

// snapshot describes everything on the node but harden's own directory: type,
// mode, owner, link count, extended attributes and content.
func (n *testNode) snapshot() []string {
	n.Helper()
	var lines []string
	n.ok(filepath.WalkDir(n.dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(n.dir, path)
		if err != nil {
			return err
		}
		if rel == strings.TrimPrefix(node.StateDir, "/") {
			return fs.SkipDir
		}
		line, err := describe(path)
		lines = append(lines, rel+" "+line)
		return err
	}))
	if n.cluster != nil {
		lines = append(lines, n.cluster.lines()...)
	}
	return lines
}

func describe(path string) (string, error) {
	var st syscall.Stat_t
	if err := syscall.Lstat(path, &st); err != nil {
		return "", err
	}
	line := fmt.Sprintf("%o %d:%d", st.Mode, st.Uid, st.Gid)
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFDIR:
		xattrs, err := attributes(path)
		return line + xattrs, err // the link count of a directory is that of its entries
	case syscall.S_IFREG:
		xattrs, err := attributes(path)
		if err != nil {
			return "", err
		}
		data, err := os.ReadFile(path)
		return fmt.Sprintf("%s links=%d%s %x", line, st.Nlink, xattrs, sha256.Sum256(data)), err
	case syscall.S_IFLNK:
		target, err := os.Readlink(path)
		return line + " -> " + target, err
	}
	return line, nil
}

func attributes(path string) (string, error) {
	names := make([]byte, 4096)
	size, err := syscall.Listxattr(path, names)
	if errors.Is(err, syscall.ENOTSUP) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var list []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names[:size]), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		value := make([]byte, 4096)
		size, err := syscall.Getxattr(path, name, value)
		if err != nil {
			return "", err
		}
		list = append(list, fmt.Sprintf(" %s=%q", name, value[:size]))
	}
	slices.Sort(list)
	return strings.Join(list, ""), nil
}

// runDirs lists what is remembered of runs.
func (n *testNode) runDirs() []string {
	n.Helper()
	entries, err := os.ReadDir(n.path(node.StateDir + "/runs"))
	if !errors.Is(err, fs.ErrNotExist) {
		n.ok(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// walkFiles reads every file below a directory.
func walkFiles(dir string, visit func(name string, data []byte)) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		visit(name, data)
		return err
	})
}

// needRoot skips what only root can see.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("skipped: needs root")
	}
}

// runs lists all runs, oldest first.
func (n *testNode) runs() ([]journal.Record, error) {
	var records []journal.Record
	for r, err := range n.agent("", nil).Store.Oldest() {
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}
