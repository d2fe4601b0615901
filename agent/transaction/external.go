package transaction

import (
	"maps"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/message"
)

// externalChange is a change that something other than harden made to a target: it
// has neither its state before a run nor the one that the run wrote.
type externalChange struct {
	runFields   []change.Field // fields that the run wrote
	otherFields []change.Field // fields that it did not write
	// text is the present text in which every value that the run set is as before the
	// run; nil if the content is as it should be or if no such text can be made.
	text []byte
	why  error // why the text cannot be made
}

// compare holds a target against the two ends of a step; before has its bytes.
func compare(step journal.Step, before, now change.State, f *facts.Facts) externalChange {
	var m externalChange
	whole := before.Exists() != step.After.Exists() || before.Exists() != now.Exists()
	written := before.Differences(step.After)
	for _, field := range externalFields(now, before, step.After) {
		if whole || slices.Contains(written, field) {
			m.runFields = append(m.runFields, field)
		} else {
			m.otherFields = append(m.otherFields, field)
		}
	}
	switch {
	case whole:
		m.why = message.Errorf("it was created or removed after the run")
	case slices.Contains(m.runFields, change.FieldContent):
		m.text, m.why = takeBack(step, before.File.Content.Data, now.File.Content.Data, f)
	}
	return m
}

// keepable tells whether all that the run wrote can be put back while what
// somebody else changed stays.
func (m externalChange) keepable() error {
	for _, field := range m.runFields {
		switch {
		case m.why != nil:
			return m.why
		case field != change.FieldContent:
			return message.Errorf("its %s is neither the value before the run nor the value that the run wrote", field)
		}
	}
	return nil
}

// keep gives goal with the external changes kept, also those of fields that the
// run wrote.
func (m externalChange) keep(goal, now change.State) change.State {
	if goal.File == nil || now.File == nil || goal.File.Directory != now.File.Directory {
		return now
	}
	file := *goal.File
	for _, field := range slices.Concat(m.runFields, m.otherFields) {
		switch field {
		case change.FieldMode:
			file.Mode = now.File.Mode
		case change.FieldOwner:
			file.UID, file.GID = now.File.UID, now.File.GID
		case change.FieldXattrs:
			file.Xattrs = maps.Clone(now.File.Xattrs)
		case change.FieldContent:
			file.Content = now.File.Content
			if m.text != nil {
				file.Content = change.NewContent(m.text, now.File.Content.Secret)
			}
		}
	}
	return change.State{File: &file}
}

// externalFields lists the fields that are neither as before nor as the run wrote them.
func externalFields(now, before, after change.State) []change.Field {
	written := now.Differences(after)
	if before.Exists() != now.Exists() {
		// If the target did not exist before or is missing now, every field differs.
		return written
	}
	return slices.DeleteFunc(now.Differences(before), func(f change.Field) bool { return !slices.Contains(written, f) })
}

func join(fields []change.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}
