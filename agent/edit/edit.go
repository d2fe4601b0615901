// Package edit reads and sets single values in configuration documents and
// keeps every other byte: comments, blank lines, order, indentation, line
// ends. It knows YAML, key = value files, environment files of systemd,
// command-line flags inside those or inside unit files, and unit files.
//
// It is pure: bytes in, bytes out. It never opens a file, never re-encodes a
// document, and never hands out an edit that it did not read back: a text that
// is parsed to anything else than the old one with what was set and unset is
// thrown away.
package edit

import "harden/agent/message"

// MaxSize is the largest document that Open accepts, in bytes.
const MaxSize = 4 << 20

// Document is a text in which single values can be read and set, every other
// byte being kept.
type Document interface {
	// Get gives the value at an address: bool, int64, float64, string,
	// []string (a list of scalars), or nil for an explicit null. line is
	// 1-based. found is false where the address does not exist. The error is
	// a *TypeError where a mapping or a list of mappings lies there.
	Get(address string) (value any, line int, found bool, err error)
	// Set writes a bool, int64, string or []string and creates what is
	// missing on the way. On an error the document is as it was.
	Set(address string, value any) error
	// Unset removes a value, and the parents that held nothing else. It is
	// not an error when nothing is there.
	Unset(address string) error
	// Bytes gives the text as it is now. The caller must not change it.
	Bytes() []byte
}

// Batch is a document that gathers edits. Flush writes them, and says why one
// could not be written; the text is then as if it had not been asked for.
type Batch interface{ Flush() error }

// SyntaxError says where a document cannot be read. Line and Column are
// 1-based; Column counts characters and is 0 where it is not known.
type SyntaxError struct {
	Line, Column int
	Message      message.Text
}

func (e *SyntaxError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *SyntaxError) Text() message.Text {
	if e.Column == 0 {
		return message.New("line %d: %s", e.Line, e.Message)
	}
	return message.New("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// TypeError says that what lies at an address is not a scalar and no list of
// scalars. Kind is "mapping", "list" or "scalar" (where a mapping was needed).
type TypeError struct {
	Address string
	Line    int
	Kind    message.Text
}

func (e *TypeError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *TypeError) Text() message.Text {
	return message.New("line %d: %s is a %s", e.Line, e.Address, e.Kind)
}

// Open reads a document. syntax is one of:
//
//	yaml  one YAML mapping; addresses such as a.b[0].c, a["b.c/d"] and
//	      a[name=b].c (the item of a list that says name: b), and
//	      a{Role/ns/name}.b within a text of Kubernetes objects
//	kv    sysctl.d(5): key = value; addresses are keys
//	env   EnvironmentFile= of systemd.exec(5); addresses are variables
//	flag  flags in an environment file, or in Environment= and ExecStart= of
//	      a unit file; addresses such as --anonymous-auth
//	pod:kube-apiserver
//	      a static pod's manifest, and in it the container of that component;
//	      addresses such as flag:--profiling, mount:/var/log/audit,
//	      probe:livenessProbe and annotation:example.org/a
//	arg   a configuration file of RKE2 or K3s; addresses are those of yaml, and
//	      kube-apiserver-arg/--profiling
//	unit  systemd.syntax(7), read only; addresses such as Service/ExecStart
//
// The error is a *SyntaxError where the text cannot be read.
func Open(syntax string, data []byte) (Document, error) { return (*Texts)(nil).Open(syntax, data) }
