package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"harden/agent/report"
	"harden/integration/hostile"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/viper"
)

// readText reads a text as the configuration file.
func readText(t *testing.T, text string) (*app, *viper.Viper, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a, v := &app{ctx: t.Context()}, viper.New()
	v.SetConfigType("yaml")
	a.Root, a.Config, a.Set = "/", file, map[string]string{}
	err := a.readConfig(v, true)
	if err != nil && !strings.Contains(err.Error(), file+": ") {
		t.Fatalf("the error does not name the file: %v", err)
	}
	return a, v, err
}

// TestHostileConfig shows every hostile form to the reader of the
// configuration: what says the same is read, all else names a line or setting.
func TestHostileConfig(t *testing.T) {
	forms := hostile.YAML("profile: kubeadm-node\nskip: [files.cni]\nset:\n  kubelet-file-mode: 0600\n")
	for _, form := range forms {
		t.Run(form.Name, func(t *testing.T) {
			hostile.Watch(t)
			a, v, err := readText(t, form.Text)
			switch {
			case form.Verdict == hostile.Same && err != nil:
				t.Errorf("refused: %v", err)
			case form.Verdict == hostile.Same && (v.GetString("profile") != "kubeadm-node" || a.Set["kubelet-file-mode"] != "0600"):
				t.Errorf("read as %v and %v", v.AllSettings(), a.Set)
			case form.Verdict == hostile.Refused && err == nil:
				t.Error("it was accepted")
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(forms)))
}

// TestConfigIsReadAsWritten has the values that YAML makes something else of.
func TestConfigIsReadAsWritten(t *testing.T) {
	rows := []struct{ name, text, set, err string }{
		{"octal", "set: {mode: 0644}\n", "0644", ""},
		{"octal in quotes", "set: {mode: \"0644\"}\n", "0644", ""},
		{"octal of YAML 1.2", "set: {mode: 0o644}\n", "0o644", ""},
		{"version", "set: {mode: 1.10}\n", "1.10", ""},
		{"day", "set: {mode: 2030-01-01}\n", "2030-01-01", ""},
		{"truth value", "set: {mode: yes}\n", "yes", ""},
		{"list", "set:\n  mode:\n  - 0644\n  - b\n", "0644,b", ""},
		{"empty list", "set: {mode: []}\n", "", ""},
		{"in capitals", "Set: {MODE: a}\n", "a", ""},
		{"nothing", "set: {mode: }\n", "", "line 1: a value is missing"},
		{"null in a list", "set: {mode: [~]}\n", "", "line 1: this is not a value"},
		{"mapping in a list", "set: {mode: [{a: b}]}\n", "", "line 1: this is not a value"},
		{"mapping", "set: {mode: {a: b}}\n", "", "a mapping is not a value"},
		{"twice in other capitals", "set: {mode: a}\nlang: en\nLang: zh\n", "", "line 3: Lang appears twice"},
		{"parameter twice in other capitals", "set:\n  mode: a\n  Mode: b\n", "", "line 3: Mode appears twice"},
		{"control that is a number", "skip:\n- 1.10\n", "", "line 2: skip: 1.10 is 1.1 in YAML; put it in quotes"},
		{"profile that is a day", "profile: 2030-01-01\n", "", "put it in quotes"},
		{"profile that is octal", "profile: 010\n", "", "line 1: profile: 010 is 8 in YAML"},
		{"second document", "lang: en\n---\nlang: zh\n", "", "line 2, column 1: several documents"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			a, _, err := readText(t, r.text)
			if (err == nil) != (r.err == "") || err != nil && !strings.Contains(err.Error(), r.err) {
				t.Fatalf("error %v, want %q", err, r.err)
			}
			if a.Set["mode"] != r.set {
				t.Errorf("mode is %q, want %q", a.Set["mode"], r.set)
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(rows)))
}

// FuzzConfig reads any configuration twice: it is refused, or it says the
// same, and each parameter is a piece of the text.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{
		"", "profile: kubeadm-node\noutput: json\nlang: zh\nrole: worker\nonly: [a, b]\nskip: c\ntimeout: 5m\nno-restart: true\nno-color: false\n",
		"set:\n  a: 0644\n  b: [x, 'y']\n  c: |\n    text\n", "Set: {A: b}\n", "set: {a.b: c}\n", "\ufeff# c\r\nlang: en\r\n", "{\"lang\": \"en\"}", "skip: 1.10\n", "set: a\n", "only: {a: b}\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, v, err := readText(t, text)
		again, w, errAgain := readText(t, text)
		if (err == nil) != (errAgain == nil) || err == nil && cmp.Diff(a.Set, again.Set)+cmp.Diff(v.AllSettings(), w.AllSettings()) != "" {
			t.Fatalf("two readings: %v %v, %v %v", a.Set, err, again.Set, errAgain)
		}
		for name, value := range a.Set {
			if plain := regexp.MustCompile(`^[A-Za-z0-9_./:-]+$`); err == nil && plain.MatchString(value) && !strings.ContainsAny(text, "\\") && !strings.Contains(text, value) {
				t.Fatalf("%s is %q, which stands nowhere", name, value)
			}
		}
	})
}

// samplePlan is a plan as plan --out writes it.
func samplePlan(t testing.TB) string {
	t.Helper()
	d := report.Document{Schema: report.Schema, Kind: "Plan", Digest: "sha256:0", Inputs: &report.Inputs{Profile: "kubeadm-node", Set: map[string]string{"a": "b"}, Only: []string{}}}
	var text bytes.Buffer
	if err := d.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestHostilePlan(t *testing.T) {
	forms := hostile.JSON(samplePlan(t), "schema")
	for _, more := range []struct{ name, old, new string }{
		{"another kind", `"Plan"`, `"Run"`}, {"another schema", "harden/v1", "harden/v2"}, {"no digest", "sha256:0", ""},
		{"an unknown field", `"digest"`, `"shred": true, "digest"`}, {"no inputs", `"inputs": {`, `"from": {`},
		{"a parameter twice", `"a": "b"`, `"a": "b", "a": "c"`},
	} {
		forms = append(forms, hostile.Form{Name: more.name, Text: strings.Replace(samplePlan(t), more.old, more.new, 1), Verdict: hostile.Refused})
	}
	for _, form := range forms {
		t.Run(form.Name, func(t *testing.T) {
			d, err := parsePlan([]byte(form.Text))
			switch {
			case form.Verdict == hostile.Same && (err != nil || d.Inputs.Set["a"] != "b"):
				t.Errorf("read as %+v, %v", d, err)
			case form.Verdict == hostile.Refused && err == nil:
				t.Error("it was accepted")
			case err != nil && len(err.Error()) > 1000:
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(forms)))
}

// FuzzPlan reads any plan: it is refused, or it reads the same when it is
// written again.
func FuzzPlan(f *testing.F) {
	f.Add([]byte(samplePlan(f)))
	f.Add([]byte(`{"schema":"harden/v1","kind":"Plan","digest":"x","inputs":{"profile":""},"changes":[{"target":"file:/a","fields":[{"field":"mode","before":null,"after":"0600"}]}],"findings":[]}`))
	f.Add([]byte(`{"schema":"harden/v1","kind":"Plan","digest":"x","inputs":{"profile":"","only":null},"summary":{"drift":1e2},"run":{"started":"2026-11-21T23:24:34Z"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parsePlan(data)
		if err != nil {
			return
		}
		var text, again bytes.Buffer
		if err := d.Write(&text); err != nil {
			t.Fatal(err)
		}
		second, err := parsePlan(text.Bytes())
		if err != nil {
			t.Fatalf("its own text is refused: %v", err)
		}
		if err := second.Write(&again); err != nil || again.String() != text.String() {
			t.Fatalf("%q is written as %q", text.String(), again.String())
		}
	})
}
