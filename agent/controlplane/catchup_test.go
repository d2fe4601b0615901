package controlplane

import (
	"testing"
	"time"

	"harden/agent/facts"
)

// Where nothing was written, the process that is waited for may be the one
// that runs by now: the kubelet rolls a changed manifest when it likes.
func TestRollWatchWhereNothingIsWritten(t *testing.T) {
	const old, current = "old", "new"
	for name, tt := range map[string]struct {
		first, then string
		pid         int
		done        bool
	}{
		"it has rolled":     {current, current, 1, true},
		"it rolls now":      {old, current, 2, true},
		"it does not roll":  {old, old, 1, false},
		"it is the old one": {current, old, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, now, done := rollWatch{component: "etcd"}, time.Unix(0, 0), false
			look := func(pid int, argv string) {
				var err error
				c := &facts.Component{Name: "etcd", Running: true, PID: pid, Argv: []string{"etcd", argv}, ManifestArgv: []string{"etcd", current}}
				if done, err = w.check(t.Context(), c, nil, now); err != nil {
					t.Fatal(err)
				}
				now = now.Add(RollSettle)
			}
			look(1, tt.first)
			look(tt.pid, tt.then)
			if tt.pid != 1 {
				look(tt.pid, tt.then) // a new process has to stay for a moment
			}
			if done != tt.done {
				t.Errorf("done is %v, want %v (last: %s)", done, tt.done, w.last)
			}
		})
	}
}
