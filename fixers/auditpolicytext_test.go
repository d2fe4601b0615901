package fixers

import (
	"strings"
	"testing"

	"harden/agent/change"
)

// A policy has only the fields that the version's API server knows.
func TestAuditPolicyByVersion(t *testing.T) {
	for _, test := range []struct {
		name           string
		minor          int
		stages, fields bool
	}{
		{"balanced", 8, false, false},
		{"balanced", 22, true, false},
		{"balanced", 23, true, true},
		{"metadata", 34, true, true},
		{"metadata-all-stages", 34, false, false},
		{"stig", 34, false, false},
	} {
		body := auditPolicyBody(test.name, test.minor)
		if got := strings.Contains(body, "omitStages:"); got != test.stages {
			t.Errorf("%s for 1.%d: omitStages %v", test.name, test.minor, got)
		}
		if got := strings.Contains(body, "omitManagedFields:"); got != test.fields {
			t.Errorf("%s for 1.%d: omitManagedFields %v", test.name, test.minor, got)
		}
	}
}

// Whether the policy that is asked for replaces one that is there: only what
// harden wrote itself gives way, and never to one that records less.
func TestAuditPolicyReplaced(t *testing.T) {
	const head, file = "apiVersion: audit.k8s.io/v1\nkind: Policy\n", "/etc/kubernetes/harden/audit-policy.yaml"
	balanced, metadata, stig := auditPolicyBody("balanced", 34), auditPolicyBody("metadata", 34), auditPolicyBody("stig", 34)
	const released = "rules:\n- level: Metadata\n" // by earlier releases
	for _, test := range []struct {
		is, asked string
		replaced  bool
	}{
		{balanced, "balanced", false},
		{balanced, "metadata", true},
		{balanced, "stig", true},
		{metadata, "balanced", false},
		{metadata, "stig", true},
		{released, "balanced", false},
		{released, "metadata", false},
		{released, "stig", true},
		{stig, "balanced", false},
		{"# ours\n" + balanced, "stig", false},
		{balanced + "- level: None\n", "stig", false},
	} {
		f := &ControlPlaneFile{Path: file, File: "audit-policy", Policy: test.asked}
		req := f.Require("rule", static("--audit-policy-file="+file).and(tree{file: head + test.is}).collected(t))
		if len(req.Wants) == 0 || req.Wants[0].Field != change.FieldContent {
			t.Fatalf("%s where %q is: %+v", test.asked, test.is, req)
		}
		if got := req.Wants[0].Op == change.Exact; got != test.replaced {
			t.Errorf("%s where there is\n%s\nreplaced: %v", test.asked, test.is, got)
		}
	}
	for _, f := range []*ControlPlaneFile{{Path: file, File: "audit-policy", Policy: "everything"}, {Path: file, File: "encryption", Policy: "stig"}} {
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), "an audit policy is one of balanced, metadata, metadata-all-stages, stig") {
			t.Errorf("%s: %v", f.Policy, err)
		}
	}
}
