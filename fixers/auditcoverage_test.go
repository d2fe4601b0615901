package fixers

import (
	"strings"
	"testing"
)

// TestAuditCoverage judges policies that people have: the whole of each is on one line, where
// that can be read.
func TestAuditCoverage(t *testing.T) {
	const own = "/etc/kubernetes/harden/audit-policy.yaml"
	const head = "apiVersion: audit.k8s.io/v1\nkind: Policy\n"
	const covers = "compliant: with " + own + ", the API server records each of these requests, but no secret"
	const secrets = "{level: Metadata, resources: [{group: '', resources: [secrets, configmaps, serviceaccounts/token]}, {group: authentication.k8s.io, resources: [tokenreviews]}]}"
	gaps := func(what string) string { return "blocked: audit policy " + own + ": " + what }
	for _, row := range []struct{ name, policy, want string }{
		{"everything by name", "rules: [{level: Metadata}]", covers},
		{"what harden writes", auditPolicyBody("balanced", 34), covers},
		{"what harden writes by name", auditPolicyBody("metadata-all-stages", 34), covers},
		{"bodies of everything", auditPolicyBody("stig", 34), gaps("rule 1 records bodies of secrets, configmaps, tokenreviews.authentication.k8s.io, serviceaccounts/token, which hold secrets; correct it")},
		{"bodies of what holds no secret", "rules: [" + secrets + ", {level: RequestResponse}]", covers},
		{"a secret's body for one user", "rules: [{level: Request, users: [ops], resources: [{group: '', resources: [secrets]}]}, {level: Metadata}]", gaps("rule 1 records bodies of secrets, which")},
		{"a token is in the answer only", "rules: [{level: Request, resources: [{group: '', resources: [serviceaccounts/token]}]}, {level: Metadata}]", covers},
		{"a token's answer", "rules: [{level: RequestResponse, resources: [{group: '', resources: [serviceaccounts/*]}]}, {level: Metadata}]", gaps("rule 1 records bodies of serviceaccounts/token, which")},
		{"nothing of pods", "rules: [{level: None, resources: [{group: '', resources: [pods]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for pods; correct it")},
		{"parts of pods are not pods", "rules: [{level: None, resources: [{group: '', resources: [pods/status, pods/log]}]}, {level: Metadata}]", covers},
		{"all parts of pods, and pods", "rules: [{level: None, resources: [{group: '', resources: [pods/*]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for pods, pods/exec, pods/attach, pods/portforward, pods/proxy; correct it")},
		{"one part of everything", "rules: [{level: None, resources: [{group: '', resources: ['*/proxy']}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for pods/proxy, services/proxy, nodes/proxy; correct it")},
		{"a whole group", "rules: [{level: None, resources: [{group: apps}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for deployments.apps; correct it")},
		{"reading pods may be left out", "rules: [{level: None, verbs: [get, list, watch], resources: [{group: '', resources: [pods]}]}, {level: Metadata}]", covers},
		{"reading secrets may not", "rules: [{level: None, verbs: [get, list, watch]}, {level: Metadata}]",
			gaps("rule 1 leaves out requests for secrets, configmaps, pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy, nodes/proxy; correct it")},
		{"exec by a WebSocket is a get", "rules: [" + secrets + ", {level: Metadata, verbs: [create, update, patch, delete, deletecollection]}]",
			gaps("no rule records every request for pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy, nodes/proxy; correct it")},
		{"one user", "rules: [{level: None, users: [ops], verbs: [delete]}, {level: Metadata}]", gaps("rule 1 leaves out requests for secrets, configmaps, pods, deployments.apps, pods/proxy,")},
		{"one namespace", "rules: [{level: None, namespaces: [kube-system], resources: [{group: '', resources: [configmaps]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for configmaps; correct it")},
		{"one name", "rules: [{level: None, resources: [{group: '', resources: [configmaps], resourceNames: [leader]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for configmaps; correct it")},
		{"a namespace has no nodes", "rules: [{level: None, namespaces: [kube-system], resources: [{group: '', resources: [nodes/proxy]}]}, {level: Metadata}]", covers},
		{"nobody's namespace has them", "rules: [{level: None, namespaces: [''], resources: [{group: '', resources: [nodes/proxy]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for nodes/proxy; correct it")},
		{"who is logged in", "rules: [{level: Metadata, userGroups: [system:authenticated]}]", gaps("no rule records every request for secrets,")},
		{"who is logged in, and who is not", "rules: [{level: Metadata, userGroups: [system:authenticated, system:unauthenticated]}]", covers},
		{"without the stages of a usual request", "rules: [{level: Metadata, omitStages: [RequestReceived, ResponseComplete], resources: [{group: '', resources: [secrets]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for secrets; correct it")},
		{"one stage here and one there", "omitStages: [RequestReceived]\nrules: [{level: Metadata, omitStages: [ResponseComplete], resources: [{group: '', resources: [secrets]}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for secrets; correct it")},
		{"paths are no objects", "rules: [{level: None, nonResourceURLs: ['*']}, {level: Metadata}]", covers},
		{"only what the benchmark lists", "rules: [" + secrets + ", {level: Metadata, resources: [{group: '', resources: [pods, pods/exec, pods/portforward, pods/proxy, services/proxy]}, {group: apps, resources: [deployments]}]}]",
			gaps("no rule records every request for pods/attach, nodes/proxy, certificatesigningrequests.certificates.k8s.io, certificatesigningrequests/approval.certificates.k8s.io; correct it")},
		{"requests for certificates", "rules: [{level: None, resources: [{group: certificates.k8s.io}]}, {level: Metadata}]", gaps("rule 1 leaves out requests for certificatesigningrequests.certificates.k8s.io, certificatesigningrequests/approval.certificates.k8s.io; correct it")},
		{"nothing at all", "rules: [{level: None}]", "blocked: " + own + " makes the API server record nothing"},
		{"refused", "rules: [{level: metadata}]", "blocked: " + own + " cannot be used"},
		{"two documents", "rules: [{level: Metadata}]\n---\nrules: [{level: None}]", "error: cannot read the audit policy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := &AuditCoverage{Path: own, Policy: "balanced", Credentials: true}
			if err := f.Check(); err != nil {
				t.Fatal(err)
			}
			req := f.Require("rule", static("--audit-policy-file="+own).and(tree{own: head + row.policy}).collected(t))
			if got := strings.Join(requirementLines(req), "\n"); !strings.HasPrefix(got, row.want) {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

// TestAuditCoverageOfWhatIsWritten: where there is no policy, the rule asks for the one that is
// written anyway; one that records secrets is for the site to decide about.
func TestAuditCoverageOfWhatIsWritten(t *testing.T) {
	const own, other = "/etc/kubernetes/harden/audit-policy.yaml", "/etc/kubernetes/pki/audit.yaml"
	file := &ControlPlaneFile{Path: own, File: "audit-policy", Policy: "metadata"}
	rule := func(policy string) *AuditCoverage { return &AuditCoverage{Path: own, Policy: policy} }
	if got, want := requirementLines(rule("metadata").Require("rule", static().collected(t))), requirementLines(file.Require("rule", static().collected(t))); strings.Join(got, "\n") != strings.Join(want, "\n") || len(got) == 0 {
		t.Errorf("got %q, want %q", got, want)
	}
	runRequirements(t, []requirementRow{
		{"with bodies", rule("stig"), static().collected(t), []string{"blocked: --set audit-policy=stig records every body…"}},
		{"another file, which is not there", rule("balanced"), static("--audit-policy-file=" + other).collected(t), []string{"blocked: /etc/kubernetes/manifests/kube-apiserver.yaml sets --audit-policy-file=" + other + "…"}},
		{"another file", rule("balanced"), static("--audit-policy-file=" + other).and(tree{other: "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"}).collected(t), []string{"compliant: with " + other + ", the API server…"}},
		{"a worker", rule("balanced"), tree{}.collected(t), []string{"not-applicable: no API server runs on this node"}},
	})
	runChecks(t, []checked{
		{"a relative path", &AuditCoverage{Path: "audit.yaml"}, `path "audit.yaml" is not absolute and clean`},
		{"an unknown policy", &AuditCoverage{Path: own, Policy: "some"}, `unknown policy "some"…`},
	})
}

// FuzzAuditCoverage: no policy that the API server takes makes it fail, and what it calls
// complete stays so with a rule behind it that nothing comes to.
func FuzzAuditCoverage(f *testing.F) {
	f.Add("rules: [{level: Metadata}]")
	f.Add(auditPolicyBody("balanced", 34))
	f.Fuzz(func(t *testing.T, text string) {
		policy, err := parsePolicy([]byte(text))
		if err != nil || !refusesPolicy([]byte(text)).IsZero() {
			return
		}
		before := len(policy.gaps(keyEvents))
		policy.Rules = append(policy.Rules, auditRule{Level: "None"})
		if after := len(policy.gaps(keyEvents)); before == 0 && after != 0 {
			t.Errorf("%d gaps", after)
		}
	})
}
