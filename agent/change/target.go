// Package change is the vocabulary of harden: what can be changed on a node
// (targets and their fields), what a rule asks of it (wants), what would be
// done (changes, a plan) and what was found (findings). It is pure: it reads
// nothing, writes nothing, and imports the standard library only.
package change

import "strings"

// Target names one thing of a node, "kind:name":
// "file:/etc/kubernetes/admin.conf" (a file or a directory, absolute, below
// the root that a run works on), "sysctl:kernel.panic" (the live value),
// "user:etcd", "group:etcd", "unit:kubelet.service", "pod:kube-apiserver" (the
// process of a static pod), "object:Namespace/shop" (of the cluster's API).
type Target string

// The kinds of targets, one driver each.
const (
	KindFile   = "file"
	KindSysctl = "sysctl"
	KindUser   = "user"
	KindGroup  = "group"
	KindUnit   = "unit"
	KindPod    = "pod"
	KindObject = "object"
)

// FileTarget names the file or directory at an absolute path.
func FileTarget(path string) Target { return Target(KindFile + ":" + path) }

// SysctlTarget names the live value of a kernel parameter, in dotted form.
func SysctlTarget(key string) Target { return Target(KindSysctl + ":" + key) }

// UserTarget names a local user account.
func UserTarget(name string) Target { return Target(KindUser + ":" + name) }

// GroupTarget names a local group.
func GroupTarget(name string) Target { return Target(KindGroup + ":" + name) }

// UnitTarget names a systemd unit, suffix included.
func UnitTarget(name string) Target { return Target(KindUnit + ":" + name) }

// PodTarget names the process of a component that runs as a static pod.
func PodTarget(component string) Target { return Target(KindPod + ":" + component) }

// ObjectTarget names an object of the cluster by kind and group, without the
// version: "object:Deployment.apps/shop/web", "object:Namespace/shop". namespace
// is "" for a kind that has none.
func ObjectTarget(kind, group, namespace, name string) Target {
	if group != "" {
		kind += "." + group
	}
	if namespace != "" {
		kind += "/" + namespace
	}
	return Target(KindObject + ":" + kind + "/" + name)
}

// Object takes the name of an object of a cluster apart, without its group. Of what is in
// no namespace, namespace is "".
func (t Target) Object() (kind, namespace, name string) {
	parts := strings.Split(t.Name(), "/")
	kind, _, _ = strings.Cut(parts[0], ".")
	if len(parts) > 2 {
		namespace = parts[1]
	}
	return kind, namespace, parts[len(parts)-1]
}

// Kind is the part before the first colon.
func (t Target) Kind() string { kind, _, _ := strings.Cut(string(t), ":"); return kind }

// Name is the part after the first colon.
func (t Target) Name() string { _, name, _ := strings.Cut(string(t), ":"); return name }

// Field names what of a target is meant: one of the constants below, or an
// address inside a document, "syntax:address": "yaml:authentication.anonymous.enabled",
// "kv:vm.panic_on_oom", "env:KUBELET_EXTRA_ARGS".
type Field string

// Fields that are not an address inside a document.
const (
	FieldMode    Field = "mode"    // permission bits of a file, as an octal string: "0600"
	FieldOwner   Field = "owner"   // "user:group" of a file, by name or number
	FieldContent Field = "content" // the whole text of a file
	FieldXattrs  Field = "xattrs"  // extended attributes of a file, kept as they are
	FieldType    Field = "type"    // "directory" for a directory that must exist
	FieldValue   Field = "value"   // a sysctl's value, white space folded to one blank
	FieldUID     Field = "uid"
	FieldGID     Field = "gid"
	FieldComment Field = "comment"
	FieldHome    Field = "home"
	FieldShell   Field = "shell"
	FieldProcess Field = "process" // whether a unit's or a static pod's process runs what the disk says
	FieldServing Field = "serving" // whether a unit's process has the certificate that it is to serve with
)

// Address splits an address inside a document into its syntax and the
// address proper. For the other fields syntax is empty.
func (f Field) Address() (syntax, address string) {
	if syntax, address, ok := strings.Cut(string(f), ":"); ok {
		return syntax, address
	}
	return "", string(f)
}

// Effect is something to be done once after all writes of a run.
type Effect string

// DaemonReload makes systemd read its unit files again.
const DaemonReload Effect = "daemon-reload"

// ReloadEncryption waits until the API server has read a changed encryption
// configuration by itself.
const ReloadEncryption Effect = "reload-encryption"

// ApproveServing has the request for a serving certificate, which the kubelet makes at
// its restart, verified and approved, and waits until the kubelet serves with one that
// the authority in the file ca has signed. It goes along with the restart.
func ApproveServing(ca string) Effect { return approvesServing + Effect(ca) }

// AwaitServing waits likewise until somebody else has approved the request.
func AwaitServing(ca string) Effect { return awaitsServing + Effect(ca) }

const (
	approvesServing = "approve-certificate:"
	awaitsServing   = "await-certificate:"
)

// Serving is the file with the authority of a serving certificate, "" where the effect
// is about none, and whether its request is approved by the run.
func (e Effect) Serving() (ca string, approve bool) {
	if ca, approve = strings.CutPrefix(string(e), approvesServing); approve {
		return ca, true
	}
	if ca, is := strings.CutPrefix(string(e), awaitsServing); is {
		return ca, false
	}
	return "", false
}

// RestartUnit restarts a systemd unit and waits until it is proven healthy.
func RestartUnit(unit string) Effect { return Effect("restart:" + unit) }

// RollPod waits until a static pod of the control plane runs as its manifest
// now says, and is healthy.
func RollPod(component string) Effect { return Effect("roll:" + component) }

// Component is the component that a roll is about, or "".
func (e Effect) Component() string {
	component, is := strings.CutPrefix(string(e), "roll:")
	if !is {
		return ""
	}
	return component
}

// Unit is the unit that a restart effect is about, or "".
func (e Effect) Unit() string {
	unit, is := strings.CutPrefix(string(e), "restart:")
	if !is {
		return ""
	}
	return unit
}

// IsRestart tells whether the effect restarts a unit.
func (e Effect) IsRestart() bool { return strings.HasPrefix(string(e), "restart:") }

// ByKubelet tells whether an effect takes a kubelet: its own restart, and that
// of a static pod.
func (e Effect) ByKubelet() bool { return e.IsRestart() || e.Component() != "" }

// Current is the value of FieldProcess where the process runs what the disk says, and of
// FieldServing where nothing is wrong with the certificate.
const Current = "current"
