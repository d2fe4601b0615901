package edit

import (
	"strconv"

	"gopkg.in/yaml.v3"
)

// Scalar is one scalar of a YAML text as it is written: 0600 is "0600" and not
// the number 384.
type Scalar struct {
	Path         []string // the keys that lead to it; items of a list have their index, from 0
	Text         string   // without quotes
	Null         bool
	Line, Column int
}

// Scalars lists all scalars of a YAML text but the keys, in their order. It is
// as strict as Open, and so are its errors.
func Scalars(data []byte) ([]Scalar, error) {
	document, err := Open("yaml", data)
	if err != nil {
		return nil, err
	}
	var list []Scalar
	var walk func(n *yaml.Node, path []string)
	walk = func(n *yaml.Node, path []string) {
		if n.Kind == yaml.ScalarNode {
			list = append(list, Scalar{path, n.Value, n.ShortTag() == "!!null", n.Line, n.Column})
		}
		for i, child := range n.Content {
			key := strconv.Itoa(i)
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				continue
			} else if n.Kind == yaml.MappingNode {
				key = n.Content[i-1].Value
			}
			walk(child, append(path[:len(path):len(path)], key))
		}
	}
	walk(document.(*yamlDocument).root, nil)
	return list, nil
}
