//go:build torture

package torture

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// canaries are secrets that a test made and laid out in a tree, in all the
// forms in which they could come out again.
type canaries struct {
	mu     sync.Mutex
	places []string            // where they lie, below the tree
	forms  map[string][]string // place → forms
}

func (c *canaries) add(place string, secrets ...[]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forms == nil {
		c.forms = map[string][]string{}
	}
	c.places = append(c.places, place)
	for _, s := range secrets {
		text := strings.TrimSpace(string(s))
		forms := []string{text, base64.StdEncoding.EncodeToString(s), base64.RawURLEncoding.EncodeToString([]byte(text)), hex.EncodeToString([]byte(text))}
		for _, line := range strings.Split(text, "\n") {
			if len(line) >= 20 && !strings.HasPrefix(line, "-----") {
				forms = append(forms, line, base64.StdEncoding.EncodeToString([]byte(line)), hex.EncodeToString([]byte(line)))
			}
		}
		c.forms[place] = append(c.forms[place], forms...)
	}
}

// found names the places whose secrets stand in a text.
func (c *canaries) found(text string) (places []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, place := range c.places {
		if slices.ContainsFunc(c.forms[place], func(form string) bool { return strings.Contains(text, form) }) {
			places = append(places, place)
		}
	}
	return places
}

// newKey makes a private key in PEM.
func newKey(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	ok(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der})
}

func newToken(n int) []byte {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	return []byte(hex.EncodeToString(raw))
}

// secretTree lays out a sample node with a secret wherever a node has one, all
// of it with too wide modes.
func secretTree(t *testing.T, dir string) *canaries {
	t.Helper()
	wide(t, dir)
	c := &canaries{}
	put := func(path, text string) {
		t.Helper()
		ok(t, os.MkdirAll(filepath.Dir(dir+path), 0o755))
		ok(t, os.WriteFile(dir+path, []byte(text), 0o666))
		ok(t, os.Chmod(dir+path, 0o666))
	}
	edit := func(path, old, text string) {
		t.Helper()
		data, err := os.ReadFile(dir + path)
		ok(t, err)
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%s has no %q", path, old)
		}
		put(path, strings.Replace(string(data), old, text, 1))
	}
	for _, path := range []string{"/etc/kubernetes/pki/ca.key", "/etc/kubernetes/pki/sa.key", "/etc/kubernetes/pki/apiserver.key", "/etc/kubernetes/pki/etcd/ca.key",
		"/etc/kubernetes/pki/etcd/server.key", "/etc/kubernetes/pki/etcd/peer.key", "/var/lib/kubelet/pki/kubelet.key", "/var/lib/kubelet/pki/kubelet-client-2025-01-01-00-00-00.pem"} {
		key := newKey(t)
		put(path, string(key))
		c.add(path, key)
	}
	for _, path := range []string{"/etc/kubernetes/admin.conf", "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/controller-manager.conf", "/etc/kubernetes/bootstrap-kubelet.conf"} {
		key, token := newKey(t), newToken(24)
		put(path, "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\ncurrent-context: \"\"\nusers:\n- name: a\n  user:\n    token: "+string(token)+
			"\n    client-key-data: "+base64.StdEncoding.EncodeToString(key)+"\n")
		c.add(path, key, token)
	}
	// In files that are edited, beside what changes.
	header, env, argument := newToken(20), newToken(20), newToken(20)
	edit("/var/lib/kubelet/config.yaml", "volumeStatsAggPeriod: 0s\n", "volumeStatsAggPeriod: 0s\nstaticPodURLHeader:\n  Authorization:\n  - Bearer "+string(header)+"\n")
	c.add("/var/lib/kubelet/config.yaml", header)
	const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"
	edit(manifest, "    - --allow-privileged=true\n", "    - --allow-privileged=true\n    - --cloud-password="+string(argument)+"\n")
	edit(manifest, "    image:", "    env:\n    - name: CLOUD_PASSWORD\n      value: "+string(env)+"\n    image:")
	c.add(manifest, env, argument)
	// An encryption configuration that is there already.
	aes := make([]byte, 32)
	_, _ = rand.Read(aes) // never fails
	const encryption = "/etc/kubernetes/harden/encryption.yaml"
	put(encryption, "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [configmaps]\n  providers:\n  - identity: {}\n"+
		"  - aescbc:\n      keys:\n      - name: key1\n        secret: "+base64.StdEncoding.EncodeToString(aes)+"\n")
	edit(manifest, "    - --allow-privileged=true\n", "    - --allow-privileged=true\n    - --encryption-provider-config="+encryption+"\n")
	c.add(encryption, aes)
	hash := newToken(20)
	put("/etc/shadow", "root:$6$"+string(hash)+":20000:0:99999:7:::\n")
	ok(t, os.Chmod(dir+"/etc/shadow", 0o640))
	c.add("/etc/shadow", hash)
	return c
}

// spy looks at the arguments and the environment of every process there is,
// for as long as it is not stopped.
type spy struct {
	canaries *canaries
	stop     atomic.Bool
	wait     sync.WaitGroup
	samples  int
	seen     []string
}

func spying(c *canaries) *spy {
	s := &spy{canaries: c}
	s.wait.Go(func() {
		for !s.stop.Load() {
			s.look()
			time.Sleep(5 * time.Millisecond)
		}
	})
	return s
}

func (s *spy) look() {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return
	}
	for _, file := range files {
		for _, name := range []string{file, filepath.Join(filepath.Dir(file), "environ")} {
			data, err := os.ReadFile(name)
			if err != nil || len(data) == 0 {
				continue // it has ended, or is the kernel's
			}
			s.samples++
			if places := s.canaries.found(string(data)); len(places) > 0 {
				s.seen = append(s.seen, name+": "+strings.Join(places, ", "))
			}
		}
	}
}

func (s *spy) end(t *testing.T) {
	t.Helper()
	s.stop.Store(true)
	s.wait.Wait()
	for _, seen := range s.seen {
		t.Errorf("a secret stands in the arguments or the environment of a process: %s", seen)
	}
	figure(t, "samples", s.samples)
}

// silent makes sure that a run says none of the secrets.
func (c *canaries) silent(t *testing.T, args []string, o outcome) {
	t.Helper()
	for stream, text := range map[string]string{"stdout": o.stdout, "stderr": o.stderr} {
		for _, place := range c.found(text) {
			t.Errorf("harden %s: the secret of %s stands in %s", strings.Join(args, " "), place, stream)
		}
	}
	if o.code == 70 {
		t.Errorf("harden %s: %v", strings.Join(args, " "), o)
	}
}

// stateFiles makes sure that the backups, and nothing else of what harden
// keeps, hold secrets, and that all of it is for root alone.
func (c *canaries) stateFiles(t *testing.T, dir string) (backups int) {
	t.Helper()
	state := filepath.Join(dir, stateDir)
	ok(t, filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		places := c.found(string(data))
		kept := strings.Contains(path, "/backups/") || strings.HasPrefix(path, state+"/accounts/")
		if len(places) > 0 && !kept {
			t.Errorf("%s holds the secret of %v", path, places)
		}
		if kept {
			backups++
		}
		return err
	}))
	return backups
}

// TestSecrets lays a secret wherever a node has one, runs every verb in every
// form, well and badly, and looks for the secrets in all that comes out.
func TestSecrets(t *testing.T) {
	space := workspace(t)
	dir := filepath.Join(space, "node")
	c := secretTree(t, dir)
	s := spying(c)
	inputs := 0
	do := func(args ...string) outcome {
		t.Helper()
		args = append(args, "--root", dir)
		o := run(t, args...)
		c.silent(t, args, o)
		inputs++
		return o
	}
	plan := filepath.Join(space, "kept.plan")
	var rules []string
	for _, f := range parse(t, do("plan", "--profile", profile, "-o", "json")).Findings {
		rules = append(rules, f.Rule)
	}
	reads := func() {
		for _, verb := range [][]string{{"plan", "--profile", profile}, {"check", "--profile", profile}, {"history"}, {"show", "2"}, {"profiles", "list"}} {
			for _, form := range [][]string{{}, {"--lang", "zh"}, {"-o", "json"}} {
				do(append(slices.Clone(verb), form...)...)
			}
		}
	}
	reads()
	formats := regexp.MustCompile(`(?m)^([a-z-]+)\t`).FindAllStringSubmatch(run(t, "__complete", "check", "-o", "").stdout, -1)
	if len(formats) < 6 {
		t.Fatalf("formats beside text and json: %v", formats)
	}
	for _, format := range formats {
		do("check", "--profile", profile, "-o", format[1])
	}
	step := 12
	if thorough {
		step = 1
	}
	for i := 0; i < len(rules); i += step {
		do("explain", rules[i], "--profile", profile)
	}
	exits(t, do("plan", "--profile", profile, "--out", plan), 0)
	kept, err := os.ReadFile(plan)
	ok(t, err)
	c.silent(t, []string{"plan", "--out"}, outcome{stdout: string(kept)})

	exits(t, do("apply", plan, "--yes"), 0)
	backups := c.stateFiles(t, dir)
	reads()
	exits(t, do("rollback", "--yes", "-o", "json"), 0)
	do("recover")
	exits(t, do("apply", "--profile", "kubeadm-node", "--yes", "-o", "json"), 0)
	do("rollback", "--yes")

	// Documents that cannot be parsed must not be quoted in what is said of them.
	broken(t, dir, c, do)

	// Runs that fail, and that are killed, half-way.
	if _, err := exec.LookPath("strace"); err != nil {
		t.Logf("no run is broken half-way: %v", err)
	} else {
		for _, inject := range []string{"error=EIO:when=1+", "signal=KILL:when=2"} {
			o := command(t, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fchmod", "-e", "inject=fchmod:"+inject,
				binary, "apply", "--root", dir, "--profile", "kubeadm-node", "--yes")
			if o.code == 0 {
				t.Errorf("%s broke nothing", inject)
			}
			c.silent(t, []string{"apply with", inject}, o)
			do("plan", "--profile", profile)
			do("recover")
			do("rollback", "--yes")
		}
	}
	backups += c.stateFiles(t, dir)
	if backups < 10 {
		t.Errorf("only %d backups were looked at", backups)
	}
	s.end(t)
	figure(t, "inputs", inputs)
}

// broken puts key material and tokens where YAML is expected, whole and within
// documents of a wrong form.
func broken(t *testing.T, dir string, c *canaries, do func(args ...string) outcome) {
	t.Helper()
	for _, path := range []string{"/var/lib/kubelet/config.yaml", "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/harden/encryption.yaml",
		"/etc/kubernetes/kubelet.conf", "/etc/harden/config.yaml", "/etc/harden/profiles/own.yaml", "/var/lib/kubelet/kubeadm-flags.env"} {
		old, err := os.ReadFile(dir + path)
		missing := err != nil
		ok(t, os.MkdirAll(filepath.Dir(dir+path), 0o755))
		forms := []string{"", "authentication: ", "- ", "kind: [", "kind: {a: ", "a: b: ", "\t"}
		if !thorough {
			forms = forms[:3]
		}
		for _, form := range forms {
			key, token := newKey(t), newToken(24)
			c.add(path+" as "+form, key, token)
			ok(t, os.WriteFile(dir+path, slices.Concat([]byte(form), token, []byte("\n"), key), 0o600))
			do("plan", "--profile", profile)
			do("check", "--profile", profile, "-o", "json")
			if strings.Contains(path, "/profiles/") {
				do("plan", "--profile", "own")
				do("profiles", "validate", dir+path)
			}
		}
		if missing {
			ok(t, os.Remove(dir+path))
		} else {
			ok(t, os.WriteFile(dir+path, old, 0o600))
		}
	}
}
