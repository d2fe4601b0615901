package agent_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/rehearsal"
	"harden/agent/transaction"
	"harden/integration/oracle"
	"harden/integration/sampletree"
	"harden/systemd"
)

func TestMain(m *testing.M) {
	oracle.Main()
	os.Exit(m.Run())
}

const rehearsedManifest = "/etc/kubernetes/manifests/kube-scheduler.yaml"

// stage is a node whose scheduler runs: the real program, in a network of its
// own.
type stage struct {
	*testing.T
	agent *agent.Agent
	facts *facts.Facts
}

func newStage(t *testing.T) *stage {
	t.Helper()
	if os.Geteuid() != 0 || os.Getenv("HARDEN_KUBE_BIN") == "" {
		t.Skip("it needs root, and HARDEN_KUBE_BIN to name a directory with the components")
	}
	dir := t.TempDir()
	if err := sampletree.Write(dir); err != nil {
		t.Fatal(err)
	}
	kubeconfig := filepath.Join(dir, "etc/kubernetes/scheduler.conf")
	text := "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\nusers: [{name: u, user: {token: t}}]\n"
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	f, err := facts.Collect(host.Linked{Root: root}, nil, facts.Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(oracle.Directory(t, "kube-scheduler"), "kube-scheduler")
	running := exec.Command(program, "--kubeconfig="+kubeconfig, "--secure-port=0")
	running.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Process.Kill(); _ = running.Wait() })
	c := f.Components["kube-scheduler"]
	c.Running, c.PID, c.Argv = true, running.Process.Pid, c.Line.Argv()
	s := &stage{T: t, facts: f, agent: &agent.Agent{Rehearsing: agent.RehearseAuto, Node: &node.Node{Root: root, Log: func(message.Text) {},
		Collect: func() (*facts.Facts, error) { return f, nil },
		Systemd: func(context.Context) (node.Systemd, error) { return &systemd.Fake{}, nil }}}}
	return s
}

// plan sets a flag of the scheduler.
func (s *stage) plan(flag, value string) *planner.Plan {
	s.Helper()
	target := change.FileTarget(rehearsedManifest)
	before, err := s.agent.Root.State(rehearsedManifest, true)
	if err != nil {
		s.Fatal(err)
	}
	doc, err := edit.Open("pod:kube-scheduler", before.File.Content.Data)
	if err != nil {
		s.Fatal(err)
	}
	if err := doc.Set("flag:--"+flag, value); err != nil {
		s.Fatal(err)
	}
	file := *before.File
	file.Content = change.NewContent(doc.Bytes(), false)
	return &planner.Plan{Facts: s.facts, Plan: change.Plan{Changes: []change.Change{{Target: target, Before: before, After: change.State{File: &file}, Rules: []string{"other", "sets-it"},
		Fields: []change.FieldChange{
			{Field: "flag:--profiling", After: "false", Rules: []string{"other"}},
			{Field: change.Field("flag:--" + flag), After: value, Rules: []string{"sets-it"}},
		}, Effects: []change.Effect{change.RollPod("kube-scheduler")}}}}}
}

// rehearse gives the only component that was rehearsed.
func (s *stage) rehearse(plan *planner.Plan) (transaction.Rehearsed, error) {
	s.Helper()
	list, err := s.agent.Rehearse(context.Background(), plan)
	if len(list) != 1 || list[0].Component != "kube-scheduler" {
		s.Fatalf("%+v, %v", list, err)
	}
	return list[0], err
}

// What a component refuses is not written: it is told in its words, with the
// field and the rule. What it accepts is, and what cannot be told only where
// nothing else is required.
func TestRehearse(t *testing.T) {
	s := newStage(t)
	before, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.rehearse(s.plan("kube-api-burst", "17"))
	if err != nil || r.Outcome != rehearsal.Accepted {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = s.rehearse(s.plan("kube-api-burst", "fast"))
	if r.Outcome != rehearsal.Refused || !strings.Contains(r.Message.String(), `invalid argument "fast"`) || r.Field != "flag:--kube-api-burst" || !slices.Equal(r.Rules, []string{"sets-it"}) {
		t.Errorf("%+v", r)
	}
	if err == nil || !strings.Contains(err.Error(), "kube-scheduler refuses") || !strings.Contains(err.Error(), "required by sets-it") {
		t.Errorf("%v", err)
	}
	manifest, err := s.agent.Root.ReadFile(rehearsedManifest, 1<<20)
	if err != nil || strings.Contains(string(manifest), "fast") {
		t.Errorf("the manifest was written: %v\n%s", err, manifest)
	}
	s.agent.Rehearsing = agent.RehearseOff
	if list, err := s.agent.Rehearse(context.Background(), s.plan("kube-api-burst", "fast")); list != nil || err != nil {
		t.Errorf("%+v, %v", list, err)
	}
	if after, _ := os.ReadFile("/proc/self/mountinfo"); string(after) != string(before) {
		t.Errorf("something stays mounted:\n%s", after)
	}
}

// A refusal counts only where the component accepts what it runs with: else the
// walls are the cause.
func TestRehearseOfWhatIsRefusedAnyway(t *testing.T) {
	s := newStage(t)
	s.facts.Components["kube-scheduler"].Argv = []string{"kube-scheduler", "--kubeconfig=/nowhere"}
	r, err := s.rehearse(s.plan("kube-api-burst", "fast"))
	if err != nil || r.Outcome != rehearsal.Unknown || !strings.Contains(r.Message.String(), "/nowhere") {
		t.Errorf("%+v, %v", r, err)
	}
	s.agent.Rehearsing = agent.RehearseRequired
	if r, err = s.rehearse(s.plan("kube-api-burst", "fast")); err == nil || !strings.Contains(err.Error(), "--rehearse=required") {
		t.Errorf("%+v, %v", r, err)
	}
}

// Where nothing runs, or another process has its number, nothing is started.
func TestRehearseWithoutProcess(t *testing.T) {
	s := newStage(t)
	c := s.facts.Components["kube-scheduler"]
	c.Running, c.Unproven = false, message.Value("no process of this component was found")
	r, err := s.rehearse(s.plan("kube-api-burst", "fast"))
	if err != nil || r.Outcome != transaction.LeftOut || r.Message.String() != c.Unproven.String() {
		t.Errorf("%+v, %v", r, err)
	}
	c.Running = true
	was := *c
	s.agent.Collect = func() (*facts.Facts, error) { // it was replaced meanwhile
		now, another := *s.facts, was
		another.PID = os.Getpid()
		now.Components = map[string]*facts.Component{"kube-scheduler": &another}
		return &now, nil
	}
	if r, err = s.rehearse(s.plan("kube-api-burst", "fast")); err != nil || r.Outcome != rehearsal.Unknown {
		t.Errorf("%+v, %v", r, err)
	}
}
