package edit

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Stream is a text of several YAML documents, as kubeadm's configuration is.
// Each of them is a Document; what stands between them stays.
type Stream struct {
	documents []*yamlDocument
	heads     []string // the line that begins each document, "" before the first
}

// separator is the line that begins a document. A line break and three dashes
// end a document everywhere, also within a block of text (YAML 1.2, 9.1.2).
var separator = regexp.MustCompile(`(?m)^---(?:[ \t]+#[^\r\n]*|[ \t]*)(?:\r?\n|\z)`)

// unclear is a line that begins or ends a document in a way that is not read.
var unclear = regexp.MustCompile(`(?m)^(?:---(?:[ \t]|\r?$)|\.\.\.(?:[ \t]|\r?$)|%)`)

// OpenStream reads a text of several documents. The error is a *SyntaxError
// where it cannot be read, with the line in the whole text.
func OpenStream(data []byte) (*Stream, error) {
	if len(data) > MaxSize {
		return nil, &SyntaxError{Line: 1, Column: 1, Message: message.New("%d bytes are more than the limit of %d", len(data), MaxSize)}
	}
	s := &Stream{}
	data = bytes.Clone(data)
	heads := append([][]int{{0, 0}}, separator.FindAllIndex(data, -1)...)
	for i, head := range heads {
		end := len(data)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if err := s.open(string(data[head[0]:head[1]]), data[head[1]:end], bytes.Count(data[:head[1]], []byte("\n"))); err != nil {
			return nil, err
		}
	}
	return s, s.check(data)
}

// open reads one document, with the lines that stand before it.
func (s *Stream) open(head string, part []byte, lines int) error {
	located := func(err error) error {
		var syntax *SyntaxError
		if errors.As(err, &syntax) {
			return &SyntaxError{syntax.Line + lines, syntax.Column, syntax.Message}
		}
		return err
	}
	if at := unclear.FindIndex(part); at != nil {
		line, _ := position(part, at[0])
		return located(&SyntaxError{line, 1, message.New("a document that begins, ends or is described in this way is not supported; put --- on a line of its own")})
	}
	d, err := openYAML(nil, part)
	if err != nil {
		return located(err)
	}
	s.documents, s.heads = append(s.documents, d), append(s.heads, head)
	return nil
}

// check holds the documents against what a parser makes of the whole text.
func (s *Stream) check(data []byte) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	i := 0
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return syntaxError(data, err)
		}
		if isEmpty(document.Content[0]) {
			continue
		}
		for i < len(s.documents) && len(s.documents[i].root.Content) == 0 {
			i++
		}
		if i == len(s.documents) || !sameTree(s.documents[i].root, document.Content[0]) {
			return &SyntaxError{Line: document.Line, Column: document.Column, Message: message.New("the documents of this file cannot be separated safely")}
		}
		i++
	}
	if slices.ContainsFunc(s.documents[min(i, len(s.documents)):], func(d *yamlDocument) bool { return len(d.root.Content) > 0 }) {
		return &SyntaxError{Line: 1, Message: message.New("the documents of this file cannot be separated safely")}
	}
	return nil
}

// Len is the number of documents, those that hold nothing included.
func (s *Stream) Len() int { return len(s.documents) }

// Document gives a document, from 0. Its lines count from its own beginning:
// Line gives those of the whole text.
func (s *Stream) Document(i int) Document { return s.documents[i] }

// Line is the line in the whole text of a line of a document.
func (s *Stream) Line(i, line int) int {
	for k := range i {
		line += bytes.Count(s.documents[k].data, []byte("\n")) + strings.Count(s.heads[k+1], "\n")
	}
	return line
}

// Append adds a document behind the others.
func (s *Stream) Append(text string) error {
	d, err := openYAML(nil, []byte(text))
	if err != nil {
		return err
	}
	last := s.documents[len(s.documents)-1].data
	head := "---" + lineBreak(last)
	if len(last) > 0 && !bytes.HasSuffix(last, []byte("\n")) {
		head = lineBreak(last) + head
	}
	s.documents, s.heads = append(s.documents, d), append(s.heads, head)
	return nil
}

// Bytes gives the whole text as it is now.
func (s *Stream) Bytes() []byte {
	var b bytes.Buffer
	for i, d := range s.documents {
		b.WriteString(s.heads[i])
		b.Write(d.Bytes())
	}
	return b.Bytes()
}
