package edit

import "gopkg.in/yaml.v3"

// Keys lists the keys of the mapping at an address of a YAML document, in their
// order; none where no mapping stands there.
func Keys(doc Document, address string) []string {
	d, is := doc.(*yamlDocument)
	steps, err := parseAddress(address)
	if !is || err != nil {
		return nil
	}
	nodes := walk(d.root, d.indexed(steps))
	if len(nodes) <= len(steps) || nodes[len(steps)].Kind != yaml.MappingNode {
		return nil
	}
	var keys []string
	for i := 0; i < len(nodes[len(steps)].Content); i += 2 {
		keys = append(keys, nodes[len(steps)].Content[i].Value)
	}
	return keys
}
