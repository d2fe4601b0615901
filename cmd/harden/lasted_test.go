package main

import (
	"errors"
	"slices"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/journal"
)

// How long a plan interrupts is told by the newest run that restarted as much.
func TestLasted(t *testing.T) {
	roll, restart := change.RollPod("kube-apiserver"), change.RestartUnit("kubelet.service")
	plan := change.Plan{Changes: []change.Change{{Effects: []change.Effect{roll, restart}}}}
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	record := func(state journal.State, seconds int, effects ...change.Effect) journal.Record {
		r := journal.Record{State: state, Finished: start.Add(time.Duration(seconds) * time.Second)}
		r.Started = start
		for _, e := range effects {
			r.Effects = append(r.Effects, journal.EffectStep{Effect: e})
		}
		return r
	}
	confirmed := record(journal.Applied, 300, roll, restart)
	confirmed.Confirm = &journal.Confirmation{}
	for name, tt := range map[string]struct {
		runs []journal.Record
		want time.Duration
	}{
		"none":            {nil, 0},
		"the same":        {[]journal.Record{record(journal.Applied, 52, restart, roll)}, 52 * time.Second},
		"less":            {[]journal.Record{record(journal.Applied, 8, restart), record(journal.Applied, 52, restart, roll)}, 52 * time.Second},
		"undone":          {[]journal.Record{record(journal.RolledBack, 8, restart, roll)}, 0},
		"waited for":      {[]journal.Record{confirmed}, 0},
		"of another time": {slices.Repeat([]journal.Record{record(journal.Applied, 1)}, 20), 0},
	} {
		t.Run(name, func(t *testing.T) {
			runs := func(yield func(journal.Record, error) bool) {
				for _, r := range tt.runs {
					if !yield(r, nil) {
						return
					}
				}
			}
			if got := lasted(runs, plan); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	failing := func(yield func(journal.Record, error) bool) { yield(journal.Record{}, errors.New("no")) }
	if got := lasted(failing, plan); got != 0 {
		t.Errorf("of runs that cannot be read: %s", got)
	}
}
