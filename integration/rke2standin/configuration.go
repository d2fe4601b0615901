package rke2standin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// values are what a configuration comes to, each key as a list.
type values map[string][]string

func (v values) last(key, standard string) string {
	if all := v[key]; len(all) > 0 {
		return all[len(all)-1]
	}
	return standard
}

// configuration reads the configuration file of a tree, then the drop-ins beside
// it by their names (*.yaml and *.yml), then RKE2_* of the environment, then the
// arguments of the command line, which replace lists as a whole. The last value of
// a key wins; "key+" in a file adds to what the files before it say.
func configuration(root string, arguments, environment []string) (values, error) {
	file := "/etc/rancher/rke2/config.yaml"
	given := values{}
	for _, word := range environment {
		name, value, _ := strings.Cut(word, "=")
		if name == "RKE2_CONFIG_FILE" {
			file = value
		}
	}
	line := values{}
	for _, word := range arguments {
		key, value, is := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if !is {
			value = "true"
		}
		if key == "config" || key == "c" {
			file = value
			continue
		}
		line[key] = append(line[key], value)
	}
	files := []string{file}
	entries, err := os.ReadDir(filepath.Join(root, file+".d"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries { // sorted by name
		if end := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && (end == ".yaml" || end == ".yml") {
			files = append(files, filepath.Join(file+".d", e.Name()))
		}
	}
	for _, f := range files {
		if err := given.take(filepath.Join(root, f)); err != nil {
			return nil, err
		}
	}
	for _, word := range environment {
		name, value, _ := strings.Cut(word, "=")
		if key, is := strings.CutPrefix(name, "RKE2_"); is && value != "" {
			key = strings.ReplaceAll(strings.ToLower(key), "_", "-")
			if key == "cis-profile" {
				key = "profile"
			}
			given[key] = []string{value}
		}
	}
	for key, list := range line {
		given[key] = list
	}
	return given, nil
}

// take lays a file over what is there. One that is missing says nothing.
func (v values) take(file string) error {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if len(document.Content) == 0 {
		return nil
	}
	top := document.Content[0]
	if top.Kind != yaml.MappingNode {
		return fmt.Errorf("%s is not a mapping", file)
	}
	for i := 0; i < len(top.Content); i += 2 {
		key, adds := strings.CutSuffix(top.Content[i].Value, "+")
		list := []string{top.Content[i+1].Value}
		if top.Content[i+1].Kind == yaml.SequenceNode {
			list = nil
			for _, item := range top.Content[i+1].Content {
				list = append(list, item.Value)
			}
		}
		if adds {
			list = append(slices.Clone(v[key]), list...)
		}
		v[key] = list
	}
	return nil
}

// arguments lays those of a list over what a component has by itself: those of one
// name replace its own, and are kept in their order.
func arguments(own, given []string) []string {
	name := func(word string) string {
		n, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		return n
	}
	var words []string
	for _, word := range own {
		if !slices.ContainsFunc(given, func(g string) bool { return name(g) == name(word) }) {
			words = append(words, word)
		}
	}
	for _, g := range given {
		words = append(words, "--"+strings.TrimPrefix(g, "--"))
	}
	slices.SortStableFunc(words, func(a, b string) int { return strings.Compare(name(a), name(b)) })
	return words
}

// assigned gives the last value of "key = value" in a text.
func assigned(text, key string) (value string, is bool) {
	for line := range strings.Lines(text) {
		if name, v, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == key {
			value, is = strings.TrimSpace(v), true
		}
	}
	return value, is
}
