package transaction

import "harden/agent/journal"

// cover ends the runs that a return to the baseline put back.
func (u *undoing) cover() []string {
	own := u.run.Record()
	if !own.Baseline {
		return nil
	}
	var problems []string
	for r, err := range u.runner.Store.Oldest() {
		if err != nil {
			return append(problems, err.Error())
		}
		if r.ID < own.ID && r.State == journal.Applied {
			if err := u.runner.Store.Cover(r.ID, own.ID); err != nil {
				problems = append(problems, err.Error())
			}
		}
	}
	return problems
}
