package node

import (
	"context"
	"time"

	"harden/agent/message"
)

// Waiting is what is waited for, for people who wait too.
type Waiting struct {
	Text  message.Text // "kube-apiserver: waiting for /livez"
	Until time.Time    // when the waiting is given up; zero where that is not known
}

// Await says what is waited for now, for as long as ctx lasts at most.
func (n *Node) Await(ctx context.Context, text message.Text) {
	if n.OnWait == nil {
		return
	}
	until, _ := ctx.Deadline()
	n.OnWait(Waiting{text, until})
}

// Awaiting returns Await bound to ctx, for callers that only supply the message.
func (n *Node) Awaiting(ctx context.Context) func(text message.Text) {
	return func(text message.Text) { n.Await(ctx, text) }
}
