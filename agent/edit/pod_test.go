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
			d, err := Open("pod:kube-apiserver", data)
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

func TestPodFlagForms(t *testing.T) {
	const manifest = "kind: Pod\nspec:\n  containers:\n  - command: [\"kube-scheduler\"]\n    args:\n    - --profiling\n    - --bind_address\n    - 0.0.0.0\n    - --v=2\n    - --v=4\n"
	for _, test := range []struct{ flag, value, set, want string }{
		{"--profiling", "true", "false", "    - --profiling=false\n    - --bind_address\n    - 0.0.0.0\n    - --v=2\n    - --v=4\n"},
		{"--bind-address", "0.0.0.0", "127.0.0.1", "    - --profiling\n    - --bind_address=127.0.0.1\n    - --v=2\n    - --v=4\n"},
		{"--v", "4", "5", "    - --profiling\n    - --bind_address\n    - 0.0.0.0\n    - --v=2\n    - --v=5\n"},
	} {
		t.Run(test.flag, func(t *testing.T) {
			d, err := Open("pod:kube-scheduler", []byte(manifest))
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
		"another kind":               "kind: Deployment\nspec: {}\n",
		"no command":                 "kind: Pod\nspec:\n  containers:\n  - name: x\n",
		"no YAML":                    "kind: [\n",
		"mounts that are not a list": "kind: Pod\nspec:\n  containers:\n  - command: [kube-apiserver]\n    volumeMounts: nothing\n",
		"two that start it":          "kind: Pod\nspec:\n  containers:\n  - command: [kube-apiserver]\n  - command: [kube-apiserver]\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Open("pod:kube-apiserver", []byte(text)); err == nil {
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

// The component's own container is read and written, in whatever form it is
// started; nothing else changes.
func TestPodComponent(t *testing.T) {
	const head = "kind: Pod\nspec:\n  containers:\n"
	for _, test := range []struct{ name, component, before, flag, value, set, after string }{
		{"beside a sidecar", "kube-apiserver", "  - name: kms\n    args: [--profiling=true]\n  - command:\n    - kube-apiserver\n    - --profiling=true\n", "--profiling", "true", "false",
			"  - name: kms\n    args: [--profiling=true]\n  - command:\n    - kube-apiserver\n    - --profiling=false\n"},
		{"a list given twice", "kube-apiserver", "  - command:\n    - kube-apiserver\n    - --authorization-mode=AlwaysAllow\n    - --v=1\n    - --authorization-mode=Node,RBAC\n", "--authorization-mode", "AlwaysAllow,Node,RBAC", "Node,RBAC",
			"  - command:\n    - kube-apiserver\n    - --v=1\n    - --authorization-mode=Node,RBAC\n"},
		{"in a shell", "kube-apiserver", "  - command:\n    - /bin/sh\n    - -c\n    - exec kube-apiserver --profiling=true --v=1 1>>/log 2>&1\n", "--profiling", "true", "false",
			"  - command:\n    - /bin/sh\n    - -c\n    - exec kube-apiserver --profiling=false --v=1 1>>/log 2>&1\n"},
		{"added in a shell", "kube-apiserver", "  - command:\n    - /bin/sh\n    - -c\n    - exec kube-apiserver --v=1 1>>/log 2>&1\n", "--profiling", "", "false",
			"  - command:\n    - /bin/sh\n    - -c\n    - exec kube-apiserver --v=1 --profiling=false 1>>/log 2>&1\n"},
		{"in etcd's environment", "etcd", "  - command: [etcd]\n    env:\n    - name: ETCD_AUTO_TLS\n      value: \"true\"\n", "--auto-tls", "true", "false",
			"  - command: [etcd]\n    env:\n    - name: ETCD_AUTO_TLS\n      value: \"false\"\n"},
		{"a word of its own that begins with a dash", "kube-apiserver", "  - command:\n    - kube-apiserver\n    - --audit-log-path\n    - \"-\"\n", "--audit-log-path", "-", "/a",
			"  - command:\n    - kube-apiserver\n    - --audit-log-path=/a\n"},
		{"of a variable", "kube-apiserver", "  - command:\n    - kube-apiserver\n    - --profiling=$(P)\n    env:\n    - name: P\n      value: \"true\"\n", "--profiling", "true", "false",
			"  - command:\n    - kube-apiserver\n    - --profiling=false\n    env:\n    - name: P\n      value: \"true\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Open("pod:"+test.component, []byte(head+test.before))
			if err != nil {
				t.Fatal(err)
			}
			value, _, found, err := d.Get("flag:" + test.flag)
			if err != nil || found != (test.value != "") || found && value != test.value {
				t.Errorf("it is %v, %v, %v; want %q", value, found, err, test.value)
			}
			if err := d.Set("flag:"+test.flag, test.set); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(head+test.after, string(d.Bytes())); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if value, _, _, err := d.Get("flag:" + test.flag); value != test.set || err != nil {
				t.Errorf("afterwards it is %v, %v", value, err)
			}
			if err := d.Unset("flag:" + test.flag); err != nil {
				t.Fatal(err)
			}
			if err := d.(Batch).Flush(); err != nil {
				t.Fatal(err)
			}
			if value, _, found, _ := d.Get("flag:" + test.flag); found {
				t.Errorf("taken away it is %v", value)
			}
		})
	}
}

// A probe has a host where it asks over HTTP or TCP; an empty one is the pod's own
// address.
func TestPodProbes(t *testing.T) {
	const text = "kind: Pod\nspec:\n  containers:\n  - command: [kube-apiserver]\n" +
		"    livenessProbe:\n      httpGet:\n        host: 10.0.0.1 # of the node\n        port: 6443\n" +
		"    readinessProbe:\n      tcpSocket:\n        port: 6443\n"
	const execProbe = "    startupProbe:\n      exec:\n        command: [/bin/true]\n"
	runValues(t, "pod:kube-apiserver", []value{
		{"over HTTP", text, "probe:livenessProbe", "10.0.0.1", 7},
		{"none", text, "probe:startupProbe", nil, 0},
		{"of a program", text + execProbe, "probe:startupProbe", nil, 0},
		{"null", replaced(text, "10.0.0.1", "~"), "probe:livenessProbe", "", 7},
	})
	d := open(t, "pod:kube-apiserver", text)
	if host, _, found, err := d.Get("probe:readinessProbe"); host != "" || !found || err != nil {
		t.Errorf("without a host it asks %v, %v, %v", host, found, err)
	}
	runRows(t, "pod:kube-apiserver", []row{
		{name: "in place", text: text, address: "probe:livenessProbe", value: "127.0.0.1", want: replaced(text, "10.0.0.1", "127.0.0.1")},
		{name: "over TCP", text: text, address: "probe:readinessProbe", value: "127.0.0.1",
			want: replaced(text, "tcpSocket:\n        port: 6443\n", "tcpSocket:\n        port: 6443\n        host: 127.0.0.1\n")},
		{name: "no such probe", text: text, address: "probe:exec", value: "127.0.0.1", err: `address "probe:exec" is not a flag, mount, probe or annotation of a pod`},
		{name: "unset", text: text, address: "probe:livenessProbe", err: "probe:livenessProbe cannot be removed from a pod"},
		{name: "unset what is none", text: text, address: "livenessProbe", err: "is not a flag, mount, probe or annotation"},
		{name: "an annotation", text: "metadata:\n  annotations:\n    a/b: c\n" + text, address: "annotation:a/b", want: text},
		{name: "a flag behind --", text: replaced(text, "[kube-apiserver]", "[kube-apiserver, --]"), address: "flag:--profiling", value: "false",
			err: "the command line contains the word --, and the component takes no flags after this word"},
	})
	if _, _, _, err := d.Get("mount:relative"); err == nil {
		t.Error("a relative path is mounted")
	}
}
