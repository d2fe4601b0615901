package transaction

import (
	"maps"
	"reflect"
	"slices"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/planner"
	"harden/agent/report"
)

// report says field by field what somebody else changed.
func (m externalChange) report(step journal.Step, before, now change.State, f *facts.Facts) report.ExternalChange {
	r := report.ExternalChange{Target: step.Target, Fields: []report.ExternalField{}}
	if err := m.keepable(); err != nil {
		r.Reason = message.Of(err)
	}
	r.Keepable = r.Reason.IsZero()
	for _, field := range slices.Concat(m.runFields, m.otherFields) {
		switch {
		case field == change.FieldXattrs:
			r.Fields = append(r.Fields, attributes(before.File, step.After.File, now.File)...)
		case field == change.FieldContent && now.File != nil && now.File.Content != nil:
			r.Fields = append(r.Fields, addresses(step, before, now.File.Content.Data, f)...)
			fallthrough
		default:
			r.Fields = append(r.Fields, report.ExternalField{Field: field, Before: before.Shown(field), After: step.After.Shown(field), Now: now.Shown(field)})
		}
	}
	secret := func(s change.State) bool { return s.File == nil || s.File.Content == nil || s.File.Content.Secret }
	if slices.Contains(slices.Concat(m.runFields, m.otherFields), change.FieldContent) && !secret(step.After) && now.File.Content != nil {
		var base []byte
		if before.File != nil && before.File.Content != nil && !before.File.Content.Secret {
			base = before.File.Content.Data
		}
		if text, err := textOfRun(step, base, f); err == nil {
			r.Compare(string(text), string(now.File.Content.Data))
		}
	}
	return r
}

// addresses lists the values that a run set in a document and that are not as
// it set them, as far as they are shown.
func addresses(step journal.Step, before change.State, text []byte, f *facts.Facts) []report.ExternalField {
	var list []report.ExternalField
	fields := eachOnce(step.Fields)
	really := fields
	if before.File != nil && before.File.Content != nil {
		really = actualFields(step, before.File.Content.Data, f)
	}
	for i, c := range fields {
		if syntax, _ := c.Field.Address(); syntax == "" {
			continue
		}
		syntax, address := planner.FieldSyntax(step.Target, c.Field, f)
		doc, err := kubeadm.Document(syntax, text)
		if err != nil {
			return nil // the text itself is what was changed
		}
		value, _, _, err := doc.Get(address)
		if err == nil && reflect.DeepEqual(value, change.Filled(really[i].After, nil, value)) {
			continue
		}
		c = c.Shown()
		shown := report.ExternalField{Field: c.Field, Before: c.Before, After: c.After, Now: change.Like(value, c.Before, c.After)}
		if err != nil {
			shown.Now = err.Error()
		}
		list = append(list, shown)
	}
	return list
}

// attributes lists the extended attributes that are neither as before nor as
// the run left them, by name and digest.
func attributes(before, after, now *change.File) []report.ExternalField {
	of := func(f *change.File, name string) any {
		if f == nil {
			return nil
		}
		if value, has := f.Xattrs[name]; has {
			return change.Redacted(value)
		}
		return nil
	}
	names := map[string]bool{}
	for _, f := range []*change.File{before, after, now} {
		if f != nil {
			for name := range f.Xattrs {
				names[name] = true
			}
		}
	}
	var list []report.ExternalField
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if v := of(now, name); v != of(before, name) && v != of(after, name) {
			list = append(list, report.ExternalField{Field: change.Field("xattrs:" + name), Before: of(before, name), After: of(after, name), Now: v})
		}
	}
	return list
}
