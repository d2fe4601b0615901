package message

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
)

// Errorf makes an error whose text is a message. As with fmt.Errorf, %w wraps.
func Errorf(format string, args ...any) error {
	return &failure{fmt.Errorf(format, args...), format, args}
}

// Error makes an error of a message.
func Error(t Text) error { return &textError{t} }

// textError is a message as an error.
type textError struct{ text Text }

func (e *textError) Error() string { return e.text.String() }

// Text is the text as a value.
func (e *textError) Text() Text { return e.text }

// failure is an error with what it was made from.
type failure struct {
	err    error // of fmt.Errorf
	format string
	args   []any
}

func (f *failure) Error() string { return f.err.Error() }

// Unwrap gives what fmt made, which wraps what the format does.
func (f *failure) Unwrap() error { return f.err }

// Text is the text as a value.
func (f *failure) Text() Text {
	return made(f.err.Error(), f.format, f.args)
}

// An error that says a message.
type messenger interface{ Text() Text }

// Each gives the messages of the errors of an errors.Join, or the one of any other
// error.
func Each(err error) []Text {
	several, is := err.(interface{ Unwrap() []error }) // the outermost is meant
	if !is {
		return []Text{Of(err)}
	}
	var texts []Text
	for _, one := range several.Unwrap() {
		texts = append(texts, Of(one))
	}
	return texts
}

// Of is the message of an error; of nil it says nothing. An error that is not
// made here is known by the errors that it wraps, and the innermost one, such as a
// system call's "permission denied", by its text as a whole.
func Of(err error) Text {
	if err == nil {
		return Text{}
	}
	text := err.Error()
	switch e := err.(type) { //nolint:errorlint // each error of the chain is looked at by itself
	case messenger:
		return e.Text()
	case *fs.PathError:
		return compose(e.Op+" %s: %v", e.Path, e.Err)
	case *net.OpError:
		if call, is := e.Err.(*os.SyscallError); is && e.Op == "dial" && e.Net == "tcp" && e.Source == nil && e.Addr != nil { //nolint:errorlint // as net makes it
			return compose("dial tcp %s: connect: %v", e.Addr, call.Err)
		}
		return of(text, e.Err)
	case interface{ Unwrap() []error }:
		if t := list(joined, Each(err)); t.String() == text {
			return t
		}
	case interface{ Unwrap() error }:
		return of(text, e.Unwrap())
	default:
		return parts{english: text, format: strings.ReplaceAll(text, "%", "%%")}.text()
	}
	return Value(text)
}

// of is the message of an error that wraps another.
func of(text string, inner error) Text {
	if inner == nil {
		return Value(text)
	}
	before, is := strings.CutSuffix(text, inner.Error())
	switch {
	case !is:
		return Value(text)
	case before == "":
		return Of(inner)
	}
	return compose("%s%s", before, Of(inner))
}

// compose is New for the words of Go's libraries.
func compose(format string, args ...any) Text { return New(format, args...) }
