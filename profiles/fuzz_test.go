package profiles

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// FuzzLoad reads any text as a profile: it is refused with a place, or it is
// a profile that reads the same way every time.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"kubeadm-node", "rancher-2.1", "cis-1.10"} {
		data, err := os.ReadFile("builtin/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.Replace(string(data), "name: "+name, "name: site", 1))
	}
	for _, more := range []string{
		"", "extends: [kubeadm-node]\nset: {pod-pids-limit: 2048, tls-cipher-suites: [A]}\nskip: [files.cni, pki-owner]\n",
		"extends: [rancher-2.3.5, rancher-2.1]\nadjust:\n  etcd-account: {uid: 1, home: $sysctl-file}\n",
		"extends: [base]\nwaivers:\n- {control: c, reason: x, expires: 2030-01-01}\n",
		"controls:\n- id: a\n  rules: [x, {rule: y, with: {mode: \"0600\"}}]\nrules:\n" +
			"- {name: x, kind: sysctl, with: {key: a.b, value: $p, file: /etc/sysctl.d/x.conf}, parameters: {p: '1'}, needs: [y]}\n" +
			"- {name: y, kind: file-access, with: {path: '@etcd-data', match: '**/*.key', owner: 'a:b'}}\n",
		"controls:\n- id: a\n  rules: [x]\nrules:\n- {name: x, kind: yaml-setting, with: {path: /a, field: b, op: at-least, value: 2, bound: 1}}\n",
		"controls: [null]\n", "set: {a: 0x1F, b: 1.5, c: ~, d: 2001-01-01, e: !!binary aGk=}\n", "? [a]\n: b\n", "<<: {x: 1}\n", "title: !!str {}\n", "--- |\n text\n...\n",
	} {
		f.Add(head + more)
	}
	f.Fuzz(func(t *testing.T, text string) {
		source := files{"/p/main.yaml": text, "/p/base.yaml": head + "controls:\n- {id: c, manual: {en: look}}\n", "site:base.yaml": strings.Replace(head, "site", "base", 1)}
		read := func() (*Profile, error) { return load("/p/main.yaml", nil, source.source(), builtinRules()) }
		first, err := read()
		second, again := read()
		if errorText(err) != errorText(again) {
			t.Fatalf("two readings: %v and %v", err, again)
		}
		var own *Error
		switch {
		case err != nil && !errors.As(err, &own):
			t.Fatalf("%T is not an *Error: %v", err, err)
		case err != nil:
			lines := strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\u0085") + strings.Count(text, "\u2028") + strings.Count(text, "\u2029") + 1
			if own.Path == "/p/main.yaml" && own.Line > lines || own.Message.IsZero() || strings.Contains(own.Message.String(), "profiles.") {
				t.Fatalf("error %q about a text of %d lines", err, lines)
			}
		case first.Identity() != second.Identity():
			t.Fatal("two readings give two digests")
		default:
			for _, r := range first.Rules {
				if r.Fixer == nil || len(r.Controls) == 0 {
					t.Fatalf("rule %s without fixer or control", r.Name)
				}
			}
		}
	})
}
