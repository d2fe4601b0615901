package profiles

import (
	"strconv"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// becomes gives a value the type that its parameter has, where only the quotes are
// missing or too many: 90 for "90", "4096" for 4096. It tells whether that is so.
func (p param) becomes(kind message.Text) bool {
	n := p.node
	if n.Kind != yaml.ScalarNode {
		return false
	}
	switch kind {
	case kindNames["str"]:
		if kindOf(n) != kindNames["int"] {
			return false
		}
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
		return true
	case kindNames["int"]:
		if _, err := strconv.ParseInt(n.Value, 10, 64); err != nil || kindOf(n) != kindNames["str"] {
			return false
		}
		n.Tag, n.Style = "!!int", 0
		return true
	}
	return false
}
