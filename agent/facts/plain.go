package facts

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Most documents are plain: mappings of words, texts and numbers. What matters
// of one is found by walking its tree, in a tenth of the time that the decoder
// takes for it by reflection. Where the tree is not plain (aliases, merged
// mappings, tags, other types) a step gives false, and the decoder is asked,
// which also knows the right error.

// field gives the value of a key in a mapping, nil where there is none.
func field(n *yaml.Node, key string) (value *yaml.Node, plain bool) {
	if n == nil {
		return nil, true
	}
	if n.Kind != yaml.MappingNode || n.Tag != "!!map" {
		return nil, false
	}
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag != "!!str" {
			return nil, false // such as <<, with further keys
		}
		if k.Value == key {
			value = n.Content[i+1]
		}
	}
	return value, true
}

// textField gives the text, or the number as text, of a key in a mapping.
func textField(n *yaml.Node, key string, text *string) (plain bool) {
	value, plain := field(n, key)
	if !plain || value == nil {
		return plain
	}
	return scalar(value, text)
}

// scalar gives a text, or a whole number as people write it.
func scalar(n *yaml.Node, text *string) (plain bool) {
	*text = n.Value
	var ignored int
	return n.Kind == yaml.ScalarNode &&
		(n.Tag == "!!str" || n.Tag == "!!int" && !strings.HasPrefix(n.Value, "0") && number(n.Value, 9, &ignored))
}
