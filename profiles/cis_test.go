package profiles

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"harden/fixers"

	"github.com/google/go-cmp/cmp"
)

// cisSections is how many controls each section of a benchmark has; within a
// section they are numbered from 1 without a gap.
var cisSections = map[string]map[string]int{
	"cis-1.5":   {"1.1": 21, "1.2": 35, "1.3": 7, "1.4": 2, "2": 7, "3.1": 1, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 6, "5.2": 9, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.6":   {"1.1": 21, "1.2": 35, "1.3": 7, "1.4": 2, "2": 7, "3.1": 1, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 6, "5.2": 9, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.20":  {"1.1": 21, "1.2": 34, "1.3": 7, "1.4": 2, "2": 7, "3.1": 1, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 8, "5.2": 9, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.23":  {"1.1": 21, "1.2": 32, "1.3": 7, "1.4": 2, "2": 7, "3.1": 1, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 8, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.24":  {"1.1": 21, "1.2": 31, "1.3": 7, "1.4": 2, "2": 7, "3.1": 1, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 8, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.7":   {"1.1": 21, "1.2": 31, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 13, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.8":   {"1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 13, "5.1": 13, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.9":   {"1.1": 21, "1.2": 29, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 13, "4.3": 1, "5.1": 13, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.10":  {"1.1": 21, "1.2": 29, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 13, "4.3": 1, "5.1": 13, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.7": 4},
	"cis-1.11":  {"1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 15, "4.3": 1, "5.1": 13, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.6": 4},
	"cis-1.12":  {"1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 14, "4.3": 1, "5.1": 13, "5.2": 12, "5.3": 2, "5.4": 2, "5.5": 1, "5.6": 4},
	"cis-2.0.1": {"1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 10, "4.2": 14, "4.3": 1, "5.1": 13, "5.2": 12, "5.3": 2, "5.4": 2, "5.5": 1, "5.6": 4},
	"cis-2.1":   {"1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3.1": 3, "3.2": 2, "4.1": 11, "4.2": 14, "4.3": 1, "5.1": 14, "5.2": 13, "5.3": 2, "5.4": 2, "5.5": 1, "5.6": 4},
}

// cisVersions are in the order in which the benchmarks came out.
var cisVersions = []string{"cis-1.5", "cis-1.6", "cis-1.20", "cis-1.23", "cis-1.24", "cis-1.7", "cis-1.8", "cis-1.9", "cis-1.10", "cis-1.11", "cis-1.12", "cis-2.0.1", "cis-2.1"}

func loadCIS(t *testing.T) map[string]*Profile {
	t.Helper()
	profiles := map[string]*Profile{}
	for _, name := range cisVersions {
		p, err := Load(name, nil, files{}.source())
		if err != nil {
			t.Fatal(err)
		}
		profiles[name] = p
	}
	return profiles
}

func TestCISHasTheIDsOfItsBenchmark(t *testing.T) {
	profiles := loadCIS(t)
	for name, sections := range cisSections {
		t.Run(name, func(t *testing.T) {
			var want, have []string
			for _, section := range slices.Sorted(maps.Keys(sections)) {
				for i := range sections[section] {
					want = append(want, fmt.Sprintf("%s/%s.%d", name, section, i+1))
				}
			}
			for _, c := range profiles[name].Controls {
				have = append(have, c.ID)
				if c.Title.EN == "" || c.Title.ZH == "" {
					t.Errorf("%s has its title not in both languages", c.ID)
				}
				if c.Level != 1 && c.Level != 2 {
					t.Errorf("%s is of level %d", c.ID, c.Level)
				}
				// A rule that does nothing unless asked for leaves the control to a person.
				if len(c.Rules) > 0 && c.Manual != (Text{}) && !slices.Equal(c.Rules, []string{"pod-security-defaults"}) && !slices.Equal(c.Rules, []string{"kubelet-addresses"}) {
					t.Errorf("%s is met by rules and by hand", c.ID)
				}
				if strings.Contains(c.ID, "/5.") != (c.Manual != (Text{})) && !slices.Contains(cisByHand, strings.Split(c.Title.EN, ",")[0]) {
					t.Errorf("%s (%s): what a node can fix has rules, what it cannot is for a person", c.ID, c.Title.EN)
				}
			}
			// The order is that of the benchmark, too.
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("controls (-benchmark +profile):\n%s", diff)
			}
		})
	}
}

// cisByHand are the controls outside of section 5 that are left to a person;
// each says why in its note, or is about people.
var cisByHand = []string{
	"Let pods use only images that they have credentials for",
	"Do not let pods choose a security context without a policy",
	"Enforce PodSecurityPolicies",
	"Do not use client certificates for people",
	"Do not use service account tokens for people",
	"Do not use bootstrap tokens for people",
	"Let the kubelet talk to known addresses only",
	"Bind kube-proxy's metrics to the node itself",
}

// A benchmark renumbers its controls. These are the numbers of some of them
// in each version, in the order of cisVersions.
func TestCISNumbersMeanWhatTheBenchmarkSays(t *testing.T) {
	tests := map[string][]string{
		"apiserver-basic-auth-file":                         {"1.2.2", "1.2.2", "", "", "", "", "", "", "", "", "", "", ""},
		"apiserver-token-auth-file":                         {"1.2.3", "1.2.3", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2", "1.2.2"},
		"apiserver-kubelet-https":                           {"1.2.4", "1.2.4", "1.2.3", "1.2.4", "", "", "", "", "", "", "", "", ""},
		"apiserver-kubelet-client-key":                      {"1.2.5", "1.2.5", "1.2.4", "1.2.5", "1.2.4", "1.2.4", "1.2.4", "1.2.4", "1.2.4", "1.2.4", "1.2.4", "1.2.4", "1.2.4"},
		"apiserver-deny-service-external-ips":               {"", "", "", "", "", "1.2.3", "1.2.3", "1.2.3", "1.2.3", "1.2.3", "1.2.3", "1.2.3", "1.2.3"},
		"apiserver-no-deny-service-external-ips":            {"", "", "", "1.2.3", "1.2.3", "", "", "", "", "", "", "", ""},
		"apiserver-authorization-mode-rbac":                 {"1.2.9", "1.2.9", "1.2.8", "1.2.9", "1.2.8", "1.2.8", "1.2.8", "1.2.8", "1.2.8", "1.2.8", "1.2.8", "1.2.8", "1.2.8"},
		"apiserver-event-rate-limit":                        {"1.2.10", "1.2.10", "1.2.9", "1.2.10", "1.2.9", "1.2.9", "1.2.9", "1.2.9", "1.2.9", "1.2.9", "1.2.9", "1.2.9", "1.2.9"},
		"apiserver-node-restriction":                        {"1.2.17", "1.2.17", "1.2.16", "1.2.16", "1.2.15", "1.2.15", "1.2.15", "1.2.14", "1.2.14", "1.2.14", "1.2.14", "1.2.14", "1.2.14"},
		"apiserver-insecure-port":                           {"1.2.19", "1.2.19", "1.2.18", "", "", "", "", "", "", "", "", "", ""},
		"apiserver-secure-port":                             {"1.2.20", "1.2.20", "1.2.19", "1.2.17", "1.2.16", "1.2.16", "", "", "", "", "", "", ""},
		"apiserver-profiling":                               {"1.2.21", "1.2.21", "1.2.20", "1.2.18", "1.2.17", "1.2.17", "1.2.16", "1.2.15", "1.2.15", "1.2.15", "1.2.15", "1.2.15", "1.2.15"},
		"apiserver-audit-log-maxsize":                       {"1.2.25", "1.2.25", "1.2.24", "1.2.22", "1.2.21", "1.2.21", "1.2.20", "1.2.19", "1.2.19", "1.2.19", "1.2.19", "1.2.19", "1.2.19"},
		"apiserver-etcd-certfile":                           {"1.2.29", "1.2.29", "1.2.28", "1.2.26", "1.2.25", "1.2.25", "1.2.24", "1.2.23", "1.2.23", "1.2.23", "1.2.23", "1.2.23", "1.2.23"},
		"apiserver-encryption-at-rest":                      {"1.2.33 1.2.34", "1.2.33 1.2.34", "1.2.32 1.2.33", "1.2.30 1.2.31", "1.2.29 1.2.30", "1.2.29 1.2.30", "1.2.28 1.2.29", "1.2.27 1.2.28", "1.2.27 1.2.28", "1.2.27 1.2.28", "1.2.27 1.2.28", "1.2.27 1.2.28", "1.2.27 1.2.28"},
		"apiserver-tls-cipher-suites":                       {"1.2.35", "1.2.35", "1.2.34", "1.2.32", "1.2.31", "1.2.31", "1.2.30", "1.2.29", "1.2.29", "1.2.29", "1.2.29", "1.2.29", "1.2.29"},
		"apiserver-service-account-extend-token-expiration": {"", "", "", "", "", "", "", "", "", "1.2.30", "1.2.30", "1.2.30", "1.2.30"},
		"kubelet-protect-kernel-defaults":                   {"4.2.6", "4.2.6", "4.2.6", "4.2.6", "4.2.6", "", "", "", "", "", "", "", ""},
		"kubelet-iptables-util-chains":                      {"4.2.7", "4.2.7", "4.2.7", "4.2.7", "4.2.7", "4.2.6", "4.2.6", "4.2.6", "4.2.6", "4.2.6", "4.2.6", "4.2.6", "4.2.6"},
		"kubelet-tls-cipher-suites":                         {"4.2.13", "4.2.13", "4.2.13", "4.2.13", "4.2.13", "4.2.12", "4.2.12", "4.2.12", "4.2.12", "4.2.12", "4.2.12", "4.2.12", "4.2.12"},
		"kubelet-pod-pids-limit":                            {"", "", "", "", "", "4.2.13", "4.2.13", "4.2.13", "4.2.13", "4.2.13", "4.2.13", "4.2.13", "4.2.13"},
		"kubelet-seccomp-default":                           {"", "", "", "", "", "", "", "", "", "4.2.14", "4.2.14", "4.2.14", "4.2.14"},
	}
	profiles := loadCIS(t)
	for rule, ids := range tests {
		for i, version := range cisVersions {
			var have []string
			if r, used := profiles[version].Rule(rule); used {
				for _, c := range r.Controls {
					have = append(have, strings.TrimPrefix(c, version+"/"))
				}
			}
			if got := strings.Join(have, " "); got != ids[i] {
				t.Errorf("%s is %q in %s, not %q", rule, got, version, ids[i])
			}
		}
	}
}

func TestCISModes(t *testing.T) {
	const strict, open = "0600", "0644"
	tests := map[string][]string{ // in the order of cisVersions
		"kube-apiserver-manifest-mode": {open, open, open, open, strict, strict, strict, strict, strict, strict, strict, strict, strict},
		"admin-kubeconfig-mode":        {open, open, open, strict, strict, strict, strict, strict, strict, strict, strict, strict, strict},
		"kubelet-config-mode":          {open, open, open, open, strict, strict, strict, strict, strict, strict, strict, strict, strict},
		"pki-certificate-mode":         {open, open, open, open, strict, strict, strict, strict, strict, open, open, open, open},
		"kubelet-client-ca-mode":       {open, open, open, open, strict, strict, strict, strict, strict, open, open, open, open},
		"pki-key-mode":                 {strict, strict, strict, strict, strict, strict, strict, strict, strict, strict, strict, strict, strict},
	}
	profiles := loadCIS(t)
	for rule, modes := range tests {
		for i, version := range cisVersions {
			r, used := profiles[version].Rule(rule)
			if !used {
				t.Errorf("%s does not use %s", version, rule)
				continue
			}
			if mode := r.Fixer.(*fixers.FileAccess).Mode; mode != modes[i] {
				t.Errorf("%s asks %s of %s, not %s", version, mode, rule, modes[i])
			}
		}
	}
}

func TestControlAsAnInheritedOne(t *testing.T) {
	const head = "harden: profile/v1\nname: site\nextends: [cis-1.12]\ncontrols:\n"
	for _, r := range []struct {
		name, text, wantErr string
		rules               []string
		manual              bool
		level               int
	}{
		{name: "another number", text: `- {id: a, as: "1.2.4"}`, rules: []string{"apiserver-kubelet-client-certificate", "apiserver-kubelet-client-key"}, level: 1},
		{name: "another level", text: `- {id: a, as: "3.1.1", level: 2}`, manual: true, level: 2},
		{name: "rules take the place of a how-to", text: `- {id: a, as: "1.2.11", rules: [apiserver-always-pull-images]}`, rules: []string{"apiserver-always-pull-images"}, level: 1},
		{name: "no such control", text: `- {id: a, as: "9.9"}`, wantErr: `/p/main.yaml:5:3: control a should be the same as "9.9", which the extended profiles do not have`},
	} {
		t.Run(r.name, func(t *testing.T) {
			p, err := Load("/p/main.yaml", nil, files{"/p/main.yaml": head + r.text + "\n"}.source())
			if r.wantErr != "" {
				if err == nil || err.Error() != r.wantErr {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(p.Controls, func(c Control) bool { return c.ID == "site/a" })
			c := p.Controls[i]
			if diff := cmp.Diff(r.rules, c.Rules); diff != "" || (c.Manual != Text{}) != r.manual || c.Level != r.level || c.Title == (Text{}) {
				t.Errorf("got %+v", c)
			}
		})
	}
}
