package fixers

import (
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// AuditCoverage asks for an audit policy that records key security events of everybody, and
// no body that holds a secret. A policy of the site's own is judged and left as it is.
type AuditCoverage struct {
	Path   string `yaml:"path"`   // required; of the policy that harden writes
	Policy string `yaml:"policy"` // that is written where none is there, as of `control-plane-file`
	// Credentials asks for the requests, too, by which somebody gets credentials: those for
	// certificates, and for tokens of service accounts.
	Credentials bool `yaml:"credentials"`
}

// event is a request that is to be recorded.
type event struct {
	group, resource string
	verbs           []string
	most            string // the level above which something secret is recorded; "" for none
	ofCluster       bool   // it is in no namespace
}

var (
	changingVerbs = []string{"create", "update", "patch", "delete", "deletecollection"}
	allVerbs      = append([]string{"get", "list", "watch"}, changingVerbs...)
	connectVerbs  = []string{"get", "create"}                              // a WebSocket is a get
	proxyVerbs    = []string{"get", "create", "update", "patch", "delete"} // any method (apiserver, RequestInfo)
)

// keyEvents are those that CIS 3.2.2 names, and what is as good as one of them: attach as exec,
// and a node's proxy as a pod's.
var keyEvents = []event{
	{"", "secrets", allVerbs, "Metadata", false},
	{"", "configmaps", allVerbs, "Metadata", false},
	{"authentication.k8s.io", "tokenreviews", []string{"create"}, "Metadata", true},
	{"", "pods", changingVerbs, "", false},
	{"apps", "deployments", changingVerbs, "", false},
	{"", "pods/exec", connectVerbs, "", false},
	{"", "pods/attach", connectVerbs, "", false},
	{"", "pods/portforward", connectVerbs, "", false},
	{"", "pods/proxy", proxyVerbs, "", false},
	{"", "services/proxy", proxyVerbs, "", false},
	{"", "nodes/proxy", proxyVerbs, "", true},
}

// credentialEvents are those that CIS 2.0.1 adds. A token is in the answer.
var credentialEvents = []event{
	{"certificates.k8s.io", "certificatesigningrequests", changingVerbs, "", true},
	{"certificates.k8s.io", "certificatesigningrequests/approval", []string{"update", "patch"}, "", true},
	{"", "serviceaccounts/token", []string{"create"}, "Request", false},
}

func (f *AuditCoverage) file() *ControlPlaneFile {
	return &ControlPlaneFile{Path: f.Path, File: "audit-policy", Policy: f.Policy}
}

// Check implements Fixer.
func (f *AuditCoverage) Check() error {
	if path.Dir(f.Path) == "/" {
		return message.Errorf("path %q is not absolute and clean", f.Path)
	}
	return f.file().Check()
}

// Flags implements Starting.
func (f *AuditCoverage) Flags() (string, []string) { return f.file().Flags() }

// Restarts implements Restarting.
func (f *AuditCoverage) Restarts() []change.Effect { return rollsAPIServer }

// Require implements Fixer.
func (f *AuditCoverage) Require(rule string, n Node) Requirement {
	file, data, nothing, cannot := usedAuditPolicy(rule, n, f.file())
	minor := n.Facts.Kubernetes.Minor
	switch {
	case cannot != nil:
		return *cannot
	case data == nil && f.Policy == everyBody:
		return blocked("--set audit-policy=stig records every body, with every Secret in it, which this control forbids: choose this control or V-242403 of the STIG, and waive the other")
	case data == nil, !nothing.IsZero(), !refusesPolicy(data).IsZero():
		return f.file().Require(rule, n)
	}
	policy, err := parsePolicy(data)
	if err != nil {
		return failed("cannot read the audit policy: %v", located(file, err))
	}
	if gaps := policy.gaps(f.events(minor)); len(gaps) > 0 {
		return blocked("audit policy %s: %s; correct it, or waive the control and give the reason", file, message.List(gaps...))
	}
	return Requirement{Status: change.Compliant, Reason: message.New("with %s, the API server records each of these requests, but no secret", file)}
}

// events are those that are asked for in a minor version of Kubernetes.
func (f *AuditCoverage) events(minor int) []event {
	events := slices.Clone(keyEvents)
	if minor < 16 {
		events = append(events, event{"extensions", "deployments", changingVerbs, "", false}) // kubernetes/kubernetes#70672
	}
	if f.Credentials {
		events = append(events, credentialEvents...)
	}
	return events
}

// gap is what a rule of a policy does to some events, or with rule 0 what no rule does.
type gap struct {
	rule   int
	secret bool // it records too much, otherwise too little
}

// gaps says which events are not recorded for everybody, or with a secret: one text for all
// that a rule does so to.
func (p *auditPolicy) gaps(events []event) []message.Text {
	of := map[gap][]string{}
	var order []gap
	for _, e := range events {
		for _, verb := range e.verbs {
			g, is := p.gapAt(e, verb)
			name := strings.TrimSuffix(e.resource+"."+e.group, ".")
			switch {
			case !is || slices.Contains(of[g], name):
				continue
			case of[g] == nil:
				order = append(order, g)
			}
			of[g] = append(of[g], name)
		}
	}
	var texts []message.Text
	for _, g := range order {
		names := strings.Join(of[g], ", ")
		switch {
		case g.rule == 0:
			texts = append(texts, message.New("no rule records every request for %s", names))
		case g.secret:
			texts = append(texts, message.New("rule %d records bodies of %s, which hold secrets", g.rule, names))
		default:
			texts = append(texts, message.New("rule %d leaves out requests for %s", g.rule, names))
		}
	}
	return texts
}

// gapAt goes through the rules as the API server does: the first that fits a request decides
// (k8s.io/apiserver, pkg/audit/policy, LevelAndStages). One that fits some requests of an
// event only, such as those of a user, leaves the others to later rules.
func (p *auditPolicy) gapAt(e event, verb string) (g gap, is bool) {
	for i, r := range p.Rules {
		some, all := r.fits(e, verb)
		switch {
		case !some:
			continue
		case r.Level == "None" || r.silent(p.OmitStages):
			return gap{rule: i + 1}, true
		case e.most != "" && slices.Index(auditLevels, r.Level) > slices.Index(auditLevels, e.most):
			return gap{rule: i + 1, secret: true}, true
		case all:
			return gap{}, false
		}
	}
	return gap{}, true
}

// silent tells whether a rule, with what the policy as a whole leaves out, leaves out both
// stages of a usual request.
func (r *auditRule) silent(policy []string) bool {
	omitted := slices.Concat(policy, r.OmitStages)
	return slices.Contains(omitted, "RequestReceived") && slices.Contains(omitted, "ResponseComplete")
}

// fits tells whether a rule fits some requests of an event, and whether it fits all of them.
func (r *auditRule) fits(e event, verb string) (some, all bool) {
	switch {
	case len(r.Verbs) > 0 && !slices.Contains(r.Verbs, verb):
		return false, false
	case len(r.NonResourceURLs) > 0:
		return false, false
	case len(r.Namespaces) > 0 && e.ofCluster && !slices.Contains(r.Namespaces, ""):
		return false, false
	}
	everybody := len(r.Users) == 0 && (len(r.UserGroups) == 0 ||
		slices.Contains(r.UserGroups, "system:authenticated") && slices.Contains(r.UserGroups, "system:unauthenticated"))
	everywhere := len(r.Namespaces) == 0 || e.ofCluster
	if len(r.Resources) == 0 {
		return true, everybody && everywhere
	}
	for _, g := range r.Resources {
		if g.Group != e.group || len(g.Resources) > 0 && !slices.ContainsFunc(g.Resources, e.isOf) {
			continue
		}
		some = true
		all = all || len(g.ResourceNames) == 0
	}
	return some, all && everybody && everywhere
}

// isOf tells whether an event is about what a rule names: a resource, a resource and all of
// its parts, one part of all resources, or everything (ruleMatchesResource).
func (e event) isOf(named string) bool {
	resource, part, _ := strings.Cut(e.resource, "/")
	return named == "*" || named == e.resource || named == resource+"/*" || part != "" && named == "*/"+part
}
