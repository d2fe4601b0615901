package fixers

import (
	"errors"
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/message"
)

// RKEAddon asks for a Kubernetes object in the addons of an RKE file, which RKE gives
// to the cluster. One that is not there is added at the end, in one that is there only
// the settings below are put right.
type RKEAddon struct {
	RKEFile  `yaml:",inline"`
	Object   string    `yaml:"object"`   // required; such as "Role/ingress-nginx/default-psp-role"
	Manifest string    `yaml:"manifest"` // required; its text where it is added
	Settings []Setting `yaml:"settings"` // what must hold in it
}

// Check implements Fixer.
func (f *RKEAddon) Check() error {
	if err := f.check(); err != nil {
		return err
	}
	f.Manifest = strings.Trim(f.Manifest, "\n")
	doc, err := edit.Open("yaml", []byte(f.Manifest))
	if err != nil {
		return message.Errorf("manifest: %w", err)
	}
	var name []string
	for _, field := range []string{"kind", "metadata.namespace", "metadata.name"} {
		if value, _, found, err := doc.Get(field); err == nil && found {
			name = append(name, fmt.Sprint(value))
		}
	}
	if len(name) < 2 || strings.Join(name, "/") != f.Object {
		return message.Errorf("object %q is not the manifest's %s", f.Object, strings.Join(name, "/"))
	}
	for i := range f.Settings {
		s := &f.Settings[i]
		if err := s.check(); err != nil {
			return message.Errorf("%s: %w", s.Field, err)
		}
		value, _, found, err := doc.Get(s.Field)
		if err != nil {
			return message.Errorf("manifest: %w", err)
		}
		if holds, err := s.want("", "").Holds(value, found); err != nil || !holds {
			return errors.Join(message.Errorf("the manifest itself does not meet %s", s.Field), err)
		}
	}
	return nil
}

// Require implements Fixer.
func (f *RKEAddon) Require(rule string, n Node) Requirement {
	addons := "addons"
	if f.File == "template" {
		addons = rkeTemplateKey + "." + addons
	}
	_, certain := f.open(n, message.New("add the object %s to %s (harden plan with --set rke-cluster-file or rke-template-file shows the text to add)", f.Object, addons))
	if certain != nil {
		return *certain
	}
	address := addons + "{" + f.Object + "}"
	wants := []change.Want{{Rule: rule, Target: change.FileTarget(f.Path), Field: change.Field("yaml:" + address), Op: change.Present, Value: f.Manifest}}
	for _, s := range f.Settings {
		s.Field = address + "." + s.Field
		wants = append(wants, s.want(rule, f.Path))
	}
	req := Requirement{Wants: wants}
	req.namedByRule(f.Path)
	return req
}
