package agent

import (
	"context"
	"time"
)

// Waiting is what is waited for, for people who wait too.
type Waiting struct {
	Text  string    // "kube-apiserver: waiting for /livez"
	Until time.Time // when the waiting is given up; zero where that is not known
}

// await says what is waited for now, for as long as ctx lasts at most.
func (n *Node) await(ctx context.Context, text string) {
	if n.Wait == nil {
		return
	}
	until, _ := ctx.Deadline()
	n.Wait(Waiting{text, until})
}

// awaiting is await for who only knows what to say.
func (n *Node) awaiting(ctx context.Context) func(text string) {
	return func(text string) { n.await(ctx, text) }
}
