package candidate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/rehearsal"
	"harden/integration/sampletree"
)

const (
	apiserver = "/etc/kubernetes/manifests/kube-apiserver.yaml"
	kubelet   = "/var/lib/kubelet/config.yaml"
)

// tree is the sample node, with everything running.
func tree(t *testing.T) (string, host.Linked, *facts.Facts) {
	t.Helper()
	dir := t.TempDir()
	if err := sampletree.Write(dir); err != nil {
		t.Fatal(err)
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	r := host.Linked{Root: root}
	f, err := facts.Collect(r, nil, facts.Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range facts.ComponentNames {
		c := f.Components[name]
		c.Running, c.PID, c.Argv = true, 1000+i, c.Line.Argv()
	}
	f.Kubelet.Running, f.Kubelet.PID = true, 999
	return dir, r, f
}

// edited is a change of a document by its addresses.
func edited(t *testing.T, r host.Linked, file, syntax string, set map[string]any) change.Change {
	t.Helper()
	before, err := r.State(file, true)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := edit.Open(syntax, before.File.Content.Data)
	if err != nil {
		t.Fatal(err)
	}
	for address, value := range set {
		if err := doc.Set(address, value); err != nil {
			t.Fatal(err)
		}
	}
	after := *before.File
	after.Content = change.NewContent(doc.Bytes(), false)
	return change.Change{Target: change.FileTarget(file), Before: before, After: change.State{File: &after}}
}

func made(file, text string, effects ...change.Effect) change.Change {
	return change.Change{Target: change.FileTarget(file), After: change.State{File: &change.File{Mode: 0o600, Content: change.NewContent([]byte(text), false)}}, Effects: effects}
}

func only(t *testing.T, r host.Linked, f *facts.Facts, component string, changes ...change.Change) *Candidate {
	t.Helper()
	found, err := Find(r, f, changes)
	if err != nil || len(found) != 1 || found[0].Component != component {
		t.Fatalf("%+v, %v: want %s alone", found, err, component)
	}
	return found[0]
}

// A component is started by its manifest as it will be, with the files that will
// be there, at the paths where its container sees them.
func TestPodSubject(t *testing.T) {
	dir, r, f := tree(t)
	manifest := edited(t, r, apiserver, "pod:kube-apiserver", map[string]any{"flag:--audit-policy-file": "/etc/kubernetes/pki/new.yaml", "flag:--audit-log-path": "/var/log/audit/audit.log"})
	c := only(t, r, f, "kube-apiserver", manifest, made("/etc/kubernetes/pki/new.yaml", "kind: Policy\n"), made("/etc/sysctl.d/x.conf", "a"))
	if !c.LeftOut.IsZero() || !c.Unknown.IsZero() || c.PID != f.Components["kube-apiserver"].PID || len(c.Changes) != 1 {
		t.Fatalf("%+v", c)
	}
	s := c.Subject(&Process{Environment: []string{"PATH=/bin"}, UID: 7, GID: 8})
	if !slices.Contains(s.Argv, "--audit-policy-file=/etc/kubernetes/pki/new.yaml") || s.Argv[0] != "kube-apiserver" {
		t.Errorf("it is started with %q", s.Argv)
	}
	var staged []string
	for _, file := range s.Files {
		staged = append(staged, fmt.Sprintf("%s %q", file.Path, file.Data))
	}
	if want := []string{`/etc/kubernetes/pki/new.yaml "kind: Policy\n"`, `/var/log/audit/audit.log ""`}; !slices.Equal(staged, want) {
		t.Errorf("staged is %q, want %q", staged, want)
	}
	if !slices.Contains(s.Writable, "/var/log/audit") || !slices.Contains(s.Mounts, rehearsal.Mount{Host: filepath.Join(dir, "etc/kubernetes/pki"), Path: "/etc/kubernetes/pki"}) {
		t.Errorf("writable %q, mounts %q", s.Writable, s.Mounts)
	}
	for _, hidden := range []string{"/var/lib/etcd", "/var/lib/kubelet", "/var/lib/containerd", "/var/lib/harden"} {
		if !slices.Contains(s.Hidden, filepath.Join(dir, hidden)) {
			t.Errorf("%s is not hidden: %q", hidden, s.Hidden)
		}
	}
	if s.UID != 7 || s.GID != 8 || !slices.Equal(s.Environment, []string{"PATH=/bin"}) {
		t.Errorf("%d:%d, %q", s.UID, s.GID, s.Environment)
	}
	present, known := c.Present(&Process{})
	if !known || strings.Contains(strings.Join(present.Argv, " "), "audit") || len(present.Files) > 0 {
		t.Errorf("now it runs with %q and %v", present.Argv, present.Files)
	}
}

// The kubelet is started by its configuration as it will be, and sees no more of
// its directory than what its configuration names.
func TestKubeletSubject(t *testing.T) {
	dir, r, f := tree(t)
	c := only(t, r, f, Kubelet, edited(t, r, kubelet, "yaml", map[string]any{"eventRecordQPS": int64(-1)}))
	if !c.LeftOut.IsZero() || !c.Unknown.IsZero() || c.PID != 999 {
		t.Fatalf("%+v", c)
	}
	if err := os.WriteFile(filepath.Join(dir, "var/lib/kubelet/private"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := c.Subject(&Process{Environment: []string{"NOTIFY_SOCKET=/run/x", "GOGC=1"}})
	if i := slices.IndexFunc(s.Files, func(f rehearsal.File) bool { return f.Path == kubelet }); i < 0 || !strings.Contains(string(s.Files[i].Data), "eventRecordQPS: -1") {
		t.Errorf("the configuration is not staged: %+v", s.Files)
	}
	if !slices.Equal(s.Environment, []string{"GOGC=1"}) || !slices.Contains(s.Writable, "/var/lib/kubelet") {
		t.Errorf("%q, %q", s.Environment, s.Writable)
	}
	for _, m := range s.Mounts {
		if strings.HasSuffix(m.Host, "private") || m.Path == "/var/lib/kubelet" || m.Path == "/" {
			t.Errorf("it sees %s", m.Host)
		}
	}
}

// Each change finds the components that take it up, and no others.
func TestTouched(t *testing.T) {
	_, r, f := tree(t)
	roll := change.RollPod("kube-apiserver")
	mode := edited(t, r, apiserver, "pod:kube-apiserver", nil)
	mode.After.File.Mode = 0o600
	for name, c := range map[string]struct {
		changes []change.Change
		want    string
	}{
		"nothing":                          {nil, ""},
		"a file of nobody's":               {[]change.Change{made("/etc/x", "a")}, ""},
		"a mode of a manifest":             {[]change.Change{mode}, ""},
		"a file that a component reads":    {[]change.Change{made("/etc/kubernetes/harden/x", "a", roll)}, "kube-apiserver"},
		"a process that is behind":         {[]change.Change{{Target: "pod:etcd", Effects: []change.Effect{change.RollPod("etcd")}}}, "etcd"},
		"a restart of the kubelet":         {[]change.Change{made("/etc/x", "a", change.RestartUnit(facts.KubeletUnit))}, "kubelet"},
		"an edit of the kubelet's setting": {[]change.Change{edited(t, r, kubelet, "yaml", map[string]any{"podPidsLimit": int64(7)})}, "kubelet"},
	} {
		found, err := Find(r, f, c.changes)
		var names []string
		for _, found := range found {
			names = append(names, found.Component)
		}
		if err != nil || strings.Join(names, ",") != c.want {
			t.Errorf("%s: %q, %v, want %q", name, names, err, c.want)
		}
	}
}

// What cannot be rehearsed says why.
func TestLeftOut(t *testing.T) {
	_, r, f := tree(t)
	f.Components["kube-apiserver"].Running = false
	broken := edited(t, r, apiserver, "pod:kube-apiserver", nil)
	broken.After.File.Content = change.NewContent([]byte("kind: Pod\nspec: ["), false)
	if c := only(t, r, f, "kube-apiserver", broken); c.LeftOut.IsZero() {
		t.Errorf("%+v", c)
	}
	f.Components["kube-apiserver"].Running = true
	if c := only(t, r, f, "kube-apiserver", broken); !c.LeftOut.IsZero() || c.Unknown.IsZero() {
		t.Errorf("%+v", c)
	}
	f.Kubelet.Running, f.Kubelet.Unproven = false, message.Value("it hides")
	if c := only(t, r, f, Kubelet, made("/etc/x", "a", change.RestartUnit(facts.KubeletUnit))); c.LeftOut.String() != "it hides" {
		t.Errorf("%+v", c)
	}
}

// TestRancher: what RKE2 starts its components with is only known to RKE2, which is
// named once, where it restarts.
func TestRancher(t *testing.T) {
	_, r, f := tree(t)
	f.Platform, f.Rancher = facts.RKE2, &facts.Rancher{Unit: "rke2-server.service"}
	edit := edited(t, r, kubelet, "yaml", map[string]any{"podPidsLimit": int64(10)})
	if found, err := Find(r, f, []change.Change{edit}); err != nil || len(found) != 0 {
		t.Errorf("without a restart: %+v, %v", found, err)
	}
	edit.Effects = []change.Effect{change.RestartUnit(f.Rancher.Unit)}
	found, err := Find(r, f, []change.Change{edit})
	if err != nil || len(found) != 1 || found[0].Component != "rke2" || !strings.Contains(found[0].LeftOut.String(), "when rke2-server.service restarts, so these components cannot be rehearsed before") {
		t.Errorf("%+v, %v", found, err)
	}
}

// A process is held: what ends, or turns out to be another one, is not read.
func TestProcess(t *testing.T) {
	p := Hold(os.Getpid())
	defer p.Close()
	p.Prove(os.Getpid())
	if err := p.Read(); err != nil && os.Geteuid() == 0 {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 && (p.UID != os.Geteuid() || p.Program == nil || !slices.Contains(p.Environment, "PATH="+os.Getenv("PATH"))) {
		t.Errorf("%+v", p)
	}
	other := Hold(os.Getpid())
	defer other.Close()
	other.Prove(1)
	if err := other.Read(); err == nil {
		t.Error("another process was read")
	}
	none := Hold(1 << 30)
	defer none.Close()
	none.Prove(1 << 30)
	if err := none.Read(); err == nil {
		t.Error("a process that is not there was read")
	}
}
