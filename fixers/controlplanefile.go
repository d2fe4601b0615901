package fixers

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/message"
)

// ControlPlaneFile asks for a configuration file of the API server, in the
// API version that the node's Kubernetes understands. A file that is there
// keeps what it says; only its kind and version are put right. Where the API
// server's manifest names another file, that one is in use and is looked at.
type ControlPlaneFile struct {
	Path string `yaml:"path"` // required
	// File is "encryption", "audit-policy", "admission" or "event-rate-limit". Required.
	File string `yaml:"file"`
	// EventRateLimit is the path that an admission file points to.
	EventRateLimit string `yaml:"eventRateLimit"`
	// Policy is the audit policy that is written where none is there: "balanced"
	// where it is empty, "metadata", "metadata-all-stages" or "stig".
	Policy string `yaml:"policy"`
	QPS    int64  `yaml:"qps"`   // requests a second, of an event rate limit
	Burst  int64  `yaml:"burst"` // requests at once, of an event rate limit
}

// keyToken stands for the random key until it is made. It is a plain YAML
// scalar, so that the text can be judged as a document before.
const keyToken = "made-when-applied"

// Check implements Fixer.
func (f *ControlPlaneFile) Check() error {
	if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path {
		return message.Errorf("path %q is not absolute and clean", f.Path)
	}
	if f.Policy != "" && (f.File != "audit-policy" || !slices.Contains(auditPolicyNames, f.Policy)) {
		return message.Errorf("unknown policy %q; an audit policy is one of %s", f.Policy, strings.Join(auditPolicyNames, ", "))
	}
	switch f.File {
	case "encryption", "audit-policy":
	case "admission":
		if f.EventRateLimit == "" {
			return message.Errorf("eventRateLimit is missing: the path of the event-rate-limit file")
		}
		// It is written into YAML as it stands.
		if !isPlainPath(f.EventRateLimit) {
			return message.Errorf("eventRateLimit %q is not an absolute path of letters, digits and . _ - /", f.EventRateLimit)
		}
	case "event-rate-limit":
		if f.QPS <= 0 || f.Burst <= 0 {
			return message.Errorf("qps and burst must be above 0")
		}
	default:
		return message.Errorf("unknown file %q; one of encryption, audit-policy, admission, event-rate-limit", f.File)
	}
	return nil
}

// flagOf gives the flag that names a file, but for the one that the admission
// file names.
var flagOf = map[string]string{"encryption": "--encryption-provider-config", "audit-policy": "--audit-policy-file", "admission": admissionFlag}

// contentOf gives the kind of content of such a file that somebody else made.
var contentOf = map[string]ContentKind{"encryption": EncryptionConfig, "audit-policy": AuditPolicy}

// Require implements Fixer.
func (f *ControlPlaneFile) Require(rule string, n Node) Requirement {
	c := n.Facts.Components["kube-apiserver"]
	if c == nil {
		return notApplicable("no API server runs on this node")
	}
	if n.Facts.Kubernetes.IsZero() {
		return blocked("the version of Kubernetes is not known, so the API version to write is not known either; name the version with --set kubernetes-version=1.34.1")
	}
	minor := n.Facts.Kubernetes.Minor
	switch f.File {
	case "admission":
		return f.admission(rule, n, c, minor)
	case "event-rate-limit":
		return f.limits(rule, n, c, minor)
	}
	name, _, _ := kube.Flag(c.Name, flagOf[f.File], minor)
	file, is, cannot := fileBy(c, name)
	if cannot != nil {
		return *cannot
	}
	other := is && file != f.Path && c.Manifest != ""
	if !other {
		file = f.Path
	}
	written := change.Present
	if f.File == "audit-policy" {
		policy, reason, err := readAuditPolicy(n, file, flagPlace(c, AuditPolicy, file, f.Path))
		switch {
		case err != nil:
			return unread("cannot read the audit policy: %v", err)
		case policy != nil && !refusesPolicy(policy).IsZero():
			return blocked("%s cannot be used: %s; correct it", file, refusesPolicy(policy))
		case !reason.IsZero():
			return blocked("%s makes the API server record nothing: %s; add rules to it, such as \"- level: Metadata\"", file, reason)
		case ownWeaker(policy, f.auditPolicy(), minor):
			written = change.Exact
		}
	}
	if other {
		return inUse(rule, n, c, contentOf[f.File], name, file)
	}
	doc := f.document(minor)
	content := change.Want{Op: written, Field: change.FieldContent, Value: []byte(doc.text)}
	if f.File == "encryption" {
		content.Secret, content.Generate = true, []change.Generate{{Token: keyToken, Bytes: 32}}
	}
	return f.made(rule, n, rolls(c, f.Path), append([]change.Want{content}, doc.wants()...))
}

// auditPolicy gives the name of the audit policy that is to be written.
func (f *ControlPlaneFile) auditPolicy() string { return cmp.Or(f.Policy, auditPolicyNames[0]) }

// made asks for the file with mode, owner and, where it is harden's own, the
// directory that it lies in.
func (f *ControlPlaneFile) made(rule string, n Node, effects []change.Effect, wants []change.Want) Requirement {
	for i := range wants {
		wants[i].Rule, wants[i].Target, wants[i].Effects = rule, change.FileTarget(f.Path), effects
	}
	wants = append(wants, accessWants(rule, f.Path, "0600", "root:root")...)
	if path.Dir(f.Path) == hardenDir {
		wants = append(wants, directoryWants(rule, n, hardenDir)...)
	}
	req := Requirement{Wants: wants}
	req.namedByRule(f.Path, path.Dir(f.Path))
	return req
}

// inUse is about a file of somebody else that the API server reads already: it
// is only closed to others.
func inUse(rule string, n Node, c *facts.Component, look ContentKind, flag, file string) Requirement {
	if _, err := n.Files.Exists(file); errors.Is(err, fs.ErrNotExist) {
		return blocked("%s sets %s=%s, a file that does not exist on this node", c.Manifest, flag, named(file))
	}
	req := Requirement{Wants: accessWants(rule, file, "0600", "root:root")}
	req.expect(file, flagPlace(c, look, file, ""))
	return req
}

// admission asks for an admission file that names the event rate limits.
func (f *ControlPlaneFile) admission(rule string, n Node, c *facts.Component, minor int) Requirement {
	a, certain := findAdmission(n, c, f.Path, "plugins: [{name: EventRateLimit, path: "+f.EventRateLimit+"}]")
	if certain != nil {
		return *certain
	}
	wants := a.head(rule, minor)
	named, inline := a.limits()
	if !inline {
		wants = append(wants, a.want(rule, a.plugin("EventRateLimit")+".path", change.Present, f.EventRateLimit))
	}
	wants = append(wants, accessWants(rule, a.path, "0600", "root:root")...)
	switch {
	case !a.ofSite && path.Dir(a.path) == hardenDir:
		wants = append(wants, directoryWants(rule, n, hardenDir)...)
	case a.ofSite && !inline && (named == "" || named == f.EventRateLimit):
		// The pod sees the site's own file already, but not what it names now.
		wants = append(wants, mountWants(rule, n, c, Mount{Path: path.Dir(f.EventRateLimit)})...)
	}
	req := Requirement{Wants: wants}
	req.namedByRule(path.Dir(f.EventRateLimit), hardenDir)
	req.expect(a.path, a.place)
	return req
}

// limits asks for the file with the event rate limits: the one that the
// admission file in use names.
func (f *ControlPlaneFile) limits(rule string, n Node, c *facts.Component, minor int) Requirement {
	file, effects, place := f.Path, []change.Effect(nil), Place{NamedByRule: true}
	if a, certain := findAdmission(n, c, "", ""); certain == nil && a.named {
		named, inline := a.limits()
		switch {
		case inline:
			return Requirement{Status: change.Compliant, Reason: message.New("%s contains the event rate limits itself, so no separate file is needed", a.path)}
		case named != "":
			file, effects = named, a.effects
			place = flagPlace(c, EventRateLimitsFile, named, f.Path)
			if place.NamedIn != nil {
				place.NamedIn = []string{a.path}
			}
		}
	}
	own := *f
	own.Path = file
	doc := f.document(minor)
	wants := append([]change.Want{{Op: change.Present, Field: change.FieldContent, Value: []byte(doc.text)}}, doc.wants()...)
	if file != f.Path {
		for i := range wants {
			wants[i].Op = change.Present // another's limits are good enough
		}
	}
	req := own.made(rule, n, effects, wants)
	req.expect(file, place)
	return req
}

// document is a configuration file of the API server.
type document struct {
	apiVersion, kind, text string
	settings               []change.Want // what must hold in a file that is there, too
}

func (d document) wants() []change.Want {
	return append([]change.Want{{Field: "yaml:apiVersion", Op: change.Exact, Value: d.apiVersion}, {Field: "yaml:kind", Op: change.Exact, Value: d.kind}}, d.settings...)
}

// document gives the file in the API version of a Kubernetes release.
func (f *ControlPlaneFile) document(minor int) document {
	var d document
	var body string
	switch f.File {
	case "encryption":
		d.apiVersion, d.kind, _ = kube.APIVersion("EncryptionConfiguration", minor)
		body = "resources:\n- resources:\n  - secrets\n  providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: " + keyToken + "\n  - identity: {}\n"
	case "audit-policy":
		d.apiVersion, d.kind, _ = kube.APIVersion("Policy", minor)
		body = auditPolicyBody(f.auditPolicy(), minor)
	default:
		d.apiVersion, d.kind, _ = kube.APIVersion("EventRateLimit", minor)
		body = fmt.Sprintf("limits:\n- type: Server\n  qps: %d\n  burst: %d\n", f.QPS, f.Burst)
		d.settings = []change.Want{
			{Field: "yaml:limits[type=Server].qps", Op: change.Exact, Value: f.QPS},
			{Field: "yaml:limits[type=Server].burst", Op: change.Exact, Value: f.Burst},
		}
	}
	d.text = strings.Join([]string{"apiVersion: " + d.apiVersion, "kind: " + d.kind, body}, "\n")
	return d
}
