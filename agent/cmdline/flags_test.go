package cmdline

import (
	"testing"

	"gopkg.in/yaml.v3"
)

func commandLine(t *testing.T, name, manifest string) *CommandLine {
	t.Helper()
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte(manifest), &tree); err != nil {
		t.Fatal(err)
	}
	pod, err := ReadPod(&tree)
	if err != nil {
		t.Fatal(err)
	}
	c := pod.Find(name)
	if c == nil {
		t.Fatal("no container")
	}
	return c.CommandLine(name)
}

const head = "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: kube-system}\nspec:\n  containers:\n"

func TestSetting(t *testing.T) {
	for _, test := range []struct{ name, component, container, flag, want string }{
		{"equals", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --profiling=false]}", "profiling", "false"},
		{"bool in another spelling", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --profiling=F]}", "profiling", "false"},
		{"bool without a value", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --profiling, 'false']}", "profiling", "true"},
		{"two words", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --audit-log-path, /a]}", "audit-log-path", "/a"},
		{"a value that looks like a flag", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --audit-log-path, --profiling=false]}", "audit-log-path", "--profiling=false"},
		{"underscores", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --audit_log_path=/a]}", "audit-log-path", "/a"},
		{"the last one counts", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --secure-port=1, --secure-port=2]}", "secure-port", "2"},
		{"lists add up", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --authorization-mode=AlwaysAllow], args: ['--authorization-mode=Node,RBAC']}", "authorization-mode", "AlwaysAllow,Node,RBAC"},
		{"an empty list", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --authorization-mode=]}", "authorization-mode", ""},
		{"maps merge", "kube-controller-manager", "  - {name: k, command: [kube-controller-manager, '--feature-gates=A=false,B=true', '--feature-gates=A=T']}", "feature-gates", "B=true,A=true"},
		{"behind --", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --, --profiling=false]}", "profiling", ""},
		{"one dash for etcd", "etcd", "  - {name: etcd, command: [etcd, -client-cert-auth=1]}", "client-cert-auth", "true"},
		{"etcd's variable", "etcd", "  - {name: etcd, command: [etcd], env: [{name: ETCD_CLIENT_CERT_AUTH, value: 'true'}]}", "client-cert-auth", "true"},
		{"etcd's flag wins over its variable", "etcd", "  - {name: etcd, command: [etcd, --data-dir=/a], env: [{name: ETCD_DATA_DIR, value: /b}]}", "data-dir", "/a"},
		{"an empty variable sets nothing", "etcd", "  - {name: etcd, command: [etcd], env: [{name: ETCD_DATA_DIR, value: ''}]}", "data-dir", ""},
		{"a variable", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, '--profiling=$(P)'], env: [{name: P, value: 'false'}]}", "profiling", "false"},
		{"a variable of a variable", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, '--bind-address=$(B)'], env: [{name: A, value: 1.2.3.4}, {name: B, value: '$(A)'}]}", "bind-address", "1.2.3.4"},
		{"an escaped variable", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, '--bind-address=$$(B)'], env: [{name: B, value: 1.2.3.4}]}", "bind-address", "$(B)"},
		{"args alone", "kube-scheduler", "  - {name: kube-scheduler, args: [--profiling=false]}", "profiling", "false"},
		{"args alone, with a directory that is called as the program", "etcd", "  - {name: etcd, args: [--auto-tls=true, --data-dir=/var/lib/etcd, --v=2]}", "auto-tls", "true"},
		{"args alone, with such a directory as a word", "etcd", "  - {name: etcd, args: [--auto-tls=true, --data-dir, /var/lib/etcd]}", "data-dir", "/var/lib/etcd"},
		{"args alone, with the program", "etcd", "  - {name: etcd, args: [etcd, --data-dir=/var/lib/etcd]}", "data-dir", "/var/lib/etcd"},
		{"a file of go-runner that is called as the program", "kube-apiserver", "  - {name: kube-apiserver, command: [/go-runner], args: [--log-file=/var/log/kube-apiserver, kube-apiserver, --profiling=false]}", "profiling", "false"},
		{"behind go-runner", "kube-apiserver", "  - {name: kube-apiserver, command: [/go-runner], args: [--log-file=/l, /usr/local/bin/kube-apiserver, --profiling=false]}", "profiling", "false"},
		{"a sidecar before it", "kube-apiserver", "  - {name: kms, args: [--profiling=true]}\n  - {name: kube-apiserver, command: [kube-apiserver, --profiling=false]}", "profiling", "false"},
		{"the program counts, not the name", "kube-apiserver", "  - {name: kube-apiserver, command: [proxy, --profiling=true]}\n  - {name: api, command: [/bin/kube-apiserver, --profiling=false]}", "profiling", "false"},
		// What the real components showed.
		{"a number in octal", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, --audit-log-maxage=030]}", "audit-log-maxage", "24"},
		{"a list ends with its line", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, \"--authorization-mode=Node\\n,RBAC\"]}", "authorization-mode", "Node"},
		{"blanks in a map", "kube-controller-manager", "  - {name: k, command: [kube-controller-manager, '--feature-gates=A = true', '--feature-gates= A=0']}", "feature-gates", "A=false"},
		{"an entry is not split", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, '--oidc-required-claim=a=1,b=2', --oidc-required-claim=a=3]}", "oidc-required-claim", "a=3"},
		{"one dash is a letter", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, -profiling=false]}", "profiling", ""},
		{"a letter and its value", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, -v4]}", "v", "4"},
		{"etcd's variables are in capitals", "etcd", "  - {name: etcd, command: [etcd], env: [{name: ETCD_client_cert_auth, value: 'true'}]}", "client-cert-auth", ""},
		{"etcd's variables have no dashes", "etcd", "  - {name: etcd, command: [etcd], env: [{name: ETCD_CLIENT-CERT-AUTH, value: 'true'}]}", "client-cert-auth", ""},
		{"the last variable counts", "etcd", "  - {name: etcd, command: [etcd], env: [{name: ETCD_CLIENT_CERT_AUTH, value: 'true'}, {name: ETCD_CLIENT_CERT_AUTH, value: ''}]}", "client-cert-auth", ""},
		{"etcd's variable of a variable", "etcd", "  - {name: etcd, command: [etcd], env: [{name: A, value: 'true'}, {name: ETCD_CLIENT_CERT_AUTH, value: $(A)}]}", "client-cert-auth", "true"},
		{"feature gates of etcd merge", "etcd", "  - {name: etcd, command: [etcd, '--feature-gates=A=1', '--feature-gates=B=f']}", "feature-gates", "A=true,B=false"},
		{"in a shell", "kube-apiserver", "  - {name: kube-apiserver, command: [/bin/sh, -c, \"exec /bin/kube-apiserver --audit-log-path='/a b' --profiling=false 1>>/var/log/x 2>&1\"]}", "audit-log-path", "/a b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := commandLine(t, test.component, head+test.container).Setting(test.flag)
			if s.Text != test.want || !s.Unknown.IsZero() {
				t.Errorf("%q, unknown %q; want %q", s.Text, s.Unknown, test.want)
			}
		})
	}
}

// What cannot be known is said, and never taken for a value.
func TestUnknown(t *testing.T) {
	for _, test := range []struct{ name, component, container, flag string }{
		{"a secret", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, '--profiling=$(P)'], env: [{name: P, valueFrom: {secretKeyRef: {name: a, key: b}}}]}", "profiling"},
		{"envFrom", "kube-apiserver", "  - {name: kube-apiserver, command: [kube-apiserver, '--profiling=$(P)'], envFrom: [{configMapRef: {name: a}}]}", "profiling"},
		{"a script", "kube-apiserver", "  - {name: kube-apiserver, command: [sh, -c, 'kube-apiserver --profiling=$P']}", "profiling"},
		{"two commands", "kube-apiserver", "  - {name: kube-apiserver, command: [sh, -c, 'sleep 1; exec kube-apiserver --profiling=false']}", "profiling"},
		{"a program of its own", "kube-apiserver", "  - {name: kube-apiserver, command: [/start-api, --profiling=false]}", "profiling"},
		{"variables of etcd's from elsewhere", "etcd", "  - {name: etcd, command: [etcd], envFrom: [{configMapRef: {name: a}}]}", "client-cert-auth"},
		{"a variable of etcd's", "etcd", "  - {name: etcd, command: [etcd], env: [{name: ETCD_CLIENT_CERT_AUTH, valueFrom: {configMapKeyRef: {name: a, key: b}}}]}", "client-cert-auth"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if s := commandLine(t, test.component, head+test.container).Setting(test.flag); s.Unknown.IsZero() {
				t.Errorf("taken for %q", s.Text)
			}
		})
	}
}

func TestReplaceInShell(t *testing.T) {
	c := commandLine(t, "kube-apiserver", head+"  - {name: kube-apiserver, command: [/bin/sh, -c, \"exec kube-apiserver --a='b c' --profiling=true 1>>/var/log/x 2>&1\"]}")
	for _, test := range []struct {
		name     string
		from, to int
		words    []string
		want     string
	}{
		{"replaced", 1, 2, []string{"--profiling=false"}, "exec kube-apiserver --a='b c' --profiling=false 1>>/var/log/x 2>&1"},
		{"removed", 0, 1, nil, "exec kube-apiserver --profiling=true 1>>/var/log/x 2>&1"},
		{"added", 2, 2, []string{"--x=$y z"}, "exec kube-apiserver --a='b c' --profiling=true '--x=$y z' 1>>/var/log/x 2>&1"},
	} {
		if got, ok := c.Shell.Replace(test.from, test.to, test.words); !ok || got != test.want {
			t.Errorf("%s: %q, %v", test.name, got, ok)
		}
	}
}

func TestHostPath(t *testing.T) {
	var tree yaml.Node
	manifest := head + "  - name: a\n    volumeMounts: [{name: v, mountPath: /in}, {name: e, mountPath: /in/tmp}, {name: v, mountPath: /sub, subPath: s}]\n" +
		"  volumes: [{name: v, hostPath: {path: /out}}, {name: e, emptyDir: {}}]\n"
	if err := yaml.Unmarshal([]byte(manifest), &tree); err != nil {
		t.Fatal(err)
	}
	pod, err := ReadPod(&tree)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"/in/a": "/out/a", "/in": "/out", "/in/tmp/a": "", "/inside": "", "/sub/b": "/out/s/b"} {
		if got, ok := pod.Containers[0].HostPath(file); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", file, got, ok, want)
		}
	}
}

// The kubelet reads a manifest by the types of YAML 1.1.
func TestBools(t *testing.T) {
	for written, want := range map[string]string{
		"true": "yes", "True": "yes", "yes": "yes", "on": "yes", "Y": "yes", "!!bool true": "yes",
		"false": "no", "off": "no", "null": "no", "": "no",
		`"true"`: "refused", `"yes"`: "refused", "1": "refused", "sure": "refused", "[]": "refused",
	} {
		var tree yaml.Node
		manifest := "kind: Pod\nspec:\n  hostNetwork: " + written + "\n  containers:\n  - name: a\n    volumeMounts: [{name: v, mountPath: /in, readOnly: " + written + "}]\n"
		if err := yaml.Unmarshal([]byte(manifest), &tree); err != nil {
			t.Fatal(err)
		}
		got := "refused"
		if pod, err := ReadPod(&tree); err == nil {
			got = map[bool]string{true: "yes", false: "no"}[pod.HostNetwork]
			if pod.HostNetwork != pod.Containers[0].Mounts[0].ReadOnly {
				t.Errorf("%s: %+v", written, pod)
			}
		}
		if got != want {
			t.Errorf("hostNetwork: %s is %s, want %s", written, got, want)
		}
	}
}
