package edit

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// fuzzDocument holds what is true of every edit of every text: it fails and
// changes nothing, or it reads back from the bytes, once is enough, and what
// lies around it is as it was.
func fuzzDocument(t *testing.T, syntax string, text []byte, address, value string) {
	d, err := Open(syntax, text)
	if err != nil {
		checkPlaced(t, text, err)
		return
	}
	if string(d.Bytes()) != string(text) {
		t.Fatalf("Open changed the text: %q", d.Bytes())
	}
	_, _, had, _ := d.Get(address)
	if err := set(d, address, value); err != nil {
		if string(d.Bytes()) != string(text) {
			t.Fatalf("Set failed (%v) and changed the text: %q", err, d.Bytes())
		}
		return
	}
	once := string(d.Bytes())
	checkSurroundings(t, syntax, string(text), once, address)
	for _, d := range []Document{d, open(t, syntax, once)} {
		got, line, found, err := d.Get(address)
		want := any(value)
		if syntax == "kv" {
			want = fold(value)
		}
		if err != nil || !found || got != want || line < 1 {
			t.Fatalf("Set %q to %q, got %#v at line %d, found %v, %v, in %q", address, value, got, line, found, err, once)
		}
		if err := set(d, address, value); err != nil || string(d.Bytes()) != once {
			t.Fatalf("the second Set gives %q, %v, not %q", d.Bytes(), err, once)
		}
	}
	if err := unset(d, address); err != nil {
		if string(d.Bytes()) != once {
			t.Fatalf("Unset failed (%v) and changed the text: %q", err, d.Bytes())
		}
		return
	}
	if _, _, found, _ := d.Get(address); found && !had {
		t.Fatalf("%q is still there: %q", address, d.Bytes())
	}
	without := string(d.Bytes())
	if _, err := Open(syntax, d.Bytes()); err != nil && !strings.HasPrefix(syntax, "pod") { // a pod without a command is none
		t.Fatalf("Unset left %q: %v", d.Bytes(), err)
	}
	if err := unset(d, address); !strings.HasSuffix(address, "]") && (err != nil || string(d.Bytes()) != without) {
		t.Fatalf("the second Unset gives %q, %v, not %q", d.Bytes(), err, without)
	}
}

// set writes at once, also what a document would gather.
func set(d Document, address, value string) error { return flushed(d, d.Set(address, value)) }

func unset(d Document, address string) error { return flushed(d, d.Unset(address)) }

func flushed(d Document, err error) error {
	if batch, is := d.(Batch); is && err == nil {
		return batch.Flush()
	}
	return err
}

// checkPlaced asserts that an error names a line of the text.
func checkPlaced(t *testing.T, text []byte, err error) {
	t.Helper()
	e, is := errors.AsType[*SyntaxError](err)
	if !is || e.Line < 1 || e.Line > bytes.Count(text, []byte("\n"))+2 || e.Message.IsZero() {
		t.Fatalf("error %q about a text of %d line breaks", err, bytes.Count(text, []byte("\n")))
	}
}

// checkSurroundings asserts that between two texts only one piece differs:
// that of the value, or nothing of the old one where the value is new.
func checkSurroundings(t *testing.T, syntax, before, after, address string) {
	t.Helper()
	from := 0
	for from < min(len(before), len(after)) && before[from] == after[from] {
		from++
	}
	to := len(before)
	for to > from && len(after)-(len(before)-to) > from && before[to-1] == after[len(after)-(len(before)-to)-1] {
		to--
	}
	if from == to {
		return // nothing of the old text is gone
	}
	first, last := oldPlace(t, syntax, before, address)
	if len(after) < first+len(before)-last || !strings.HasPrefix(after, before[:first]) || !strings.HasSuffix(after, before[last:]) {
		t.Fatalf("Set %q changed %q at %d, outside of %d to %d: %q became %q", address, before[from:to], from, first, last, before, after)
	}
}

// oldPlace is where a value lies, or the last thing on the way to it.
func oldPlace(t *testing.T, syntax, text, address string) (first, last int) {
	t.Helper()
	switch d := open(t, syntax, text).(type) {
	case *kvDocument:
		a, _ := d.last(address)
		return a.valueStart, a.valueEnd
	case *envDocument:
		a, _ := d.last(address)
		return a.from, a.to
	case *flagDocument:
		if line, a, found := d.last(address); found {
			return line.words[a.index].from, line.words[a.index+a.words-1].to
		}
		for _, line := range slices.Backward(d.lines) { // what is new makes quotes around the old
			if len(line.flags()) > 0 && line.wrap != nil {
				return line.wrap.from, line.wrap.to
			}
		}
	case *podDocument:
		return 0, len(text) // the lists of a pod are edited as YAML, which has its own target
	case *yamlDocument:
		return oldNode(t, d, address)
	}
	return 0, 0
}

func oldNode(t *testing.T, d *yamlDocument, address string) (first, last int) {
	t.Helper()
	if at, is := parseManifestAddress(address); is {
		address = at.text
	}
	steps, err := parseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	steps = d.indexed(steps)
	depth := len(walk(d.root, steps)) - 1
	p, err := d.place(steps[:depth])
	if err != nil {
		t.Fatal(err)
	}
	if p.node.Kind == yaml.MappingNode {
		return 0, 0 // a new entry takes nothing away
	}
	return len(d.mark) + p.from, len(d.mark) + lineEnd(d.data, p.end)
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
		d, err := openYAML(nil, text)
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

func FuzzPod(f *testing.F) {
	for name, text := range readCorpus(f, "kube-*.yaml", "etcd.yaml") {
		f.Add([]byte(text), "flag:--profiling", "false")
		f.Add([]byte(text), "mount:/var/log/"+name, "ro")
		f.Add([]byte(text), "annotation:example.org/a", "b")
	}
	const pod = "kind: Pod\nspec:\n  containers:\n  - command: [x, --a, '1', --a_b=2]\n"
	f.Add([]byte(pod), "flag:--a-b", "3")
	f.Add([]byte(pod+"    args: [--a]\n"), "flag:--a", "")
	f.Add([]byte(pod+"    volumeMounts:\n    - name: [a]\n      mountPath: /\n  volumes: [{name: [a]}]\n"), "mount:/x", "rw")
	f.Add([]byte(pod+"    volumeMounts: [{mountPath: /a, name: v, readOnly: true}]\n  volumes: [{name: v, hostPath: {path: /a/}}]\n"), "mount:/a/b", "rw")
	f.Add([]byte(pod+"    volumeMounts: [{name: v}]\n  volumes: []\nmetadata: {annotations: {a.b/c: d}}\n"), "annotation:a.b/c", "e")
	f.Fuzz(func(t *testing.T, text []byte, address, value string) {
		fuzzDocument(t, "pod:kube-apiserver", text, address, value)
		for _, more := range []string{"flag:--a", "mount:/a"} {
			if kind, _, _ := strings.Cut(more, ":"); kind == "mount" {
				value = "ro"
			}
			fuzzDocument(t, "pod:kube-apiserver", text, more, value)
		}
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
