package report

import (
	"harden/agent/change"
	"harden/agent/message"
)

// Rehearsal is what came of starting a component once as a plan would have it
// started.
type Rehearsal struct {
	Component string `json:"component"`
	Verdict   string `json:"verdict"` // "accepted", "refused", "cannot-tell" or "left-out"
	// Message is the component's words where it refuses, without secrets; else why
	// it cannot be told, or by which words it was seen to go on.
	Message message.Text  `json:"message"`
	Rules   []string      `json:"rules"`            // that ask for what it refuses
	Target  change.Target `json:"target,omitempty"` // what it refuses, where its words say so
	Field   change.Field  `json:"field,omitempty"`
	Line    int           `json:"line,omitempty"`
	// Milliseconds is how long it took.
	Milliseconds int64 `json:"milliseconds"`
}
