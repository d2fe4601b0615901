package main

import (
	"iter"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/journal"
)

// lasted is how long the newest run took that was applied and restarted all that a plan
// restarts; 0 where there is none, or the runs cannot be read.
func lasted(runs iter.Seq2[journal.Record, error], p change.Plan) time.Duration {
	const most = 10 // runs that are looked at
	var wanted []change.Effect
	for _, e := range p.Effects() {
		if e.IsRestart() || e.Component() != "" {
			wanted = append(wanted, e)
		}
	}
	if len(wanted) == 0 {
		return 0
	}
	n := 0
	for r, err := range runs {
		if n++; err != nil || n > most {
			return 0
		}
		missing := func(e change.Effect) bool {
			return !slices.ContainsFunc(r.Effects, func(done journal.EffectStep) bool { return done.Effect == e })
		}
		// A run that waited for somebody to confirm it took as long as he did.
		if r.State == journal.Applied && r.Confirm == nil && r.Finished.After(r.Started) && !slices.ContainsFunc(wanted, missing) {
			return r.Finished.Sub(r.Started)
		}
	}
	return 0
}
