package edit

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// scalarEnd is where the text of a scalar that begins at an offset ends.
func (d *yamlDocument) scalarEnd(n *yaml.Node, at, indent int) (int, error) {
	var end int
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		end = doubleQuotedEnd(d.data, at)
	case n.Style&yaml.SingleQuotedStyle != 0:
		end = singleQuotedEnd(d.data, at)
	case n.Style&blockStyle != 0:
		end = d.blockScalarEnd(at, indent)
	default:
		end = plainEnd(d.data, at, n.Value)
	}
	if end < 0 {
		return 0, d.lost(n)
	}
	return end, nil
}

func doubleQuotedEnd(data []byte, at int) int {
	if at >= len(data) || data[at] != '"' {
		return -1
	}
	for i := at + 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func singleQuotedEnd(data []byte, at int) int {
	if at >= len(data) || data[at] != '\'' {
		return -1
	}
	for i := at + 1; i < len(data); i++ {
		if data[i] != '\'' {
			continue
		}
		if i+1 < len(data) && data[i+1] == '\'' {
			i++
			continue
		}
		return i + 1
	}
	return -1
}

// plainEnd reads the text beside the value: they differ in white space only,
// as a plain scalar has no escapes and no comments within.
func plainEnd(data []byte, at int, value string) int {
	end := at
	for i := range len(value) {
		if isSpace(value[i]) {
			continue
		}
		for at < len(data) && isSpace(data[at]) {
			at++
		}
		if at >= len(data) || data[at] != value[i] {
			return -1
		}
		at++
		end = at
	}
	return end
}

// blockScalarEnd ends a literal or folded scalar behind its last line that is
// not blank. With the indicator + the blank lines that follow are text, too.
func (d *yamlDocument) blockScalarEnd(at, indent int) int {
	if at >= len(d.data) || d.data[at] != '|' && d.data[at] != '>' {
		return -1
	}
	end := lineEnd(d.data, at)
	header, _, _ := strings.Cut(string(d.data[at:end]), "#")
	keep := strings.Contains(header, "+")
	needed := -1
	if i := strings.IndexAny(header, "123456789"); i >= 0 {
		needed = max(indent, 0) + int(header[i]-'0')
	}
	for line := end; line < len(d.data); {
		newline := bytes.IndexByte(d.data[line:], '\n')
		if newline < 0 {
			break
		}
		start := line + newline + 1
		line = lineEnd(d.data, start)
		text := bytes.TrimLeft(d.data[start:line], " ")
		width := line - start - len(text)
		if len(text) == 0 {
			if keep && line < len(d.data) {
				end = line
			}
			continue
		}
		if needed < 0 && width > indent {
			needed = width
		}
		if needed < 0 || width < needed {
			break
		}
		end = line
	}
	return end
}
