package edit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The files of testdata are those of a node that kubeadm 1.34 set up, and
// some that hold every trap at once.
func readCorpus(t testing.TB, names ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range names {
		paths, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no file matches %s, %v", pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(path)] = string(data)
		}
	}
	return files
}

// variants are the ways in which one text may lie on a disk.
func variants(text string) map[string]string {
	return map[string]string{
		"as it is":            text,
		"CRLF":                strings.ReplaceAll(text, "\n", "\r\n"),
		"no final line break": strings.TrimRight(text, "\n"),
		"mark":                "\ufeff" + text,
	}
}

func TestYAMLCorpus(t *testing.T) {
	for name, text := range readCorpus(t, "*.yaml", "*.json") {
		for variant, text := range variants(text) {
			if variant != "as it is" && (name == "etcd.yaml" || strings.HasPrefix(name, "kube-")) {
				continue // long, and nothing in them that the others have not
			}
			t.Run(name+"/"+variant, func(t *testing.T) {
				d, err := openYAML(nil, []byte(strings.Clone(text)))
				if err != nil {
					t.Fatal(err)
				}
				count := 0
				eachNode(d.root, "", func(address string, n *yaml.Node) {
					count++
					switch {
					case n.Kind == yaml.MappingNode && len(n.Content) == 0 && isFlow(d.root):
						// Within flow nobody can tell a {} that was there from one that Set made.
						mustRead(t, "yaml", open(t, "yaml", text), address+".l", []string{"a"})
					case n.Kind == yaml.MappingNode:
						checkNew(t, "yaml", text, strings.TrimPrefix(address+`["new key"]["x.y"]`, "."), "no")
						checkNew(t, "yaml", text, strings.TrimPrefix(address+".l", "."), []string{"a", "b"})
					case n.Kind == yaml.ScalarNode:
						for _, v := range []any{int64(-1), "a: b"} {
							checkSet(t, "yaml", text, address, v, n.Style&blockStyle == 0 && !strings.Contains(n.Value, "three"))
						}
						checkSet(t, "yaml", text, address, []string{"a", "10"}, false)
					case isScalarList(n):
						checkSet(t, "yaml", text, address, append(texts(n), "off"), false)
						checkSet(t, "yaml", text, address, texts(n)[1:], false)
						checkSet(t, "yaml", text, address, []string{"a", "b", "c"}, false)
						checkSet(t, "yaml", text, address, "a", false)
					}
				})
				if count < 8 {
					t.Errorf("only %d nodes were edited", count)
				}
			})
		}
	}
}

func TestLineCorpus(t *testing.T) {
	for _, c := range []struct {
		syntax, file string
		set          []string
		add          string
	}{
		{"kv", "sysctl.conf", []string{"kernel.pid_max", "kernel.panic", "net.ipv4.conf.eth0/100.rp_filter", "net.ipv4.ping_group_range"}, "vm.panic_on_oom"},
		{"env", "kubeadm-flags.env", []string{"KUBELET_KUBEADM_ARGS"}, "KUBELET_EXTRA_ARGS"},
		{"flag", "kubeadm-flags.env", []string{"--hostname-override", "--pod-infra-container-image"}, "--anonymous-auth"},
		{"flag", "10-kubeadm.conf", []string{"--kubeconfig", "--config", "--bootstrap-kubeconfig"}, "--anonymous-auth"},
	} {
		for name, text := range readCorpus(t, c.file) {
			for variant, text := range variants(text) {
				if variant == "mark" {
					continue // systemd and sysctl know none
				}
				t.Run(c.syntax+" "+name+"/"+variant, func(t *testing.T) {
					for _, address := range c.set {
						checkSet(t, c.syntax, text, address, "1024", true)
					}
					checkNew(t, c.syntax, text, c.add, "1024")
				})
			}
		}
	}
}

func TestUnitCorpus(t *testing.T) {
	for name, text := range readCorpus(t, "kubelet.service", "10-kubeadm.conf") {
		got, _, found, err := open(t, "unit", text).Get("Service/ExecStart")
		if err != nil || !found || !strings.HasPrefix(fmt.Sprint(got), "[/usr/bin/kubelet") {
			t.Errorf("%s: %v, found %v, %v", name, got, found, err)
		}
	}
}

// eachNode visits all nodes with their addresses.
func eachNode(n *yaml.Node, address string, visit func(address string, n *yaml.Node)) {
	visit(address, n)
	for i, c := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			eachNode(c, fmt.Sprintf("%s[%d]", address, i), visit)
		case i%2 == 1:
			eachNode(c, fmt.Sprintf("%s[%q]", address, n.Content[i-1].Value), visit)
		}
	}
}

// checkSet sets a value that is there: it reads back, a second Set changes
// nothing, and every line but that of the value is as it was.
func checkSet(t *testing.T, syntax, text, address string, value any, oneLine bool) {
	t.Helper()
	d := open(t, syntax, text)
	_, line, found, err := d.Get(address)
	if _, ok := errors.AsType[*TypeError](err); err != nil && !ok || !found {
		t.Fatalf("%s: found %v, %v", address, found, err)
	}
	mustRead(t, syntax, d, address, value)
	before, after := strings.SplitAfter(text, "\n"), strings.SplitAfter(string(d.Bytes()), "\n")
	if !oneLine {
		before, after = before[:line-1], after[:line-1]
	} else if len(before) == len(after) {
		before, after = slices.Delete(before, line-1, line), slices.Delete(after, line-1, line)
	}
	if !slices.Equal(before, after) {
		t.Errorf("%s: other lines changed:\n%s", address, d.Bytes())
	}
}

// checkNew sets a value that is not there: the old text stays, with something
// put in at one place, and Unset gives back the very same bytes.
func checkNew(t *testing.T, syntax, text, address string, value any) {
	t.Helper()
	d := open(t, syntax, text)
	mustRead(t, syntax, d, address, value)
	after := string(d.Bytes())
	same := 0
	for same < len(text) && text[same] == after[same] {
		same++
	}
	if !strings.HasSuffix(after, text[same:]) {
		t.Fatalf("%s: something of the old text is gone:\n%s", address, after)
	}
	if err := d.Unset(address); err != nil {
		t.Fatal(err)
	}
	if string(d.Bytes()) != text {
		t.Errorf("%s: not as before:\n%q\n%q", address, text, d.Bytes())
	}
}

// mustRead sets a value twice and reads it from a new document.
func mustRead(t *testing.T, syntax string, d Document, address string, value any) {
	t.Helper()
	if err := d.Set(address, value); err != nil {
		t.Fatal(err)
	}
	once := string(d.Bytes())
	if err := d.Set(address, value); err != nil || string(d.Bytes()) != once {
		t.Fatalf("%s: the second Set changed the text, %v:\n%s", address, err, d.Bytes())
	}
	got, _, found, err := open(t, syntax, once).Get(address)
	if err != nil || !found || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", value) {
		t.Fatalf("%s: got %#v, want %#v, %v:\n%s", address, got, value, err, once)
	}
}
