// Package capabilities reads the list of capabilities that harden needs from
// the page that promises it, for the tests that prove the list. It says
// nothing of its own, and asks no kernel.
package capabilities

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// row is a line of the table: capability, on a tree, on a live node, what for.
var row = regexp.MustCompile("(?m)^\\| `(CAP_[A-Z_]+)` \\| ([a-z ]*) \\| ([a-z ]*) \\|")

// Listed gives the capabilities that the page at path says are needed, in its
// order: of a "tree", or of a "live" node.
func Listed(path, where string) ([]string, error) {
	page, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the list of capabilities: %w", err)
	}
	column := map[string]int{"tree": 2, "live": 3}[where]
	var names []string
	for _, cells := range row.FindAllStringSubmatch(string(page), -1) {
		if strings.TrimSpace(cells[column]) == "yes" {
			names = append(names, cells[1])
		}
	}
	if column == 0 || len(names) == 0 {
		return nil, fmt.Errorf("%s lists no capability of a %s", path, where)
	}
	return names, nil
}
