package agent

import (
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/agent/transaction"
)

// blockedByExternalChange tells whether external changes keep a rollback from going on.
func blockedByExternalChange(external []report.ExternalChange, options RollbackOptions) bool {
	return slices.ContainsFunc(external, func(o report.ExternalChange) bool { return !o.Keepable || !options.KeepOthers })
}

// externalChangeFailure is the error that lists external changes, with the options
// that go on in spite of them.
func externalChangeFailure(external []report.ExternalChange, what message.Text) *node.Error {
	var names []message.Text
	keepable := true
	for _, o := range external {
		name := message.Value(string(o.Target))
		var fields []string
		for _, f := range o.Fields {
			kind, _ := f.Field.Address()
			switch kind {
			case "xattrs":
				fields = append(fields, "xattrs")
			case "":
				fields = append(fields, string(f.Field))
			}
		}
		switch {
		case len(fields) > 0:
			name = message.New("%s: %s", o.Target, strings.Join(slices.Compact(fields), ", "))
		case !o.Reason.IsZero():
			name = message.New("%s: %s", o.Target, o.Reason)
		}
		names = append(names, name)
		keepable = keepable && o.Keepable
	}
	hint := message.New("review these changes; --force overwrites them")
	if keepable {
		hint = message.New("review these changes; --force overwrites them, --keep-others removes only what the run wrote")
	}
	return node.Failure(node.Failed, hint, "%s: %s", what, message.List(names...))
}

// newest refuses to roll back a run under newer ones that wrote the same: what
// they found would come back. It names all of them, in the order in which they
// have to go.
func (a *Agent) newest(record journal.Record, options RollbackOptions) error {
	var names []message.Text
	var first []string
	for r, err := range a.Store.Newest() {
		if err != nil {
			return node.Of(node.Failed, err)
		}
		if r.ID <= record.ID {
			break
		}
		if r.State.Unreadable() && !options.Force {
			return node.Failure(node.Failed, message.New("see what it wrote in plan.json beside %s, then roll back anyway with --force", r.BackupDir),
				"run %s may have changed the same targets as the earlier run %s, but the record of the later run cannot be read: %s", r.ID, record.ID, message.List(r.Problems...))
		}
		if r.State == journal.RolledBack || r.State.Open() || r.State.Unreadable() {
			continue
		}
		if t := overlap(record, r, options); t != "" {
			names = append(names, message.New("run %s wrote %s after run %s", r.ID, t, record.ID))
			first = append(first, "harden rollback "+r.ID)
		}
	}
	switch len(first) {
	case 0:
		return nil
	case 1:
		return node.Failure(node.Failed, message.New("first roll back that run: %s", first[0]), "%s", names[0])
	}
	return node.Failure(node.Failed, message.New("first roll back these runs, in this order: %s", strings.Join(first, "; ")), "%s", message.List(names...))
}

// overlap finds a target of which both runs wrote the same, or on which the
// newer one builds.
func overlap(older, newer journal.Record, options RollbackOptions) change.Target {
	for _, o := range older.Steps {
		for _, n := range newer.Steps {
			if !o.Intended || !n.Intended || o.Undone || n.Undone {
				continue
			}
			if o.Target == n.Target && sameFields(o, n, options) || owns(o, n) {
				return n.Target
			}
		}
	}
	return ""
}

// sameFields tells whether two steps of one target wrote the same of it. Two
// that set different values in one document did so too, unless what others
// changed is to be kept: the newer run is one of them then.
func sameFields(o, n journal.Step, options RollbackOptions) bool {
	existed := func(s journal.Step) bool { return s.Before.Exists() && s.After.Exists() }
	if !existed(o) || !existed(n) {
		return true
	}
	written := n.Before.Differences(n.After)
	for _, field := range o.Before.Differences(o.After) {
		if slices.Contains(written, field) && (field != change.FieldContent || !options.KeepOthers || sameAddress(o, n)) {
			return true
		}
	}
	return false
}

func sameAddress(o, n journal.Step) bool {
	return slices.ContainsFunc(o.Fields, func(a change.FieldChange) bool {
		return slices.ContainsFunc(n.Fields, func(b change.FieldChange) bool {
			syntax, _ := b.Field.Address()
			return a.Field == b.Field && syntax != "" || b.Field == change.FieldContent || a.Field == change.FieldContent
		})
	})
}

// owns tells whether a newer run gave a file to an account that the older one
// made: without the account its number would be anybody's.
func owns(o, n journal.Step) bool {
	f := n.After.File
	if o.Before.Exists() || f == nil || !slices.Contains(n.Before.Differences(n.After), change.FieldOwner) && n.Before.Exists() {
		return false
	}
	return o.After.User != nil && o.After.User.UID == f.UID || o.After.Group != nil && o.After.Group.GID == f.GID
}

// prune removes old runs where so many are kept. What goes wrong harms nothing
// but the disk's free space.
func (a *Agent) prune(result *transaction.Result) {
	if result == nil || a.KeepRuns <= 0 {
		return
	}
	if err := a.Store.Prune(a.KeepRuns); err != nil {
		result.Warnings = append(result.Warnings, message.New("the records of old runs could not be removed: %v", err))
	}
	records, err := a.Store.Incomplete()
	if err == nil && len(records) > 0 {
		return // what such a run left of an account that is gone is still to be put back
	}
	if err == nil {
		err = a.Root.PruneAccounts()
	}
	if err != nil {
		result.Warnings = append(result.Warnings, message.New("the saved entry of an account that no longer exists could not be removed: %v", err))
	}
}
