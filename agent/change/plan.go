package change

import (
	"cmp"
	"encoding/json"
	"slices"
	"sort"

	"harden/agent/message"
)

// Change is one target taken from one whole state to another.
type Change struct {
	Target   Target        `json:"target"`
	Rules    []string      `json:"rules"`
	Controls []string      `json:"controls"`
	Fields   []FieldChange `json:"fields"`
	Effects  []Effect      `json:"effects"`
	// Later marks the second change of a target, written once all static pods
	// run with the first.
	Later  bool  `json:"later,omitempty"`
	Before State `json:"-"`
	After  State `json:"-"`
}

// FieldChange is one field of a change, for people and for JSON. A secret
// stands there as "sha256:…, N bytes" only.
type FieldChange struct {
	Field  Field `json:"field"`
	Before any   `json:"before"` // null where it does not exist
	After  any   `json:"after"`  // null where it is removed
	// Stays marks what a rollback leaves as the run wrote it, because data
	// that was written meanwhile needs it.
	Stays bool `json:"stays,omitempty"`
	// Rules are those that asked for this very field; empty where it is not known.
	Rules []string `json:"-"`
	// CodedTexts is what of Before and After are messages, for machines, where it is printed.
	CodedTexts message.CodedTexts `json:"said,omitempty"`
}

// Status is the verdict on one rule, or on one control.
type Status string

// The verdicts. What failed a check and what could not be checked are never
// the same.
const (
	Compliant     Status = "compliant"
	Drift         Status = "drift"          // apply would fix it
	Manual        Status = "manual"         // a person must judge; the reason says how
	NotApplicable Status = "not-applicable" // the reason says why
	Waived        Status = "waived"         // the reason says why and until when
	Blocked       Status = "blocked"        // a precondition does not hold; the reason says which
	Error         Status = "error"          // could not be checked
)

// Statuses lists every verdict in the order of reports.
var Statuses = []Status{Compliant, Drift, Manual, NotApplicable, Waived, Blocked, Error}

// Finding is the verdict on one rule.
type Finding struct {
	Rule     string       `json:"rule"`
	Controls []string     `json:"controls"`
	Status   Status       `json:"status"`
	Reason   message.Text `json:"reason"`
	// Coded is the reason for machines, where it is printed.
	message.Coded
	CodedTexts message.CodedTexts `json:"said,omitempty"` // likewise waiver.blocked
	Targets    []Target           `json:"targets"`
	Scope      string             `json:"scope,omitempty"` // "" in a report of an older version
	// Severity of the rule; "" of a control that only a person can judge.
	Severity Severity `json:"severity,omitempty"`
	// Observed is what the verdict was made from, in a report only.
	Observed []Observation `json:"observed,omitempty"`
	// Waiver is the site's decision to leave this open, also one that has
	// expired, where the status comes from it.
	Waiver *Waiver `json:"waiver,omitempty"`
	// Attestation is a person's verdict on a control that only a person can
	// judge, also one that has expired.
	Attestation *Attestation `json:"attestation,omitempty"`
}

// What a finding is about: the node, or the whole cluster, which is judged once.
const (
	ScopeNode    = "node"
	ScopeCluster = "cluster"
)

// Waiver is a site's decision to leave something open until a day.
type Waiver struct {
	Reason  string `json:"reason"`
	Expires string `json:"expires"` // the last day, "2027-06-30", UTC
	Expired bool   `json:"expired,omitempty"`
	// Blocked says why the rule would be blocked without the waiver.
	Blocked message.Text `json:"blocked,omitzero"`
}

// Attestation is what a person found who looked at a control, as a finding has it in
// JSON. profiles.Attestation is a line of the file of attestations: it has the control, and
// nothing that is computed.
type Attestation struct {
	Verdict string `json:"verdict"` // "compliant" or "open"
	By      string `json:"by"`
	Date    string `json:"date"` // the day, "2026-11-22", UTC
	Reason  string `json:"reason"`
	Expires string `json:"expires"` // the last day, UTC
	Expired bool   `json:"expired,omitempty"`
	Scope   string `json:"scope,omitempty"` // "cluster" where it holds for all nodes
}

// Observation is one field held against what a rule wants of it. Its many fields are the
// keys of the JSON.
type Observation struct {
	Target   Target `json:"target"`
	Field    Field  `json:"field"`
	Op       Op     `json:"op"`
	Expected any    `json:"expected"` // null where the field has to be there, or must not be
	Actual   any    `json:"actual"`   // null where it does not exist; a secret by digest and size only
	// Where is the place that it was read from: "/var/lib/kubelet/config.yaml:31",
	// "process 812 --profiling", "/proc/sys/kernel/panic".
	Where message.Text `json:"where"`
	// Path is the file that Where is about, absolute below the root, and Line
	// the line in it, from 1: 0 where it is not about one line.
	Path  string `json:"path,omitempty"`
	Line  int    `json:"line,omitempty"`
	Holds bool   `json:"holds"`
	// Owner is who manages an object of the cluster, "Helm release shop/web", and
	// Count the number of running pods that are like this.
	Owner string `json:"owner,omitempty"`
	Count int    `json:"count,omitempty"`
	// Waiver is the site's decision to leave this object of the cluster open.
	Waiver *Waiver `json:"waiver,omitempty"`
	// CodedTexts is what of the texts are messages, for machines, where it is printed.
	CodedTexts message.CodedTexts `json:"said,omitempty"`
}

// Profile names the profile that a plan was made from.
type Profile struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // of the rules after overlays and parameters
}

// Node is what a plan says of the node it was made on.
type Node struct {
	Platform   string   `json:"platform"`   // "kubeadm", "rke", "rke2", "k3s" or "none"
	Kubernetes string   `json:"kubernetes"` // "1.34.1", or "" where it is not known
	Roles      []string `json:"roles"`      // of "control-plane", "etcd", "worker"
}

// Plan is exactly what would be done to a node, and why. It is a value: the
// same node gives the same plan, byte for byte.
type Plan struct {
	Profile  Profile
	Node     Node
	Changes  []Change
	Findings []Finding
}

// Summary counts findings by status, and the changes under "changes".
func (p Plan) Summary() map[string]int {
	counts := map[string]int{"changes": len(p.Changes)}
	for _, s := range Statuses {
		counts[string(s)] = 0
	}
	for _, f := range p.Findings {
		counts[string(f.Status)]++
	}
	return counts
}

// Effects lists what the changes need afterwards, each once: a reload of
// systemd before any restart.
func (p Plan) Effects() []Effect {
	var effects []Effect
	for _, c := range p.Changes {
		effects = append(effects, c.Effects...)
	}
	return SortEffects(effects)
}

// SortEffects removes repetitions and puts the effects into the order in which
// they happen: a reload of systemd before the restarts of units, these before the
// certificate that one of them serves with, this before the static pods, etcd first, and a reload of the encryption last.
func SortEffects(effects []Effect) []Effect {
	sort.Slice(effects, func(i, j int) bool {
		a, b := effects[i], effects[j]
		return cmp.Or(cmp.Compare(a.order(), b.order()), cmp.Compare(a, b)) < 0
	})
	return slices.Compact(effects)
}

func (e Effect) order() int {
	switch {
	case e == DaemonReload:
		return 0
	case e.IsRestart():
		return 1
	case e.Component() != "":
		return 3
	}
	if ca, _ := e.Serving(); ca != "" {
		return 2
	}
	return 4
}

// Digest names what the plan would do: it differs as soon as a change, or the
// state that a change starts from, differs.
func (p Plan) Digest() string {
	type full struct {
		Change
		Before State `json:"beforeState"`
		After  State `json:"afterState"`
	}
	list := make([]full, len(p.Changes))
	for i, c := range p.Changes {
		list[i] = full{c, c.Before, c.After}
	}
	// Every value in here is a plain one, so encoding cannot fail.
	data, err := json.Marshal(struct {
		Profile Profile
		Node    Node
		Changes []full
	}{p.Profile, p.Node, list})
	if err != nil {
		panic("change: plan cannot be encoded: " + err.Error())
	}
	return Digest(data)
}
