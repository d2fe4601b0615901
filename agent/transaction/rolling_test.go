package transaction

import (
	"testing"

	"harden/agent/change"
)

// What rolls along with the API server; everything else waits for what is rolling.
func TestRollsAlong(t *testing.T) {
	manifest := func(component string) change.Change {
		return change.Change{Target: change.FileTarget("/etc/kubernetes/manifests/" + component + ".yaml"), Effects: []change.Effect{change.RollPod(component)}}
	}
	later := manifest("kube-scheduler")
	later.Later = true
	behind := manifest("kube-scheduler")
	behind.Target = change.PodTarget("kube-scheduler")
	const apiServer, manager, scheduler = "kube-apiserver", "kube-controller-manager", "kube-scheduler"

	for _, test := range []struct {
		name      string
		rolling   []string // components
		next      change.Change
		component string
		there     bool
	}{
		{"the first waits for nobody", nil, manifest(scheduler), scheduler, false},
		{"controller manager after the API server", []string{apiServer}, manifest(manager), manager, true},
		{"scheduler after both", []string{apiServer, manager}, manifest(scheduler), scheduler, true},
		{"scheduler after the controller manager alone", []string{manager}, manifest(scheduler), scheduler, false},
		{"API server after both", []string{manager, scheduler}, manifest(apiServer), apiServer, false},
		{"API server after etcd", []string{"etcd"}, manifest(apiServer), apiServer, false},
		{"etcd after the scheduler", []string{scheduler}, manifest("etcd"), "etcd", false},
		{"the second step of something", []string{apiServer}, later, scheduler, false},
		{"a process behind its manifest", []string{apiServer}, behind, scheduler, false},
		{"a manifest whose mode alone changes", []string{apiServer}, change.Change{Target: manifest(scheduler).Target}, scheduler, false},
		{"a plain file", []string{apiServer}, change.Change{Target: "file:/etc/passwd"}, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r rolling
			for _, component := range test.rolling {
				r = append(r, waited{effect: change.RollPod(component)})
			}
			if got := r.joins(test.next, test.component); got != test.there {
				t.Errorf("along is %v, want %v", got, test.there)
			}
		})
	}
}
