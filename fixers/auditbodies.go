package fixers

import (
	"path"
	"slices"

	"harden/agent/change"
	"harden/agent/kube"
	"harden/agent/message"
)

// AuditBodies asks for an audit policy of one rule, which records every request and every
// answer with its body. Bodies hold Secrets, so it is written only where the site chose it.
type AuditBodies struct {
	Path   string `yaml:"path"`   // required; of the policy that harden writes
	Policy string `yaml:"policy"` // that harden writes: with "stig" it is this one, with any other it is judged only
}

// everyBody is the name of that policy.
const everyBody = "stig"

func (f *AuditBodies) file() *ControlPlaneFile {
	return &ControlPlaneFile{Path: f.Path, File: "audit-policy", Policy: f.Policy}
}

// Check implements Fixer.
func (f *AuditBodies) Check() error {
	if path.Dir(f.Path) == "/" {
		return message.Errorf("path %q is not absolute and clean", f.Path)
	}
	return f.file().Check()
}

// Flags implements Starting.
func (f *AuditBodies) Flags() (string, []string) { return f.file().Flags() }

// Restarts implements Restarting.
func (f *AuditBodies) Restarts() []change.Effect { return rollsAPIServer }

// usedAuditPolicy reads the policy that the API server is given, or would be: own is the
// one that harden writes. What there is no policy to judge for is decided.
func usedAuditPolicy(rule string, n Node, own *ControlPlaneFile) (file string, data []byte, nothing message.Text, decided *Requirement) {
	c := n.Facts.Components["kube-apiserver"]
	if c == nil || n.Facts.Kubernetes.IsZero() {
		req := own.Require(rule, n)
		return "", nil, nothing, &req
	}
	name, _, _ := kube.Flag(c.Name, flagOf["audit-policy"], n.Facts.Kubernetes.Minor)
	file, given, cannot := fileBy(c, name)
	if cannot != nil {
		return "", nil, nothing, cannot
	}
	if !given {
		file = own.Path
	}
	data, nothing, err := readAuditPolicy(n, file, flagPlace(c, AuditPolicy, file, own.Path))
	if err != nil {
		req := unread("cannot read the audit policy: %v", err)
		return "", nil, nothing, &req
	}
	return file, data, nothing, nil
}

// Require implements Fixer.
func (f *AuditBodies) Require(rule string, n Node) Requirement {
	file, policy, _, cannot := usedAuditPolicy(rule, n, f.file())
	if cannot != nil {
		return *cannot
	}
	minor := n.Facts.Kubernetes.Minor
	doc, err := n.Texts.Open("yaml", policy)
	if err != nil {
		return unread("cannot read the audit policy: %v", located(file, err))
	}
	stays := policy != nil && !(file == f.Path && ownWeaker(policy, everyBody, minor))
	switch {
	case policy != nil && text(doc, "rules[0].level") == "RequestResponse" && !has(doc, "rules[1]") && !has(doc, "omitStages") &&
		!slices.ContainsFunc(append(slices.Clone(auditSelectors), "omitStages"), func(s string) bool { return has(doc, "rules[0]."+s) }):
		return f.file().Require(rule, n)
	case f.Policy == everyBody && !stays:
		return f.file().Require(rule, n)
	case stays:
		return blocked("%s does not consist of one rule of level RequestResponse, and harden replaces only a policy that it wrote; choose between this control and CIS 3.2.2, which keeps Secrets out of the log, and waive the other", file)
	}
	return blocked("the bodies of requests and answers are not recorded; --set audit-policy=stig records them all, with every Secret in them, which CIS 3.2.2 forbids: choose this control or CIS 3.2.2, and waive the other")
}
