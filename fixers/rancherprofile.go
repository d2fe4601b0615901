package fixers

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// RancherProfile asks that RKE2 runs with a hardening profile: with "cis" it writes its
// manifests for root alone, runs etcd as a user of its own and refuses to start on a
// kernel that is not set up for it. What that takes and RKE2 does not see to is
// looked at first.
type RancherProfile struct {
	Profile string `yaml:"profile"` // required; "cis"
}

// Check implements Fixer.
func (f *RancherProfile) Check() error {
	if f.Profile != "cis" {
		return message.Errorf("profile %q: only cis is known", f.Profile)
	}
	return nil
}

// Require implements Fixer.
func (f *RancherProfile) Require(rule string, n Node) Requirement {
	r := n.Facts.Rancher
	switch {
	case r == nil || n.Facts.Platform != facts.RKE2:
		return notApplicable("no RKE2 runs on this node")
	case !r.Server: // what it closes is of servers
		return notApplicable("no %s runs on this node", "kube-apiserver")
	case r.Unknown != nil:
		return notKnown(message.New("how %s is configured", n.Facts.Platform), r.Unknown)
	}
	current := r.Value("profile")
	if current.Value == f.Profile || strings.HasPrefix(current.Value, f.Profile+"-") {
		return f.inForce(rule, n, current)
	}
	if by, replaced := r.Replaced("profile"); replaced {
		return blocked("%s:%d replaces the list %s of all files before it, so a drop-in written by harden would have no effect; move its content to %s", by.Path, by.Line, "profile", r.Config)
	}
	if req := f.preflight(n); req != nil {
		return *req
	}
	w := change.Want{Rule: rule, Target: change.FileTarget(r.DropIn()), Field: "arg:profile", Op: change.Exact, Value: f.Profile, Effects: []change.Effect{change.RestartUnit(r.Unit)}}
	if current.Value != "" {
		w.Default = current.Value
	}
	return f.withOwner(rule, n, append([]change.Want{w}, accessWants(rule, r.DropIn(), "0600", "root:root")...))
}

// withOwner also asks that etcd's user has its data and certificates. RKE2 gives them
// away when it starts; a way back gives them back.
func (f *RancherProfile) withOwner(rule string, n Node, wants []change.Want) Requirement {
	req := Requirement{Whole: true, Wants: wants}
	for _, dir := range []string{"server/db/etcd", "server/tls/etcd"} {
		dir = path.Join(n.Facts.Rancher.DataDir, dir)
		if _, err := n.Files.Exists(dir); err != nil || n.Facts.Components["etcd"] == nil {
			continue
		}
		req.Wants = append(req.Wants, change.Want{Rule: rule, Target: change.FileTarget(dir), Match: "**", Field: change.FieldOwner, Op: change.Exact, Value: "etcd:etcd"})
		req.namedByRule(dir)
	}
	return req
}

// inForce judges what RKE2 does by its profile at each start: on a running node the
// manifests are as it writes them with one.
func (f *RancherProfile) inForce(rule string, n Node, at facts.Given) Requirement {
	for _, file := range manifests(n.Facts) {
		info, err := n.Files.Stat(file)
		if err != nil {
			return failed("%v", err)
		}
		if n.Facts.Live && info.Mode&0o077 != 0 {
			return f.withOwner(rule, n, []change.Want{currentUnit(rule, n.Facts.Rancher.Unit)})
		}
	}
	if req := f.withOwner(rule, n, nil); len(req.Wants) > 0 {
		return req
	}
	return Requirement{Status: change.Compliant, Reason: message.New("as %s is configured to start it", n.Facts.Platform), Observed: []change.Observation{{
		Target: change.FileTarget(at.Path), Field: "arg:profile", Op: change.Exact, Expected: f.Profile, Actual: at.Value, Path: at.Path, Line: at.Line,
		Where: message.New("%s:%d", at.Path, at.Line), Holds: true}}}
}

// preflight is what the profile takes beside the kernel and the account, which are
// rules of their own: etcd's user has to reach its data and to read what root writes.
func (f *RancherProfile) preflight(n Node) *Requirement {
	r := n.Facts.Rancher
	if mask, err := strconv.ParseUint(r.UMask, 8, 32); r.UMask != "" && (err != nil || mask&0o055 != 0) {
		req := blocked("%s runs with UMask=%s, and etcd's user could not read what it writes; remove UMask=, or set it to 0022", r.Unit, r.UMask)
		return &req
	}
	if req := n.roomForAuditLog(path.Join(r.DataDir, "server/logs/audit.log")); req != nil {
		return req
	}
	for dir := r.DataDir; r.Server && dir != "/"; dir = path.Dir(dir) {
		info, err := n.Files.Stat(dir)
		if err == nil && info.Mode&0o001 == 0 {
			req := blocked("etcd's user could not reach its data, because %s has mode %s; first run chmod o+x on this directory", dir, change.Octal(info.Mode))
			return &req
		}
	}
	return nil
}

// roomForAuditLog says why an audit log that RKE2 or K3s does not write yet cannot begin: a
// disk that it fills stops etcd. Its size is what the configuration says, else what
// `profile: cis` sets (rancher/rke2 pkg/executor/staticpod, 100 MB and 10 backups).
func (n Node) roomForAuditLog(file string) *Requirement {
	r, list := n.Facts.Rancher, facts.ArgList("kube-apiserver")
	number := func(flag string, otherwise int64) int64 {
		given, _ := r.Last(list, flag)
		_, text, _ := facts.ArgOf(given.Value)
		if value, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value
		}
		return otherwise
	}
	if n.Free == nil {
		return nil
	}
	if _, err := n.Files.Exists(file); err == nil {
		return nil // it is written already; check says what it still may take
	}
	takes := (number("audit-log-maxbackup", 10) + 1) * number("audit-log-maxsize", 100)
	if free, err := n.Free(file); err == nil && free/1e6 < takes {
		req := blocked("the audit log may take %d MB, and %d MB are free for %s: a full disk stops etcd; make room, or set audit-log-maxsize and audit-log-maxbackup under %s in %s", takes, free/1e6, file, list, r.Config)
		return &req
	}
	return nil
}

// RancherEncryption asks that RKE2 or K3s stores secrets encrypted. It is judged only:
// their own command changes it, because it knows the keys of all servers.
type RancherEncryption struct {
	// Weak are the providers that do not count: "identity", "aesgcm". Required.
	Weak []string `yaml:"weak"`
}

// Check implements Fixer.
func (f *RancherEncryption) Check() error {
	for _, provider := range f.Weak {
		if !slices.Contains(providerNames, provider) {
			return message.Errorf("unknown provider %q; one of %s", provider, strings.Join(providerNames, ", "))
		}
	}
	if len(f.Weak) == 0 {
		return message.Errorf("value is missing")
	}
	return nil
}

// Require implements Fixer.
func (f *RancherEncryption) Require(_ string, n Node) Requirement {
	r, c := n.Facts.Rancher, n.Facts.Components["kube-apiserver"]
	switch {
	case r == nil:
		return notApplicable("no RKE2 runs on this node")
	case c == nil:
		return notApplicable("no %s runs on this node", "kube-apiserver")
	case r.Unknown != nil:
		return notKnown(message.New("how %s is configured", n.Facts.Platform), r.Unknown)
	}
	file, given := c.File("encryption-provider-config")
	if !given || file == "" {
		return f.off(n)
	}
	e, err := readEncryption(n, file, Place{NamedByRule: true})
	switch {
	case err != nil:
		return failed("%v", err)
	case e == nil:
		return blocked("%s sets %s=%s, a file that does not exist on this node", r.Config, EncryptionFlag, named(file))
	case e.unsound != nil:
		return failed("%s: %v", file, e.unsound)
	case slices.Contains(f.Weak, e.writes()):
		return f.off(n)
	}
	return Requirement{Status: change.Compliant, Reason: message.New("%s encrypts with %s", file, e.writes())}
}

// encryptsSince are the first versions of K3s that can be switched over while the
// cluster runs: the releases of January 2026 (k3s#7195, #13407, #13410).
var encryptsSince = map[int]int{32: 12, 33: 8, 34: 4, 35: 1}

// off is the verdict where secrets are stored as plain text: a person switches it on.
func (f *RancherEncryption) off(n Node) Requirement {
	v, p := n.Facts.Kubernetes, n.Facts.Platform
	patch, known := encryptsSince[v.Minor]
	if p == facts.K3s && n.Facts.Rancher.Value("secrets-encryption").Value != "true" && (v.Minor < 35 && !known || known && v.Patch < patch) {
		return blocked("secrets are stored as plain text, and K3s %s cannot change that in a running cluster; update K3s first, to a release of January 2026 or later", v)
	}
	return blocked("secrets are stored as plain text; set secrets-encryption: true in %s on every server and restart one after the other, take a snapshot, then run %s secrets-encrypt enable and rotate-keys on one of them", n.Facts.Rancher.Config, p)
}
