package transaction

import (
	"harden/agent/journal"
	"harden/agent/message"
)

// cover ends the runs that a return to the baseline put back.
func (u *undoing) cover() []message.Text {
	own := u.run.Record()
	if !own.Baseline {
		return nil
	}
	var problems []message.Text
	for r, err := range u.runner.Store.Oldest() {
		if err != nil {
			return append(problems, message.Of(err))
		}
		if r.ID < own.ID && r.State == journal.Applied {
			if err := u.runner.Store.Cover(r.ID, own.ID); err != nil {
				problems = append(problems, message.Of(err))
			}
		}
	}
	return problems
}
