package edit

import (
	"strings"
	"testing"
)

// What a syntax cannot hold is refused, and the text stays as it was.
func TestRefused(t *testing.T) {
	const unit, pod = "[Service]\nA=1\n", "kind: Pod\nspec:\n  containers:\n  - name: a\n"
	for _, r := range []struct {
		syntax, text, address string
		value                 any // nil: unset
		want                  string
	}{
		{"kv", "a = 1\n", "a", "x\ny", "has a line break or another control character"},
		{"kv", "a = 1\n", "a\nb", "x", "the key has a line break or another control character"},
		{"kv", "a = 1\n", "a", 1.5, "a value of type float64 does not fit here"},
		{"env", "A=1\n", "A", []int{1}, "a value of type []int does not fit here"},
		{"flag", "A=--x=1\n", "--x", "a b", "the value has white space, quotes, or characters that systemd expands"},
		{"flag", "A=--x=1\n", "--x", "%n", "the value has white space, quotes, or characters that systemd expands"},
		{"flag", "A=--x=1\n", "x y", "1", `"x y" is not a flag such as --anonymous-auth`},
		{"flag", "B=1\n", "--x", "1", "no variable and no command of the file holds flags yet"},
		{"unit", unit, "Service/A", "2", "unit files can only be read; write a drop-in instead"},
		{"unit", unit, "Service/A", nil, "unit files can only be read; write a drop-in instead"},
		{"yaml", "a: {b: 1}\n", "a.b", struct{}{}, "a value of type struct {} does not fit here"},
		{"nosuch", "a", "b", "c", `unknown syntax "nosuch"`},
		{"pod:etcd", "kind: Service\n", "--a", "b", "this is not a Pod"},
		{"pod:etcd", pod, "--a", "b", "no container of the pod, or more than one, starts etcd"},
	} {
		t.Run(r.want, func(t *testing.T) {
			d, err := Open(r.syntax, []byte(r.text))
			if err == nil {
				if err = edit(d, r.address, r.value); string(d.Bytes()) != r.text {
					t.Errorf("it became %q", d.Bytes())
				}
			}
			if err == nil || !strings.Contains(err.Error(), r.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Documents whose ends are not plain lines are not taken apart.
func TestStreamRefused(t *testing.T) {
	for _, text := range []string{"a: 1\n--- b: 2\n", "a: 1\n...\nb: 2\n", "%YAML 1.2\n---\na: 1\n", "a: 1\n--- |\n x\n"} {
		if _, err := OpenStream([]byte(text)); err == nil || !strings.Contains(err.Error(), "put --- on a line of its own") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := OpenStream([]byte("--- # c\na: 1\n---\nb: 2\n")); err != nil {
		t.Error(err)
	}
}
