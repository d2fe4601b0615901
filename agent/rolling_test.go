package agent

import (
	"testing"

	"harden/agent/change"
)

// What rolls along with the API server, on the way there and back; everything
// else waits for what is rolling.
func TestRollsAlong(t *testing.T) {
	manifest := func(component string) change.Change {
		return change.Change{Target: change.FileTarget("/etc/kubernetes/manifests/" + component + ".yaml"), Effects: []change.Effect{change.RollPod(component)}}
	}
	later := manifest("kube-scheduler")
	later.Later = true
	behind := manifest("kube-scheduler")
	behind.Target = change.PodTarget("kube-scheduler")
	const apiServer, manager, scheduler, reload = "kube-apiserver", "kube-controller-manager", "kube-scheduler", "reload"

	for _, test := range []struct {
		name        string
		rolling     []string // components
		next        change.Change
		component   string
		there, back bool
	}{
		{"the first waits for nobody", nil, manifest(scheduler), scheduler, false, false},
		{"controller manager after the API server", []string{apiServer}, manifest(manager), manager, true, false},
		{"scheduler after both", []string{apiServer, manager}, manifest(scheduler), scheduler, true, false},
		{"scheduler after the controller manager alone", []string{manager}, manifest(scheduler), scheduler, false, true},
		{"API server after both", []string{manager, scheduler}, manifest(apiServer), apiServer, false, true},
		{"scheduler after the encryption", []string{reload}, manifest(scheduler), scheduler, false, true},
		{"API server after the encryption", []string{scheduler, reload}, manifest(apiServer), apiServer, false, true},
		{"API server after etcd", []string{"etcd"}, manifest(apiServer), apiServer, false, false},
		{"etcd after the scheduler", []string{scheduler}, manifest("etcd"), "etcd", false, false},
		{"the second step of something", []string{apiServer}, later, scheduler, false, false},
		{"a process behind its manifest", []string{apiServer}, behind, scheduler, false, false},
		{"a manifest whose mode alone changes", []string{apiServer}, change.Change{Target: manifest(scheduler).Target}, scheduler, false, false},
		{"a plain file", []string{apiServer}, change.Change{Target: "file:/etc/passwd"}, "", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r rolling
			for _, component := range test.rolling {
				effect := change.RollPod(component)
				if component == reload {
					effect = change.ReloadEncryption
				}
				r = append(r, waited{effect: effect})
			}
			if got := r.along(test.next, test.component); got != test.there {
				t.Errorf("along is %v, want %v", got, test.there)
			}
			if got := r.alongBack(test.next, test.component); got != test.back {
				t.Errorf("on the way back it is %v, want %v", got, test.back)
			}
		})
	}
}
