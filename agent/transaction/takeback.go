package transaction

import (
	"bytes"
	"reflect"
	"slices"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/planner"
)

// takeBack gives the present text with the values that a run set as they were
// before, and every other byte as it is. It does so only where that is exact:
// the run's own text, made again, has the digest that the journal knows; taken
// back, it is the text from before, byte for byte; and in the present text
// each value is one of the two.
func takeBack(step journal.Step, before, now []byte, f *facts.Facts) ([]byte, error) {
	step.Fields = actualFields(step, before, f)
	wrote, err := textOfRun(step, before, f)
	if err != nil {
		return nil, err
	}
	again, err := setAll(step, wrote, f, func(c change.FieldChange) any { return c.Before }, true)
	if err != nil || !bytes.Equal(again, before) {
		return nil, message.Errorf("the settings of the run cannot be removed exactly from its text")
	}
	for _, c := range step.Fields {
		syntax, address := planner.FieldSyntax(step.Target, c.Field, f)
		if syntax == "" {
			continue
		}
		doc, err := kubeadm.Document(syntax, now)
		if err != nil {
			return nil, message.Errorf("its text cannot be read any more: %w", err)
		}
		value, _, _, err := doc.Get(address)
		if err != nil || !reflect.DeepEqual(value, c.Before) && !reflect.DeepEqual(value, c.After) {
			return nil, message.Errorf("its %s is neither the value before the run nor the value that the run wrote", c.Field)
		}
	}
	text, err := setAll(step, now, f, func(c change.FieldChange) any { return c.Before }, true)
	if err != nil {
		return nil, message.Errorf("the settings of the run cannot be removed from it: %w", err)
	}
	return text, nil
}

// textOfRun makes the text that a run wrote again. It is an error if its digest is
// not the one in the journal.
func textOfRun(step journal.Step, before []byte, f *facts.Facts) ([]byte, error) {
	unknown := message.Errorf("what the run wrote is no longer known")
	if step.After.File == nil || step.After.File.Content == nil {
		return nil, unknown
	}
	text, err := []byte(nil), error(nil)
	if i := slices.IndexFunc(step.Fields, func(c change.FieldChange) bool { return c.Field == change.FieldContent }); i >= 0 {
		whole, _ := step.Fields[i].After.(string)
		text = []byte(whole)
	} else {
		step.Fields = actualFields(step, before, f)
		text, err = setAll(step, before, f, func(c change.FieldChange) any { return c.After }, false)
	}
	if err != nil || change.Digest(text) != step.After.File.Content.Digest {
		return nil, unknown
	}
	return text, nil
}

// actualFields gives a step's fields with the values that they really had and got,
// also where these are not shown: taken from the text before.
func actualFields(step journal.Step, before []byte, f *facts.Facts) []change.FieldChange {
	fields := slices.Clone(step.Fields)
	known := map[change.Field]any{} // what each is so far
	for i, c := range fields {
		syntax, address := planner.FieldSyntax(step.Target, c.Field, f)
		if syntax == "" || c.Before == nil {
			known[c.Field] = c.After
			continue
		}
		value, again := known[c.Field]
		if doc, err := kubeadm.Document(syntax, before); err == nil && !again {
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
		return nil, message.Errorf("the run wrote the text as a whole")
	}
	if backwards {
		slices.Reverse(fields)
	}
	syntax, _ := planner.FieldSyntax(step.Target, fields[0].Field, f)
	doc, err := kubeadm.Document(syntax, text)
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
