// Package rke2standin is a stand-in for `rke2 server`, for tests: the real program
// cannot be built here. It does to the files of a node what RKE2 is documented to do
// at each start, and refuses to start where RKE2 does. It shares no code with harden.
// README.md lists each thing that it does, with where that is documented.
package rke2standin

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Machine is what a start finds.
type Machine struct {
	Root        string   // "/" or the directory of a tree
	Arguments   []string // behind "rke2 server"
	Environment []string
	Sysctl      func(key string) (string, error)
	// Images are those of the components, by name; RKE2's own where it is nil.
	Images map[string]string
	// Silent has nothing serve but etcd, which answers HTTP at this URL: for tests in
	// which no component runs.
	Silent string
	// Chown gives a file away; nil where the tree belongs to who tests.
	Chown func(path string, uid, gid int) error
}

// Started is what a start came to.
type Started struct {
	DataDir string
	Kubelet []string // the arguments of the kubelet
}

// kernel is what `profile: cis` asks of the kernel.
var kernel = [][2]string{{"vm.overcommit_memory", "1"}, {"vm.panic_on_oom", "0"}, {"kernel.panic", "10"}, {"kernel.panic_on_oops", "1"}}

// Start does what one start of RKE2 does to the files of the node. The error is why
// RKE2 would end, to be started again by systemd for ever.
func (m Machine) Start() (Started, error) {
	given, err := configuration(m.Root, m.Arguments, m.Environment)
	if err != nil {
		return Started{}, err
	}
	s := start{Machine: m, given: given, data: given.last("data-dir", "/var/lib/rancher/rke2"), profile: given.last("profile", "")}
	switch {
	case s.profile == "cis" || strings.HasPrefix(s.profile, "cis-"):
		for _, want := range kernel {
			if have, err := m.Sysctl(want[0]); err != nil || have != want[1] {
				return Started{}, fmt.Errorf("invalid kernel parameter value %s=%s - expected %s", want[0], have, want[1])
			}
		}
		fallthrough
	case s.profile == "etcd":
		if s.uid, s.gid, err = m.account("etcd"); err != nil {
			return Started{}, fmt.Errorf("missing required user and group: %w", err)
		}
	case s.profile != "":
		return Started{}, fmt.Errorf("invalid value provided for --profile flag: %q", s.profile)
	}
	if err := s.write(); err != nil {
		return Started{}, err
	}
	return Started{DataDir: s.data, Kubelet: s.kubelet()}, nil
}

// account finds a user and the group of the same name in the files themselves.
func (m Machine) account(name string) (uid, gid int, err error) {
	find := func(file string) (int, error) {
		f, err := os.Open(filepath.Join(m.Root, file))
		if err != nil {
			return 0, err
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if fields := strings.Split(lines.Text(), ":"); len(fields) > 2 && fields[0] == name {
				return strconv.Atoi(fields[2])
			}
		}
		return 0, fmt.Errorf("%s has no %s", file, name)
	}
	if uid, err = find("/etc/passwd"); err != nil {
		return 0, 0, err
	}
	gid, err = find("/etc/group")
	return uid, gid, err
}

// start is one start.
type start struct {
	Machine
	given         values
	data, profile string
	uid, gid      int // of etcd with a profile, else 0
}

// file writes a file of the node with a mode of its own, whatever it had.
func (s start) file(path, text string, mode fs.FileMode) error {
	at := filepath.Join(s.Root, path)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	if old, err := os.ReadFile(at); err != nil || string(old) != text {
		temporary := filepath.Join(filepath.Dir(at), "."+filepath.Base(at)+".new")
		if err := os.WriteFile(temporary, []byte(text), mode); err != nil {
			return err
		}
		if err := os.Rename(temporary, at); err != nil {
			return err
		}
	}
	return os.Chmod(at, mode)
}

// missing writes a file that is not there yet; it keeps the mode of one that is.
func (s start) missing(path, text string, mode fs.FileMode) error {
	if _, err := os.Stat(filepath.Join(s.Root, path)); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.file(path, text, mode)
}

func (s start) server(path string) string { return filepath.Join(s.data, "server", path) }
func (s start) agent(path string) string  { return filepath.Join(s.data, "agent", path) }

// write lays out what RKE2 generates.
func (s start) write() error {
	for _, step := range []func() error{s.directories, s.certificates, s.kubeconfigs, s.encryption, s.audit, s.admission, s.etcd, s.pods, s.kubeletFiles} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s start) directories() error {
	if err := os.MkdirAll(filepath.Join(s.Root, s.data), 0o755); err != nil {
		return err
	}
	for _, dir := range []string{s.server("db/etcd"), s.server("db/etcd/member/snap"), s.server("db/etcd/member/wal"), s.server("logs"), s.server("cred")} {
		if err := os.MkdirAll(filepath.Join(s.Root, dir), 0o700); err != nil {
			return err
		}
	}
	return nil
}

func (s start) kubeconfigs() error {
	kubeconfig := func(path, name, dir string) error {
		text := "apiVersion: v1\nkind: Config\nclusters:\n- name: local\n  cluster:\n    server: https://127.0.0.1:6443\n    certificate-authority: " + s.server("tls/server-ca.crt") +
			"\nusers:\n- name: user\n  user:\n    client-certificate: " + dir + name + ".crt\n    client-key: " + dir + name + ".key\ncontexts:\n- name: Default\n  context:\n    cluster: local\n    user: user\ncurrent-context: Default\n"
		return s.file(path, text, 0o600)
	}
	for name, certificate := range map[string]string{"admin": "client-admin", "controller": "client-controller", "scheduler": "client-scheduler", "api-server": "client-kube-apiserver"} {
		if err := kubeconfig(s.server("cred/"+name+".kubeconfig"), certificate, s.server("tls")+"/"); err != nil {
			return err
		}
	}
	for name, certificate := range map[string]string{"kubelet": "client-kubelet", "kubeproxy": "client-kube-proxy"} {
		if err := kubeconfig(s.agent(name+".kubeconfig"), certificate, s.agent("")+"/"); err != nil {
			return err
		}
	}
	return nil
}

func (s start) encryption() error {
	if s.given.last("secrets-encryption", "true") == "false" {
		return nil
	}
	// The key is a test's own, of 32 bytes that are no secret.
	return s.missing(s.server("cred/encryption-config.json"), `{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"aescbckey","secret":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}]}},{"identity":{}}]}]}`+"\n", 0o600)
}

// auditPolicy is the file of the policy, "" where none is asked for.
func (s start) auditPolicy() string {
	standard := ""
	if strings.HasPrefix(s.profile, "cis") {
		standard = "/etc/rancher/rke2/audit-policy.yaml"
	}
	return s.given.last("audit-policy-file", standard)
}

func (s start) audit() error {
	if s.auditPolicy() == "" {
		return nil
	}
	return s.missing(s.auditPolicy(), "apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata:\n  creationTimestamp: null\nrules:\n- level: None\n", 0o600)
}

func (s start) admission() error {
	level := "privileged"
	if strings.HasPrefix(s.profile, "cis") {
		level = "restricted"
	}
	return s.file(s.admissionFile(), `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: `+level+`
      enforce-version: latest
    exemptions:
      namespaces: [kube-system, compliance-operator-system, tigera-operator]
`, 0o600)
}

func (s start) admissionFile() string {
	return s.given.last("pod-security-admission-config-file", "/etc/rancher/rke2/rke2-pss.yaml")
}
