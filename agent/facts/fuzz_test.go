package facts

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"harden/agent/edit"

	"github.com/google/go-cmp/cmp"
)

// memory is a tree of files that lies nowhere.
type memory map[string]string

func (m memory) Path() string { return "/nonexistent" }

func (m memory) ReadFile(path string, limit int64) ([]byte, error) {
	text, is := m[path]
	switch {
	case !is:
		return nil, fs.ErrNotExist
	case int64(len(text)) > limit:
		return nil, fmt.Errorf("%s is too large", path)
	}
	return []byte(text), nil
}

func (m memory) ReadTrusted(path string, limit int64) ([]byte, error) { return m.ReadFile(path, limit) }

func (m memory) ReadNames(dir string, limit int) ([]string, error) {
	var names []string
	for path := range m {
		if rest, below := strings.CutPrefix(path, strings.TrimSuffix(dir, "/")+"/"); below {
			name, _, _ := strings.Cut(rest, "/")
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > limit {
		return nil, fmt.Errorf("%s has too many names", dir)
	}
	return names, nil
}

func (m memory) Link(string) (string, error) { return "", nil }

func (m memory) Exists(path string) (bool, error) {
	if _, file := m[path]; file {
		return false, nil
	}
	if names, _ := m.ReadNames(path, namesLimit); len(names) > 0 {
		return true, nil
	}
	return false, fs.ErrNotExist
}

const unitFile = "/etc/systemd/system/kubelet.service"

// collect reads the facts of a tree that is not live.
func collect(t *testing.T, m memory) *Facts {
	t.Helper()
	f, err := Collect(m, nil, Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// FuzzUnit reads any unit with any environment file: the command line is
// bounded, and each flag has a place in a file.
func FuzzUnit(f *testing.F) {
	f.Add("[Service]\nEnvironment=\"A=--a=b --c\" B=1\nEnvironmentFile=-/e\nExecStart=/usr/bin/kubelet $A --d=${B} \\\n # why\n --e\n", "C='x y'\n")
	f.Add("[Service]\nExecStart=/bin/old\nExecStart=\nExecStart=@:/usr/bin/kubelet argv0 $A$$ \\x41 \"a'b\\\"\"\n", "A=1\\\n2\n")
	f.Add("[Service]\r\nExecStart=/k --a\\\\\r\n[Unit]\r\nExecStart=/x\r\n", "")
	f.Add("[Service]\nEnvironmentFile=/e\nEnvironmentFile=/f\nEnvironmentFile=/e\nExecStart=/k ${${} $A ${A\n", "A=$A\nA=\"$\n")
	f.Fuzz(func(t *testing.T, unitText, envText string) {
		found := collect(t, memory{unitFile: unitText, "/e": envText})
		k := found.Kubelet
		size := 0
		for _, w := range k.unitWords {
			size += len(w.text)
			if w.line < 1 || w.line > strings.Count(unitText+envText, "\n")+2 || w.path != unitFile && w.path != "/e" {
				t.Fatalf("the word %q comes from %s:%d", w.text, w.path, w.line)
			}
		}
		if size > maxCommand+len(unitText) {
			t.Fatalf("a command line of %d bytes", size)
		}
		for name := range ParseFlags("kubelet", k.UnitArgv) {
			if path, _ := k.FlagSource(name); path == "" {
				t.Fatalf("flag %q comes from nowhere", name)
			}
		}
	})
}

// environment is what an environment file sets: the last of each name.
func environment(text string) map[string]edit.Variable {
	variables := map[string]edit.Variable{}
	for _, v := range edit.Variables([]byte(text)) {
		variables[v.Name] = v
	}
	return variables
}

// FuzzEnvironmentFile reads any file: what was read reads the same when it is
// written down in quotes, and when it is opened to be edited.
func FuzzEnvironmentFile(f *testing.F) {
	for _, text := range []string{
		"A=b\n\n B = c d \n", "A=\"--x=\\\"1\\\" \\$y \\n\"", "A='b' \"c\\\nd\"\\ e\\\r\nf \nB=1\\", "A=\"b\" 'c'd\n;A=1\n", "A=\r\nB= \\\n c\n#=\nexport D=1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read := environment(text)
		var printed strings.Builder
		for _, name := range slices.Sorted(maps.Keys(read)) {
			if read[name].Line < 1 || read[name].Line > strings.Count(text, "\n")+1 {
				t.Fatalf("%s is in line %d", name, read[name].Line)
			}
			printed.WriteString(name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(read[name].Value) + "\"\n")
		}
		again := environment(printed.String())
		for name, v := range read {
			if again[name].Value != v.Value || len(again) != len(read) {
				t.Fatalf("%s is %q, and %q when it is read again from %q", name, v.Value, again[name].Value, printed.String())
			}
		}
		document, err := edit.Open("env", []byte(text))
		if err != nil {
			return // edit wants quotes closed and no NUL
		}
		for name, v := range read {
			if other, _, _, _ := document.Get(name); other != v.Value {
				t.Fatalf("%s is %q here and %#v for who edits it", name, v.Value, other)
			}
		}
	})
}

// FuzzWords splits any text: the words are the same when they are written in
// quotes and split again, and flags are read the same from both forms.
func FuzzWords(f *testing.F) {
	for _, text := range []string{`a "b c" 'd\'e' \x41\101\s`, `--a=b --c d -v=2 --e`, `"open`, `\`, `a\ b "" ''`, "\t a\r\n", `\u00e9\U0001F600\q`} {
		f.Add(text)
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	f.Fuzz(func(t *testing.T, text string) {
		words := edit.Words(text, true)
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = `"` + quote.Replace(w) + `"`
		}
		if again := edit.Words(strings.Join(quoted, " "), true); !slices.Equal(words, again) {
			t.Fatalf("%q are %q when they are split again", words, again)
		}
		flags := ParseFlags("kubelet", append([]string{"kubelet"}, words...))
		argv := []string{"kubelet"}
		for name, value := range flags {
			argv = append(argv, "--"+name+"="+value)
		}
		for name := range flags {
			if strings.HasPrefix(name, "=") || name == "" || strings.ContainsAny(name[:1], "-=") {
				return // a word such as "---" or "--=", which no parser of flags takes
			}
		}
		if diff := cmp.Diff(flags, ParseFlags("kubelet", argv)); diff != "" {
			t.Fatalf("flags, and flags when they are read again:\n%s", diff)
		}
	})
}

// FuzzManifest reads any manifest and any configuration of the kubelet: a
// component is known or a note says why it is not.
func FuzzManifest(f *testing.F) {
	f.Add("kind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: registry:5000/etcd:3.6.4-0@sha256:00\n    command: [etcd, --data-dir=/d]\n    args: [--a]\n", "staticPodPath: /etc/kubernetes/manifests\n")
	f.Add("kind: Pod\nspec: {containers: [{command: [/usr/bin/etcd]}]}\n", "{staticPodPath: manifests}")
	f.Add("a: &a [*a]\n", "a: &a 1\nb: *a\n")
	f.Add("spec: !!binary x\n", "? a\n: b\n")
	f.Add("spec:\n  containers: {name: etcd}\n", "staticPodPath: [a]\n")
	f.Fuzz(func(t *testing.T, manifest, config string) {
		m := memory{unitFile: "[Service]\nExecStart=/k --config=/c\n", "/c": config}
		dir := collect(t, m).ManifestDir
		if !filepath.IsAbs(dir) || filepath.Clean(dir) != dir {
			t.Fatalf("manifests lie in %q", dir)
		}
		m[filepath.Join(dir, "etcd.yaml")] = manifest
		found := collect(t, m)
		if etcd := found.Components["etcd"]; found.ManifestDir == dir && etcd == nil {
			t.Fatalf("no etcd in %s, notes %q", dir, found.Notes)
		} else if etcd != nil && etcd.ManifestArgv == nil && etcd.Image != "" && !etcd.Version.IsZero() && len(found.Notes) > 0 {
			t.Fatalf("half of a manifest was read: %+v, notes %q", etcd, found.Notes)
		}
	})
}

// FuzzVersion reads any text as a version. The grammar says which ones are.
func FuzzVersion(f *testing.F) {
	for _, text := range []string{"v1.34.1", "1.34", "v1.34.1-rc.0+k3s1", "3.6.4-0", "1.34.1x", "1.99999999999999999999", "0.0.0",
		"1.34-", "1.34.", "1.34.-a", "1.34.1\n", "1.34.1-\n", "1.34.1.2", "v.1", "vv1.2", "1.34.1234567", "12345.1", "1-2.3", "1.2_\xff", "1.+2"} {
		f.Add(text)
	}
	grammar := regexp.MustCompile(`^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?:[-+_~].*)?$`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseVersion(text)
		if is := grammar.MatchString(text); is != (err == nil) {
			t.Fatalf("%q: a version %v, got %v, %v", text, is, v, err)
		}
		if err != nil || v.IsZero() {
			return
		}
		if again, err := ParseVersion(v.String()); err != nil || again != v {
			t.Fatalf("%q is %s, then %s, %v", text, v, again, err)
		}
	})
}
