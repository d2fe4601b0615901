package edit

import (
	"reflect"
	"strings"
	"testing"
)

// Edits that are made together give the text that they give one by one, and it
// is read back once.
func TestTogether(t *testing.T) {
	edits := []struct {
		address string
		value   any
	}{
		{"mount:/var/log/kubernetes/audit", "rw"},
		{"mount:/etc/kubernetes/harden", "ro"},
		{"flag:--profiling", "false"},
		{"flag:--audit-log-path", "/var/log/kubernetes/audit/audit.log"},
		{"flag:--tls-cipher-suites", []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"}},
	}
	for name, text := range readCorpus(t, "etcd.yaml", "kube-*.yaml") {
		syntax := "pod:" + strings.TrimSuffix(name, ".yaml")
		for variant, text := range variants(text) {
			t.Run(name+"/"+variant, func(t *testing.T) {
				texts := &Texts{}
				together, err := texts.Open(syntax, []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				apart := open(t, syntax, text)
				for _, e := range edits {
					if err := together.Set(e.address, e.value); err != nil {
						t.Fatal(err)
					}
					if err := apart.Set(e.address, e.value); err != nil {
						t.Fatal(err)
					}
					if err := apart.(Batch).Flush(); err != nil {
						t.Fatal(err)
					}
				}
				if err := together.(Batch).Flush(); err != nil {
					t.Fatal(err)
				}
				if got, want := string(together.Bytes()), string(apart.Bytes()); got != want || got == text {
					t.Errorf("together:\n%s\none by one:\n%s", got, want)
				}
				if len(texts.parsed) != 2 {
					t.Errorf("%d texts were parsed, not the old one and the new one", len(texts.parsed))
				}
			})
		}
	}
}

// Edits of the same part are not made together, and nothing is lost by it.
func TestTogetherRefuses(t *testing.T) {
	const text = "a: 1\nb:\n- x\nc: {d: 2}\n"
	set := func(address string, value any) func(*yamlDocument) error {
		return func(d *yamlDocument) error { return d.Set(address, value) }
	}
	tests := []struct {
		name  string
		edits []func(*yamlDocument) error
		want  string // "" where they cannot be made together
	}{
		{"different values", []func(*yamlDocument) error{set("a", int64(2)), set("c.d", int64(3))}, "a: 2\nb:\n- x\nc: {d: 3}\n"},
		{"one that changes nothing", []func(*yamlDocument) error{set("a", int64(1)), set("b", []string{"x", "z"})}, "a: 1\nb:\n- x\n- z\nc: {d: 2}\n"},
		{"none", nil, text},
		{"two keys at the same place", []func(*yamlDocument) error{set("e", int64(1)), set("f", int64(2))}, ""},
		{"a value within another", []func(*yamlDocument) error{set("b", []string{"z"}), set("b[0]", "w")}, ""},
		{"one that fails", []func(*yamlDocument) error{set("a", int64(2)), set("b.c", int64(1))}, ""},
		{"one in two steps", []func(*yamlDocument) error{set("l[n=v].w", "x"), set("a", int64(2))}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := openYAML(&Texts{}, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			err = d.together(tt.edits)
			if want := tt.want; want == "" {
				if err == nil || string(d.Bytes()) != text {
					t.Errorf("error %v, text %q", err, d.Bytes())
				}
				reads(t, d, "a", int64(1))
				return
			}
			if err != nil || string(d.Bytes()) != tt.want {
				t.Errorf("error %v, text %q, want %q", err, d.Bytes(), tt.want)
			}
		})
	}
}

// A tree that documents share is not changed by one of them.
func TestTextsAreShared(t *testing.T) {
	texts := &Texts{}
	const text = "a: 1\nb: {c: [x]}\nl:\n- n: v\n"
	first, err := texts.Open("yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []func(Document) error{
		func(d Document) error { return d.Set("a", int64(2)) },
		func(d Document) error { return d.Set("b.c", []string{"x", "y"}) },
		func(d Document) error { return d.Set("b.d", true) },
		func(d Document) error { return d.Set("l[n=v].w", "x") },
		func(d Document) error { return d.Unset("b.c") },
		func(d Document) error { return d.Set("l.x", "does not fit") },
	} {
		d, err := texts.Open("yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		failed := e(d) != nil
		if failed != (string(d.Bytes()) == text) {
			t.Errorf("failed: %v, text %q", failed, d.Bytes())
		}
		reads(t, first, "a", int64(1))
		reads(t, first, "b.c", []string{"x"})
		for _, address := range []string{"b.d", "l[0].w"} {
			if _, _, found, err := first.Get(address); found || err != nil {
				t.Errorf("%s is found in the other document, %v", address, err)
			}
		}
	}
}

func reads(t *testing.T, d Document, address string, want any) {
	t.Helper()
	if got, _, found, err := d.Get(address); err != nil || !found || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %#v, want %#v, %v", address, got, want, err)
	}
}
