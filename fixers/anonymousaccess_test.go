package fixers

import "testing"

func TestAnonymousInUse(t *testing.T) {
	const file = "/etc/kubernetes/pki/authn.yaml"
	const head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n"
	row := func(name, text string, want ...string) wished {
		rule := &AnonymousAccess{Path: "/etc/kubernetes/harden/authentication.yaml"}
		return wished{name, rule, static("--authentication-config=" + file).and(tree{file: head + text}).collected(t), want}
	}
	written := "file:" + file + " content present text {roll:kube-apiserver}"
	rest := []string{written, "file:" + file + " yaml:anonymous.enabled exact true {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[0].path exact /livez {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[1].path exact /readyz {roll:kube-apiserver}",
		"file:" + file + " yaml:anonymous.conditions[2].path exact /healthz {roll:kube-apiserver}",
		"file:" + file + " mode at-most 0600", "file:" + file + " owner exact root:root",
		"file:/etc/kubernetes/manifests/kube-apiserver.yaml flag:--authentication-config exact " + file + " {roll:kube-apiserver}",
		"file:/etc/kubernetes/manifests/kube-apiserver.yaml flag:--anonymous-auth absent {roll:kube-apiserver}"}
	runWishes(t, []wished{
		row("nobody", "anonymous:\n  enabled: false\n", "compliant: "+file+" lets nobody in without credentials"),
		row("nobody, by the field's default", "anonymous: {}\n", "compliant: "+file+" lets nobody in without credentials"),
		row("health alone", "anonymous:\n  enabled: true\n  conditions: [{path: /livez}]\n", "compliant: "+file+" answers requests without credentials on health endpoints only"),
		row("one path more", "anonymous:\n  enabled: true\n  conditions: [{path: /livez}, {path: /readyz}, {path: /healthz}, {path: /version}]\n", "blocked: "+file+" answers requests without credentials on /version too…"),
		row("everywhere", "anonymous:\n  enabled: true\n", rest...),
		row("the flag decides", "anonymous:\n", rest...),
		row("the file is silent", "jwt: []\n", rest...),
	})
}
