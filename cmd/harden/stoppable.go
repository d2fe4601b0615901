package main

import (
	"context"
	"sync"

	"harden/agent/host"
)

// stoppable does work that nothing but its own end ends, such as to open a pipe
// that nobody writes to, or to read a disk that does not answer. Where a signal
// stops the command first, the signal is the error at once. The work is then
// left behind, until the process ends; it must be one that only reads.
func stoppable[T any](ctx context.Context, work func() (T, error)) (T, error) {
	once := sync.OnceValues(work) // a panic shows where it is asked for: one of a goroutine would end with 2, "changes pending"
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		_, _ = once()
	}()
	select {
	case <-done:
		return once()
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// trusted is host.ReadTrusted, which a signal stops.
func (a *app) trusted(file string, limit int64) ([]byte, error) {
	return stoppable(a.ctx, func() ([]byte, error) { return host.ReadTrusted(file, limit) })
}
