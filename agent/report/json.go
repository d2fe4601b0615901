package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
)

// WriteJSON writes a value as JSON with one newline at the end. Characters that
// could steer a terminal are escaped; a reader gets them back as they were.
func WriteJSON(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// stream writes indented JSON of which not all is in memory at once. It keeps the first
// error until its end.
type stream struct {
	out     *bufio.Writer
	text    bytes.Buffer
	encoder *json.Encoder // into text
	err     error
}

func newStream(w io.Writer) *stream {
	s := &stream{out: bufio.NewWriterSize(w, 64<<10)}
	s.encoder = json.NewEncoder(&s.text)
	s.encoder.SetEscapeHTML(false)
	return s
}

// encoded gives a value as it stands behind a prefix, until the next one is encoded.
func (s *stream) encoded(prefix string, v any) []byte {
	s.text.Reset()
	s.encoder.SetIndent(prefix, "  ")
	if err := s.encoder.Encode(v); err != nil && s.err == nil {
		s.err = err
	}
	return bytes.TrimSuffix(s.text.Bytes(), []byte("\n"))
}

// slot is what stands for a list until list writes it: one empty item, if it has any.
func slot[T any](list []T) []T {
	if len(list) == 0 {
		return list
	}
	return make([]T, 1)
}

// list writes an encoded object until the end of a list that it has a slot for, with n items in it,
// and gives the rest of the object.
func (s *stream) list(object []byte, prefix, key string, n int, item func(i int)) (rest []byte) {
	if n == 0 {
		return object
	}
	begin, end := "\n"+prefix+`  "`+key+`": [`, "\n"+prefix+"  ]"
	before, rest, _ := bytes.Cut(object, []byte(begin))
	_, rest, _ = bytes.Cut(rest, []byte(end)) // what stands in texts has no line breaks
	s.write(before)
	s.write([]byte(begin))
	for i := range n {
		if i > 0 {
			s.write([]byte(","))
		}
		s.write([]byte("\n" + prefix + "    "))
		item(i)
	}
	s.write([]byte(end))
	return rest
}

func (s *stream) write(text []byte) {
	_, _ = s.out.Write(escaped(text)) // bufio keeps the first error until Flush
}

// end writes what is left, and one newline.
func (s *stream) end() error {
	if s.err != nil {
		return s.err
	}
	_ = s.out.WriteByte('\n')
	return s.out.Flush()
}

// escaped writes what is not printable in JSON by its number. Beside line
// breaks, such characters stand in texts only, where \u is understood.
func escaped(data []byte) []byte {
	steers := func(r rune) bool { return r > '~' && !unicode.IsPrint(r) }
	if bytes.IndexFunc(data, steers) < 0 {
		return data
	}
	var b bytes.Buffer
	for _, r := range string(data) {
		switch {
		case !steers(r):
			b.WriteRune(r)
		case r > 0xffff: // as two surrogates
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
