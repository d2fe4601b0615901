package kubebench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aquasecurity/kube-bench/check"
)

// mutate writes a mutant of every flag into the manifests.
func (b *bench) mutate(m mutant) {
	b.Helper()
	b.shown, b.taken, b.made = map[string][]string{}, map[string][]string{}, map[string]given{}
	for _, name := range components {
		listed := slices.Concat([]string{name}, b.others[name])
		b.shown[name], b.taken[name] = slices.Clone(listed), b.plain(name, listed)
		var env, args []string
		place := ""
		for _, f := range b.flags[name] {
			g := m.make(f)
			b.made[name+f.name] = g
			b.shown[name], b.taken[name] = append(b.shown[name], g.words...), append(b.taken[name], g.taken...)
			into := &listed
			if g.place == "args" {
				into = &args
			}
			if g.listed != nil {
				*into = append(*into, g.listed...)
			} else {
				*into = append(*into, g.words...)
			}
			if g.place == "shell" {
				place = g.place
			}
			if g.env != nil {
				env = append(env, fmt.Sprintf("    - name: %s\n      value: %q\n", g.env[0], g.env[1]))
			}
		}
		b.write(name, listed, args, env, place)
	}
	// The file of --authentication-config lets nobody in without a name but to the
	// health endpoints, which is what 1.2.1 asks for.
	if words := b.made["kube-apiserver--anonymous-auth"].words; len(words) == 0 {
		b.taken["kube-apiserver"] = append(b.taken["kube-apiserver"], "--anonymous-auth=false")
	}
}

func (b *bench) write(name string, listed, args, env []string, place string) {
	b.Helper()
	before, after, _ := strings.Cut(b.manifests[name], "  - command:\n")
	for strings.HasPrefix(after, "    - ") {
		_, after, _ = strings.Cut(after, "\n")
	}
	text := before + "  - command:\n"
	if place == "shell" {
		text += "    - /bin/sh\n    - -c\n    - exec " + listed[0] + " '" + strings.Join(listed[1:], "' '") + "'\n"
	} else {
		text += list(listed)
	}
	if len(args) > 0 {
		text += "    args:\n" + list(args)
	}
	if len(env) > 0 {
		text += "    env:\n" + strings.Join(env, "")
	}
	if err := os.WriteFile(b.manifest(name), []byte(text+after), 0o600); err != nil {
		b.Fatal(err)
	}
}

func list(words []string) string {
	var text strings.Builder
	for _, w := range words {
		fmt.Fprintf(&text, "    - %q\n", w)
	}
	return text.String()
}

// plain gives the words that no check is about, as the component takes them: those
// that begin like a flag of a check are none of it.
func (b *bench) plain(component string, all []string) []string {
	var list []string
	for _, w := range all {
		if !slices.ContainsFunc(b.flags[component], func(f flagOf) bool { return strings.HasPrefix(w, f.name+"-") }) {
			list = append(list, w)
		}
	}
	return list
}

// harden gives its verdict on each control: that of the worst of its rules.
func (b *bench) harden() map[string]string {
	b.Helper()
	out, _ := exec.Command(b.program, "check", "--root", b.node, "--profile", edition, "-o", "json").Output() // an error is in the document
	var report struct {
		Findings []struct {
			Controls       []string
			Status, Reason string
		}
	}
	if err := json.Unmarshal(out, &report); err != nil || len(report.Findings) < 50 {
		b.Fatalf("%v: %s", err, out)
	}
	order := []string{"", "not-applicable", "compliant", "manual", "drift", "blocked", "error"}
	verdicts := map[string]string{}
	b.said = map[string]string{}
	for _, f := range report.Findings {
		for _, c := range f.Controls {
			id, is := strings.CutPrefix(c, edition+"/")
			if is && slices.Index(order, f.Status) > slices.Index(order, verdicts[id]) {
				verdicts[id], b.said[id] = f.Status, f.Reason
			}
		}
	}
	return verdicts
}

// kubeBench gives its verdict on each check where the processes have these words.
func (b *bench) kubeBench(processes map[string][]string) map[string]check.State {
	b.Helper()
	var ps strings.Builder
	for name, words := range processes {
		fmt.Fprintf(&ps, "root 812 1 1 10:00 ? 00:00:01 %s\n", strings.Join(append([]string{name}, words[1:]...), " "))
	}
	if err := os.WriteFile(filepath.Join(b.node, "ps"), []byte(ps.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	verdicts := map[string]check.State{}
	for _, part := range b.parts {
		part.RunChecks(check.NewRunner(), func(_ *check.Group, c *check.Check) bool {
			return slices.ContainsFunc(b.controls, func(k control) bool { return k.id == c.ID })
		}, nil)
		for _, g := range part.Groups {
			for _, c := range g.Checks {
				verdicts[c.ID] = c.State
			}
		}
	}
	return verdicts
}

// about gives the words that a control is about.
func (b *bench) about(c control) []string {
	var words []string
	for _, name := range c.flags {
		words = append(words, b.made[c.component+name].words...)
	}
	for i, w := range words {
		if len(w) > 90 {
			words[i] = w[:90] + "…"
		}
	}
	if len(words) == 0 {
		return []string{"no " + strings.Join(c.flags, ", ")}
	}
	return words
}
