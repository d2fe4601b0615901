package fixers

import (
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
)

func TestAnonymousInUse(t *testing.T) {
	const file = "/etc/kubernetes/pki/authn.yaml"
	const head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n"
	row := func(name, text string, want ...string) requirementRow {
		rule := &AnonymousAccess{Path: "/etc/kubernetes/harden/authentication.yaml"}
		return requirementRow{name, rule, static("--authentication-config=" + file).and(tree{file: head + text}).collected(t), want}
	}
	written := "file:" + file + " content present text {roll:kube-apiserver}"
	rest := []string{written, "file:" + file + " yaml:anonymous.enabled exact true {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[0].path exact /livez {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[1].path exact /readyz {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[2].path exact /healthz {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[path=" + clusterInfoPath + "].path exact " + clusterInfoPath + " {roll:kube-apiserver}",
		"file:" + file + " mode at-most 0600", "file:" + file + " owner exact root:root",
		"file:/etc/kubernetes/manifests/kube-apiserver.yaml flag:--authentication-config exact " + file + " {roll:kube-apiserver}",
		"file:/etc/kubernetes/manifests/kube-apiserver.yaml flag:--anonymous-auth absent {roll:kube-apiserver}"}
	runRequirements(t, []requirementRow{
		row("nobody", "anonymous:\n  enabled: false\n", "compliant: "+file+" accepts no request without credentials"),
		row("nobody, by the field's default", "anonymous: {}\n", "compliant: "+file+" accepts no request without credentials"),
		row("health alone", "anonymous:\n  enabled: true\n  conditions: [{path: /livez}]\n", "compliant: "+file+" answers requests without credentials on health endpoints only"),
		row("one path more", "anonymous:\n  enabled: true\n  conditions: [{path: /livez}, {path: /readyz}, {path: /healthz}, {path: /version}]\n", "blocked: "+file+" also answers requests without credentials on /version;…"),
		row("everywhere", "anonymous:\n  enabled: true\n", rest...),
		row("the flag decides", "anonymous:\n", rest...),
		row("the file is silent", "jwt: []\n", rest...),
	})
}

// TestClusterInfo keeps the path open that kubeadm join with a token reads, unless
// the operator closes it.
func TestClusterInfo(t *testing.T) {
	const file = "/etc/kubernetes/harden/authentication.yaml"
	const head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n"
	const four = head + "anonymous:\n  enabled: true\n  conditions:\n  - path: /livez\n  - path: /readyz\n  - path: /healthz\n  - path: " + clusterInfoPath + "\n"
	req := func(info, text string) Requirement {
		rule := &AnonymousAccess{Path: file, ClusterInfo: info}
		if err := rule.Check(); err != nil {
			t.Fatal(err)
		}
		node := static("--authentication-config=" + file).and(tree{file: text, "/var/lib/kubelet/kubeadm-flags.env": ""})
		if text == "" {
			node = static().and(tree{"/var/lib/kubelet/kubeadm-flags.env": ""})
		}
		return rule.Require("rule", node.collected(t))
	}
	content := func(w Requirement) string {
		for _, want := range w.Wants {
			if want.Field == change.FieldContent {
				return string(want.Value.([]byte))
			}
		}
		t.Fatalf("no content is wanted: %v", requirementLines(w))
		return ""
	}
	for _, row := range []struct{ name, info, text, want string }{
		{"a new file", "true", "", "  - path: " + clusterInfoPath + "\n"},
		{"a new file, closed", "false", "", "  - path: /healthz\n" + clusterInfoClosed},
		{"closed now", "false", four, "  - path: /healthz\n" + clusterInfoClosed},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := content(req(row.info, row.text)); !strings.HasSuffix(got, row.want) || row.info == "false" && strings.Contains(got, "path: "+clusterInfoPath) {
				t.Errorf("content is\n%s, should end with\n%s", got, row.want)
			}
		})
	}
	added := "file:" + file + " yaml:anonymous.conditions[path=" + clusterInfoPath + "].path exact " + clusterInfoPath + " {roll:kube-apiserver}"
	three := strings.ReplaceAll(four, "  - path: "+clusterInfoPath+"\n", "")
	if got := requirementLines(req("true", three)); slices.Contains(got, added) {
		t.Errorf("a file that is stricter is opened: %q", got)
	}
	if got := requirementLines(req("false", three)); slices.Contains(got, added) {
		t.Errorf("the path is opened although it is closed: %q", got)
	}
	if err := (&AnonymousAccess{Path: file, ClusterInfo: "yes"}).Check(); err == nil {
		t.Error("clusterInfo yes is taken")
	}
}
