package edit

import (
	"testing"

	"gopkg.in/yaml.v3"
)

// fuzzDocument holds what is true of every edit of every text: it fails and
// changes nothing, or it reads back from the bytes, and once is enough.
func fuzzDocument(t *testing.T, syntax string, text []byte, address, value string) {
	d, err := Open(syntax, text)
	if err != nil {
		return
	}
	if string(d.Bytes()) != string(text) {
		t.Fatalf("Open changed the text: %q", d.Bytes())
	}
	_, _, had, _ := d.Get(address)
	if err := d.Set(address, value); err != nil {
		if string(d.Bytes()) != string(text) {
			t.Fatalf("Set failed (%v) and changed the text: %q", err, d.Bytes())
		}
		return
	}
	once := string(d.Bytes())
	for _, d := range []Document{d, open(t, syntax, once)} {
		got, line, found, err := d.Get(address)
		want := any(value)
		if syntax == "kv" {
			want = fold(value)
		}
		if err != nil || !found || got != want || line < 1 {
			t.Fatalf("Set %q to %q, got %#v at line %d, found %v, %v, in %q", address, value, got, line, found, err, once)
		}
		if err := d.Set(address, value); err != nil || string(d.Bytes()) != once {
			t.Fatalf("the second Set gives %q, %v, not %q", d.Bytes(), err, once)
		}
	}
	if err := d.Unset(address); err != nil {
		if string(d.Bytes()) != once {
			t.Fatalf("Unset failed (%v) and changed the text: %q", err, d.Bytes())
		}
		return
	}
	if _, _, found, _ := d.Get(address); found && !had {
		t.Fatalf("%q is still there: %q", address, d.Bytes())
	}
	if _, err := Open(syntax, d.Bytes()); err != nil {
		t.Fatalf("Unset left %q: %v", d.Bytes(), err)
	}
}

func FuzzYAML(f *testing.F) {
	for _, text := range readCorpus(f, "kubelet.yaml", "commented.yaml", "*.json") {
		f.Add([]byte(text), "authentication.anonymous.enabled", "no")
	}
	f.Add([]byte("a: {b, c: [x: y], d: }\r\n"), "a.b", "1, 2")
	f.Add([]byte(cluster), "addons{PodSecurityPolicy/restricted}.spec.privileged", "no")
	f.Add([]byte("a: |+2 #\r\n    # b\r\n   kind: A\r\n---\r\n"), "a{B/c}", "kind: B\nmetadata: {name: c}")
	f.Add([]byte("? a\n: - - b\n  -\n"), "a[1]", "x")
	f.Add([]byte("\ufeff---\na: !!str |2-\n   b\n"), "a", "0644")
	f.Add([]byte("a: \"b\\\n  c\"\n'd': e\n   f # g"), "h.i[0].j", "~")
	f.Fuzz(func(t *testing.T, text []byte, address, value string) {
		fuzzDocument(t, "yaml", text, address, value)
		// Random addresses hit nothing, so try every node that there is.
		d, err := openYAML(text)
		if err != nil || len(text) > 1000 {
			return
		}
		eachNode(d.root, "", func(address string, n *yaml.Node) {
			if address == "" {
				address = `["new"]`
			}
			fuzzDocument(t, "yaml", text, address, value)
			if n.Kind == yaml.MappingNode {
				fuzzDocument(t, "yaml", text, address+".new", value)
			}
		})
	})
}

func FuzzKV(f *testing.F) {
	for _, text := range readCorpus(f, "sysctl.conf") {
		f.Add([]byte(text), "kernel.panic", "1")
	}
	f.Add([]byte("-a/b.c =\t1\r\n\r\na.b/c=2"), "a.b/c", " x\ty ")
	f.Add([]byte("a=1\n"), "b\x00", "1")
	f.Fuzz(func(t *testing.T, text []byte, address, value string) {
		fuzzDocument(t, "kv", text, address, value)
	})
}

func FuzzEnv(f *testing.F) {
	for _, text := range readCorpus(f, "*.env") {
		f.Add([]byte(text), "KUBELET_KUBEADM_ARGS", "--x=1")
	}
	f.Add([]byte("A='b' \"c\\\nd\"\\ e\\\r\nf \nB=1\\"), "A", "x \"y' $z\\")
	f.Fuzz(func(t *testing.T, text []byte, address, value string) {
		fuzzDocument(t, "env", text, address, value)
	})
}

func FuzzFlag(f *testing.F) {
	for _, text := range readCorpus(f, "*.env", "*.conf") {
		f.Add([]byte(text), "--config", "/x")
	}
	f.Add([]byte(kubeadmFlags), "--new", "x")
	f.Add([]byte(dropIn), "--f", "x")
	f.Add([]byte("='\"\"'--e --e"), "--e", "0") // one of two cannot be removed
	f.Add([]byte("A='--a=\"b c\"'\" --d\"\\\n --e f"), "--e", "g")
	f.Fuzz(func(t *testing.T, text []byte, address, value string) {
		fuzzDocument(t, "flag", text, address, value)
	})
}

func FuzzUnit(f *testing.F) {
	for _, text := range readCorpus(f, "kubelet.service", "*.conf") {
		f.Add([]byte(text), "Service/ExecStart")
	}
	f.Add([]byte(dropIn), "Service/Environment")
	f.Add([]byte("[A]\r\nB=c\\\\\\\n#d\n;e\\\n  f"), "A/B")
	f.Fuzz(func(t *testing.T, text []byte, address string) {
		d, err := Open("unit", text)
		if err != nil {
			return
		}
		value, line, found, err := d.Get(address)
		if _, ok := value.([]string); err == nil && (ok != found || found && line < 1) {
			t.Fatalf("got %#v at line %d, found %v", value, line, found)
		}
		if d.Set(address, "x") == nil || d.Unset(address) == nil || string(d.Bytes()) != string(text) {
			t.Fatal("a unit file was changed")
		}
	})
}
