package facts

import (
	"strconv"
	"strings"
	"testing"

	"harden/agent/message"
	"harden/integration/hostile"
)

// TestHostileManifest shows every hostile form of a manifest, and of the
// kubelet's configuration, to the collector: it reads them or notes it.
func TestHostileManifest(t *testing.T) {
	const (
		pod    = "kind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: etcd:3.6.4-0\n    command: [etcd, --data-dir=/d]\n"
		config = "staticPodPath: /manifests\nport: 1\n"
		args   = "[Service]\nExecStart=/k --config=/c\n"
	)
	inputs := 0
	check := func(form hostile.Form, file string, m memory, known func(*Facts) bool) {
		inputs++
		t.Run(file+"/"+form.Name, func(t *testing.T) {
			hostile.Watch(t)
			f := collect(t, m)
			noted := strings.Contains(message.List(f.Notes...).String(), file)
			if !known(f) && !noted && (form.Verdict == hostile.Same || len(form.Text) > configLimit) {
				t.Errorf("neither read nor noted: %q", f.Notes)
			}
			if noted && form.Verdict == hostile.Same {
				t.Errorf("noted: %q", f.Notes)
			}
		})
	}
	for _, form := range hostile.YAML(pod) {
		check(form, "/manifests/etcd.yaml", memory{unitFile: args, "/c": config, "/manifests/etcd.yaml": form.Text},
			func(f *Facts) bool { return f.EtcdDataDir() == "/d" })
	}
	for _, form := range hostile.YAML(config) {
		check(form, "/c", memory{unitFile: args, "/c": form.Text}, func(f *Facts) bool { return f.ManifestDir == "/manifests" })
	}
	t.Attr("figure/inputs", strconv.Itoa(inputs))
}

// TestHostileUnit gives the collector units that grow, or never end.
func TestHostileUnit(t *testing.T) {
	const size = configLimit - 200
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	rows := []struct{ name, unit, env, note string }{
		{"continued for ever", "[Service]\nExecStart=/k " + fill("\\\n"), "", ""},
		{"one setting very often", "[Service]\n" + fill("ExecStart=/k\n"), "", "adds a second ExecStart="},
		{"a variable very often", "[Service]\nEnvironmentFile=/e\nExecStart=/k " + fill("$A "), "A=" + fill("x "), "longer than"},
		{"a variable within a word very often", "[Service]\nEnvironmentFile=/e\nExecStart=/k " + fill("${A}"), "A=" + fill("x"), "longer than"},
		{"braces that never close", "[Service]\nExecStart=/k " + fill("${"), "", ""},
		{"dollars", "[Service]\nExecStart=/k " + fill("$"), "", ""},
		{"one environment file very often", "[Service]\n" + fill("EnvironmentFile=/e\n") + "ExecStart=/k $A\n", fill("A=x\n"), ""},
		{"a quote that never closes", "[Service]\nExecStart=/k \"" + fill("x "), "A='" + fill("x\n"), ""},
		{"a variable of itself", "[Service]\nEnvironmentFile=/e\nExecStart=/k $A\n", "A=$A ${A}\n", ""},
		{"backslashes", "[Service]\nExecStart=/k " + fill(`\`), fill(`\`), ""},
		{"too large", "[Service]\n" + fill("#") + strings.Repeat("#", 400), "", "cannot read"},
		{"NUL and escape codes", "[Service]\nExecStart=/k \x00\x1b[31m\n", "A=\x00\n", ""},
		{"UTF-16", "\xff\xfe[\x00S\x00]\x00\n\x00", "", ""},
		{"empty", "", "", ""},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			hostile.Watch(t)
			f := collect(t, memory{unitFile: r.unit, "/e": r.env})
			if notes := message.List(f.Notes...).String(); !strings.Contains(notes, r.note) || r.note == "" && notes != "" {
				t.Errorf("notes %.300q, want %q", notes, r.note)
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(rows)))
}
