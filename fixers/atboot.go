package fixers

import (
	"fmt"

	"harden/agent/change"
	"harden/agent/message"
)

// AtBoot is what systemd-sysctl does to a kernel parameter when the node boots.
type AtBoot struct {
	Key   string // "kernel.panic"
	line  *bootLine
	shown string
}

// atBoot keeps the line that decides a parameter; nil or one that excludes it:
// nothing sets it, and the kernel keeps its own.
func (f *Sysctl) atBoot(l *bootLine) *AtBoot {
	if l == nil || l.Excludes {
		return &AtBoot{Key: f.Key}
	}
	return &AtBoot{f.Key, l, fmt.Sprint(change.Like(l.Value, f.Value))}
}

// Differs gives what the next boot makes of a parameter, with the place that says
// so, where that is another value than the running kernel's.
func (b *AtBoot) Differs(now string) (next message.Text, differ bool) {
	switch {
	case b.line == nil:
		return message.New("the kernel's own default"), true
	case now == b.line.Value || sameNumber(now, b.line.Value):
		return message.Text{}, false
	}
	return message.New("%s (%s:%d)", b.shown, b.line.path, b.line.Line), true
}
