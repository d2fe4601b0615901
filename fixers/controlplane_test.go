package fixers

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

const apiServerManifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"

// manifest is a component's manifest of a version with some flags.
func manifest(component, version string, flags ...string) tree {
	command := append([]string{component}, flags...)
	return tree{"/etc/kubernetes/manifests/" + component + ".yaml": "kind: Pod\nspec:\n  containers:\n  - name: " + component +
		"\n    image: registry.k8s.io/" + component + ":v" + version + "\n    command:\n    - " + strings.Join(command, "\n    - ") + "\n"}
}

// static is a node with an API server of 1.34 that has some flags.
func static(flags ...string) tree { return manifest("kube-apiserver", "1.34.1", flags...) }

func flagged(flag, op string, value any) *ComponentFlag {
	return &ComponentFlag{Component: "kube-apiserver", Flag: flag, Op: change.Op(op), Value: value}
}

func TestComponentFlag(t *testing.T) {
	const roll = " {roll:kube-apiserver}"
	on := func(name string) string { return "file:" + apiServerManifest + " flag:" + name }
	present := func(value string, mount *Mount) *ComponentFlag {
		f := flagged("--audit-policy-file", "present", value)
		f.Mount = mount
		return f
	}
	etcd := &ComponentFlag{Component: "etcd", Flag: "--cert-file", Op: "present", Value: "/etc/kubernetes/pki/etcd/server.crt"}
	mounted := []string{on("--audit-policy-file") + " present /srv/audit/policy.yaml" + roll, "file:" + apiServerManifest + " mount:/srv/audit present ro" + roll,
		"file:/srv/audit type exact directory", "file:/srv/audit mode at-most 0700"}
	runRequirements(t, []requirementRow{
		{"a flag", flagged("--profiling", "", false), static().collected(t), []string{on("--profiling") + " exact false" + roll}},
		{"one that the version does not know", flagged("--insecure-port", "", "0"), static().collected(t),
			[]string{"not-applicable: --insecure-port was removed in Kubernetes 1.24…"}},
		{"none of a component that is not here", flagged("--profiling", "", false), tree{}.collected(t), []string{"not-applicable: no kube-apiserver runs on this node"}},

		// A path that a flag is given must lead somewhere.
		{"a file that is there", flagged("--client-ca-file", "present", "/etc/kubernetes/pki/ca.crt"), static().and(tree{"/etc/kubernetes/pki/ca.crt": ""}).collected(t),
			[]string{on("--client-ca-file") + " present /etc/kubernetes/pki/ca.crt" + roll}},
		{"a file that is not", flagged("--client-ca-file", "present", "/etc/kubernetes/pki/ca.crt"), static().collected(t),
			[]string{"blocked: kube-apiserver would not start with --client-ca-file=/etc/kubernetes/pki/ca.crt: this file does not exist, and no rule creates it"}},
		{"of etcd too", etcd, manifest("etcd", "3.6.4").collected(t), []string{"blocked: etcd would not start with --cert-file=/etc/kubernetes/pki/etcd/server.crt: …"}},
		{"exactly, and not there", flagged("--tls-cert-file", "exact", "/pki/a.crt"), static("--tls-cert-file=/pki/b.crt").collected(t),
			[]string{"blocked: kube-apiserver would not start with --tls-cert-file=/pki/a.crt: …"}},
		{"a file that the component runs with is its own affair", flagged("--client-ca-file", "present", "/pki/ca.crt"), static("--client-ca-file=/srv/ca.crt").collected(t),
			[]string{on("--client-ca-file") + " present /pki/ca.crt" + roll}},
		{"a file that harden makes", flagged("--audit-policy-file", "present", "/etc/kubernetes/harden/p.yaml"), static().collected(t),
			[]string{on("--audit-policy-file") + " present /etc/kubernetes/harden/p.yaml" + roll}},
		{"no path", flagged("--request-timeout", "present", "60s"), static().collected(t), []string{on("--request-timeout") + " present 60s" + roll}},

		// A mount is of the directory that the value lies in.
		{"mount by the value", present("/srv/audit/policy.yaml", &Mount{}), static().collected(t), mounted},
		{"mount again, once it is there", present("/srv/audit/policy.yaml", &Mount{}), static("--audit-policy-file=/srv/audit/policy.yaml").and(tree{"/srv/audit/": ""}).collected(t), mounted[:3]},
		{"mount of its own", present("/srv/audit/policy.yaml", &Mount{Path: "/srv", Writable: true}), static().and(tree{"/srv/": ""}).collected(t),
			[]string{mounted[0], "file:" + apiServerManifest + " mount:/srv exact rw" + roll, "file:/srv type exact directory"}},
		{"no mount for another's file", present("/srv/audit/policy.yaml", &Mount{}), static("--audit-policy-file=/opt/policy.yaml").collected(t), mounted[:1]},
		{"harden's own directory is for root alone", present("/etc/kubernetes/harden/p.yaml", &Mount{}), static().and(tree{"/etc/kubernetes/harden/": ""}).collected(t),
			[]string{on("--audit-policy-file") + " present /etc/kubernetes/harden/p.yaml" + roll, "file:" + apiServerManifest + " mount:/etc/kubernetes/harden present ro" + roll,
				"file:/etc/kubernetes/harden type exact directory", "file:/etc/kubernetes/harden mode at-most 0700"}},

		{"modes by a file", flagged("--authorization-mode", "excludes", []any{"AlwaysAllow"}), authorizers("Node", "RBAC").collected(t),
			[]string{"compliant: /etc/a.yaml (--authorization-config) has the authorizers Node, RBAC"}},
		{"modes by a file that allows all", flagged("--authorization-mode", "excludes", []any{"AlwaysAllow"}), authorizers("Node", "AlwaysAllow").collected(t),
			[]string{"blocked: /etc/a.yaml (--authorization-config) has the authorizers Node, AlwaysAllow, and these do not meet the rule…"}},
		{"modes by a file without one", flagged("--authorization-mode", "includes", []any{"RBAC"}), authorizers("Node", "Webhook").collected(t),
			[]string{"blocked: /etc/a.yaml (--authorization-config) has the authorizers Node, Webhook, and these do not meet the rule…"}},
		{"modes by an empty file", flagged("--authorization-mode", "excludes", []any{"AlwaysAllow"}), authorizers().collected(t),
			[]string{"error: /etc/a.yaml names no authorizers that harden understands"}},
		{"modes by a file that is not there", flagged("--authorization-mode", "excludes", []any{"AlwaysAllow"}), static("--authorization-config=/etc/a.yaml").collected(t),
			[]string{"error: cannot read the authorizers: …"}},
	})
	runChecks(t, []checked{
		{"mount without any path", &ComponentFlag{Component: "etcd", Flag: "--a", Value: "b", Mount: &Mount{}}, "mount: give it a path, or give the flag a value that is a path"},
		{"mount of a list", &ComponentFlag{Component: "etcd", Flag: "--a", Op: "includes", Value: []any{"/b/c"}, Mount: &Mount{}}, "mount: give it a path, or give the flag a value that is a path"},
		{"mount of everything", present("/policy.yaml", &Mount{}), `mount "/" is not absolute and clean, or is all of the host`},
		{"relative mount", present("/a/b", &Mount{Path: "a"}), `mount "a" is not absolute and clean, or is all of the host`},
		{"no component", &ComponentFlag{Component: "kubelet", Flag: "--a", Value: "b"}, `component "kubelet" is not one of …`},
		{"no dashes", flagged("profiling", "", "false"), `flag "profiling" does not begin with --`},
		{"no value", flagged("--profiling", "", nil), "value is missing"},
		{"unknown op", flagged("--profiling", "equals", "false"), `unknown op "equals"; …`},
	})
}

// What holds where a flag is absent is what the version does, whatever a rule
// says of another version; and 1m0s is 60s.
func TestComponentFlagIsJudged(t *testing.T) {
	const modes = "--authorization-mode"
	excludes := flagged(modes, "excludes", []any{"Node", "RBAC"})
	excludes.Bound = []any{"AlwaysAllow"}
	withDefault := func(f *ComponentFlag, value any) *ComponentFlag { f.Default = value; return f }
	tests := []struct {
		name    string
		fixer   *ComponentFlag
		version string
		flags   []string
		holds   bool
		fixed   string
	}{
		{"absent, and everything is allowed", excludes, "1.34.1", nil, false, "Node,RBAC"},
		{"given, and everything is allowed", excludes, "1.34.1", []string{modes + "=AlwaysAllow"}, false, "Node,RBAC"},
		{"something is left", excludes, "1.34.1", []string{modes + "=AlwaysAllow,Webhook"}, false, "Webhook"},
		{"nothing to take away", excludes, "1.34.1", []string{modes + "=Node,RBAC"}, true, ""},
		{"one mode alone does not lock all others out", flagged(modes, "includes", []any{"RBAC"}), "1.34.1", nil, false, "AlwaysAllow,RBAC"},
		{"the table over the rule", withDefault(flagged("--insecure-port", "", "0"), "8080"), "1.22.0", nil, true, ""},
		{"and in another version", withDefault(flagged("--insecure-port", "", "0"), "0"), "1.19.0", nil, false, "0"},
		{"the table without a rule's", flagged("--service-account-lookup", "", true), "1.34.1", nil, true, ""},
		{"the rule where the table is silent", withDefault(flagged("--tls-min-version", "", "VersionTLS12"), "VersionTLS12"), "1.34.1", nil, true, ""},
		{"that a flag is there is not a default's to say", flagged("--request-timeout", "present", "60s"), "1.34.1", nil, false, "60s"},
		{"unless the rule says so", withDefault(flagged("--request-timeout", "present", "60s"), "60s"), "1.34.1", nil, true, ""},
		{"nor that it is gone", flagged("--anonymous-auth", "absent", nil), "1.34.1", nil, true, ""},
		{"the same time written otherwise", flagged("--request-timeout", "exact", "60s"), "1.34.1", []string{"--request-timeout=1m"}, true, ""},
		{"the same time by default", flagged("--request-timeout", "exact", "60s"), "1.34.1", nil, true, ""},
		{"another time", flagged("--request-timeout", "at-most", "5m"), "1.34.1", []string{"--request-timeout=1h"}, false, "5m"},
		{"no time at all", flagged("--request-timeout", "exact", "60s"), "1.34.1", []string{"--request-timeout=soon"}, false, "60s"},
		{"a number is not a time", flagged("--audit-log-maxage", "at-least", "30"), "1.34.1", []string{"--audit-log-maxage=5"}, false, "30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.fixer.Check(); err != nil {
				t.Fatal(err)
			}
			node := manifest("kube-apiserver", tt.version, tt.flags...).collected(t)
			want := tt.fixer.Require("rule", node).Wants[0]
			value, found := any(nil), false
			if given, is := node.Facts.Components["kube-apiserver"].Flag(strings.TrimPrefix(tt.fixer.Flag, "--")); is {
				value, found = given, true
			} else if want.Default != nil {
				value, found = want.Default, true
			}
			holds, err := want.Holds(value, found)
			if err != nil || holds != tt.holds {
				t.Fatalf("holds: %v (%v), want %v of %v", holds, err, tt.holds, value)
			}
			if holds {
				return
			}
			fixed, err := want.Fixed(value, found)
			if err != nil || fixed != tt.fixed {
				t.Errorf("fixed to %v (%v), want %s", fixed, err, tt.fixed)
			}
		})
	}
}

// The API server's files: those that its manifest names are in use, and it has
// to roll when they change.
func TestControlPlaneFileInUse(t *testing.T) {
	const flag, roll = "--admission-control-config-file=", " {roll:kube-apiserver}"
	const harden = "/etc/kubernetes/harden"
	admission := &ControlPlaneFile{Path: harden + "/admission.yaml", File: "admission", EventRateLimit: harden + "/events.yaml"}
	limits := &ControlPlaneFile{Path: harden + "/events.yaml", File: "event-rate-limit", QPS: 5, Burst: 50}
	audit := &ControlPlaneFile{Path: harden + "/audit.yaml", File: "audit-policy"}
	made := func(file, effect string, wants ...string) []string {
		var lines []string
		for _, w := range wants {
			lines = append(lines, "file:"+file+" "+w+effect)
		}
		return append(lines, "file:"+file+" mode at-most 0600", "file:"+file+" owner exact root:root")
	}
	own := []string{"file:" + harden + " type exact directory", "file:" + harden + " mode at-most 0700"}
	head := func(effect, apiVersion, kind string) []string {
		return []string{"content present text" + effect, "yaml:apiVersion exact " + apiVersion + effect, "yaml:kind exact " + kind + effect}
	}
	admissionHead := head("", "apiserver.config.k8s.io/v1", "AdmissionConfiguration")
	const entry = "yaml:plugins[name=EventRateLimit].path present " + harden + "/events.yaml"
	const eventHead = "eventratelimit.admission.k8s.io/v1alpha1"
	bound := func(op string) []string {
		return []string{"yaml:limits[type=Server].qps " + op + " 5", "yaml:limits[type=Server].burst " + op + " 50"}
	}
	foreign := func(plugins string) tree {
		return static(flag + "/srv/admission.yaml").and(tree{"/srv/admission.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n" + plugins})
	}
	seen := []string{"file:" + apiServerManifest + " mount:" + harden + " present ro" + roll}
	files := append(append([]string{}, admissionHead...), entry)
	runRequirements(t, []requirementRow{
		{"not in use yet", admission, static().collected(t), append(made(admission.Path, "", files...), own...)},
		{"in use", admission, static(flag + admission.Path).collected(t), append(made(admission.Path, roll, files...), own...)},
		{"another's file gets the plugin", admission, foreign("plugins:\n- name: Other\n  path: a.yaml\n").collected(t),
			append(append(made("/srv/admission.yaml", roll, entry), seen...), own...)},
		{"another's file has the plugin", admission, foreign("plugins:\n- name: EventRateLimit\n  path: limits.yaml\n").collected(t), made("/srv/admission.yaml", roll, entry)},
		{"another's file has the limits", admission, foreign("plugins:\n- name: EventRateLimit\n  configuration: {limits: []}\n").collected(t), made("/srv/admission.yaml", roll)},
		{"another's file is something else", admission, static(flag + "/srv/a.yaml").and(tree{"/srv/a.yaml": "kind: List\n"}).collected(t),
			[]string{"blocked: /srv/a.yaml is not an AdmissionConfiguration, so harden does not write into it; add by hand: plugins: [{name: EventRateLimit, path: " + harden + "/events.yaml}]"}},
		{"another's file is not there", admission, static(flag + "/srv/a.yaml").collected(t), []string{"blocked: " + apiServerManifest + " names /srv/a.yaml, which does not exist on this node"}},
		{"another's file is broken", admission, static(flag + "/srv/a.yaml").and(tree{"/srv/a.yaml": "a: 1\na: 2\n"}).collected(t), []string{"error: /srv/a.yaml:2:1: …"}},

		{"limits", limits, static().collected(t), append(made(limits.Path, "", append(head("", eventHead, "Configuration"), bound("exact")...)...), own...)},
		{"limits in use", limits, static(flag + admission.Path).and(tree{admission.Path: "kind: AdmissionConfiguration\nplugins: [{name: EventRateLimit, path: events.yaml}]\n"}).collected(t),
			append(made(limits.Path, roll, append(head("", eventHead, "Configuration"), bound("exact")...)...), own...)},
		{"another's limits", limits, foreign("plugins:\n- name: EventRateLimit\n  path: limits.yaml\n").collected(t),
			made("/srv/limits.yaml", roll, "content present text", "yaml:apiVersion present "+eventHead, "yaml:kind present Configuration", bound("present")[0], bound("present")[1])},
		{"limits in another's file itself", limits, foreign("plugins:\n- name: EventRateLimit\n  configuration: {limits: []}\n").collected(t),
			[]string{"compliant: /srv/admission.yaml contains the event rate limits itself, so no separate file is needed"}},

		{"policy in use", audit, static("--audit-policy-file=" + audit.Path).collected(t), append(made(audit.Path, roll, head("", "audit.k8s.io/v1", "Policy")...), own...)},
		{"another's policy", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "rules:\n- level: None\n  verbs: [get]\n- level: Metadata\n"}).collected(t), made("/srv/p.yaml", "")},
		{"another's policy without rules", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "kind: Policy\n"}).collected(t),
			[]string{"blocked: /srv/p.yaml makes the API server record nothing: it has no rules…"}},
		{"another's policy with an empty list", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "rules: []\n"}).collected(t),
			[]string{"blocked: /srv/p.yaml makes the API server record nothing: it has no rules…"}},
		{"another's policy of level None", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "rules: [{level: None, verbs: [get]}]\n"}).collected(t),
			[]string{"blocked: /srv/p.yaml makes the API server record nothing: every rule has level None…"}},
		{"another's policy that ends at its first rule", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "rules: [{level: None, users: []}, {level: Metadata}]\n"}).collected(t),
			[]string{"blocked: /srv/p.yaml makes the API server record nothing: its rule 1 has level None and matches every request…"}},
		{"another's policy with a level that is misspelt", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "rules: [{level: Metadata}, {level: none}]\n"}).collected(t),
			[]string{"blocked: /srv/p.yaml cannot be used: its rule 2 has none of the levels…"}},
		{"another's policy about paths", audit, static("--audit-policy-file=/srv/p.yaml").and(tree{"/srv/p.yaml": "rules: [{level: Metadata, nonResourceURLs: [/metrics]}, {level: None, namespaces: [a]}]\n"}).collected(t),
			[]string{"blocked: /srv/p.yaml makes the API server record nothing: its rules record only requests for paths…"}},
		{"another's policy is not there", audit, static("--audit-policy-file=/srv/p.yaml").collected(t),
			[]string{"blocked: " + apiServerManifest + " sets --audit-policy-file=/srv/p.yaml, a file that does not exist on this node"}},
	})
}

func TestPodSecurity(t *testing.T) {
	const file, roll = "/etc/kubernetes/harden/admission.yaml", " {roll:kube-apiserver}"
	const at = "yaml:plugins[name=PodSecurity].configuration."
	defaults := func(level, file, effect string, head ...string) []string {
		fields := append(head, at+"apiVersion exact pod-security.admission.config.k8s.io/v1", at+"kind exact PodSecurityConfiguration",
			at+"defaults.enforce one-of "+level, at+"defaults.warn exact restricted", at+"defaults.audit exact restricted",
			at+"defaults.enforce-version present latest", at+"defaults.warn-version present latest", at+"defaults.audit-version present latest",
			at+"exemptions.namespaces includes [kube-system]")
		var lines []string
		for _, f := range fields {
			lines = append(lines, "file:"+file+" "+f+effect)
		}
		return append(lines, "file:"+file+" mode at-most 0600", "file:"+file+" owner exact root:root")
	}
	own := []string{"file:" + apiServerManifest + " flag:--admission-control-config-file present " + file + roll,
		"file:" + apiServerManifest + " mount:/etc/kubernetes/harden present ro" + roll,
		"file:/etc/kubernetes/harden type exact directory", "file:/etc/kubernetes/harden mode at-most 0700"}
	with := func(level string) *PodSecurity {
		return &PodSecurity{Path: file, Level: level, Exempt: []string{"kube-system"}}
	}
	head := []string{"content present text", "yaml:apiVersion exact apiserver.config.k8s.io/v1", "yaml:kind exact AdmissionConfiguration"}
	foreign := func(text string) tree {
		return static("--admission-control-config-file=/srv/a.yaml").and(tree{"/srv/a.yaml": "kind: AdmissionConfiguration\n" + text})
	}
	enforces := "plugins:\n- name: PodSecurity\n  configuration:\n    defaults:\n      enforce: restricted\n"
	runRequirements(t, []requirementRow{
		{"off", with(""), static().collected(t), []string{"not-applicable: harden applies this rule only with --set pod-security-defaults=baseline…"}},
		{"off, and somebody did it", with(""), foreign(enforces).collected(t), []string{"compliant: /srv/a.yaml enforces restricted"}},
		{"baseline", with("baseline"), static().collected(t), append(defaults("baseline", file, "", head...), own...)},
		{"restricted, in use", with("restricted"), static("--admission-control-config-file=" + file).collected(t), append(defaults("restricted", file, roll, head...), own...)},
		{"in another's file", with("baseline"), foreign("plugins: []\n").collected(t), defaults("baseline", "/srv/a.yaml", roll)},
		{"set in a file of its own", with("baseline"), foreign("plugins: [{name: PodSecurity, path: pods.yaml}]\n").collected(t),
			[]string{"blocked: according to /srv/a.yaml, Pod Security is configured in pods.yaml; change it there"}},
		{"in a file of another kind", with("baseline"), static("--admission-control-config-file=/srv/b.yaml").and(tree{"/srv/b.yaml": "kind: List\n"}).collected(t),
			[]string{"blocked: /srv/b.yaml is not an AdmissionConfiguration, so harden does not write into it; add by hand: plugins: [{name: PodSecurity…"}},
		{"too old", with("baseline"), manifest("kube-apiserver", "1.24.17").collected(t),
			[]string{"not-applicable: defaults of Pod Security can be set from Kubernetes 1.25 on; in older versions PodSecurityPolicy checks pods"}},
		{"no API server", with("baseline"), tree{}.collected(t), []string{"not-applicable: no kube-apiserver runs on this node"}},
	})
	// What is stricter holds, and what is written holds afterwards.
	req := with("baseline").Require("rule", static().collected(t))
	text, _ := req.Wants[0].Value.([]byte)
	holds(t, req, text)
	if ok, err := req.Wants[5].Holds("restricted", true); !ok || err != nil {
		t.Errorf("restricted is not good enough for %s (%v)", req.Wants[5].Field, err)
	}
	runChecks(t, []checked{
		{"relative path", &PodSecurity{Path: "a"}, `path "a" is not absolute and clean`},
		{"unknown level", &PodSecurity{Path: "/a", Level: "strict"}, `level "strict" is not baseline, restricted or empty (no level)`},
		{"no namespace", &PodSecurity{Path: "/a", Exempt: []string{"A b"}}, `exempt: "A b" is not a namespace`},
	})
}

// Files that are rolled for, with a component that the kubelet does not start.
func TestNothingRollsWithoutAManifest(t *testing.T) {
	made := &facts.Facts{Kubernetes: facts.Version{Major: 1, Minor: 20}, Components: map[string]*facts.Component{"kube-apiserver": {Name: "kube-apiserver", Running: true,
		Argv: []string{"kube-apiserver", "--audit-policy-file=/etc/kubernetes/audit.yaml"}}}}
	audit := &ControlPlaneFile{Path: "/etc/kubernetes/audit.yaml", File: "audit-policy"}
	for _, want := range audit.Require("rule", tree{}.node(t, made)).Wants {
		if len(want.Effects) > 0 {
			t.Errorf("%s has the effects %v", want.Field, want.Effects)
		}
	}
}

// authorizers is a control plane whose modes of authorization stand in a file.
func authorizers(types ...string) tree {
	text := "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n"
	for _, kind := range types {
		text += "- type: " + kind + "\n  name: a\n"
	}
	return static("--authorization-config=/etc/a.yaml").and(tree{"/etc/a.yaml": text})
}
