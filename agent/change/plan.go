package change

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Change is one target taken from one whole state to another.
type Change struct {
	Target   Target        `json:"target"`
	Rules    []string      `json:"rules"`
	Controls []string      `json:"controls"`
	Fields   []FieldChange `json:"fields"`
	Effects  []Effect      `json:"effects"`
	Before   State         `json:"-"`
	After    State         `json:"-"`
}

// FieldChange is one field of a change, for people and for JSON. A secret
// stands there as "sha256:…, N bytes" only.
type FieldChange struct {
	Field  Field `json:"field"`
	Before any   `json:"before"` // null where it does not exist
	After  any   `json:"after"`  // null where it is removed
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
	Rule     string   `json:"rule"`
	Controls []string `json:"controls"`
	Status   Status   `json:"status"`
	Reason   string   `json:"reason"`
	Targets  []Target `json:"targets"`
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

// SortEffects removes repetitions and puts a reload before the restarts.
func SortEffects(effects []Effect) []Effect {
	slices.SortFunc(effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(boolInt(a.IsRestart()), boolInt(b.IsRestart())), cmp.Compare(a, b))
	})
	return slices.Compact(effects)
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

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
