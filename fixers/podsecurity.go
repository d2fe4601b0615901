package fixers

import (
	"path"
	"regexp"
	"sync"

	"harden/agent/change"
	"harden/agent/kube"
	"harden/agent/message"
)

// PodSecurity asks that Pod Security admission judges the pods of every
// namespace that says no level itself. It stands in the API server's admission configuration.
type PodSecurity struct {
	Path string `yaml:"path"` // required; of the AdmissionConfiguration where there is none yet
	// Level is "baseline" or "restricted": pods below it are refused, and of
	// those below restricted it is said; empty: the rule asks for nothing.
	Level string `yaml:"level"`
	// Exempt is the namespaces of the system, where any pod may run.
	Exempt []string `yaml:"exempt"`
}

var namespacePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
})

// Check implements Fixer.
func (f *PodSecurity) Check() error {
	switch {
	case !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path:
		return message.Errorf("path %q is not absolute and clean", f.Path)
	case f.Level != "" && f.Level != "baseline" && f.Level != "restricted":
		return message.Errorf("level %q is not baseline, restricted or empty (no level)", f.Level)
	}
	for _, name := range f.Exempt {
		if !namespacePattern().MatchString(name) {
			return message.Errorf("exempt: %q is not a namespace", name)
		}
	}
	return nil
}

// Require implements Fixer.
func (f *PodSecurity) Require(rule string, n Node) Requirement {
	c, minor, req := versioned(n, "kube-apiserver")
	if c == nil {
		return req
	}
	apiVersion, kind, _ := kube.APIVersion("PodSecurityConfiguration", minor)
	if minor < 25 {
		return notApplicable("defaults of Pod Security can be set from Kubernetes 1.25 on; in older versions PodSecurityPolicy checks pods")
	}
	a, certain := findAdmission(n, c, f.Path, "plugins: [{name: PodSecurity, configuration: {apiVersion: "+apiVersion+", kind: "+kind+", defaults: {enforce: baseline, warn: restricted, audit: restricted}, exemptions: {namespaces: [kube-system]}}}]")
	at := a.plugin("PodSecurity") + ".configuration."
	switch enforced := a.text(at + "defaults.enforce"); {
	case f.Level == "" && a.named && (enforced == "baseline" || enforced == "restricted"):
		return Requirement{Status: change.Compliant, Reason: message.New("%s enforces %s", a.path, enforced)}
	case f.Level == "":
		return notApplicable("harden applies this rule only with --set pod-security-defaults=baseline, because the API server then refuses pods that do not meet this level")
	case certain != nil:
		return *certain
	}
	if other := a.text(a.plugin("PodSecurity") + ".path"); other != "" {
		return blocked("according to %s, Pod Security is configured in %s; change it there", a.path, other)
	}
	req = Requirement{Wants: a.head(rule, minor), Whole: true}
	add := func(field string, op change.Op, value any) {
		req.Wants = append(req.Wants, a.want(rule, at+field, op, value))
	}
	add("apiVersion", change.Exact, apiVersion)
	add("kind", change.Exact, kind)
	enforce := a.want(rule, at+"defaults.enforce", change.OneOf, f.Level)
	if f.Level == "baseline" {
		enforce.Bound = []string{"baseline", "restricted"}
	}
	req.Wants = append(req.Wants, enforce)
	add("defaults.warn", change.Exact, "restricted")
	add("defaults.audit", change.Exact, "restricted")
	for _, mode := range []string{"enforce", "warn", "audit"} {
		add("defaults."+mode+"-version", change.Present, "latest")
	}
	if len(f.Exempt) > 0 {
		add("exemptions.namespaces", change.Includes, f.Exempt)
	}
	req.Wants = append(req.Wants, accessWants(rule, a.path, "0600", "root:root")...)
	req.expect(a.path, a.place)
	if a.ofSite {
		return req
	}
	req.Wants = append(req.Wants, change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: change.Field("flag:" + admissionFlag),
		Op: change.Present, Value: a.path, Effects: []change.Effect{change.RollPod(c.Name)}})
	req.Wants = append(req.Wants, mountWants(rule, n, c, Mount{Path: path.Dir(a.path)})...)
	req.namedByRule(path.Dir(a.path))
	return req
}
