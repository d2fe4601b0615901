package change

import "harden/agent/message"

// Conflict is something on a node that no rule is about, and that keeps Kubernetes from
// working once the node has booted again. harden changes none of it.
type Conflict struct {
	ID       string       `json:"id"` // "swap", "noexec"
	Severity Severity     `json:"severity"`
	Where    string       `json:"where"`  // a file, with the line: "/etc/fstab:3"
	Reason   message.Text `json:"reason"` // what is there, and what it breaks
	Fix      message.Text `json:"fix"`
	// CodedTexts is the reason and the fix for machines, where it is printed.
	CodedTexts message.CodedTexts `json:"said,omitempty"`
}
