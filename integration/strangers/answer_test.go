//go:build strangers

package strangers

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// sicken makes the kubelet answer nobody after its next start, but after all
// later ones.
func sicken(t *testing.T) {
	t.Helper()
	write(t, "/opt/kubelet-sick", "", 0, 0o600)
}

// TestAnswersForKubelet has a stranger answer where a sick kubelet does not.
func TestAnswersForKubelet(t *testing.T) {
	attempt(t, "the kubelet is sick", func(t *testing.T) {
		lay(t, worker)
		sicken(t)
		must(t, "systemctl", "restart", "kubelet.service")
		flags := quietly(t, "cis-1.12")
		alone := parse(t, harden(t, append([]string{"plan"}, flags...)...))
		stranger{name: "helper", steps: "answer 127.0.0.1:10248 ok"}.start(t)
		eventually(t, "the stranger answers", healthy(t))
		with := parse(t, harden(t, append([]string{"plan"}, flags...)...))
		same(t, alone, with)
	})
	attempt(t, "there is no kubelet, but one that poses", func(t *testing.T) {
		lay(t, worker)
		must(t, "systemctl", "stop", "kubelet.service")
		flags := quietly(t, "cis-1.12")
		alone := parse(t, harden(t, append([]string{"plan"}, flags...)...))
		stranger{name: "helper", steps: "answer 127.0.0.1:10248 ok"}.start(t)
		waits("kubelet", "--config=/var/lib/kubelet/config.yaml").start(t)
		eventually(t, "the stranger answers", healthy(t))
		same(t, alone, parse(t, harden(t, append([]string{"plan"}, flags...)...)))
	})
	attempt(t, "the kubelet is sick after its restart", func(t *testing.T) {
		lay(t, worker)
		stranger{name: "helper", steps: "answer 127.0.0.1:10248 ok"}.start(t)
		before := take(t)
		sicken(t)
		apply := harden(t, append([]string{"apply", "--yes", "--timeout", "3s"}, quietly(t, "cis-1.12")...)...)
		exits(t, apply, 3, 5)
		before.unchanged(t, "an apply after which the kubelet was sick")
	})
	attempt(t, "an answer without an end", func(t *testing.T) {
		lay(t, worker)
		sicken(t)
		must(t, "systemctl", "restart", "kubelet.service")
		stranger{name: "helper", steps: "answer 127.0.0.1:10248 endless"}.start(t)
		o := harden(t, append([]string{"plan"}, quietly(t, "cis-1.12")...)...)
		exits(t, o, 0)
		modest(t, o)
	})
}

// same makes sure that two plans change the same.
func same(t *testing.T, alone, with document) {
	t.Helper()
	targets := func(d document) (list []string) {
		for _, c := range d.Changes {
			list = append(list, c.Target)
		}
		return list
	}
	if a, b := targets(alone), targets(with); !slices.Equal(a, b) {
		t.Errorf("the stranger changes what is planned, from %v to %v", a, b)
	}
}

// TestAnswersForControlPlane has a stranger pose as the components of a control
// plane that does not run: with the command line of the manifest, whatever it
// says, and with good answers. Nothing may be proven by him.
func TestAnswersForControlPlane(t *testing.T) {
	for name, s := range map[string]stranger{
		"in a namespace":           {namespace: true},
		"of a daemon":              {as: "exporter", service: true},
		"in a cgroup like a pod's": {namespace: true, cgroup: delegated["a static pod"]},
	} {
		attempt(t, name, func(t *testing.T) {
			lay(t, controlPlane)
			before := read(t, "/etc/kubernetes/manifests/kube-apiserver.yaml")
			follow := func(t *testing.T, component, answers string) {
				s.name, s.says, s.steps = component, manifestArgv(t, component)[1:], answers
				s.start(t)
			}
			follow(t, "etcd", "answer 127.0.0.1:2381 ok")
			follow(t, "kube-apiserver", "answer-tls 127.0.0.1:6443 ok")
			wait := begin(t, append([]string{"/usr/bin/harden", "apply", "--yes", "--timeout", "8s", "--only", "apiserver-profiling"}, quietly(t, "cis-1.12")...)...)
			for range 20 { // he sees the change come, and poses as its result
				if read(t, "/etc/kubernetes/manifests/kube-apiserver.yaml") != before {
					run(t, "pkill", "-KILL", "-x", "kube-apiserver")
					follow(t, "kube-apiserver", "answer-tls 127.0.0.1:6443 ok")
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			apply := wait()
			if now := read(t, "/etc/kubernetes/manifests/kube-apiserver.yaml"); now != before && apply.code == 0 {
				t.Errorf("root takes the stranger for the API server that runs the new manifest: %v", apply)
			}
		})
	}
	attempt(t, "flags that only the stranger has", func(t *testing.T) {
		lay(t, controlPlane)
		flags := quietly(t, "cis-1.12")
		profiling := func() string {
			for _, f := range parse(t, harden(t, append([]string{"check"}, flags...)...)).Findings {
				if strings.Contains(f.Rule, "apiserver-profiling") {
					return f.Status
				}
			}
			t.Fatal("no finding is about the API server's profiling")
			return ""
		}
		manifest := "/etc/kubernetes/manifests/kube-apiserver.yaml"
		text := read(t, manifest)
		write(t, manifest, strings.Replace(text, "    - --allow-privileged=true\n", "    - --allow-privileged=true\n    - --profiling=false\n", 1), 0, 0o600)
		// The API server itself runs as it did before.
		stranger{as: "root", name: "kube-apiserver", says: []string{"--allow-privileged=true"}}.start(t)
		alone := profiling()
		argv := manifestArgv(t, "kube-apiserver")
		stranger{name: argv[0], says: argv[1:], namespace: true}.start(t)
		if with := profiling(); with == "compliant" && alone != "compliant" {
			t.Errorf("the verdict on the API server's profiling was %q, and since the stranger runs with it %q", alone, with)
		}
	})
}
