package edit

import (
	"os"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/google/go-cmp/cmp"
)

func TestPod(t *testing.T) {
	data, err := os.ReadFile("testdata/kube-apiserver.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set := func(address string, value any) func(*testing.T, Document) {
		return func(t *testing.T, d Document) {
			if err := d.Set(address, value); err != nil {
				t.Fatal(err)
			}
			want := value
			if got, _, found, err := d.Get(address); err != nil || !found || !cmp.Equal(got, want) {
				t.Errorf("Get(%s) = %v, %v, %v; want %v", address, got, found, err, want)
			}
		}
	}
	for _, test := range []struct {
		name string
		edit func(*testing.T, Document)
		want []string // lines added (+) and removed (-)
	}{
		{"a flag that is there", set("flag:--enable-admission-plugins", "NodeRestriction,EventRateLimit"),
			[]string{"-    - --enable-admission-plugins=NodeRestriction", "+    - --enable-admission-plugins=NodeRestriction,EventRateLimit"}},
		{"a flag that is not", set("flag:--profiling", "false"), []string{"+    - --profiling=false"}},
		{"the same value again", set("flag:--authorization-mode", "Node,RBAC"), nil},
		{"a directory for logs", set("mount:/var/log/kubernetes/audit", "rw"), []string{
			"+    - mountPath: /var/log/kubernetes/audit", "+      name: harden-var-log-kubernetes-audit",
			"+  - hostPath:", "+      path: /var/log/kubernetes/audit", "+      type: DirectoryOrCreate", "+    name: harden-var-log-kubernetes-audit"}},
		{"a directory for configuration", set("mount:/etc/kubernetes/harden", "ro"), []string{
			"+    - mountPath: /etc/kubernetes/harden", "+      name: harden-etc-kubernetes-harden", "+      readOnly: true",
			"+  - hostPath:", "+      path: /etc/kubernetes/harden", "+      type: DirectoryOrCreate", "+    name: harden-etc-kubernetes-harden"}},
		{"two directories at once, of the same volume name", func(t *testing.T, d Document) {
			set("mount:/srv/a-b", "ro")(t, d)
			set("mount:/srv/a/b", "rw")(t, d)
		}, []string{
			"+    - mountPath: /srv/a-b", "+      name: harden-srv-a-b", "+      readOnly: true",
			"+    - mountPath: /srv/a/b", "+      name: harden-srv-a-b-2",
			"+  - hostPath:", "+      path: /srv/a-b", "+      type: DirectoryOrCreate", "+    name: harden-srv-a-b",
			"+  - hostPath:", "+      path: /srv/a/b", "+      type: DirectoryOrCreate", "+    name: harden-srv-a-b-2"}},
		{"a directory, and then one below it", func(t *testing.T, d Document) {
			set("mount:/srv/a", "ro")(t, d)
			set("mount:/srv/a/b", "ro")(t, d)
		}, []string{
			"+    - mountPath: /srv/a", "+      name: harden-srv-a", "+      readOnly: true",
			"+  - hostPath:", "+      path: /srv/a", "+      type: DirectoryOrCreate", "+    name: harden-srv-a"}},
		{"a new directory, and then otherwise", func(t *testing.T, d Document) {
			set("mount:/srv/a", "rw")(t, d)
			set("mount:/srv/a", "ro")(t, d)
		}, []string{
			"+    - mountPath: /srv/a", "+      name: harden-srv-a", "+      readOnly: true",
			"+  - hostPath:", "+      path: /srv/a", "+      type: DirectoryOrCreate", "+    name: harden-srv-a"}},
		{"an annotation", set("annotation:harden/config", "abc"), []string{"+    harden/config: abc"}},
		{"a flag taken away", func(t *testing.T, d Document) {
			if err := d.Unset("flag:--allow-privileged"); err != nil {
				t.Fatal(err)
			}
			if _, _, found, _ := d.Get("flag:--allow-privileged"); found {
				t.Error("it is still there")
			}
		}, []string{"-    - --allow-privileged=true"}},
		{"a mount that is there by a directory above", func(t *testing.T, d Document) {
			if v, _, found, err := d.Get("mount:/etc/kubernetes/pki/etcd"); v != "ro" || !found || err != nil {
				t.Errorf("got %v, %v, %v", v, found, err)
			}
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Open("pod", data)
			if err != nil {
				t.Fatal(err)
			}
			test.edit(t, d)
			if diff := cmp.Diff(test.want, changedLines(string(data), string(d.Bytes()))); diff != "" {
				t.Errorf("changed lines (-want +got):\n%s", diff)
			}
		})
	}
}

// A mount that was taken and cannot be written is told at the end, however
// often it is asked for in between.
func TestPodMountThatCannotBeWritten(t *testing.T) {
	const manifest = "kind: Pod\nspec:\n  containers:\n  - command: [kube-scheduler]\n    volumeMounts: nothing\n"
	d, err := Open("pod", []byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Set("mount:/srv/a", "ro"); err != nil {
		t.Fatal(err)
	}
	if err := d.Set("mount:/srv/a/b", "ro"); err == nil {
		t.Error("a mount below one that cannot be written was taken")
	}
	if err := d.(Batch).Flush(); err == nil || string(d.Bytes()) != manifest {
		t.Errorf("after an error %v the manifest is\n%s", err, d.Bytes())
	}
}

func TestPodFlagForms(t *testing.T) {
	const manifest = "kind: Pod\nspec:\n  containers:\n  - command: [\"kube-scheduler\"]\n    args:\n    - --profiling\n    - --bind_address\n    - 0.0.0.0\n    - --v=2\n    - --v=4\n"
	for _, test := range []struct{ flag, value, set, want string }{
		{"--profiling", "true", "false", "    - --profiling=false\n    - --bind_address\n    - 0.0.0.0\n    - --v=2\n    - --v=4\n"},
		{"--bind-address", "0.0.0.0", "127.0.0.1", "    - --profiling\n    - --bind_address=127.0.0.1\n    - --v=2\n    - --v=4\n"},
		{"--v", "4", "5", "    - --profiling\n    - --bind_address\n    - 0.0.0.0\n    - --v=2\n    - --v=5\n"},
	} {
		t.Run(test.flag, func(t *testing.T) {
			d, err := Open("pod", []byte(manifest))
			if err != nil {
				t.Fatal(err)
			}
			if v, _, _, err := d.Get("flag:" + test.flag); v != test.value || err != nil {
				t.Errorf("Get = %v, %v; want %s", v, err, test.value)
			}
			if err := d.Set("flag:"+test.flag, test.set); err != nil {
				t.Fatal(err)
			}
			want := "kind: Pod\nspec:\n  containers:\n  - command: [\"kube-scheduler\"]\n    args:\n" + test.want
			if diff := cmp.Diff(want, string(d.Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPodRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"another kind": "kind: Deployment\nspec: {}\n",
		"no command":   "kind: Pod\nspec:\n  containers:\n  - name: x\n",
		"no YAML":      "kind: [\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Open("pod", []byte(text)); err == nil {
				t.Error("it was taken for a pod's manifest")
			}
		})
	}
}

// changedLines gives the lines that only one of two texts has, "-" for the
// old one and "+" for the new one, in order.
func changedLines(old, changed string) []string {
	var lines []string
	for _, line := range strings.Split(udiff.Unified("", "", old, changed), "\n") {
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") {
			continue
		}
		if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+") {
			lines = append(lines, line)
		}
	}
	return lines
}
