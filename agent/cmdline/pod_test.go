package cmdline

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

func readPod(t *testing.T, manifest string) (*Pod, error) {
	t.Helper()
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte(manifest), &tree); err != nil {
		t.Fatal(err)
	}
	return ReadPod(&tree)
}

// What is no Pod is refused, with the line, what must stand there, and what it is about.
func TestReadPodRefuses(t *testing.T) {
	const container = head + "  - name: kube-apiserver\n"
	for _, test := range []struct {
		name, manifest string
		line           string // "" where it is about the whole
		want           []string
	}{
		{"another kind", "kind: Deployment\n", "", []string{"kind-is-not-pod", `"Deployment"`}},
		{"a kind that is a list", "kind: [Pod]\n", "1", []string{"must-be-text", "kind"}},
		{"a list for the spec", "kind: Pod\nspec: [a]\n", "2", []string{"mapping-must-stand-here"}},
		{"a mapping for the containers", "kind: Pod\nspec:\n  containers: {a: b}\n", "3", []string{"must-be-list", "containers"}},
		{"a text for a container", "kind: Pod\nspec:\n  containers:\n  - kube-apiserver\n", "4", []string{"mapping-must-stand-here"}},
		{"a merged mapping", "x: &x {hostNetwork: true}\nkind: Pod\nspec:\n  <<: *x\n", "4", []string{"merged-mappings-are-not-followed"}},
		{"a number among the words", container + "    command: [kube-apiserver, --v, 2]\n", "7", []string{"must-be-list-of-texts", "command"}},
		{"a list among the words", container + "    args:\n    - --profiling=false\n    - [a]\n", "9", []string{"must-be-list-of-texts", "args"}},
		{"a user by name", container + "    securityContext:\n      runAsUser: root\n", "8", []string{"must-be-number", "runAsUser"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			pod, err := readPod(t, test.manifest)
			if err == nil {
				t.Fatalf("it was read: %+v", pod)
			}
			said := message.Of(err).Coded()
			part := message.Part{Code: said.Code, Args: said.Args}
			if test.line != "" {
				if len(said.Args) != 2 || said.Args[0] != test.line {
					t.Errorf("%q is not about line %s", err, test.line)
				}
				if len(said.Messages) != 1 || said.Messages[0].Parts[1] == nil {
					t.Fatalf("%q: %+v", err, said)
				}
				part = *said.Messages[0].Parts[1]
			}
			if part.Code != test.want[0] || !slices.Equal(part.Args, test.want[1:]) {
				t.Errorf("%q is %s %q, want %q", err, part.Code, part.Args, test.want)
			}
		})
	}
}

// A container runs as its manifest says, or as the pod says, in any spelling of numbers that YAML has.
func TestAccounts(t *testing.T) {
	for _, test := range []struct {
		pod, container string // securityContext
		want           Account
	}{
		{"{}", "{}", Account{-1, -1}}, // the image decides
		{"{runAsUser: 1000, runAsGroup: 0}", "{}", Account{1000, 0}},
		{"{runAsUser: 1000}", "{runAsUser: 0x10, runAsGroup: 7}", Account{16, 7}},
		{"{runAsUser: 1000, runAsGroup: 7}", "{runAsUser: 0}", Account{0, 7}},
		{"null", "null", Account{-1, -1}},
	} {
		pod, err := readPod(t, "kind: Pod\nspec:\n  securityContext: "+test.pod+"\n  containers: [{name: a, securityContext: "+test.container+"}]\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := pod.Containers[0].User; got != test.want {
			t.Errorf("%s in a pod of %s: %v, want %v", test.container, test.pod, got, test.want)
		}
	}
}

// The ways in which the kubelet asks whether a container is well.
func TestProbes(t *testing.T) {
	pod, err := readPod(t, head+`  - name: etcd
    livenessProbe: &same {httpGet: {host: 127.0.0.1, path: /health, port: 2381, scheme: HTTP}}
    readinessProbe: {exec: {command: [etcdctl, endpoint, health]}}
    startupProbe: *same
  - name: proxy
    livenessProbe: {grpc: {port: 1}}
    startupProbe: {tcpSocket: {port: https}}
`)
	if err != nil {
		t.Fatal(err)
	}
	get := Probe{Way: "httpGet", Scheme: "HTTP", Host: "127.0.0.1", Port: "2381", Path: "/health"}
	live, start := get, get
	live.Kind, start.Kind = "livenessProbe", "startupProbe"
	if diff := cmp.Diff([]Probe{live, {Kind: "readinessProbe", Way: "exec", Words: []string{"etcdctl", "endpoint", "health"}}, start}, pod.Containers[0].Probes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]Probe{{Kind: "startupProbe", Way: "tcpSocket", Port: "https"}}, pod.Containers[1].Probes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A component is the container that starts its program. Where two do, none is taken for it.
func TestFind(t *testing.T) {
	for name, test := range map[string]struct{ containers, want string }{
		"by its program":              {"  - {name: a, command: [sleep]}\n  - {name: b, command: [etcd]}\n", "b"},
		"by its name, where none has": {"  - {name: a, command: [sleep]}\n  - {name: etcd, args: [--x]}\n", "etcd"},
		"two that start it":           {"  - {name: etcd, command: [etcd]}\n  - {name: b, command: [/bin/etcd]}\n", ""},
		"none at all":                 {"  - {name: a, command: [sleep]}\n", ""},
	} {
		pod, err := readPod(t, head+test.containers)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if c := pod.Find("etcd"); c != nil {
			got = c.Name
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Of a path that is made of variables, or lies in the container alone, nobody knows where it is on the host.
func TestMountsThatAreNotKnown(t *testing.T) {
	pod, err := readPod(t, head+"  - name: a\n    volumeMounts: [{name: v, mountPath: /in}, {name: v, mountPath: /in/var, subPathExpr: $(X)}]\n  volumes: [{name: v, hostPath: {path: /out/}}]\n")
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"/in/a": "/out/a", "/in/var/a": "", "/else": ""} {
		if got, ok := pod.Containers[0].HostPath(file); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", file, got, ok, want)
		}
	}
}

// The variables of a container come each once, with what they come to.
func TestEnvironment(t *testing.T) {
	pod, err := readPod(t, head+`  - name: a
    env:
    - {name: A, value: one}
    - {name: B, value: '$(A) $$(A) $(MISSING) $(open $x $'}
    - {name: A, value: two}
    - {name: S, valueFrom: {secretKeyRef: {name: a, key: b}}}
    - {name: T, value: 'x$(S)'}
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range pod.Containers[0].Environment() {
		got = append(got, v.Name+"="+v.Text+" "+v.From+v.Unknown.Coded().Code)
	}
	if diff := cmp.Diff([]string{"A=two ", "B=one $(A) $(MISSING) $(open $x $ ", "S= secretKeyRefvariable-comes", "T=x variable-comes"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
