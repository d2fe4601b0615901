package sampletree

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWriteHasExactlyTheListedModes also proves that no file of the embedded
// tree is missing from the list, and that the umask has no say.
func TestWriteHasExactlyTheListedModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	dir := filepath.Join(t.TempDir(), "node")
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := list()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, e := range entries {
		want[e.path] = e.kind + " " + e.mode.String() + " " + e.target
	}
	got := map[string]string{}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		kind, target := kindFile, ""
		switch {
		case d.IsDir():
			kind = kindDirectory
		case info.Mode()&fs.ModeSymlink != 0:
			kind = kindSymlink
			if target, err = os.Readlink(name); err != nil {
				return err
			}
		}
		path, err := filepath.Rel(dir, name)
		got[path] = kind + " " + info.Mode().Perm().String() + " " + target
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modes (-listed +laid out):\n%s", diff)
	}
}

func TestListNamesEveryEmbeddedFile(t *testing.T) {
	entries, err := list()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, e := range entries {
		listed[e.path] = e.kind == kindFile
	}
	root := filepath.Join("..", "testdata", "samplenode", "root")
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		path, err := filepath.Rel(root, name)
		if !listed[path] {
			t.Errorf("modes.txt does not list the file %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriteRefusesADirectoryThatHoldsSomething(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir); err != nil {
		t.Fatalf("into an empty directory: %v", err)
	}
	err := Write(dir)
	if err == nil || !strings.Contains(err.Error(), dir+" is not empty") {
		t.Fatalf("the second time: got error %v, want one that says that %s is not empty", err, dir)
	}
}

// TestNoKeyMaterial looks into base64 too, as kubeconfigs hold keys in it.
func TestNoKeyMaterial(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	encoded := regexp.MustCompile(`[A-Za-z0-9+/=]{40,}`)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		texts := [][]byte{data}
		for _, text := range encoded.FindAll(data, -1) {
			if decoded, err := base64.StdEncoding.DecodeString(string(text)); err == nil {
				texts = append(texts, decoded)
			}
		}
		for _, text := range texts {
			if bytes.Contains(text, []byte("-----BEGIN")) {
				t.Errorf("%s holds PEM data", name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, line := range map[string]string{
		"too few fields":              "etc 0755",
		"a mode that is not an octal": "etc 0788 directory",
		"an unknown type":             "etc/fifo 0600 fifo",
		"a symlink to nowhere":        "etc/link 0777 symlink",
		"a file with a target":        "etc/file 0600 file other",
	} {
		t.Run(name, func(t *testing.T) {
			if e, err := parse(line); err == nil {
				t.Errorf("parse(%q) = %+v, want an error", line, e)
			}
		})
	}
}
