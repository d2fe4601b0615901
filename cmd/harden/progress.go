package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/view"
)

const (
	// patience is how long something may take before a word is said about it.
	patience = time.Second
	// reminder is the pause between two lines where a line cannot be redrawn.
	reminder = 10 * time.Second
)

// progress is a line at the end of a terminal that says what is waited for,
// and for how long. It is there from the first second on, changes each second,
// and is taken away before anything else is printed. A terminal that cannot
// redraw a line gets lines now and then.
type progress struct {
	out    io.Writer // stderr
	style  func() view.Style
	redraw bool

	mu      sync.Mutex
	waiting node.Waiting
	began   time.Time
	told    time.Time    // when a line was last printed; zero: none is there
	saidOf  message.Text // what that line said, without its time
	end     chan struct{}
}

// wait tells of what is waited for: the same as before, where the end of it is
// the same.
func (p *progress) wait(w node.Waiting) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.end == nil || !w.Until.Equal(p.waiting.Until) {
		p.began = time.Now()
	}
	changed := w.Text != p.waiting.Text
	p.waiting = w
	switch {
	case p.end == nil:
		p.end = make(chan struct{})
		go p.tick(p.end)
	case changed && p.redraw && !p.told.IsZero():
		p.draw()
	}
}

func (p *progress) tick(end chan struct{}) {
	ticker := time.NewTicker(patience)
	defer ticker.Stop()
	for {
		select {
		case <-end:
			return
		case <-ticker.C:
			p.mu.Lock()
			if p.end == end {
				p.draw()
			}
			p.mu.Unlock()
		}
	}
}

// draw draws the line, or prints one where it is time for it.
func (p *progress) draw() {
	now := time.Now()
	atMost := time.Duration(0)
	if !p.waiting.Until.IsZero() {
		atMost = p.waiting.Until.Sub(p.began)
	}
	style := p.style()
	if p.redraw {
		fmt.Fprintf(p.out, "\r\x1b[K%s", style.Waiting(p.waiting.Text, now.Sub(p.began), atMost))
		p.told = now
		return
	}
	if p.waiting.Text.String() != p.saidOf.String() || now.Sub(p.told) >= reminder {
		style.Width = 0
		fmt.Fprintln(p.out, style.Waiting(p.waiting.Text, now.Sub(p.began), atMost))
		p.told, p.saidOf = now, p.waiting.Text
	}
}

// over takes the line away: something else is printed, or nothing is waited
// for any more.
func (p *progress) over() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.end == nil {
		return
	}
	close(p.end)
	p.end = nil
	if p.redraw && !p.told.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.told, p.saidOf = time.Time{}, message.Text{}
}
