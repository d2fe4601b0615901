package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// A page has blocks between <!-- figures: NAME --> and <!-- /figures -->, which
// are written anew; the text around them is written by people and has no figures.
const (
	blockBegin = "<!-- figures: %s -->\n"
	blockEnd   = "<!-- /figures -->"
)

// fillFile fills blocks of a page in, by name.
func fillFile(name string, blocks map[string]string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	filled, err := fill(string(text), blocks)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, []byte(filled), 0o644)
}

func fill(text string, blocks map[string]string) (string, error) {
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		begin := fmt.Sprintf(blockBegin, name)
		before, rest, found := strings.Cut(text, begin)
		_, after, ended := strings.Cut(rest, blockEnd)
		if !found || !ended {
			return "", fmt.Errorf("it has no block from %q to %q", strings.TrimSpace(begin), blockEnd)
		}
		text = before + begin + "\n" + strings.TrimSpace(blocks[name]) + "\n\n" + blockEnd + after
	}
	return text, nil
}
