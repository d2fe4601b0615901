package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"harden/integration/oracle"
	"harden/integration/sampletree"
)

// What an apply writes is started with the real components: none of them may
// refuse a flag, a value or a field of its configuration. They run without a
// cluster, so what they say of etcd and of the API server is not a refusal.
func TestAcceptance(t *testing.T) {
	oracle.Directory(t, "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "etcd")
	names := []string{"cis-1.12", "qkxy-cs001-2023", "rancher-2.3.5"}
	if os.Getenv("HARDEN_KUBE_BIN") == "" {
		names = names[:1] // make oracle starts all
	}
	for _, profile := range names {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			c := &layoutCase{T: t, node: filepath.Join(t.TempDir(), "node"), layout: layout{Profile: profile}}
			if err := sampletree.Write(c.node); err != nil {
				t.Fatal(err)
			}
			c.document("apply", "--yes")
			c.accepted()
		})
	}
}

// notStarted are cases that no component starts with from the beginning: one has
// a feature gate of another version, one flags beside the files that take their place, and the others have files on paths, links or
// variables that have a meaning in the node's own root only, or another form.
var notStarted = []string{"feature-gates-by-flag", "data-directories-linked", "static-pod-path-elsewhere",
	"static-pod-path-is-a-file", "manifest-in-json", "flag-from-a-config-map", "etcd-data-named-in-its-file", "certificates-elsewhere",
	"keys-linked-to-elsewhere", "anonymous-elsewhere-too", "flags-beside-their-files"}

// The cases are accepted after their apply, too.
func TestAcceptanceOfCases(t *testing.T) {
	oracle.Directory(t, "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "etcd")
	if os.Getenv("HARDEN_KUBE_BIN") == "" {
		t.Skip("it takes a minute: make oracle runs it")
	}
	dirs, err := filepath.Glob("testdata/cases/*/want.yaml")
	if err != nil || len(dirs) < 18 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	for _, file := range dirs {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			c := newCase(t, name)
			if c.Root || slices.Contains(pendingCases, name) || slices.Contains(notStarted, name) {
				t.Skip("it needs root, is pending, or cannot be started from a tree")
			}
			t.Parallel()
			c.lay()
			c.document("apply", "--yes")
			c.accepted()
		})
	}
}

// A component that refuses is seen to.
func TestAcceptanceRefuses(t *testing.T) {
	program := filepath.Join(oracle.Directory(t, "kube-apiserver"), "kube-apiserver")
	for _, words := range [][]string{
		{"--none-of-its-flags"}, {"--audit-log-maxage=x"}, {"word"}, {"--profiling", "false"},
		{"--etcd-servers=http://127.0.0.1:1", "--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=NodeRestriction"},
	} {
		answer := oracle.Stay(t, 10*time.Second, t.TempDir(), nil, append([]string{program}, words...)...)
		if refused(answer) == "" {
			t.Errorf("%v is accepted", words)
		}
	}
}

// accepted starts every component by what the tree says.
func (c *layoutCase) accepted() {
	c.Helper()
	c.credentials()
	manifests, err := filepath.Glob(filepath.Join(c.node, "etc/kubernetes/manifests/*.yaml"))
	if err != nil || len(manifests) < 4 {
		c.Fatalf("%d manifests, %v", len(manifests), err)
	}
	for _, file := range manifests {
		component := strings.TrimSuffix(filepath.Base(file), ".yaml")
		argv, environment := c.started(file, component)
		if argv == nil {
			c.Logf("%s is not started by the words of its command", component)
			continue
		}
		argv[0] = filepath.Join(oracle.Directory(c.T, component), component)
		if component != "etcd" {
			argv = append(argv, "-v=1")
		}
		answer := oracle.Stay(c.T, 3*time.Second, c.TempDir(), environment, argv...)
		if refusal := refused(answer); refusal != "" {
			c.Errorf("%s refuses what was written: %s\n%s", component, refusal, strings.Join(argv, "\n"))
		}
		c.Logf("%s: %d words, ended by itself: %v", component, len(argv), answer.Ended)
	}
	if _, err := os.Stat(filepath.Join(c.node, "var/lib/kubelet/config.yaml")); err != nil {
		return
	}
	kubelet := filepath.Join(oracle.Directory(c.T, "kubelet"), "kubelet")
	answer := oracle.Stay(c.T, 10*time.Second, c.TempDir(), nil, kubelet, "--config", filepath.Join(c.node, "var/lib/kubelet/config.yaml"), "--root-dir=kubelet", "--exit-on-lock-contention", "-v=1")
	if !strings.Contains(answer.Text, "cannot exit on lock file contention") { // the first thing that it asks of flags it has read
		c.Errorf("the kubelet refuses its configuration: %s", answer.Text[max(0, len(answer.Text)-500):])
	}
}

// started gives the words and variables of the container that starts a
// component, with the paths of the host in the tree.
func (c *layoutCase) started(file, component string) (words, environment []string) {
	c.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		c.Fatal(err)
	}
	var pod struct {
		Spec struct {
			Containers []struct {
				Command, Args []string
				Env           []struct{ Name, Value string }
			}
		}
	}
	if err := yaml.Unmarshal(data, &pod); err != nil {
		c.Fatal(err)
	}
	for _, container := range pod.Spec.Containers {
		if len(container.Command) == 0 || filepath.Base(container.Command[0]) != component {
			continue
		}
		for i, w := range slices.Concat(container.Command, container.Args) {
			switch name, value, is := strings.Cut(w, "="); {
			case is:
				w = name + "=" + c.placed(name, value)
			case i > 0: // the value of the word before
				w = c.placed("", w)
			}
			words = append(words, w)
		}
		for _, v := range container.Env {
			environment = append(environment, v.Name+"="+c.placed(v.Name, v.Value))
		}
	}
	return words, environment
}

// placed gives a flag's value as it is in the tree, in a network that has no
// addresses.
func (c *layoutCase) placed(name, value string) string {
	switch name = strings.ToLower(strings.ReplaceAll(name, "_", "-")); {
	case strings.HasPrefix(value, "/"):
		return c.node + value
	case strings.Contains(name, "-listen-"):
		return regexp.MustCompile(`//[^,]*`).ReplaceAllString(value, "//0.0.0.0:0")
	case name == "--bind-address":
		return "0.0.0.0"
	}
	return value
}

// credentials puts a key, a certificate and a kubeconfig where the tree, which
// has no secrets, has none.
func (c *layoutCase) credentials() {
	c.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		c.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		c.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		c.Fatal(err)
	}
	blocks := map[string]*pem.Block{".crt": {Type: "CERTIFICATE", Bytes: certificate}, ".key": {Type: "EC PRIVATE KEY", Bytes: private}, ".pub": {Type: "PUBLIC KEY", Bytes: public}}
	kubeconfig := "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n"
	err = filepath.WalkDir(filepath.Join(c.node, "etc/kubernetes"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if block := blocks[filepath.Ext(path)]; block != nil {
			return replaceFile(path, pem.EncodeToMemory(block))
		}
		switch {
		case filepath.Ext(path) == ".conf":
			return replaceFile(path, []byte(kubeconfig))
		case filepath.Ext(path) == ".yaml" && !strings.Contains(path, "/manifests/"):
			return c.inTree(path)
		}
		return nil
	})
	if err == nil {
		err = c.inTree(filepath.Join(c.node, "var/lib/kubelet/config.yaml"))
	}
	if err != nil {
		c.Fatal(err)
	}
}

// inTree puts the paths that a configuration names into the tree.
func (c *layoutCase) inTree(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) { // behind a link that only the node's own root gives a meaning
		c.Logf("not put into the tree: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	return replaceFile(path, []byte(strings.ReplaceAll(string(data), ": /etc/kubernetes/", ": "+c.node+"/etc/kubernetes/")))
}

func replaceFile(path string, data []byte) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

var (
	endings = regexp.MustCompile(`(?m)^.*(?:"command failed"|^Error: |is not a valid flag|flag provided but not defined|invalid value|"level":"fatal").*$`)
	missing = regexp.MustCompile(`connection refused|network is unreachable|cannot assign requested address|context deadline exceeded|no route to host`)
)

// refused gives what a component ended with, where that is not about a cluster
// that is not there.
func refused(a oracle.Answer) string {
	if !a.Ended {
		return ""
	}
	said := endings.FindString(a.Text)
	switch {
	case said == "":
		return a.Text[max(0, len(a.Text)-500):]
	case missing.MatchString(said):
		return ""
	}
	return said
}
