package profiles

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/fixers"
)

// files is a source of profiles: those with a "/" are read by path, the others
// lie in the site's directory.
type files map[string]string

func (f files) source() Source {
	read := func(name string) ([]byte, error) {
		text, ok := f[path.Clean(name)]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	}
	return Source{Read: read, Site: func(name string) ([]byte, error) { return read("site:" + name) }}
}

// loadMain reads the profile /p/main.yaml of some files.
func loadMain(f files, set map[string]string) (*Profile, error) {
	return f.load("/p/main.yaml", set)
}

// load reads a profile like Load.
func (f files) load(ref string, set map[string]string) (*Profile, error) {
	return load(ref, set, f.source(), builtinRules())
}

func mustLoad(t *testing.T, f files, set map[string]string) *Profile {
	t.Helper()
	p, err := loadMain(f, set)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// head is what every profile begins with; the next line is line 3.
const head = "harden: profile/v1\nname: site\n"

// fixer gives the parameters of a rule of a profile.
func fixer[F fixers.Fixer](t *testing.T, p *Profile, rule string) F {
	t.Helper()
	r, ok := p.Rule(rule)
	if !ok {
		t.Fatalf("the profile has no rule %s", rule)
	}
	f, ok := r.Fixer.(F)
	if !ok {
		t.Fatalf("rule %s is a %T", rule, r.Fixer)
	}
	return f
}

// Precedence, later over earlier: the rule's definition, the extended
// profile, this profile's set and adjust, --set.
func TestOverlays(t *testing.T) {
	pids := func(p *Profile) any { return fixer[*fixers.KubeletSetting](t, p, "kubelet-pod-pids-limit").Value }
	base := head + "extends: [kubeadm-node]\n"
	for _, r := range []struct {
		name string
		text string
		set  map[string]string
		want int64
	}{
		{"default of the rule", base, nil, 4096},
		{"set", base + "set: {pod-pids-limit: 2048}\n", nil, 2048},
		{"by hand over set", base + "set: {pod-pids-limit: 2048}\n", map[string]string{"pod-pids-limit": "1024"}, 1024},
		{"adjust over set", base + "set: {pod-pids-limit: 2048}\nadjust:\n  kubelet-pod-pids-limit: {value: 512}\n", nil, 512},
		{"adjust names a parameter", base + "set: {pod-pids-limit: 2048}\nadjust:\n  kubelet-pod-pids-limit: {value: $pod-pids-limit}\n", nil, 2048},
		{"own control without parameters keeps what is inherited", "harden: profile/v1\nname: site\nextends: [./base.yaml]\ncontrols:\n- {id: x, rules: [kubelet-pod-pids-limit]}\n", nil, 700},
		{"own control with parameters", "harden: profile/v1\nname: site\nextends: [./base.yaml]\ncontrols:\n- {id: x, rules: [{rule: kubelet-pod-pids-limit, with: {value: 300}}]}\n", nil, 300},
		{"extended profile", head + "extends: [./base.yaml]\n", nil, 700},
	} {
		t.Run(r.name, func(t *testing.T) {
			f := files{"/p/main.yaml": r.text, "/p/base.yaml": "harden: profile/v1\nname: base\nextends: [kubeadm-node]\nadjust:\n  kubelet-pod-pids-limit: {value: 700}\n"}
			if got := pids(mustLoad(t, f, r.set)); got != r.want {
				t.Errorf("pod-pids-limit %v, want %d", got, r.want)
			}
		})
	}
}

func TestSetByHand(t *testing.T) {
	f := files{"/p/main.yaml": head + "extends: [kubeadm-node]\n"}
	p := mustLoad(t, f, map[string]string{"tls-cipher-suites": "A, B", "streaming-idle-timeout": "1h"})
	if diff := cmp.Diff([]string{"A", "B"}, fixer[*fixers.KubeletSetting](t, p, "kubelet-tls-cipher-suites").Value); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if got := p.Parameters["streaming-idle-timeout"]; got != "1h" {
		t.Errorf("parameter is %v", got)
	}
	for _, r := range []struct{ name, value, want string }{
		{"pod-pids-limit", "many", `--set pod-pids-limit: a number is needed here, not "many"`},
		{"pod-pids-limit", "", `--set pod-pids-limit: a number is needed here, not ""`},
		{"pod-pids-limit", "0", `--set pod-pids-limit: rule kubelet-pod-pids-limit: the value must be at least 1, and is 0`},
		{"tls-cipher-suites", "A,", `--set tls-cipher-suites: rule kubelet-tls-cipher-suites: list element "" is not text`},
		{"streaming-idle-timeout", "soon", `--set streaming-idle-timeout: rule kubelet-streaming-idle-timeout: "soon" is not a duration such as 30m or 1800s`},
		{"sysctl-file", "/etc/x", `--set sysctl-file: rule sysctl-vm-overcommit-memory: file "/etc/x" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"pids", "1", `--set pids: profile site has no such parameter; did you mean "pod-pids-limit"?`},
	} {
		t.Run(r.name+"="+r.value, func(t *testing.T) {
			if _, err := loadMain(f, map[string]string{r.name: r.value}); err == nil || err.Error() != r.want {
				t.Errorf("error %v\n want %s", err, r.want)
			}
		})
	}
}

// Two profiles may extend the same one, and waivers and controls come once.
func TestDiamond(t *testing.T) {
	f := files{
		"/p/main.yaml": head + "extends: [left.yaml, ./right.yaml]\n",
		"/p/left.yaml": "harden: profile/v1\nname: left\nextends: [/p/base.yaml]\nadjust:\n  pki-key-mode: {mode: \"0400\"}\ncontrols:\n- {id: l, manual: {en: look}}\n",
		"/p/right.yaml": "harden: profile/v1\nname: right\nextends: [base.yaml]\nadjust:\n  pki-key-mode: {mode: \"0400\"}\n" +
			"controls:\n- {id: r, manual: {en: look}}\n",
		"/p/base.yaml": "harden: profile/v1\nname: base\nextends: [kubeadm-node]\nset: {pod-pids-limit: 2048}\nwaivers:\n- {rule: pki-owner, reason: x, expires: 2030-01-01}\n",
	}
	p := mustLoad(t, f, nil)
	base := mustLoad(t, files{"/p/main.yaml": head + "extends: [kubeadm-node]\n"}, nil)
	if got, want := len(p.Controls), len(base.Controls)+2; got != want {
		t.Errorf("%d controls, want %d", got, want)
	}
	if len(p.Waivers) != 1 || p.Parameters["pod-pids-limit"] != 2048 {
		t.Errorf("waivers %v, parameters %v", p.Waivers, p.Parameters)
	}
	if got := fixer[*fixers.FileAccess](t, p, "pki-key-mode").Mode; got != "0400" {
		t.Errorf("mode %s", got)
	}
	again := mustLoad(t, f, nil)
	if p.Identity() != again.Identity() {
		t.Error("the same files give two digests")
	}
}

func TestSkip(t *testing.T) {
	text := head + "extends: [kubeadm-node]\nskip: [etcd-manifest-mode, files.cni, kubeadm-node/kubelet.read-only-port, files.etcd, kernel.sysctl]\n"
	p := mustLoad(t, files{"/p/main.yaml": text}, nil)
	for _, rule := range []string{"etcd-manifest-mode", "cni-config-mode", "cni-config-owner", "kubelet-read-only-port", "etcd-data-mode", "sysctl-vm-panic-on-oom"} {
		if _, there := p.Rule(rule); there {
			t.Errorf("rule %s is still there", rule)
		}
	}
	for _, c := range p.Controls {
		if slices.Contains(c.Rules, "etcd-manifest-mode") || c.ID == "kubeadm-node/files.cni" {
			t.Errorf("control %s has rules %v", c.ID, c.Rules)
		}
	}
	protect, _ := p.Rule("kubelet-protect-kernel-defaults")
	if len(protect.Needs) != 6 || protect.Needs[0].Fixer == nil {
		t.Errorf("needs %v", protect.Needs)
	}
	// The last rule of a control takes the control with it.
	p = mustLoad(t, files{"/p/main.yaml": head + "extends: [kubeadm-node]\nskip: [etcd-data-mode]\n"}, nil)
	if slices.ContainsFunc(p.Controls, func(c Control) bool { return c.ID == "kubeadm-node/files.etcd" }) {
		t.Error("a control without rules is left")
	}
}

func TestSelect(t *testing.T) {
	names := func(p *Profile) (names []string) {
		for _, r := range p.Rules {
			names = append(names, r.Name)
		}
		return names
	}
	for _, r := range []struct {
		name       string
		only, skip []string
		want       []string
		err        string
	}{
		{name: "rule", only: []string{"pki-owner"}, want: []string{"pki-owner"}},
		{name: "control", only: []string{"files.pki"}, want: []string{"pki-certificate-mode", "pki-key-mode", "pki-owner"}},
		{name: "whole id", only: []string{"kubeadm-node/files.pki"}, skip: []string{"pki-owner"}, want: []string{"pki-certificate-mode", "pki-key-mode"}},
		{name: "end of an id is not an id", only: []string{"pki"}, err: `kubeadm-node: the profile has no rule or control "pki"; harden profiles show kubeadm-node lists them`},
		{name: "unknown to skip", skip: []string{"x"}, err: `kubeadm-node: the profile has no rule or control "x"; harden profiles show kubeadm-node lists them`},
	} {
		t.Run(r.name, func(t *testing.T) {
			p, err := Load("kubeadm-node", nil, files{}.source())
			if err != nil {
				t.Fatal(err)
			}
			err = p.Select(r.only, r.skip)
			if message := errorText(err); message != r.err {
				t.Fatalf("error %q, want %q", message, r.err)
			}
			if diff := cmp.Diff(r.want, names(p)); r.err == "" && diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A profile's own rules of every kind, with parameters of their own.
func TestOwnRules(t *testing.T) {
	text := head + `controls:
- id: own
  rules: [a, {rule: b, with: {mode: "0640"}}]
rules:
- name: a
  kind: sysctl
  parameters: {ipv4-forward: "1"}
  with: {key: net.ipv4.ip_forward, value: $ipv4-forward, file: /etc/sysctl.d/90-site.conf}
  needs: [b]
- name: b
  kind: file-content
  with: {path: /etc/motd, content: "$Not a parameter\n"}
`
	p := mustLoad(t, files{"/p/main.yaml": text}, map[string]string{"ipv4-forward": "0"})
	if got := fixer[*fixers.Sysctl](t, p, "a").Value; got != "0" {
		t.Errorf("value %q", got)
	}
	b := fixer[*fixers.FileContent](t, p, "b")
	if b.Content != "$Not a parameter\n" || b.Mode != "0640" {
		t.Errorf("content %q, mode %s", b.Content, b.Mode)
	}
	if diff := cmp.Diff([]string{"site/own"}, p.Rules[0].Controls); diff != "" {
		t.Errorf("controls (-want +got):\n%s", diff)
	}
}

func TestSiteProfile(t *testing.T) {
	f := files{"site:prod.yaml": "harden: profile/v1\nname: prod\nextends: [base]\n", "site:base.yaml": "harden: profile/v1\nname: base\nextends: [kubeadm-node]\n"}
	p, err := Load("prod", nil, f.source())
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "prod" || len(p.Rules) == 0 {
		t.Errorf("%s has %d rules", p.Name, len(p.Rules))
	}
}

func TestWaiverExpired(t *testing.T) {
	shanghai := time.FixedZone("UTC+8", 8*3600)
	for _, r := range []struct {
		name    string
		expires string
		now     time.Time
		want    bool
	}{
		{"the day before", "2027-06-30", time.Date(2027, 6, 29, 12, 0, 0, 0, time.UTC), false},
		{"last second of its day", "2027-06-30", time.Date(2027, 6, 30, 23, 59, 59, 999999999, time.UTC), false},
		{"midnight UTC", "2027-06-30", time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC), true},
		{"next morning elsewhere, still the day in UTC", "2027-06-30", time.Date(2027, 7, 1, 7, 59, 59, 0, shanghai), false},
		{"next morning elsewhere, midnight in UTC", "2027-06-30", time.Date(2027, 7, 1, 8, 0, 0, 0, shanghai), true},
		{"leap day", "2028-02-29", time.Date(2028, 2, 29, 23, 0, 0, 0, time.UTC), false},
		{"no day", "soon", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), true},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := (Waiver{Expires: r.expires}).Expired(r.now); got != r.want {
				t.Errorf("expired %v, want %v", got, r.want)
			}
		})
	}
}

func TestWaiverCovers(t *testing.T) {
	for _, r := range []struct {
		name   string
		waiver Waiver
		want   bool
	}{
		{"rule", Waiver{Rule: "a"}, true},
		{"another rule", Waiver{Rule: "b"}, false},
		{"control", Waiver{Control: "1.1.1"}, true},
		{"control with its profile", Waiver{Control: "p/1.1.1"}, true},
		{"end of a control's id", Waiver{Control: "1.1"}, false},
		{"nothing", Waiver{}, false},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := r.waiver.Covers("a", []string{"p/1.1.1", "p/2"}); got != r.want {
				t.Errorf("covers %v, want %v", got, r.want)
			}
		})
	}
}

func TestTextIn(t *testing.T) {
	both := Text{EN: "a", ZH: "甲"}
	if both.In("en") != "a" || both.In("zh") != "甲" || (Text{ZH: "甲"}).In("en") != "甲" || (Text{EN: "a"}).In("zh") != "a" {
		t.Error("a text that is there must be given, in the language asked for if it can be")
	}
}

// Identity differs as soon as a rule's parameters, or a waiver, differ.
func TestIdentity(t *testing.T) {
	seen := map[string]string{}
	for _, more := range []string{"", "set: {pod-pids-limit: 2048}\n", "skip: [pki-owner]\n", "waivers: [{rule: pki-owner, reason: x, expires: 2030-01-01}]\n"} {
		digest := mustLoad(t, files{"/p/main.yaml": head + "extends: [kubeadm-node]\n" + more}, nil).Identity().Digest
		if other, twice := seen[digest]; twice || !strings.HasPrefix(digest, "sha256:") {
			t.Errorf("%q and %q have the digest %s", other, more, digest)
		}
		seen[digest] = more
	}
	if len(slices.Collect(maps.Keys(seen))) != 4 {
		t.Errorf("%d digests", len(seen))
	}
}
