package view_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/view"
)

// The lines of a diff are the fields of a change, whatever stands in the file.
func TestDiffLines(t *testing.T) {
	tests := []struct {
		name   string
		fields []change.FieldChange
		want   string
	}{
		{"set", []change.FieldChange{{Field: "yaml:a.b", Before: true, After: false}}, "- a.b: true|+ a.b: false"},
		{"new", []change.FieldChange{{Field: "kv:vm.x", After: "1"}}, "+ vm.x=1"},
		{"taken away", []change.FieldChange{{Field: "flag:--x", Before: "y"}}, "- --x=y"},
		{"list", []change.FieldChange{{Field: "flag:--x", Before: "a,…,b", After: "a,…,c"}}, "- --x=…,b|+ --x=…,c"},
		{"list that grows", []change.FieldChange{{Field: "yaml:x", Before: []string{"a", "…"}, After: []string{"a", "…", "b"}}}, "- x:|- - …|+ x:|+ - …|+ - b"},
		{"by several rules", []change.FieldChange{{Field: "flag:--x", Before: "a", After: "a,b"}, {Field: "flag:--x", Before: "a,b", After: "a,b,c"}}, "- --x=…|+ --x=…,b,c"},
		{"another text", []change.FieldChange{{Field: "yaml:x", Before: "a", After: "b"}}, "- x: a|+ x: b"},
		{"mount", []change.FieldChange{{Field: "mount:/var/log/a", Before: "ro", After: "rw"}}, "- mount /var/log/a: ro|+ mount /var/log/a: rw"},
		{"whole text", []change.FieldChange{{Field: change.FieldContent, Before: change.Redacted([]byte("old")), After: "a: 1\nb: 2\n"}},
			"- (" + change.Redacted([]byte("old")) + ")|+ a: 1|+ b: 2"},
		{"the way back", []change.FieldChange{{Field: change.FieldContent, Before: "a: 1\n"}}, "- a: 1"},
		{"secret", []change.FieldChange{{Field: change.FieldContent, After: change.ToBeMade(32).String()}}, "content " + change.ToBeMade(32).String()},
		{"mode", []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}}, "mode 0644 → 0600"},
		{"kubeadm's flag of a component", []change.FieldChange{{Field: "kubeadm:kube-apiserver/flag:--profiling", Before: "true", After: "false"}}, "- kube-apiserver --profiling=true|+ kube-apiserver --profiling=false"},
		{"kubeadm's field of the kubelet", []change.FieldChange{{Field: "kubeadm:kubelet/podPidsLimit", After: int64(4096)}}, "+ kubelet podPidsLimit: 4096"},
		{"kubeadm's list of the kubelet", []change.FieldChange{{Field: "kubeadm:kubelet/tlsCipherSuites", After: []string{"TLS_A", "TLS_B"}}}, "+ kubelet tlsCipherSuites:|+ - TLS_A|+ - TLS_B"},
		{"annotation", []change.FieldChange{{Field: "annotation:example.org/a", Before: "b"}}, "- annotation example.org/a: b"},
		{"object in a text", []change.FieldChange{{Field: "yaml:addons{A/b}", After: "kind: A\nspec: {}"}}, "+ addons{A/b}:|+   kind: A|+   spec: {}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := func(text string) change.State {
				return change.State{File: &change.File{Mode: 0o600, Content: change.NewContent([]byte(text), false)}}
			}
			c := change.Change{Target: "file:/x", Fields: test.fields, Before: file("hunter2\n"), After: file("hunter2\nhunter3\n")}
			text := view.Style{Lang: "en"}.ChangeText(c)
			var lines []string
			for line := range strings.Lines(text) {
				if line, is := strings.CutPrefix(line, "    "); is {
					lines = append(lines, strings.TrimSuffix(line, "\n"))
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(lines, "|")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What somebody else wrote is counted and placed, and not repeated.
func TestExternalChangeLines(t *testing.T) {
	tests := []struct {
		name, wrote, now string
		lines            int
		place            string
	}{
		{"nothing", "a\nb\n", "a\nb\n", 0, ""},
		{"one line", "a\nb\nc\n", "a\nx\nc\n", 2, "@@ -2,1 +2,1 @@"},
		{"added", "a\nb\n", "a\nx\ny\nb\n", 2, "@@ -2,0 +2,2 @@"},
		{"removed at the end", "a\nb\n", "a\n", 1, "@@ -2,1 +2,0 @@"},
		{"far apart", "a\nb\nc\nd\n", "x\nb\nc\ny\n", 4, "@@ -1,4 +1,4 @@"},
		{"the same line twice", "a\na\n", "a\na\na\n", 1, "@@ -3,0 +3,1 @@"},
		{"no line break at the end", "a\nb", "a\nb\n", 2, "@@ -2,1 +2,1 @@"},
		{"all of it", "", "hunter2\n", 1, "@@ -1,0 +1,1 @@"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var f report.ExternalChange
			f.Compare(test.wrote, test.now)
			if got := strings.Join(f.Diff, "|"); f.Lines != test.lines || got != test.place {
				t.Errorf("got %d lines, %q; want %d, %q", f.Lines, got, test.lines, test.place)
			}
		})
	}
}
