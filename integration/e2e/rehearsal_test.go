//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// refusal is a configuration that a component refuses: the rule that asks for it,
// and what of the component's words has to be told.
type refusal struct {
	name, component, words string
	rule                   string // as YAML, without its title
	file                   string // what the file holds that the rule names, "" for none
}

// refusedFile lies in a directory that the API server's pod sees already.
const refusedFile = "etc/kubernetes/pki/refused.yaml"

const (
	flagRule = "{name: refused, kind: component-flag, with: {component: %s, flag: %s, value: %s}"
	setRule  = "{name: refused, kind: kubelet-setting, with: {field: %s, op: exact, value: %s}"
)

func flagRefused(name, component, flag, value, words string) refusal {
	return refusal{name: name, component: component, words: words, rule: fmt.Sprintf(flagRule, component, flag, value)}
}

func fileRefused(name, flag, content, words string) refusal {
	r := flagRefused(name, "kube-apiserver", flag, "/"+refusedFile, words)
	r.file = content
	return r
}

func kubeletRefused(name, field, value, words string) refusal {
	return refusal{name: name, component: "kubelet", words: words, rule: fmt.Sprintf(setRule, field, value)}
}

var refusals = []refusal{
	flagRefused("no duration", "kube-apiserver", "--request-timeout", "never", "request-timeout"),
	flagRefused("bad cipher suite", "kube-apiserver", "--tls-cipher-suites", "TLS_NONE", "TLS_NONE"),
	flagRefused("plugin in both lists", "kube-apiserver", "--disable-admission-plugins", "NodeRestriction", "NodeRestriction"),
	fileRefused("audit policy without rules", "--audit-policy-file", "apiVersion: audit.k8s.io/v1\nkind: Policy\n", "0 rules"),
	fileRefused("encryption key that is not base64", "--encryption-provider-config",
		"apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{resources: [secrets], providers: [{aescbc: {keys: [{name: k, secret: \"%%%\"}]}}]}]\n", "base64"),
	fileRefused("admission configuration of no kind", "--admission-control-config-file", "apiVersion: apiserver.config.k8s.io/v1\nkind: Nothing\n", "Nothing"),
	fileRefused("misspelt field", "--authentication-config", "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanyone: {enabled: true}\n", "anyone"),
	flagRefused("no number", "kube-controller-manager", "--terminated-pod-gc-threshold", "many", "terminated-pod-gc-threshold"),
	flagRefused("no number", "kube-scheduler", "--kube-api-burst", "fast", "kube-api-burst"),
	flagRefused("no number", "etcd", "--quota-backend-bytes", "much", "quota-backend-bytes"),
	flagRefused("bad cipher suite", "etcd", "--cipher-suites", "TLS_NONE", "TLS_NONE"),
	kubeletRefused("number below zero", "eventRecordQPS", "-1", "eventRecordQPS"),
	kubeletRefused("bad cipher suite", "tlsCipherSuites", "[TLS_NONE]", "TLS_NONE"),
}

func (r refusal) profile() string {
	return "harden: profile/v1\nname: refused\nversion: 1.0.0\ntitle: {en: Refused, zh: 被拒绝}\ncontrols:\n  - {id: refused, rules: [refused]}\nrules:\n  - " +
		r.rule + ", title: {en: Refused, zh: 被拒绝}}\n"
}

// TestRefusedBeforeItIsWritten asks for configurations that components refuse.
// Each is refused in the component's own words, with what asked for it, before
// anything is written: no process ends, no file changes, and every request to the
// API is answered.
func TestRefusedBeforeItIsWritten(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before, components, mounts := n.snapshot(t), n.componentStarts(t), n.must(t, 0, "cat", "/proc/1/mountinfo")
	api := n.watchAPI(t)
	for _, r := range refusals {
		t.Run(r.component+", "+r.name, func(t *testing.T) {
			n.write(t, "root/refused.yaml", r.profile())
			if r.file != "" {
				n.write(t, refusedFile, r.file)
			}
			if strings.Contains(r.rule, "--admission-control-config-file") && waitsForEtcd(t) {
				said := decode(t, n.must(t, 0, "harden", "plan", "--rehearse=auto", "--profile", "/root/refused.yaml", "-o", "json")).Rehearsal
				if len(said) != 1 || said[0].Verdict != "cannot-tell" {
					t.Errorf("%+v, want that it cannot be told", said)
				}
				return
			}
			start := time.Now()
			refused := decode(t, n.must(t, 1, "harden", "apply", "--profile", "/root/refused.yaml", "--yes", "-o", "json"))
			took := time.Since(start)
			if refused.Error == nil || !strings.Contains(refused.Error.Message, r.component+" refuses") || !strings.Contains(refused.Error.Message, r.words) ||
				!strings.Contains(refused.Error.Message, "required by refused") || refused.Error.Hint == "" || refused.Run.State != "" {
				t.Errorf("%+v, run %+v: want %s, %q, the rule and a hint", refused.Error, refused.Run, r.component, r.words)
			}
			found := false
			for _, said := range refused.Rehearsal {
				found = found || said.Component == r.component && said.Verdict == "refused" && slices.Contains(said.Rules, "refused") && strings.Contains(said.Message, r.words)
			}
			if !found {
				t.Errorf("no such rehearsal: %+v", refused.Rehearsal)
			}
			t.Logf("%v: %v", took.Round(100*time.Millisecond), refused.Error)
		})
	}
	if away := api(); len(away) > 0 {
		t.Errorf("the API was away: %v", away)
	}
	if after := n.componentStarts(t); after != components {
		t.Errorf("before:\n%s\nafter:\n%s", components, after)
	}
	if after := n.must(t, 0, "cat", "/proc/1/mountinfo"); after != mounts {
		t.Errorf("something stays mounted:\n%s", after)
	}
	requireSame(t, before, n.snapshot(t))
}

// waitsForEtcd tells whether the API server waits for etcd before it reads the
// configuration of admission plugins, so that nothing can be told of that file: from
// Kubernetes 1.36 on.
func waitsForEtcd(t *testing.T) bool { return minor(t) >= 36 }

// componentStarts lists the processes of the components, with when each started.
func (n *node) componentStarts(t *testing.T) string {
	t.Helper()
	const script = `for c in kubelet kube-apiserver kube-controller-manager kube-scheduler etcd; do
		for p in $(pidof $c); do echo $c $p $(cut -d' ' -f22 /proc/$p/stat); done
	done`
	starts := n.must(t, 0, "sh", "-c", script)
	if lines := strings.Count(starts, "\n"); lines != 5 {
		t.Fatalf("%d processes of components, want 5:\n%s", lines, starts)
	}
	return starts
}

// rehearsalMayTake is how much longer an apply may take for the rehearsal.
const rehearsalMayTake = 5 * time.Second

// TestGoodConfigurationIsAccepted rehearses a whole benchmark: every component
// that it touches accepts it, as each of its runs shows, and that takes no longer
// than it may. A plan does the same without an apply.
func TestGoodConfigurationIsAccepted(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before, components := n.snapshot(t), n.componentStarts(t)
	const benchmark = "cis-1.12"
	took := map[bool]time.Duration{}
	mode, asked := "--rehearse=required", []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"}
	if waitsForEtcd(t) {
		mode, asked = "--rehearse=auto", asked[1:]
	}
	for range 3 {
		for rehearsed, line := range map[bool][]string{false: {"harden", "plan", "--profile", benchmark, "-o", "json"},
			true: {"harden", "plan", mode, "--profile", benchmark, "-o", "json"}} {
			start := time.Now()
			said := decode(t, n.must(t, 0, line...))
			if elapsed := time.Since(start); took[rehearsed] == 0 || elapsed < took[rehearsed] {
				took[rehearsed] = elapsed
			}
			if !rehearsed {
				continue
			}
			var accepted []string
			for _, c := range said.Rehearsal {
				if c.Verdict == "accepted" {
					accepted = append(accepted, c.Component)
				}
				t.Logf("%s: %s after %d ms", c.Component, c.Verdict, c.Milliseconds)
			}
			for _, component := range asked {
				if !slices.Contains(accepted, component) {
					t.Errorf("%s is not accepted: %+v", component, said.Rehearsal)
				}
			}
		}
	}
	if more := took[true] - took[false]; more > rehearsalMayTake {
		t.Errorf("the rehearsal takes %v, more than %v", more, rehearsalMayTake)
	} else {
		t.Logf("the rehearsal takes %v (%v with it, %v without)", more.Round(10*time.Millisecond), took[true], took[false])
	}
	if after := n.componentStarts(t); after != components {
		t.Errorf("before:\n%s\nafter:\n%s", components, after)
	}
	requireSame(t, before, n.snapshot(t))
}

// TestRehearsalCutOff kills harden in the middle of a rehearsal: what it started
// ends with it, and nothing of what was staged is left.
func TestRehearsalCutOff(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before, components, mounts := n.snapshot(t), n.componentStarts(t), n.must(t, 0, "cat", "/proc/1/mountinfo")
	for _, after := range []string{"0.1", "0.3", "0.6", "1", "1.5"} {
		n.run(t, "timeout", "--signal=KILL", after, "harden", "apply", "--profile", "cis-1.12", "--yes")
		n.must(t, 0, "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do pgrep -x harden || exit 0; sleep 0.2; done; exit 1")
		if n.run(t, "sh", "-c", "ls /var/lib/harden/runs 2>/dev/null | grep -q .").code == 0 {
			t.Logf("after %s s the run has begun", after)
			n.must(t, 0, "harden", "recover")
			break
		}
		if now := n.componentStarts(t); now != components {
			t.Errorf("killed after %s s:\n%s\nwas\n%s", after, now, components)
		}
	}
	if now := n.must(t, 0, "cat", "/proc/1/mountinfo"); now != mounts {
		t.Errorf("something stays mounted:\n%s", now)
	}
	leftovers, err := filepath.Glob(filepath.Join(n.root, "var/lib/harden/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range leftovers {
		if name := filepath.Base(file); name != "lock" && name != "runs" && name != "baseline" {
			t.Errorf("%s is left", file)
		}
	}
	if _, err := os.Stat(filepath.Join(n.root, "sys/etc")); err == nil {
		t.Error("what was staged is seen from outside")
	}
	n.requireHealthy(t)
	requireSame(t, before, n.snapshot(t))
}
