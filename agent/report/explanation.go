package report

import (
	"harden/agent/change"
	"harden/agent/message"
)

// Explanation is what there is to know of a rule or a control.
type Explanation struct {
	Name     string           `json:"name"`
	Controls []Control        `json:"controls,omitempty"` // the control that was asked for
	Rules    []RuleExplained  `json:"rules"`
	Serves   []string         `json:"serves"`             // every control that the rules serve
	Findings []change.Finding `json:"findings,omitempty"` // on this node
	Changes  []change.Change  `json:"changes,omitempty"`
	Here     message.Text     `json:"here,omitzero"` // why nothing can be said of this node
}

// RuleExplained is one rule, for people.
type RuleExplained struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Title    Bilingual       `json:"title"`
	Why      Bilingual       `json:"why"`
	Risk     Bilingual       `json:"risk"`
	Phase    string          `json:"phase"` // "host": before kubeadm init or join, "cluster": after it
	Needs    []string        `json:"needs,omitempty"`
	Severity change.Severity `json:"severity,omitempty"`
	Because  Bilingual       `json:"because,omitzero"` // why it has this severity
	IDs      []FrameworkIDs  `json:"frameworks,omitempty"`
}
