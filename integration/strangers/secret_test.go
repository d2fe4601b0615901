//go:build strangers

package strangers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"harden/integration/sampletree"
)

// TestSecretBesideChange has a secret stand beside what a run changes, in a form
// in which an operator writes one. It may be seen nowhere.
func TestSecretBesideChange(t *testing.T) {
	const secret = "Tr0ub4dor-7"
	const manifest, config = "/etc/kubernetes/manifests/kube-apiserver.yaml", "/var/lib/kubelet/config.yaml"
	argument := func(text string) func(string) string { // beside what a run adds at the end
		return func(doc string) string {
			return strings.Replace(doc, "    image:", text+"    image:", 1)
		}
	}
	setting := func(text string) func(string) string { return func(doc string) string { return doc + text } }
	for _, s := range []struct {
		form, file string
		edit       func(doc string) string
	}{
		{"a proxy's URL", manifest, argument("    - --proxy=http://agent:" + secret + "@proxy.example:3128\n")},
		{"an entry in flow style", manifest, argument("    env: [{name: DB_PASSWORD, value: " + secret + "}]\n")},
		{"a value on its own line", manifest, argument("    env:\n    - name: DB_PIN\n      value: " + secret + "\n")},
		{"a value after its block sign", manifest, argument("    env:\n    - name: DB_PIN\n      value: |-\n        " + secret + "\n")},
		{"the next item of a list", manifest, argument("    - --pass\n    - " + secret + "\n")},
		{"JSON in quotes", manifest, argument("    - '--auth={\"login\":\"a\",\"pin\":\"" + secret + "\"}'\n")},
		{"a bootstrap token", manifest, argument("    - --join=" + secret + ".0123456789abcdef\n")},
		{"an assignment in a flag", manifest, argument("    - --set=DB=" + secret + "\n")},
		{"a URL of a database", manifest, argument("    - postgres://u:" + secret + "@db.example/x\n")},
		{"a comment", manifest, argument("    # was: " + secret + "\n")},
		{"a header of the kubelet", config, setting("staticPodURLHeader: {X-Pin: [" + secret + "]}\n")},
		{"a header on its own lines", config, setting("staticPodURLHeader:\n  X-Pin:\n  - " + secret + "\n")},
	} {
		attempt(t, s.form, func(t *testing.T) {
			lay(t, worker)
			// Below a directory a run changes manifests that nobody runs.
			const tree = "/srv/node"
			ok(t, sampletree.Write(filepath.Join(root, tree)))
			edited := s.edit(read(t, tree+s.file))
			if !strings.Contains(edited, secret) {
				t.Fatal("the secret is not in the file")
			}
			write(t, tree+s.file, edited, 0, 0o600)
			var said []outcome
			for _, form := range [][]string{{"plan"}, {"plan", "--lang", "zh"}, {"plan", "-v"}, {"plan", "--diff"}, {"plan", "-o", "json"}, {"apply", "--yes"}, {"show", "1"}, {"rollback", "--yes"}} {
				if form[0] == "plan" || form[0] == "apply" {
					form = append(form, "--profile", "cis-1.12")
				}
				said = append(said, harden(t, append(form, "--root", tree)...))
			}
			for i, o := range said {
				if strings.Contains(o.stdout+o.stderr, secret) {
					t.Errorf("output %d says the secret: %s", i, lineWith(o.stdout+o.stderr, secret))
				}
			}
			exits(t, said[0], 0)
			exits(t, said[5], 0)
			if !strings.Contains(said[0].stdout, s.file) {
				t.Errorf("the run does not change %s: %v", s.file, said[0])
			}
		})
	}
}

func lineWith(text, word string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			return fmt.Sprintf("%q", line)
		}
	}
	return ""
}
