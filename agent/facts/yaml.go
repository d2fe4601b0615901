package facts

import (
	"errors"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// maxKeys is how many keys a mapping may have. The decoder compares each with
// every other one, and keeps a message for each pair that is equal: 100 000
// times the same line are 700 KB of file and hundreds of gigabytes of messages.
const maxKeys = 10_000

// decodeYAML reads the first document of a file into a structure that names
// the fields which matter; an empty file leaves it as it is. plain fills the
// structure in from a plain document, and is false where it cannot. The file
// may be hostile, and the parser is not ours: its panic must not end a program
// that runs as root.
func (c *collector) decodeYAML(data []byte, into any, plain func(root *yaml.Node) bool) (err error) {
	// What is edited is read more strictly, and then parsed already.
	if root, err := c.texts.Tree(data); err == nil && plain(root) {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = message.Errorf("the YAML parser failed: %v", p)
		}
	}()
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return withoutValues(err)
	}
	if tree.Kind == 0 {
		return nil
	}
	if err := checkMappings(&tree); err != nil {
		return err
	}
	return withoutValues(tree.Decode(into))
}

// withoutValues takes out of what the parser says the values that it repeats,
// which may be secrets: it quotes values as `…`, and the names of anchors as '…'.
func withoutValues(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, quote := range []string{"`", "'"} {
		if quote == "'" && !strings.Contains(text, "anchor '") {
			continue // characters of the syntax
		}
		parts := strings.Split(text, quote)
		for i := 1; i < len(parts)-1; i += 2 {
			parts[i] = "…"
		}
		text = strings.Join(parts, quote)
	}
	return errors.New(text)
}

// checkMappings refuses keys that stand twice, and too many of them.
func checkMappings(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		if len(n.Content)/2 > maxKeys {
			return message.Errorf("line %d: a mapping of more than %d keys", n.Line, maxKeys)
		}
		lines := map[string]int{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if line, twice := lines[key.Value]; twice && key.Kind == yaml.ScalarNode {
				return message.Errorf("line %d: the key %.50q is already in line %d", key.Line, key.Value, line)
			}
			lines[key.Value] = key.Line
		}
	}
	for _, child := range n.Content {
		if err := checkMappings(child); err != nil {
			return err
		}
	}
	return nil
}
