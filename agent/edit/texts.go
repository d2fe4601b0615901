package edit

import (
	"bytes"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Texts opens documents, and parses each text once: a plan opens a manifest
// several times, an apply makes three plans, and parsing is the most of it. It
// keeps every text that it was given and every one that was made of it. The
// zero value is ready, nil parses each time, and both may be used by several
// goroutines.
type Texts struct {
	mu     sync.Mutex
	parsed map[string]func() (tree, error)
}

// tree is a text parsed. Documents share it, so it is never changed.
type tree struct {
	root *yaml.Node // always a mapping; without entries where the text has none
	rows []int      // offsets of the lines
}

// Open is the function Open.
func (t *Texts) Open(syntax string, data []byte) (Document, error) {
	if len(data) > MaxSize {
		return nil, &SyntaxError{Line: 1, Column: 1, Message: message.New("%d bytes are more than the limit of %d", len(data), MaxSize)}
	}
	data = bytes.Clone(data)
	switch syntax {
	case "yaml":
		return openYAML(t, data)
	case "arg":
		doc, err := openYAML(t, data)
		if err != nil {
			return nil, err
		}
		return argsDocument{doc}, nil
	}
	if kind, component, _ := strings.Cut(syntax, ":"); kind == "pod" {
		return openPod(t, component, data)
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		line, column := position(data, at)
		return nil, &SyntaxError{line, column, message.New("a NUL byte is not text")}
	}
	switch syntax {
	case "kv":
		return openKV(data), nil
	case "env":
		return openEnv(data)
	case "flag":
		return openFlags(data)
	case "unit":
		return openUnit(data), nil
	}
	return nil, message.Errorf("unknown syntax %q", syntax)
}

// Tree parses a YAML text that holds one mapping, or nothing. Others see the same
// tree: it is not the caller's to change.
func (t *Texts) Tree(data []byte) (*yaml.Node, error) {
	parsed, err := t.parse(data)
	return parsed.root, err
}

// parse gives the tree of a YAML text.
func (t *Texts) parse(data []byte) (tree, error) {
	if t == nil {
		return parseTree(data)
	}
	t.mu.Lock()
	parse, known := t.parsed[string(data)]
	if !known {
		if t.parsed == nil {
			t.parsed = map[string]func() (tree, error){}
		}
		parse = sync.OnceValues(func() (tree, error) { return parseTree(data) })
		t.parsed[string(data)] = parse
	}
	t.mu.Unlock()
	return parse()
}

func parseTree(data []byte) (tree, error) {
	root, err := parseYAML(data)
	if err != nil {
		return tree{}, err
	}
	rows := make([]int, 1, bytes.Count(data, []byte("\n"))+1)
	for i, b := range data {
		if b == '\n' {
			rows = append(rows, i+1)
		}
	}
	return tree{root, rows}, nil
}
