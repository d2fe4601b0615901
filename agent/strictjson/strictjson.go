// Package strictjson finds what encoding/json passes over: a key that stands
// twice in an object, of which the last one would win or the two be mixed, and
// text behind the document. It gives no values and judges no types.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"harden/agent/message"
)

// maxDepth is how deep lists and objects may lie in one another.
const maxDepth = 100

// Check tells whether a text is exactly one JSON document, no key of which
// stands twice in its object. Keys that differ in capitals only count as one,
// for encoding/json takes one for the other. Errors name the line.
func Check(data []byte) error {
	c := checker{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	c.decoder.UseNumber()
	err := c.value(0)
	if err != nil {
		return err
	}
	if _, err := c.decoder.Token(); !errors.Is(err, io.EOF) {
		return c.fail("something follows the document")
	}
	return nil
}

type checker struct {
	data    []byte
	decoder *json.Decoder
}

func (c checker) fail(format string, args ...any) error {
	offset := min(max(c.decoder.InputOffset(), 0), int64(len(c.data)))
	return message.Errorf("line %d: %w", 1+bytes.Count(c.data[:offset], []byte("\n")), message.Errorf(format, args...))
}

func (c checker) token() (json.Token, error) {
	token, err := c.decoder.Token()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, c.fail("the text ends before the document does")
	case err != nil:
		return nil, c.fail("%w", err)
	}
	return token, nil
}

// value reads one value with all that lies in it.
func (c checker) value(depth int) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	open, is := token.(json.Delim)
	if !is {
		return nil
	}
	if depth > maxDepth {
		return c.fail("nested deeper than %d", maxDepth)
	}
	seen := map[string]bool{}
	for c.decoder.More() {
		if open == '{' {
			key, err := c.token()
			if err != nil {
				return err
			}
			name, _ := key.(string) // the decoder takes nothing else for a key
			folded := strings.ToLower(strings.ToUpper(name))
			if seen[folded] {
				return c.fail("the key %.50q appears twice", name)
			}
			seen[folded] = true
		}
		if err := c.value(depth + 1); err != nil {
			return err
		}
	}
	_, err = c.token() // the closing one
	return err
}
