package inventory

import "slices"

// Selector is a label selector.
type Selector struct {
	MatchLabels      map[string]string `json:"matchLabels"`
	MatchExpressions []Requirement     `json:"matchExpressions"`
}

// Requirement is one expression of a selector.
type Requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// All tells whether the selector selects everything.
func (s Selector) All() bool { return len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 0 }

// Matches tells whether labels are selected. An operator that is not known
// selects nothing.
func (s Selector) Matches(labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if have, there := labels[key]; !there || have != value {
			return false
		}
	}
	for _, r := range s.MatchExpressions {
		have, there := labels[r.Key]
		var holds bool
		switch r.Operator {
		case "In":
			holds = there && slices.Contains(r.Values, have)
		case "NotIn":
			holds = !there || !slices.Contains(r.Values, have)
		case "Exists":
			holds = there
		case "DoesNotExist":
			holds = !there
		}
		if !holds {
			return false
		}
	}
	return true
}
