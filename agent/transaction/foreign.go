package transaction

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/planner"
	"harden/agent/report"
)

// meddled is a target that holds something that is neither from before a run
// nor from the run.
type meddled struct {
	own    []change.Field // fields that the run wrote
	others []change.Field // fields that it did not write
	// text is the present text with all that the run set as it was before, nil
	// where the content is as it should be or where that cannot be made.
	text []byte
	why  error // why the text cannot be made
}

// compare holds a target against the two ends of a step; before has its bytes.
func compare(step journal.Step, before, now change.State, f *facts.Facts) meddled {
	var m meddled
	whole := before.Exists() != step.After.Exists() || before.Exists() != now.Exists()
	written := before.Differences(step.After)
	for _, field := range foreign(now, before, step.After) {
		if whole || slices.Contains(written, field) {
			m.own = append(m.own, field)
		} else {
			m.others = append(m.others, field)
		}
	}
	switch {
	case whole:
		m.why = errors.New("it exists, or not, unlike before and after the run")
	case slices.Contains(m.own, change.FieldContent):
		m.text, m.why = takeBack(step, before.File.Content.Data, now.File.Content.Data, f)
	}
	return m
}

// keepable tells whether all that the run wrote can be put back while what
// somebody else changed stays.
func (m meddled) keepable() error {
	for _, field := range m.own {
		switch {
		case m.why != nil:
			return m.why
		case field != change.FieldContent:
			return fmt.Errorf("its %s is neither as before nor as the run wrote it", field)
		}
	}
	return nil
}

// spare gives the state that has everything of goal but what somebody else
// changed. What somebody else wrote in the place of the run's own stays too.
func (m meddled) spare(goal, now change.State) change.State {
	if goal.File == nil || now.File == nil || goal.File.Directory != now.File.Directory {
		return now
	}
	file := *goal.File
	for _, field := range slices.Concat(m.own, m.others) {
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

// takeBack gives the present text with the values that a run set as they were
// before, and every other byte as it is. It does so only where that is exact:
// the run's own text, made again, has the digest that the journal knows; taken
// back, it is the text from before, byte for byte; and in the present text
// each value is one of the two.
func takeBack(step journal.Step, before, now []byte, f *facts.Facts) ([]byte, error) {
	step.Fields = found(step, before, f)
	wrote, err := wrote(step, before, f)
	if err != nil {
		return nil, err
	}
	again, err := setAll(step, wrote, f, func(c change.FieldChange) any { return c.Before }, true)
	if err != nil || !bytes.Equal(again, before) {
		return nil, errors.New("what the run set cannot be taken out of its text exactly")
	}
	for _, c := range step.Fields {
		syntax, address := planner.FieldSyntax(step.Target, c.Field, f)
		if syntax == "" {
			continue
		}
		doc, err := edit.Open(syntax, now)
		if err != nil {
			return nil, fmt.Errorf("its text cannot be read any more: %w", err)
		}
		value, _, _, err := doc.Get(address)
		if err != nil || !reflect.DeepEqual(value, c.Before) && !reflect.DeepEqual(value, c.After) {
			return nil, fmt.Errorf("its %s is neither as before nor as the run wrote it", c.Field)
		}
	}
	text, err := setAll(step, now, f, func(c change.FieldChange) any { return c.Before }, true)
	if err != nil {
		return nil, fmt.Errorf("what the run set cannot be taken out of it: %w", err)
	}
	return text, nil
}

// wrote makes the text again that a run wrote. It is an error where it does
// not come out as the journal knows it.
func wrote(step journal.Step, before []byte, f *facts.Facts) ([]byte, error) {
	unknown := errors.New("what the run wrote is not known any more")
	if step.After.File == nil || step.After.File.Content == nil {
		return nil, unknown
	}
	text, err := []byte(nil), error(nil)
	if i := slices.IndexFunc(step.Fields, func(c change.FieldChange) bool { return c.Field == change.FieldContent }); i >= 0 {
		whole, _ := step.Fields[i].After.(string)
		text = []byte(whole)
	} else {
		step.Fields = found(step, before, f)
		text, err = setAll(step, before, f, func(c change.FieldChange) any { return c.After }, false)
	}
	if err != nil || change.Digest(text) != step.After.File.Content.Digest {
		return nil, unknown
	}
	return text, nil
}

// found gives a step's fields with what they really were and became, where
// that is not shown: taken from the text before.
func found(step journal.Step, before []byte, f *facts.Facts) []change.FieldChange {
	fields := slices.Clone(step.Fields)
	known := map[change.Field]any{} // what each is so far
	for i, c := range fields {
		syntax, address := planner.FieldSyntax(step.Target, c.Field, f)
		if syntax == "" || c.Before == nil {
			known[c.Field] = c.After
			continue
		}
		value, again := known[c.Field]
		if doc, err := edit.Open(syntax, before); err == nil && !again {
			value, _, _, _ = doc.Get(address) // nothing where it cannot be read: then nothing comes out exactly
		}
		fields[i].After = change.Filled(c.After, c.Before, value)
		fields[i].Before = change.Filled(c.Before, c.Before, value)
		known[c.Field] = fields[i].After
	}
	return eachOnce(fields)
}

// eachOnce gives what several rules make of one field as one change of it.
func eachOnce(fields []change.FieldChange) []change.FieldChange {
	var list []change.FieldChange
	for _, c := range fields {
		if i := slices.IndexFunc(list, func(o change.FieldChange) bool { return o.Field == c.Field }); i >= 0 {
			list[i].After, list[i].Stays = c.After, list[i].Stays || c.Stays
			continue
		}
		list = append(list, c)
	}
	return list
}

// setAll gives a text with the values of a step's fields, set in their order
// or backwards.
func setAll(step journal.Step, text []byte, f *facts.Facts, value func(change.FieldChange) any, backwards bool) ([]byte, error) {
	fields := slices.DeleteFunc(slices.Clone(step.Fields), func(c change.FieldChange) bool { syntax, _ := c.Field.Address(); return syntax == "" })
	if len(fields) == 0 {
		return nil, errors.New("the run wrote the text as a whole")
	}
	if backwards {
		slices.Reverse(fields)
	}
	syntax, _ := planner.FieldSyntax(step.Target, fields[0].Field, f)
	doc, err := edit.Open(syntax, text)
	if err != nil {
		return nil, err
	}
	for _, c := range fields {
		_, address := planner.FieldSyntax(step.Target, c.Field, f)
		if v := value(c); v != nil {
			err = doc.Set(address, v)
		} else {
			err = doc.Unset(address)
		}
		if err != nil {
			return nil, err
		}
	}
	if batch, gathers := doc.(edit.Batch); gathers {
		if err := batch.Flush(); err != nil {
			return nil, err
		}
	}
	return doc.Bytes(), nil
}

// report says field by field what somebody else changed.
func (m meddled) report(step journal.Step, before, now change.State, f *facts.Facts) report.Foreign {
	r := report.Foreign{Target: step.Target, Fields: []report.ForeignField{}}
	if err := m.keepable(); err != nil {
		r.Reason = err.Error()
	}
	r.Keepable = r.Reason == ""
	for _, field := range slices.Concat(m.own, m.others) {
		switch {
		case field == change.FieldXattrs:
			r.Fields = append(r.Fields, attributes(before.File, step.After.File, now.File)...)
		case field == change.FieldContent && now.File != nil && now.File.Content != nil:
			r.Fields = append(r.Fields, addresses(step, before, now.File.Content.Data, f)...)
			fallthrough
		default:
			r.Fields = append(r.Fields, report.ForeignField{Field: field, Before: before.Shown(field), After: step.After.Shown(field), Now: now.Shown(field)})
		}
	}
	secret := func(s change.State) bool { return s.File == nil || s.File.Content == nil || s.File.Content.Secret }
	if slices.Contains(slices.Concat(m.own, m.others), change.FieldContent) && !secret(step.After) && now.File.Content != nil {
		var base []byte
		if before.File != nil && before.File.Content != nil && !before.File.Content.Secret {
			base = before.File.Content.Data
		}
		if text, err := wrote(step, base, f); err == nil {
			r.Compare(string(text), string(now.File.Content.Data))
		}
	}
	return r
}

// addresses lists the values that a run set in a document and that are not as
// it set them, as far as they are shown.
func addresses(step journal.Step, before change.State, text []byte, f *facts.Facts) []report.ForeignField {
	var list []report.ForeignField
	fields := eachOnce(step.Fields)
	really := fields
	if before.File != nil && before.File.Content != nil {
		really = found(step, before.File.Content.Data, f)
	}
	for i, c := range fields {
		if syntax, _ := c.Field.Address(); syntax == "" {
			continue
		}
		syntax, address := planner.FieldSyntax(step.Target, c.Field, f)
		doc, err := edit.Open(syntax, text)
		if err != nil {
			return nil // the text itself is what was changed
		}
		value, _, _, err := doc.Get(address)
		if err == nil && reflect.DeepEqual(value, change.Filled(really[i].After, nil, value)) {
			continue
		}
		c = c.Shown()
		shown := report.ForeignField{Field: c.Field, Before: c.Before, After: c.After, Now: change.Like(value, c.Before, c.After)}
		if err != nil {
			shown.Now = err.Error()
		}
		list = append(list, shown)
	}
	return list
}

// attributes lists the extended attributes that are neither as before nor as
// the run left them, by name and digest.
func attributes(before, after, now *change.File) []report.ForeignField {
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
	var list []report.ForeignField
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if v := of(now, name); v != of(before, name) && v != of(after, name) {
			list = append(list, report.ForeignField{Field: change.Field("xattrs:" + name), Before: of(before, name), After: of(after, name), Now: v})
		}
	}
	return list
}

// foreign lists the fields that are neither as before nor as the run wrote them.
func foreign(now, before, after change.State) []change.Field {
	written := now.Differences(after)
	if before.Exists() != now.Exists() {
		// Of what was not there before, or is gone now, no field can be as before.
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
