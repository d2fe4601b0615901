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

// BootSettings is what systemd-sysctl sets when the node boots.
type BootSettings struct{ boot *sysctlBoot }

// BootSetting is one line that sets a kernel parameter at boot.
type BootSetting struct {
	Value string // "" where nothing sets it
	File  string // as it stands in sysctl.d
	Line  int    // from 1
}

// Place is where it stands: "/etc/sysctl.d/90-kubelet.conf:3".
func (s BootSetting) Place() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

// Is tells whether a line sets a value, however it is written.
func (s BootSetting) Is(value string) bool { return s.Value == value || sameNumber(s.Value, value) }

// ReadAtBoot reads the files of sysctl.d. Where systemd-sysctl does not run, nothing is set.
func ReadAtBoot(files Reader) (BootSettings, error) {
	n := Node{Files: files}
	if maskedSysctl(n) != "" {
		return BootSettings{&sysctlBoot{}}, nil
	}
	boot, err := readBoot(n)
	return BootSettings{boot}, err
}

// Last is the line that decides a parameter.
func (b BootSettings) Last(key string) BootSetting {
	l := b.boot.sets(key)
	if l == nil || l.Excludes {
		return BootSetting{}
	}
	return settingOf(*l)
}

// All are the lines that name a parameter, in the order in which they apply.
func (b BootSettings) All(key string) []BootSetting {
	var all []BootSetting
	for _, f := range b.boot.files {
		for _, l := range f.lines {
			if l.Names(key) && !l.Excludes {
				all = append(all, settingOf(bootLine{f, l}))
			}
		}
	}
	return all
}

func settingOf(l bootLine) BootSetting {
	return BootSetting{l.Value, l.path, l.Line}
}
