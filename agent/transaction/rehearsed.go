package transaction

import (
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/rehearsal"
)

// LeftOut is the outcome for a component that cannot be rehearsed, as where no
// process of it runs whose program could be taken.
const LeftOut rehearsal.Outcome = "left-out"

// Rehearsed is what came of the rehearsal of one component.
type Rehearsed struct {
	Component string
	Outcome   rehearsal.Outcome
	// Message is the component's words where it refuses, without secrets; else why
	// it cannot be told, or by which words it was seen to go on.
	Message message.Text
	// Rules are those that ask for what it refuses, Field and Target what that is,
	// where its words say so, and Line the line in a file.
	Rules  []string
	Target change.Target
	Field  change.Field
	Line   int
	Took   time.Duration
}
