package agent_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/planner"
	"harden/integration/sampletree"
	"harden/profiles"
)

// pathsOfFacts are the rules about what facts say where it lies.
const pathsOfFacts = "etcd-account, etcd-data-mode, etcd-data-owner, kubelet-config-mode, kubelet-config-owner, kubelet-kubeconfig-mode, kubelet-kubeconfig-owner, " +
	"kubelet-unit-mode, kubelet-pod-pids-limit, kubelet-event-record-qps, ca-mode, ca-owner, apiserver-profiling, apiserver-audit-log-path, apiserver-audit-log-maxage, " +
	"audit-policy-file, admission-config-file, event-rate-limit-file, apiserver-anonymous-auth, " +
	"apiserver-encryption-at-rest"

// pose is a tree in which somebody got a path into the facts.
type pose struct {
	*testNode
	facts *facts.Facts
}

// etcdAt says that etcd runs here with its data in a directory, and that no
// manifest says so.
func (s *pose) etcdAt(dir string, uid int) {
	s.facts.Components["etcd"] = &facts.Component{Name: "etcd", Running: true, PID: 4711, UID: uid, GID: uid, StartArgv: []string{"etcd", "--data-dir=" + dir}}
}

// dataDir lays out a directory as etcd does.
func (s *pose) dataDir(dir string, mode os.FileMode) {
	s.Helper()
	for _, d := range []string{"member/snap", "member/wal"} {
		s.ok(os.MkdirAll(s.path(dir+"/"+d), 0o755))
	}
	s.ok(os.Chmod(s.path(dir), mode))
}

// flag gives the API server's manifest, and what is known of it, another flag.
func (s *pose) flag(flag string) {
	s.Helper()
	const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"
	s.replace(manifest, "    - kube-apiserver\n", "    - kube-apiserver\n    - "+flag+"\n")
	s.facts.Components["kube-apiserver"].Line = s.collect().Components["kube-apiserver"].Line
}

// home makes a directory of an ordinary user: others than root write there.
func (s *pose) home() {
	s.Helper()
	s.ok(os.MkdirAll(s.path("/home/u"), 0o755))
	s.ok(os.Chmod(s.path("/home/u"), 0o777))
}

const otherConfig = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"

// strangersPaths are attempts to get a path to where root writes. What is left
// alone is not to be in any change.
var strangersPaths = map[string]struct {
	act   func(s *pose)
	alone string // a path, with all below it
	rule  string // that is blocked; "" where the rules need not say anything of it
	why   string // part of its reason
}{
	"etcd's data is the root":        {func(s *pose) { s.etcdAt("/", 0) }, "/", "etcd-data-mode", "directory of the operating system"},
	"etcd's data is /etc":            {func(s *pose) { s.etcdAt("/etc", 0) }, "/etc", "etcd-data-owner", "directory of the operating system"},
	"etcd's data is /etc, in a loop": {func(s *pose) { s.etcdAt("/var/lib/etcd/../../../etc", 0) }, "/etc", "etcd-data-mode", "directory of the operating system"},
	"etcd's data is /var/lib":        {func(s *pose) { s.dataDir("/var/lib", 0o755); s.etcdAt("/var/lib", 0) }, "/var/lib", "etcd-data-mode", "directory of the operating system"},
	"etcd's data is below /usr":      {func(s *pose) { s.dataDir("/usr/lib/x", 0o755); s.etcdAt("/usr/lib/x", 0) }, "/usr", "etcd-data-mode", "directory of the operating system"},
	"etcd's data is in memory":       {func(s *pose) { s.dataDir("/dev/shm/x", 0o755); s.etcdAt("/dev/shm/x", 0) }, "/dev", "etcd-data-mode", "directory of the operating system"},
	"etcd's data is Kubernetes' own": {func(s *pose) { s.etcdAt("/etc/kubernetes", 0) }, "/etc/kubernetes", "etcd-data-mode", "without member"},
	"etcd's data is the kubelet's": {func(s *pose) { s.etcdAt("/var/lib/kubelet", 0) }, "/var/lib/kubelet", "etcd-data-mode",
		"is outside of the directories of Kubernetes"},
	"etcd's data is a file": {func(s *pose) { s.etcdAt("/etc/passwd", 0) }, "/etc/passwd", "etcd-data-owner", "is outside of the directories of Kubernetes"},
	"etcd's data is a home": {func(s *pose) { s.home(); s.etcdAt("/home/u", 0) }, "/home", "etcd-data-mode", "is outside of the directories of Kubernetes"},
	"etcd's data is in a home, and looks right": {func(s *pose) { s.home(); s.dataDir("/home/u/etcd", 0o755); s.etcdAt("/home/u/etcd", 0) }, "/home",
		"etcd-data-mode", "users other than root can change /home/u, which is on the path"},
	"etcd's data is a link": {func(s *pose) {
		s.ok(os.RemoveAll(s.path("/var/lib/etcd")))
		s.ok(os.Symlink("../../etc", s.path("/var/lib/etcd")))
		s.etcdAt("/var/lib/etcd", 0)
	}, "/etc", "etcd-data-mode", "directory of the operating system"},
	"etcd's data is behind a link": {func(s *pose) { s.ok(os.Symlink("../etc", s.path("/var/x"))); s.etcdAt("/var/x/kubernetes", 0) }, "/etc/kubernetes", "etcd-data-mode", "without member"},
	"etcd's data has no member":    {func(s *pose) { s.ok(os.RemoveAll(s.path("/var/lib/etcd/member"))) }, "/var/lib/etcd", "etcd-data-mode", "without member"},
	"etcd's member is a file": {func(s *pose) {
		s.ok(os.RemoveAll(s.path("/var/lib/etcd/member")))
		s.write("/var/lib/etcd/member", "", 0o644)
	}, "/var/lib/etcd", "etcd-data-owner", "whose member is a regular file"},
	"etcd's member is a link": {func(s *pose) {
		s.dataDir("/var/lib/etcd", 0o755)
		s.ok(os.Rename(s.path("/var/lib/etcd/member"), s.path("/var/member")))
		s.ok(os.Symlink("../../member", s.path("/var/lib/etcd/member")))
	}, "/var/lib/etcd", "etcd-data-mode", "whose member is a symbolic link"},
	"etcd's data is a pod's volume": {func(s *pose) {
		s.dataDir("/var/lib/kubelet/pods/1/volumes/kubernetes.io~empty-dir/x", 0o777)
		s.etcdAt("/var/lib/kubelet/pods/1/volumes/kubernetes.io~empty-dir/x", 0)
	}, "/var/lib/kubelet/pods", "etcd-data-mode", "is outside of the directories of Kubernetes"},
	"only a process says where etcd's data is": {func(s *pose) { s.dataDir("/data/etcd", 0o755); s.etcdAt("/data/etcd", 0) }, "/data", "etcd-data-mode", "is outside of the directories of Kubernetes"},
	"a manifest that others write says it": {func(s *pose) {
		s.dataDir("/data/etcd", 0o755)
		s.replace("/etc/kubernetes/manifests/etcd.yaml", "--data-dir=/var/lib/etcd", "--data-dir=/data/etcd")
		s.ok(os.Chmod(s.path("/etc/kubernetes/manifests/etcd.yaml"), 0o666))
	}, "/data", "etcd-data-mode", "is outside of the directories of Kubernetes"},
	"root's manifest says it, and it is not data": {func(s *pose) {
		s.ok(os.MkdirAll(s.path("/data/etcd/member"), 0o755))
		s.replace("/etc/kubernetes/manifests/etcd.yaml", "--data-dir=/var/lib/etcd", "--data-dir=/data/etcd")
	}, "/data", "etcd-data-mode", "without member/snap"},

	"the configuration is /etc/passwd": {func(s *pose) { s.facts.Kubelet.Config = "/etc/passwd" }, "/etc/passwd", "kubelet-config-mode", "is outside of the directories of Kubernetes"},
	"the unit says that it is /etc/passwd": {func(s *pose) {
		s.replace("/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "--config=/var/lib/kubelet/config.yaml", "--config=/etc/passwd")
		s.facts.Kubelet.Config = "/etc/passwd"
	}, "/etc/passwd", "kubelet-pod-pids-limit", "a document of kind KubeletConfiguration was expected, but it is none"},
	"the configuration is a kubeconfig": {func(s *pose) { s.facts.Kubelet.Config = "/etc/kubernetes/admin.conf" }, "/etc/kubernetes/admin.conf", "kubelet-pod-pids-limit", `one of kind "Config"`},
	"the configuration is a manifest": {func(s *pose) { s.facts.Kubelet.Config = "/etc/kubernetes/manifests/etcd.yaml" }, "/etc/kubernetes/manifests/etcd.yaml",
		"kubelet-config-mode", `one of kind "Pod"`},
	"the configuration is a key": {func(s *pose) { s.facts.Kubelet.Config = "/etc/kubernetes/pki/sa.key" }, "/etc/kubernetes/pki/sa.key", "kubelet-config-mode", ""},
	"the configuration is in a home": {func(s *pose) {
		s.home()
		s.write("/home/u/config.yaml", otherConfig, 0o644)
		s.facts.Kubelet.Config = "/home/u/config.yaml"
	}, "/home", "kubelet-pod-pids-limit", "users other than root can change /home/u"},
	"a drop-in is something else": {func(s *pose) {
		s.write("/etc/cron.d/x.conf", "podPidsLimit: 1\n", 0o644)
		s.facts.Kubelet.ConfigDir, s.facts.Kubelet.ConfigDropIns = "/etc/cron.d", []string{"/etc/cron.d/x.conf"}
	}, "/etc/cron.d", "kubelet-pod-pids-limit", "is outside of the directories of Kubernetes"},
	"the kubeconfig is /etc/shadow": {func(s *pose) {
		s.write("/etc/shadow", "root:*:1:0:99999:7:::\n", 0o640)
		s.facts.Kubelet.Kubeconfig = "/etc/shadow"
	}, "/etc/shadow", "kubelet-kubeconfig-mode", "is outside of the directories of Kubernetes"},
	"the kubeconfig is a pod": {func(s *pose) { s.facts.Kubelet.Kubeconfig = "/etc/kubernetes/manifests/etcd.yaml" }, "/etc/kubernetes/manifests/etcd.yaml",
		"kubelet-kubeconfig-owner", `one of kind "Pod"`},
	"the client CA is /etc/passwd": {func(s *pose) { s.facts.Kubelet.ClientCAFile = "/etc/passwd" }, "/etc/passwd", "ca-mode", "is outside of the directories of Kubernetes"},
	"the client CA is a key":       {func(s *pose) { s.facts.Kubelet.ClientCAFile = "/etc/kubernetes/pki/sa.key" }, "/etc/kubernetes/pki/sa.key", "ca-owner", "a file of certificates in PEM was expected"},
	"a unit file is another's": {func(s *pose) { s.facts.Kubelet.UnitFiles = []string{"/etc/passwd"} }, "/etc/passwd",
		"kubelet-unit-mode", "is outside of the directories of Kubernetes"},

	"manifests lie in a home": {func(s *pose) {
		s.home()
		s.write("/home/u/m/kube-apiserver.yaml", s.read("/etc/kubernetes/manifests/kube-apiserver.yaml"), 0o644)
		s.facts.ManifestDir = "/home/u/m"
		s.facts.Components["kube-apiserver"].Manifest = "/home/u/m/kube-apiserver.yaml"
	}, "/home", "apiserver-profiling", "users other than root can change /home/u"},
	"a manifest is not a pod": {func(s *pose) {
		s.facts.Components["kube-apiserver"].Manifest = "/etc/kubernetes/admin.conf"
	}, "/etc/kubernetes/admin.conf", "apiserver-profiling", `a document of kind Pod was expected, but it is one of kind "Config"`},
	"manifests lie where only a process says": {func(s *pose) {
		s.write("/srv/m/kube-apiserver.yaml", s.read("/etc/kubernetes/manifests/kube-apiserver.yaml"), 0o644)
		s.facts.ManifestDir = "/srv/m"
		s.facts.Components["kube-apiserver"].Manifest = "/srv/m/kube-apiserver.yaml"
	}, "/srv", "apiserver-profiling", "is outside of the directories of Kubernetes"},
	"the encryption file is /etc/passwd": {func(s *pose) { s.flag("--encryption-provider-config=/etc/passwd") }, "/etc/passwd",
		"apiserver-encryption-at-rest", "a document of kind EncryptionConfiguration was expected, but it is none"},
	"the encryption file is a key": {func(s *pose) { s.flag("--encryption-provider-config=/etc/kubernetes/pki/sa.key") }, "/etc/kubernetes/pki/sa.key", "apiserver-encryption-at-rest", ""},
	"the audit policy is /etc/passwd": {func(s *pose) { s.flag("--audit-policy-file=/etc/passwd") }, "/etc/passwd",
		"audit-policy-file", "a document of kind Policy was expected, but it is none"},
	"the admission file is /etc/passwd": {func(s *pose) { s.flag("--admission-control-config-file=/etc/passwd") }, "/etc/passwd",
		"admission-config-file", "a document of kind AdmissionConfiguration was expected, but it is none"},
	"the event rate limits are /etc/passwd": {func(s *pose) {
		s.write("/etc/kubernetes/admission.yaml", "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: EventRateLimit\n  path: /etc/passwd\n", 0o600)
		s.flag("--admission-control-config-file=/etc/kubernetes/admission.yaml")
	}, "/etc/passwd", "event-rate-limit-file", "a document of kind Configuration was expected, but it is none"},
	"the authentication file is /etc/passwd": {func(s *pose) { s.flag("--authentication-config=/etc/passwd") }, "/etc/passwd",
		"apiserver-anonymous-auth", "a document of kind AuthenticationConfiguration was expected, but it is none"},
	"the authentication file would be a cron job": {func(s *pose) { s.flag("--authentication-config=/etc/cron.d/job") }, "/etc/cron.d",
		"apiserver-anonymous-auth", "does not exist and is outside of the directories of Kubernetes"},
	"the audit log is /etc/passwd": {func(s *pose) { s.flag("--audit-log-path=/etc/passwd") }, "/etc/passwd", "", ""},
	"certificates, keys and volumes of others": {func(s *pose) {
		s.flag("--client-ca-file=/etc/passwd")
		s.flag("--tls-private-key-file=/etc/passwd")
		s.flag("--service-account-key-file=/etc/passwd")
		s.replace("/etc/kubernetes/manifests/kube-apiserver.yaml", "  volumes:\n", "  volumes:\n  - hostPath:\n      path: /etc/passwd\n    name: stranger\n")
		s.facts.Kubelet.Flags = map[string]string{"root-dir": "/etc", "cert-dir": "/etc", "tls-cert-file": "/etc/passwd", "tls-private-key-file": "/etc/passwd"}
	}, "/etc/passwd", "", ""},
}

// TestStrangersPaths holds that a path that somebody got into the facts is
// judged before root does anything there: it is left alone, and the rule says
// what was expected.
func TestStrangersPaths(t *testing.T) {
	profile := rulesOf(pathsOfFacts, "{name: ca-mode, kind: file-access, with: {path: '@kubelet-client-ca', mode: '0600'}}",
		"{name: ca-owner, kind: file-access, with: {path: '@kubelet-client-ca', owner: 'root:root'}}")
	for name, tt := range strangersPaths {
		t.Run(name, func(t *testing.T) {
			s := newPose(t)
			tt.act(s)
			plan := s.planFrom(profile)
			for _, c := range plan.Changes {
				path := c.Target.Name()
				if c.Target.Kind() == change.KindFile && c.Before.Exists() && (path == tt.alone || strings.HasPrefix(path, tt.alone+"/") && slices.Contains(c.Rules, tt.rule)) {
					t.Errorf("%s would be changed: %+v by %v", path, c.Fields, c.Rules)
				}
			}
			if tt.rule != "" {
				s.judged(plan, tt.rule, change.Blocked, tt.why)
			}
		})
	}
}

// newPose lays out the sample node of which the facts can be made up.
func newPose(t *testing.T) *pose {
	t.Helper()
	n := &testNode{T: t, dir: filepath.Join(t.TempDir(), "node"), loaded: map[string]*profiles.Profile{}}
	n.ok(sampletree.Write(n.dir))
	n.ok(os.Chmod(n.path("/var/lib/etcd"), 0o755))
	for _, f := range []string{"/etc/passwd", "/etc/kubernetes/admin.conf"} {
		n.ok(os.Chmod(n.path(f), 0o644))
	}
	s := &pose{testNode: n}
	s.facts = s.collect()
	return s
}

func (s *pose) collect() *facts.Facts {
	s.Helper()
	f, err := s.agent("", nil).Collect()
	s.ok(err)
	return f
}

// planFrom makes a plan from the facts as they were made up; the manifest of
// etcd is read again, as it may say something else by now.
func (s *pose) planFrom(profile string) *planner.Plan {
	s.Helper()
	if etcd := s.facts.Components["etcd"]; etcd != nil && etcd.Manifest != "" {
		etcd.Line = s.collect().Components["etcd"].Line
	}
	a := s.agent(profile, nil)
	a.Systemd = nil
	a.Collect = func() (*facts.Facts, error) { return s.facts, nil }
	plan, err := a.Plan(s.Context())
	s.ok(err)
	return plan
}

// TestNamedPlaces holds that what root names is done: elsewhere by a manifest
// or by the operator, and never to the system's own directories.
func TestNamedPlaces(t *testing.T) {
	needRoot(t)
	named := func(s *pose) {
		s.dataDir("/data/etcd", 0o755)
		s.replace("/etc/kubernetes/manifests/etcd.yaml", "--data-dir=/var/lib/etcd", "--data-dir=/data/etcd")
	}
	set := func(value string) string { return rulesOf("etcd-data-mode") + "set: {etcd-data-dir: " + value + "}\n" }
	runs := func(owner int) func(s *pose) {
		return func(s *pose) {
			s.ok(os.Chown(s.path("/var/lib/etcd/member"), owner, owner))
			etcd := s.facts.Components["etcd"]
			etcd.Running, etcd.PID, etcd.UID, etcd.GID = true, 4711, 1000, 1000
		}
	}
	data := "file:/data/etcd"
	tests := map[string]struct {
		act     func(s *pose)
		profile string
		status  change.Status
		reason  string
		targets []string
	}{
		"by root's manifest":              {named, rulesOf("etcd-data-mode"), change.Drift, "mode is 0755", []string{data}},
		"by the operator":                 {func(s *pose) { s.dataDir("/data/etcd", 0o755) }, set("/data/etcd"), change.Drift, "mode is 0755", []string{data}},
		"by the operator, the system's":   {func(*pose) {}, set("/etc"), change.Blocked, "a directory of the operating system", []string{}},
		"where etcd has it by itself":     {func(*pose) {}, rulesOf("etcd-data-mode"), change.Drift, "mode is 0755", []string{"file:/var/lib/etcd"}},
		"a process that is not its owner": {runs(0), rulesOf("etcd-data-owner-runs-as"), change.Blocked, "etcd is configured to run as user 1000, but its data in /var/lib/etcd/member belongs to user 0", []string{}},
		"a process whose data it is":      {runs(1000), rulesOf("etcd-data-owner-runs-as"), change.Drift, "owner is root:root", []string{"file:/var/lib/etcd"}},
		"the same, named by the operator": {runs(0), rulesOf("etcd-data-owner-runs-as") + "set: {etcd-data-dir: /var/lib/etcd}\n", change.Blocked, "is configured to run as user", []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newPose(t)
			tt.act(s)
			plan := s.planFrom(tt.profile)
			s.judged(plan, plan.Findings[0].Rule, tt.status, tt.reason)
			s.equal(tt.targets, targets(plan))
		})
	}
}
