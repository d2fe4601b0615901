package report

import (
	"harden/agent/change"
	"harden/agent/message"
)

// From is what a plan makes of the failures of somebody else's report.
type From struct {
	Benchmark string    `json:"benchmark"`
	Failed    []string  `json:"failed"` // controls, "cis-1.10/1.2.15"
	Fixed     []string  `json:"fixed"`  // those of them that the plan fixes
	Unfixed   []Unfixed `json:"unfixed"`
}

// Unfixed is why a plan does not, or not wholly, fix a control.
type Unfixed struct {
	Control string        `json:"control"`
	Rule    string        `json:"rule"`   // "" where it is not about one
	Status  change.Status `json:"status"` // "" where the profile does not have the control
	Reason  message.Text  `json:"reason"`
}
