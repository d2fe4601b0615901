package main

import (
	"slices"

	"harden/agent/journal"
)

// outcomeOf is what became of a node by a task that failed, as a word for
// programs. The documentation of the module lists them.
type outcomeOf string

const (
	leftUnchanged outcomeOf = "unchanged"  // by this task: another run may be at work
	putBack       outcomeOf = "undone"     // all that the run wrote
	leftOver      outcomeOf = "incomplete" // not everything could be put back
	waiting       outcomeOf = "pending"    // the run is undone unless it is confirmed
	kept          outcomeOf = "applied"    // the run stays
	cutOff        outcomeOf = "interrupted"
	settledPartly outcomeOf = "settled-partly" // of several runs
	notKnown      outcomeOf = "unknown"
)

// outcome tells what became of the node by a verb that failed with an exit
// code, from the runs that the verb tells of. What it does not know it does not
// call unchanged.
func (c ansibleCall) outcome(code int, d printedDocument) outcomeOf {
	changing := !c.check && c.state != "planned" && c.state != "checked"
	switch {
	case !changing:
		return leftUnchanged
	case code == exitIncomplete:
		return leftOver
	case code == exitUndone:
		return putBack
	case code == exitInternal:
		return notKnown
	case c.state == "recovered" && slices.ContainsFunc(d.Runs, func(r struct{ ID, State string }) bool { return r.State == string(journal.RolledBack) }):
		return settledPartly
	case c.state != "applied" || code < 128 || d.Run == nil || d.Run.ID == "":
		return leftUnchanged // confirm and rollback tell of a run that they left alone
	}
	switch journal.State(d.Run.State) { // a signal stopped it
	case journal.RolledBack:
		return putBack
	case journal.RollbackIncomplete:
		return leftOver
	case journal.Pending:
		return waiting
	case journal.Applied:
		return kept
	case "interrupted":
		return cutOff
	}
	return notKnown
}
