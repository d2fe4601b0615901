package fixers

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

const rkeCluster = `# our cluster
kubernetes_version: v1.15.9-rancher1-1
services:
  kube-api:
    extra_args: {}
network:
  plugin: flannel
`

func rkeSetting(field string, value any) RKESetting {
	return RKESetting{RKEFile: RKEFile{File: "cluster", Path: "/cluster.yml"}, Setting: Setting{Field: field, Value: value}}
}

func TestRKESettingRequirement(t *testing.T) {
	operator := &facts.Facts{Platform: facts.None}
	tests := map[string]struct {
		file   string // nothing: rkeCluster
		facts  *facts.Facts
		edit   func(*RKESetting)
		status change.Status
		reason string
		fields []change.Field
		ops    []change.Op
	}{
		"a value":      {fields: []change.Field{"yaml:services.kube-api.pod_security_policy"}, ops: []change.Op{change.Exact}},
		"unnamed file": {edit: func(f *RKESetting) { f.Path = "" }, status: change.Manual, reason: `in cluster.yml, set services.kube-api.pod_security_policy to "true", then run rke up; to let harden edit the file: --set rke-cluster-file=cluster.yml`},
		"unnamed template": {edit: func(f *RKESetting) { f.Path, f.File, f.Op, f.Value = "", "template", change.Includes, "a" }, status: change.Manual,
			reason: "in the RKE template, add a to services.kube-api.pod_security_policy, then move the clusters to the new revision; to let harden edit a copy of the template: --set rke-template-file=template.yml"},
		"unnamed, too new a node": {facts: &facts.Facts{Kubernetes: facts.Version{Major: 1, Minor: 34}}, edit: func(f *RKESetting) { f.Path, f.Until = "", "1.25" },
			status: change.NotApplicable, reason: "the cluster runs Kubernetes 1.34.0; the setting is for versions before 1.25"},
		"no such file": {edit: func(f *RKESetting) { f.Path = "/else.yml" }, status: change.Error, reason: "cannot read the RKE file: there is no /else.yml"},
		"no RKE file":  {file: "apiVersion: v1\n", status: change.Blocked, reason: "/cluster.yml is not an RKE cluster file: it has no nodes, services, kubernetes_version"},
		"broken file":  {file: "services: {}\nservices: {}\n", status: change.Error, reason: `/cluster.yml:2:1: the key "services" is already in line 1`},
		"the cluster's version": {edit: func(f *RKESetting) { f.From = "1.20" }, status: change.NotApplicable,
			reason: "/cluster.yml:2 says Kubernetes v1.15.9-rancher1-1; the setting is for 1.20 and later"},
		"the file's version goes first": {facts: &facts.Facts{Kubernetes: facts.Version{Major: 1, Minor: 34}}, edit: func(f *RKESetting) { f.Until = "1.25" },
			fields: []change.Field{"yaml:services.kube-api.pod_security_policy"}, ops: []change.Op{change.Exact}},
		"no version": {file: "nodes: []\n", edit: func(f *RKESetting) { f.Until = "1.25" }, status: change.Blocked,
			reason: "/cluster.yml sets no kubernetes_version such as v1.15.9-rancher1-1, so it is not known whether this rule applies; add that line, or use --set kubernetes-version=1.15.9"},
		"other spelling": {file: "services:\n  kube_api:\n    image: x\n", fields: []change.Field{"yaml:services.kube_api.pod_security_policy"}, ops: []change.Op{change.Exact}},
		"an argument": {edit: func(f *RKESetting) { f.Field, f.Value = "services.kube-api.extra_args.profiling", "false" },
			fields: []change.Field{"yaml:services.kube-api.extra_args.profiling"}, ops: []change.Op{change.OneOf}},
		"a feature gate": {edit: func(f *RKESetting) {
			f.Field, f.Op, f.Value = "services.kubelet.extra_args.feature-gates", change.Includes, "A=true"
		},
			fields: []change.Field{"yaml:services.kubelet.extra_args.feature-gates", "yaml:services.kubelet.extra_args.feature-gates"}, ops: []change.Op{change.Excludes, change.Includes}},
		"another choice is kept": {edit: func(f *RKESetting) { f.Field, f.Value, f.Keep = "network.plugin", "canal", true }, status: change.Blocked,
			reason: `network.plugin is flannel in /cluster.yml, and cannot be changed in a running cluster; for new clusters, set network.plugin to "canal" by hand`},
		"no choice was made": {file: "nodes: []\nnetwork:\n  plugin: \"\"\n", edit: func(f *RKESetting) { f.Field, f.Value, f.Keep = "network.plugin", "canal", true },
			fields: []change.Field{"yaml:network.plugin"}, ops: []change.Op{change.OneOf}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := rkeSetting("services.kube-api.pod_security_policy", true)
			if tt.edit != nil {
				tt.edit(&f)
			}
			if err := f.Check(); err != nil {
				t.Fatal(err)
			}
			if tt.file == "" {
				tt.file = rkeCluster
			}
			if tt.facts == nil {
				tt.facts = operator
			}
			req := f.Require("r", tree{"/cluster.yml": tt.file}.node(t, tt.facts))
			if req.Status != tt.status || req.Reason.String() != tt.reason {
				t.Errorf("got %s: %s\nwant %s: %s", req.Status, req.Reason, tt.status, tt.reason)
			}
			if len(req.Wants) != len(tt.fields) {
				t.Fatalf("got %d wants: %+v", len(req.Wants), req.Wants)
			}
			for i, w := range req.Wants {
				if w.Field != tt.fields[i] || w.Op != tt.ops[i] || w.Target != "file:/cluster.yml" || len(w.Effects) > 0 {
					t.Errorf("want %d is %+v", i, w)
				}
			}
		})
	}
}

func TestRKESettingCheck(t *testing.T) {
	for want, edit := range map[string]func(*RKESetting){
		"neither cluster nor template": func(f *RKESetting) { f.File = "state" },
		"not absolute and clean":       func(f *RKESetting) { f.Path = "cluster.yml" },
		"field is missing":             func(f *RKESetting) { f.Field = "" },
		"cannot read version":          func(f *RKESetting) { f.Until = "soon" },
	} {
		f := rkeSetting("a", true)
		edit(&f)
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestRKEAddon(t *testing.T) {
	f := RKEAddon{RKEFile: RKEFile{File: "template", Path: "/t.yml"}, Object: "Role/ns/r", Manifest: "kind: Role\nmetadata: {namespace: ns, name: r}\nverbs: [use]\n",
		Settings: []Setting{{Field: "verbs", Op: change.Includes, Value: []any{"use"}}}}
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	req := f.Require("r", tree{"/t.yml": "rancher_kubernetes_engine_config:\n  addons: \"\"\n"}.node(t, nil))
	if len(req.Wants) != 2 {
		t.Fatalf("got %+v", req)
	}
	const address = "yaml:rancher_kubernetes_engine_config.addons{Role/ns/r}"
	if w := req.Wants[0]; w.Field != address || w.Op != change.Present || w.Value != strings.Trim(f.Manifest, "\n") {
		t.Errorf("the object: %+v", w)
	}
	if w := req.Wants[1]; w.Field != address+".verbs" || w.Op != change.Includes {
		t.Errorf("the setting: %+v", w)
	}
	f.Path = ""
	if req := f.Require("r", tree{}.node(t, nil)); req.Status != change.Manual || !strings.Contains(req.Reason.String(), "add the object Role/ns/r to rancher_kubernetes_engine_config.addons") {
		t.Errorf("got %+v", req)
	}
	for want, edit := range map[string]func(*RKEAddon){
		"is not the manifest's": func(f *RKEAddon) { f.Object = "Role/ns/s" },
		"manifest:":             func(f *RKEAddon) { f.Manifest = "kind: [" },
		"does not meet":         func(f *RKEAddon) { f.Settings = []Setting{{Field: "verbs", Op: change.Includes, Value: "list"}} },
	} {
		f := f
		edit(&f)
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// What is set up is a node; the machine of its operator is none.
func TestNoNode(t *testing.T) {
	rules := map[string]Fixer{
		"sysctl":  &Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.d/90-kubelet.conf"},
		"account": &Account{User: "etcd", Group: "etcd", UID: 52034, GID: 52034},
	}
	for kind, f := range rules {
		for name, tt := range map[string]struct {
			facts  facts.Facts
			status change.Status
		}{
			"an operator's machine": {facts.Facts{Platform: facts.None}, change.NotApplicable},
			"a node to be":          {facts.Facts{Platform: facts.None, Roles: []string{facts.Worker}}, ""},
			"a node":                {facts.Facts{Platform: facts.RKE}, ""},
		} {
			if req := f.Require("r", tree{}.node(t, &tt.facts)); req.Status != tt.status {
				t.Errorf("%s on %s: %+v", kind, name, req)
			}
		}
	}
}
