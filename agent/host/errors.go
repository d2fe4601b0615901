package host

import (
	"errors"
	"strings"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// Refused says that a path is left alone, because it could not be written, or
// even read, without harm. Nothing was changed.
type Refused struct {
	Path   string       // of the target
	Reason message.Text // "/etc/kubernetes is a symbolic link to …"
}

func (e *Refused) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *Refused) Text() message.Text { return message.New("%s is refused: %s", e.Path, e.Reason) }

// Changed says that a target is no longer in the state that a change starts
// from. Nothing was changed.
type Changed struct {
	Path   string         // of the file, or the name of the sysctl or account
	Fields []change.Field // that differ
}

func (e *Changed) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *Changed) Text() message.Text {
	names := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		names[i] = string(f)
	}
	return message.New("%s was changed by someone else: %s", e.Path, strings.Join(names, ", "))
}

// failed wraps an error about a path, as "cannot read %s: %w". The errors that name their path
// and reason stay as they are.
func failed(format, path string, err error) error {
	var refused *Refused
	var changed *Changed
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused), errors.As(err, &changed):
		return err
	case errors.Is(err, unix.EROFS):
		return readOnly(path)
	}
	return message.Errorf(format, path, err)
}

func readOnly(path string) error {
	return &Refused{path, message.New(readOnlyReason)}
}

const readOnlyReason = "it lies on a read-only file system; make that writable, or change the image that it comes from"

// IsReadOnly tells whether an error refuses a target because it lies on a file
// system, or below a mount, that is read-only as this process sees it.
func IsReadOnly(err error) bool {
	var refused *Refused
	return errors.As(err, &refused) && refused.Reason.String() == readOnlyReason
}
