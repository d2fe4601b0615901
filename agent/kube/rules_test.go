package kube_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"harden/agent/kube"
)

// Every flag and field that a rule names must be one that the tables know: of
// another, nothing could be said about any version, and the rule would never
// apply.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("../../profiles/rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	flags := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var library struct {
			Rules []struct {
				Name string         `yaml:"name"`
				Kind string         `yaml:"kind"`
				With map[string]any `yaml:"with"`
			} `yaml:"rules"`
		}
		if err := yaml.Unmarshal(data, &library); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, r := range library.Rules {
			flag, _ := r.With["flag"].(string)
			switch r.Kind {
			case "component-flag":
				flags++
				component, _ := r.With["component"].(string)
				if strings.HasPrefix(flag, "$") || !kube.Known(component, flag) {
					t.Errorf("%s: rule %s names %q of %q, which is in no table", file, r.Name, flag, component)
				}
			case "kubelet-setting":
				if flag != "" && !kube.Known("kubelet", flag) {
					t.Errorf("%s: rule %s names the kubelet's flag %q, which is in no table", file, r.Name, flag)
				}
				field, _ := r.With["field"].(string)
				if exists, reason := kube.KubeletField(field, kube.Newest); field != "" && !exists {
					t.Errorf("%s: rule %s: %s", file, r.Name, reason)
				}
			}
		}
	}
	t.Logf("%d rules about flags", flags)
}
