package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"harden/agent/message"
	"harden/agent/report"
)

// exitPipe is how a program ends that SIGPIPE kills: what reads stdout went
// away, as head(1) does, and nobody wants to hear of it.
const exitPipe = 128 + int(syscall.SIGPIPE)

// page is what a long text is laid out in, with room for most, so that it is
// not copied from buffer to buffer while it grows.
func page() *bytes.Buffer { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }

// printer is stdout or stderr, and remembers the first write that failed.
type printer struct {
	io.Writer
	before func() // called before each write
	failed error
}

func (p *printer) Write(text []byte) (int, error) {
	p.before()
	n, err := p.Writer.Write(text)
	if err != nil && p.failed == nil {
		p.failed = err
	}
	return n, err
}

// changes tells whether a command line is of a verb that changes the node.
func changes(root *cobra.Command, args []string) bool {
	cmd, _, err := root.Find(args)
	return err == nil && slices.Contains(changing, cmd.Name())
}

// unprinted is the end of a command that did its work, but could not say so on
// stdout. A run stays what it came to; of everything else the output is the
// work.
func (a *app) unprinted(changed bool, failed error) int {
	switch {
	case changed:
		fmt.Fprintf(a.stderr, "warning: the command is done, but its result could not be printed: %v; see: harden history\n", failed)
		return exitOK
	case errors.Is(failed, syscall.EPIPE):
		return exitPipe
	}
	a.printed = true // there is nowhere to print to
	a.fail(nil, report.Error{Code: exitFailed, Message: message.New("cannot print: %v", failed), Hint: message.Text{}})
	return exitFailed
}
