package fixers

import (
	"bytes"
	"slices"
	"strings"
)

// auditPolicyNames are the audit policies that harden can write. Each records
// at least what the one before it records.
var auditPolicyNames = []string{"balanced", "metadata", "metadata-all-stages", "stig"}

// balancedPolicy answers "who did what" without the requests that components
// send of themselves all the time: on an idle cluster leases, health checks and
// discovery are nine tenths of what a policy of one Metadata rule records.
// The first rule that fits a request decides.
const balancedPolicy = `# Secrets, tokens and the ways into pods and nodes: each request, never its body.
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, configmaps, serviceaccounts/token]
  - group: authentication.k8s.io
    resources: [tokenreviews]
  - group: ""
    resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, pods/ephemeralcontainers, services/proxy, nodes/proxy]
# Who may do what, and what admits pods: changes with their body.
- level: Request
  verbs: [create, update, patch, delete, deletecollection]
  resources:
  - group: rbac.authorization.k8s.io
  - group: admissionregistration.k8s.io
  - group: certificates.k8s.io
# Health checks and discovery.
- level: None
  nonResourceURLs: [/livez*, /readyz*, /healthz*, /version, /openapi/*]
- level: None
  userGroups: [system:authenticated]
  verbs: [get]
  nonResourceURLs: [/api, /api/*, /apis, /apis/*]
# Leases that nodes and components renew.
- level: None
  userGroups: [system:nodes, "system:serviceaccounts:kube-system"]
  resources:
  - group: coordination.k8s.io
    resources: [leases]
- level: None
  users: [system:apiserver, system:kube-controller-manager, system:kube-scheduler]
  resources:
  - group: coordination.k8s.io
    resources: [leases]
# Events, which are a record themselves.
- level: None
  resources:
  - group: ""
    resources: [events]
  - group: events.k8s.io
    resources: [events]
# What components read to do their work, and the status that nodes report.
- level: None
  users: [system:apiserver, system:kube-controller-manager, system:kube-scheduler, system:kube-proxy]
  verbs: [get, list, watch]
- level: None
  userGroups: [system:nodes]
  verbs: [get, list, watch]
- level: None
  userGroups: [system:nodes]
  verbs: [update, patch]
  resources:
  - group: ""
    resources: [nodes/status, pods/status]
# Everything else: who, what, when, from where, allowed or not.
- level: Metadata
`

// auditPolicyBody gives the policy of a name, without apiVersion and kind, as a
// minor version of Kubernetes reads it. A field that a version does not know
// stops its API server.
func auditPolicyBody(name string, minor int) string {
	var b strings.Builder
	brief := name != "stig" && name != "metadata-all-stages"
	if brief && minor >= 9 {
		// One record for a request instead of two (kubernetes/kubernetes#54634).
		b.WriteString("omitStages: [RequestReceived]\n")
	}
	if brief && minor >= 23 {
		b.WriteString("omitManagedFields: true\n") // kubernetes/kubernetes#94986
	}
	b.WriteString("rules:\n")
	switch name {
	case "stig": // SV-242403
		b.WriteString("- level: RequestResponse\n")
	case "metadata", "metadata-all-stages": // the latter is the text of the Rancher guides
		b.WriteString("- level: Metadata\n")
	default:
		b.WriteString(balancedPolicy)
	}
	return b.String()
}

// ownWeaker tells whether a file holds a policy that harden wrote, as it wrote
// it, and that records less than the policy of a name. It may then be replaced;
// what a person changed is kept.
func ownWeaker(file []byte, name string, minor int) bool {
	for _, weaker := range auditPolicyNames[:slices.Index(auditPolicyNames, name)] {
		if bytes.HasSuffix(file, []byte("\nkind: Policy\n"+auditPolicyBody(weaker, minor))) {
			return true
		}
	}
	return false
}
