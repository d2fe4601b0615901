package profiles

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/profiles/generated"
)

//go:generate go test -run ^TestGenerated$ -update .

// builtinPath begins the paths of files that are built in.
const builtinPath = "builtin:"

// Names lists the built-in profiles.
func Names() []string {
	names := make([]string, len(generated.Profiles))
	for i, p := range generated.Profiles {
		names[i] = p.Name
	}
	return names
}

// builtinRules gives the rules of the library.
func builtinRules() library {
	l := library{read: map[string]*rule{}, builtin: map[string]*generated.Rule{}}
	for _, rules := range generated.Rules {
		for i := range rules {
			l.builtin[rules[i].Name] = &rules[i]
		}
	}
	return l
}

// builtinFile gives a built-in profile as it is written; nil where there is
// none of that name. Places in it are not known: a test reads it strictly.
func builtinFile(name string) (*file, error) {
	for _, p := range generated.Profiles {
		if p.Name == name {
			return fileOf(p)
		}
	}
	return nil, nil
}

func fileOf(p *generated.Profile) (*file, error) {
	f := &file{Format: Format, Name: p.Name, Version: p.Version, Title: p.Title, Source: p.Source, Family: p.Family, Kubernetes: versions{From: p.From, Platform: p.Platform},
		Extends: p.Extends, Skip: p.Skip, Set: nodesOf(p.Set), path: builtinPath + "builtin/" + p.Name + ".yaml", builtin: true}
	f.Adjust = make(map[string]yaml.Node, len(p.Adjust))
	for _, adjusted := range p.Adjust {
		with, err := mapping(f.path, adjusted.With)
		if err != nil {
			return nil, err
		}
		f.Adjust[adjusted.Rule] = *with
	}
	texts := proseOf("builtin/" + p.Name + ".yaml")
	f.Controls = make([]control, len(p.Controls))
	for i := range p.Controls {
		c := &p.Controls[i]
		text := func(field string) Text { return texts[proseKey{c.ID, field}] }
		f.Controls[i] = control{ID: c.ID, As: c.As, Level: c.Level, Severity: c.Severity, Title: text("title"), Manual: text("manual"),
			NotApplicable: text("notApplicable"), Note: text("note"), From: c.From, Until: c.Until}
		if err := f.Controls[i].asks(f.path, c.Rules); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// asks notes the rules of a built-in control as its YAML would.
func (c *control) asks(path string, uses []generated.Use) error {
	c.Rules = make([]yaml.Node, len(uses))
	for i, u := range uses {
		name := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: u.Rule}
		if u.With == "" {
			c.Rules[i] = name
			continue
		}
		with, err := mapping(path, u.With)
		if err != nil {
			return err
		}
		key := func(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text} }
		c.Rules[i] = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{key("rule"), &name, key("with"), with}}
	}
	return nil
}

// mapping reads the parameters of a rule.
func mapping(path, text string) (*yaml.Node, error) {
	var document yaml.Node
	if text == "" {
		return &document, nil
	}
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, at(path, nil, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return document.Content[0], nil
}

// nodesOf gives parameters as YAML would.
func nodesOf(parameters []generated.Parameter) map[string]yaml.Node {
	if len(parameters) == 0 {
		return nil
	}
	nodes := make(map[string]yaml.Node, len(parameters))
	for _, p := range parameters {
		nodes[p.Name] = nodeOf(p.Value)
	}
	return nodes
}

func nodeOf(value any) yaml.Node {
	scalar := yaml.Node{Kind: yaml.ScalarNode}
	switch v := value.(type) {
	case int:
		scalar.Tag, scalar.Value = "!!int", strconv.Itoa(v)
	case bool:
		scalar.Tag, scalar.Value = "!!bool", strconv.FormatBool(v)
	case string:
		scalar.Tag, scalar.Value = "!!str", v
	case []string:
		list := yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, text := range v {
			element := nodeOf(text)
			list.Content = append(list.Content, &element)
		}
		return list
	}
	return scalar
}

func idsOf(lists []generated.IDs) map[string][]string {
	ids := make(map[string][]string, len(lists))
	for _, l := range lists {
		ids[l.Framework] = strings.Split(l.IDs, ", ")
	}
	return ids
}

// ruleOf gives a rule of the library; its own parameters are read where
// something is laid over them, and its long texts where they are shown.
func ruleOf(g *generated.Rule) *rule {
	return &rule{Name: g.Name, Kind: g.Kind, Parameters: nodesOf(g.Parameters), Needs: g.Needs, Title: g.Title,
		rating: rating{Severity: g.Rating.Severity, Warn: g.Rating.Warn, Frameworks: idsOf(g.Rating.Frameworks)}, path: builtinPath + g.Path, builtin: g}
}
