package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"harden/agent/view"
)

// style is how text on stdout looks.
func (a *app) style() view.Style { return a.styleOf(a.stdout) }

func (a *app) styleOf(w io.Writer) view.Style {
	return view.Style{Color: a.colors(w), Lang: a.Lang, Tree: a.Root != "/", Width: width(w)}
}

// colorModes say when colour is printed: auto is on a terminal that wants it.
var colorModes = []string{"always", "never", "auto"}

// colors tells whether a stream gets colour.
func (a *app) colors(w io.Writer) bool {
	if a.NoColor || a.Color == "never" {
		return false
	}
	_, off := os.LookupEnv("NO_COLOR")
	return a.Color == "always" || isTerminal(w) && !off && os.Getenv("TERM") != "dumb"
}

// width is how many columns the terminal behind a stream has, or is to be
// taken for by the variable COLUMNS. It is 0 elsewhere: what reads a pipe wants
// a line for a line.
func width(stream any) int {
	f := terminalOf(stream)
	if f == nil {
		return 0
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n // 0 where the terminal does not say
}

func isTerminal(stream any) bool { return terminalOf(stream) != nil }

// terminalOf is the terminal behind a stream, or nil.
func terminalOf(stream any) *os.File {
	if p, is := stream.(*printer); is {
		stream = p.Writer
	}
	if f, ok := stream.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}
