package agent

import (
	"context"
	"fmt"
	"time"

	"harden/agent/change"
)

// Waiting is what is waited for, for people who wait too.
type Waiting struct {
	Text  string    // "kube-apiserver: waiting for /livez"
	Until time.Time // when the waiting is given up; zero where that is not known
}

// await says what is waited for now, for as long as ctx lasts at most.
func (a *Agent) await(ctx context.Context, text string) {
	if a.Wait == nil {
		return
	}
	until, _ := ctx.Deadline()
	a.Wait(Waiting{text, until})
}

// awaiting is await for who only knows what to say.
func (a *Agent) awaiting(ctx context.Context) func(text string) {
	return func(text string) { a.await(ctx, text) }
}

// noticed is how long an effect takes at least that is worth a line.
const noticed = time.Second

// tellDone says that an effect is done, and how long it took.
func (a *Agent) tellDone(effect change.Effect, took time.Duration) {
	seconds := int(took.Round(time.Second).Seconds())
	switch {
	case took < noticed:
	case effect.IsRestart():
		a.Say(fmt.Sprintf("%s is restarted and healthy, after %d s", effect.Unit(), seconds))
	case effect.Component() != "":
		a.Say(fmt.Sprintf("%s runs as its manifest says, and is healthy, after %d s", effect.Component(), seconds))
	case effect == change.ReloadEncryption:
		a.Say(fmt.Sprintf("kube-apiserver has read the encryption configuration, after %d s", seconds))
	}
}
