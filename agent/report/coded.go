package report

import (
	"slices"

	"harden/agent/change"
	"harden/agent/message"
)

// coded gives the document with the codes of its messages, for machines, but for those
// in its changes and findings; restoreTexts takes them back.
func (d Document) coded() Document {
	d.NextBoot = slices.Clone(d.NextBoot)
	for i := range d.NextBoot {
		c := &d.NextBoot[i]
		c.CodedTexts.Add("reason", c.Reason)
		c.CodedTexts.Add("fix", c.Fix)
	}
	if d.Explanation != nil {
		e := *d.Explanation
		e.Findings, e.Changes = slices.Clone(e.Findings), slices.Clone(e.Changes)
		for i, f := range e.Findings {
			e.Findings[i] = codedFinding(f)
			e.Findings[i].Observed = slices.Clone(f.Observed)
			for k, o := range f.Observed {
				e.Findings[i].Observed[k] = codedObservation(o)
			}
		}
		for i, c := range e.Changes {
			e.Changes[i] = codedChange(c)
		}
		d.Explanation = &e
	}
	if d.Error != nil {
		e := *d.Error
		e.CodedTexts.Add("message", e.Message)
		e.CodedTexts.Add("hint", e.Hint)
		d.Error = &e
	}
	return d
}

// codedFinding leaves what was observed as it is.
func codedFinding(f change.Finding) change.Finding {
	f.Coded = f.Reason.Coded()
	if f.Waiver != nil {
		f.CodedTexts.Add("waiver.blocked", f.Waiver.Blocked)
	}
	return f
}

func codedObservation(o change.Observation) change.Observation {
	o.CodedTexts.Add("where", o.Where)
	addValue(&o.CodedTexts, "expected", o.Expected)
	addValue(&o.CodedTexts, "actual", o.Actual)
	return o
}

func codedChange(c change.Change) change.Change {
	c.Fields = slices.Clone(c.Fields)
	for k := range c.Fields {
		f := &c.Fields[k]
		addValue(&f.CodedTexts, "before", f.Before)
		addValue(&f.CodedTexts, "after", f.After)
	}
	return c
}

// addValue notes a value that is a message.
func addValue(s *message.CodedTexts, key string, v any) {
	if t, is := v.(message.Text); is {
		s.Add(key, t)
	}
}

// restoreTexts gives the messages of a finding that was read back their codes, and its
// values their types.
func restoreTexts(f *change.Finding) {
	f.Reason, f.Coded = f.Text(f.Reason), message.Coded{}
	if w := f.Waiver; w != nil {
		w.Blocked = f.CodedTexts.Text("waiver.blocked", w.Blocked)
	}
	f.CodedTexts = nil
	for k := range f.Observed {
		o := &f.Observed[k]
		o.Where = o.CodedTexts.Text("where", o.Where)
		o.Expected, o.Actual = o.CodedTexts.TextOf("expected", plain(o.Expected)), o.CodedTexts.TextOf("actual", plain(o.Actual))
		o.CodedTexts = nil
	}
}
