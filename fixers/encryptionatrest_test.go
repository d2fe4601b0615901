package fixers

import (
	"encoding/base64"
	"strings"
	"testing"

	"harden/agent/change"
)

// encryptionFile is an EncryptionConfiguration with providers in an order.
func encryptionFile(providers ...string) string {
	text := "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources:\n  - secrets\n  providers:\n"
	for _, p := range providers {
		switch p {
		case "identity":
			text += "  - identity: {}\n"
		case "kms":
			text += "  - kms: {apiVersion: v2, name: x, endpoint: unix:///x}\n"
		default:
			text += "  - " + p + ":\n      keys:\n      - name: key1\n        secret: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"
		}
	}
	return text
}

func TestEncryptionAtRest(t *testing.T) {
	const file = "/etc/kubernetes/harden/encryption.yaml"
	const manifest = "file:/etc/kubernetes/manifests/kube-apiserver.yaml "
	const named = "--encryption-provider-config=" + file
	const reload = "--encryption-provider-config-automatic-reload=true"
	key := base64.StdEncoding.EncodeToString(make([]byte, 32))
	rule := func(steps string) *EncryptionAtRest {
		return &EncryptionAtRest{Path: file, Provider: "secretbox", Steps: steps}
	}
	given := &EncryptionAtRest{Path: file, Provider: "secretbox", KeyFile: "/root/key"}
	access := []string{"file:" + file + " mode at-most 0600", "file:" + file + " owner exact root:root"}
	first := append([]string{
		"file:" + file + " content exact text",
		manifest + "flag:--encryption-provider-config exact " + file + " {roll:kube-apiserver}",
		manifest + "flag:--encryption-provider-config-automatic-reload exact true {roll:kube-apiserver}",
		manifest + "mount:/etc/kubernetes/harden present ro {roll:kube-apiserver}",
		"file:/etc/kubernetes/harden type exact directory",
		"file:/etc/kubernetes/harden mode at-most 0700",
	}, access...)
	second := "file:" + file + " content exact text {reload-encryption}"
	both := append(append([]string{}, first...), second)
	runRequirements(t, []requirementRow{
		{"nothing yet", rule(""), static().collected(t), both},
		{"the first step only", rule("first"), static().collected(t), first},
		{"the second step too early", rule("second"), static().collected(t), []string{"blocked: the first step of encryption at rest is not done…"}},
		{"a key of the operator", given, static().and(tree{"/root/key": key + "\n"}).collected(t), both},
		{"no key in his file", given, static().and(tree{"/root/key": "secret\n"}).collected(t), []string{"blocked: /root/key is not a key of 32 bytes in base64…"}},
		{"left over from a rollback", rule(""), static().and(tree{file: encryptionFile("identity", "secretbox")}).collected(t), both},
		{"identity first", rule(""), static(named, reload).and(tree{file: encryptionFile("identity", "secretbox")}).collected(t), append(append([]string{}, access...), second)},
		{"identity first, and the first step asked", rule("first"), static(named, reload).and(tree{file: encryptionFile("identity", "secretbox")}).collected(t),
			[]string{"compliant: …"}},
		{"the key first", rule(""), static(named, reload).and(tree{file: encryptionFile("secretbox", "identity")}).collected(t), access},
		{"another provider writes", rule(""), static(named).and(tree{file: encryptionFile("kms", "identity")}).collected(t), []string{"compliant: " + file + " encrypts with kms"}},
		{"another provider waits", rule(""), static(named).and(tree{file: encryptionFile("identity", "kms")}).collected(t), []string{"blocked: " + file + " has a provider after identity…"}},
		{"named and missing", rule(""), static(named).collected(t), []string{"error: --encryption-provider-config of…"}},
		{"no API server", rule(""), tree{}.node(t, nil), []string{"not-applicable: no kube-apiserver runs on this node"}},
	})
}

// TestEncryptionKeepsItsKey: a key that is there goes through both steps, and
// a key that is not is made once for both.
func TestEncryptionKeepsItsKey(t *testing.T) {
	rule := &EncryptionAtRest{Path: "/etc/kubernetes/harden/encryption.yaml", Provider: "aescbc"}
	contents := func(n Node) (texts []string, wants []change.Want) {
		for _, w := range rule.Require("rule", n).Wants {
			if w.Field == change.FieldContent {
				texts, wants = append(texts, string(w.Value.([]byte))), append(wants, w)
			}
		}
		return texts, wants
	}
	texts, wants := contents(static().collected(t))
	if len(wants) != 2 || !wants[0].Secret || !wants[1].Secret || wants[0].Generate[0] != wants[1].Generate[0] || wants[0].Generate[0].Bytes != 32 {
		t.Fatalf("the two steps do not share one key: %+v", wants)
	}
	if !strings.Contains(texts[0], "- identity: {}\n  - aescbc:") || !strings.Contains(texts[1], "secret: "+wants[1].Generate[0].Token+"\n  - identity: {}\n") {
		t.Errorf("first and second step:\n%s\n%s", texts[0], texts[1])
	}
	if !wants[0].Stays || !wants[1].Later || !wants[1].SingleAPIServer {
		t.Error("the first step must stay, and the second come later and alone")
	}
	second := *rule
	second.Steps = "second"
	named := static("--encryption-provider-config=" + rule.Path).and(tree{rule.Path: encryptionFile("identity", "aescbc")})
	for _, w := range second.Require("rule", named.collected(t)).Wants {
		if w.Field == change.FieldContent && (w.SingleAPIServer || !w.AllServersRead) {
			t.Error("the second step by hand must wait until all API servers can read, and not for there being one")
		}
	}
	texts, wants = contents(static().and(tree{rule.Path: encryptionFile("secretbox", "identity")}).collected(t))
	for i, w := range wants {
		if len(w.Generate) > 0 || !strings.Contains(texts[i], "secretbox:\n      keys:\n      - name: key1\n        secret: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n") {
			t.Errorf("step %d does not keep the key that is there:\n%s", i+1, texts[i])
		}
	}
}

// The providers that apply to secrets decide, wherever they stand.
func TestEncryptionOfSecrets(t *testing.T) {
	const file = "/etc/kubernetes/pki/enc.yaml"
	const key = "  - aescbc: {keys: [{name: key1, secret: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=}]}\n"
	const plain = "  - identity: {}\n"
	entry := func(resources, providers string) string {
		return "- resources: [" + resources + "]\n  providers:\n" + providers
	}
	row := func(name, entries, want string) requirementRow {
		text := "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n" + entries
		return requirementRow{name, &EncryptionAtRest{Path: "/etc/kubernetes/harden/encryption.yaml", Provider: "secretbox"},
			static("--encryption-provider-config=" + file).and(tree{file: text}).collected(t), []string{want}}
	}
	encrypted := "compliant: " + file + " encrypts with aescbc"
	open := "blocked: " + file + " stores secrets as plain text…"
	runRequirements(t, []requirementRow{
		row("config maps first", entry("configmaps", key+plain)+entry("secrets", plain), open),
		row("secrets alone are plain", entry("configmaps", plain)+entry("secrets", key), encrypted),
		row("nothing is said of secrets", entry("configmaps, widgets.example.org", key), open),
		row("secrets of another group", entry("secrets.example.org", key), open),
		row("all there is", entry(`"*.*"`, key), encrypted),
		row("all of the core group", entry(`"*."`, key), encrypted),
		row("all of another group", entry(`"*.apps"`, key), open),
		row("the name wins over the pattern", entry(`"*.*"`, key)+entry("secrets", plain), open),
		row("the core group wins over all", entry(`"*.*"`, plain)+entry(`"*."`, key), encrypted),
		row("the first of two entries writes", entry("secrets, configmaps", plain)+entry("secrets", key), "blocked: "+file+" has a provider after identity…"),
		row("aesgcm", entry("secrets, configmaps", "  - aesgcm: {keys: [{name: a, secret: S0VZ}]}\n"), "blocked: "+file+" stores secrets with aesgcm…"),
		row("kms", entry("secrets, configmaps", "  - kms: {apiVersion: v2, name: a, endpoint: unix:///a}\n"), "compliant: "+file+" encrypts with kms"),
		row("a key that the API server refuses", entry("secrets, configmaps", "  - aescbc: {keys: [{name: a, secret: c2hvcnQ=}]}\n"), "error: "+file+": resources[0].providers[0].aescbc.keys[0] is not a key with a name and a secret of [16 24 32] bytes…"),
		row("capitals", entry("secrets, ConfigMaps", key), "error: "+file+": resources[0].resources[1] is not the name of a resource in small letters…"),
		row("beside what it stands for", entry(`secrets, "*."`, key), "error: "+file+": resources[0].resources names *. together with resources that it includes…"),
		row("a field that is misspelt", entry("secrets, configmaps", strings.Replace(key, "]}", "], cachesize: 1}", 1)), "error: "+file+": the API server does not know the field on line 6…"),
		row("two providers in one", entry("secrets", "  - identity: {}\n    aescbc: {keys: [{name: key1, secret: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=}]}\n"), "blocked: …"),
		row("kms as it was before 1.29", entry("secrets, configmaps", "  - kms: {name: a, endpoint: unix:///a}\n"), "error: "+file+": it has kms without apiVersion: v2…"),
		row("no key at all", entry("secrets, configmaps", "  - secretbox: {keys: []}\n"), "error: "+file+": resources[0].providers[0].secretbox.keys[0] is not a key…"),
		row("a provider that nobody knows", entry("secrets", "  - rot13: {}\n"), "error: "+file+": resources[0].providers[0] is not one of the providers…"),
	})
}
