package edit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// What is written as it stands is what yaml.v3 would write as it stands.
func TestIsWord(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"/etc/kubernetes/pki/ca.crt", true},
		{"--profiling=false", true},
		{"DirectoryOrCreate", true},
		{"mountPath", true},
		{"name", true},
		{"--etcd-servers=https://127.0.0.1:2379,https://127.0.0.2:2379", true},
		{"--none:", false},
		{"key:value", false},
		{"a,b", false},
		{"Null", false},
		{"off", false},
		{"y", false},
		{"harden-etc-kubernetes", true},
		{"", false},
		{"false", false},
		{"yes", false},
		{"1.5e10", false},
		{"-1.5e10", false},
		{"------", false},
		{"--8080x", false},
		{".infinity", false},
		{"0x1234ab", false},
		{"2001-01-01", false},
		{"a: text", false},
		{"a text #", false},
		{"*alias*", false},
		{"https://[::1]:2379", false},
		{"变量变量", false},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := isWord(tt.text, false); got != tt.want {
				t.Errorf("isWord = %v, want %v", got, tt.want)
			}
			out, err := yaml.Marshal(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want && string(out) != tt.text+"\n" {
				t.Errorf("yaml.v3 writes %q", out)
			}
		})
	}
}

// Within brackets a comma ends a text.
func TestIsWordInFlow(t *testing.T) {
	if isWord("--a=b,c", true) || isWord("--a=b:c", true) || !isWord("--a=b", true) {
		t.Error("a flag with a comma or a colon is plain within brackets, or another one is not")
	}
}

func FuzzIsWord(f *testing.F) {
	for _, text := range []string{"--profiling=false", "/etc/kubernetes", "DirectoryOrCreate", "------", "1.5e10"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !isWord(text, false) {
			return
		}
		var back any
		if err := yaml.Unmarshal([]byte("- "+text), &back); err != nil {
			t.Fatal(err)
		}
		if list, ok := back.([]any); !ok || len(list) != 1 || list[0] != text {
			t.Errorf("%q is read as %#v", text, back)
		}
	})
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		text    string
		escapes bool
		want    []string
	}{
		{`a  "b c"	'd e'`, true, []string{"a", "b c", "d e"}},
		{`--x="1 2" ""`, true, []string{"--x=1 2", ""}},
		{`a\sb \x41\102\u00e9 \" \q`, true, []string{"a b", "ABé", `"`, `\q`}},
		{`\xe9`, true, []string{"\xe9"}},
		{`a\ b "\""`, false, []string{"a b", `"`}},
		{`"open`, true, []string{"open"}},
		{" ", true, nil},
	} {
		if diff := cmp.Diff(tt.want, Words(tt.text, tt.escapes)); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}
