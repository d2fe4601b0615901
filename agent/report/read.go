package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/stable"
)

// MaxReport is the largest report that is read again, in bytes.
const MaxReport = 64 << 20

// ReadReport reads a report, or a plan, that harden printed as JSON. What it
// does not know is passed over, so that a report of a newer harden can be
// read; what it needs must be there. Of a plan the titles of controls are not
// known.
func ReadReport(data []byte) (Report, error) {
	if len(data) > MaxReport {
		return Report{}, message.Errorf("it is larger than %d bytes", MaxReport)
	}
	var d Document
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&d); err != nil {
		return Report{}, message.Errorf("it is not a JSON document of harden: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Report{}, message.Errorf("something follows the document")
	}
	switch {
	case d.Schema != Schema:
		return Report{}, message.Errorf("its schema is %q, not %s", d.Schema, Schema)
	case d.Kind != "Report" && d.Kind != "Plan":
		return Report{}, message.Errorf("it is a %s, not a Report", d.Kind)
	case d.Profile == nil || d.Node == nil:
		if d.Error != nil {
			return Report{}, message.Errorf("it holds no findings, because the check failed: %s", d.Error.Message)
		}
		return Report{}, message.Errorf("it names no profile, or no node")
	}
	r := Report{About: About{Host: d.Host, Version: d.Version, Sections: d.Sections}, read: &d.Digest,
		Plan: change.Plan{Profile: *d.Profile, Node: *d.Node, Changes: d.Changes, Findings: d.Findings}}
	if d.Time != nil {
		r.Time = *d.Time
	}
	for _, c := range d.NextBoot {
		c.Reason, c.Fix, c.CodedTexts = c.CodedTexts.Text("reason", c.Reason), c.CodedTexts.Text("fix", c.Fix), nil
		r.NextBoot = append(r.NextBoot, c)
	}
	if err := r.sound(); err != nil {
		return Report{}, err
	}
	controls := make([]Control, len(d.Controls))
	for i, c := range d.Controls {
		controls[i] = c.Control
	}
	if err := r.Complete(controls, nil); err != nil {
		return Report{}, err
	}
	return r, nil
}

// sound checks the findings, and gives their values the types that they had.
func (r *Report) sound() error {
	for i := range r.Plan.Findings {
		f := &r.Plan.Findings[i]
		if !slices.Contains(change.Statuses, f.Status) {
			return message.Errorf("finding %d of rule %q: %q is not a status", i+1, f.Rule, f.Status)
		}
		if len(f.Controls) == 0 && f.Rule == "" {
			return message.Errorf("finding %d names neither a rule nor a control", i+1)
		}
		restoreTexts(f)
	}
	for i := range r.Plan.Changes {
		for k := range r.Plan.Changes[i].Fields {
			f := &r.Plan.Changes[i].Fields[k]
			f.Before, f.After, f.CodedTexts = f.CodedTexts.TextOf("before", plain(f.Before)), f.CodedTexts.TextOf("after", plain(f.After)), nil
		}
	}
	return nil
}

// plain gives a value that was JSON the type that it has in a plan.
func plain(v any) any {
	list, is := v.([]any)
	if !is {
		return v
	}
	texts := make([]string, len(list))
	for i, e := range list {
		texts[i] = fmt.Sprint(e)
	}
	return texts
}

// Complete tells a report that was read what it does not hold itself: the
// controls where it was a plan, and what is told of rules. Controls that are
// not known keep their ids only.
func (r *Report) Complete(controls []Control, rules map[string]Rule) error {
	known := map[string]bool{}
	for _, c := range controls {
		if known[c.ID] {
			return message.Errorf("control %q appears twice", c.ID)
		}
		known[c.ID] = true
	}
	var others []Control
	for _, f := range r.Plan.Findings {
		for _, id := range f.Controls {
			if !known[id] {
				known[id] = true
				others = append(others, Control{ID: id, Rules: []string{}})
			}
		}
	}
	stable.Sort(others, func(a, b Control) int { return ByNumber(a.ID, b.ID) })
	r.Controls = nil
	r.gather(append(slices.Clone(controls), others...), rules)
	return nil
}

// ByNumber orders ids as a benchmark prints them: 1.2.9 before 1.2.10.
func ByNumber(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		n, err := strconv.Atoi(x)
		m, err2 := strconv.Atoi(y)
		if err == nil && err2 == nil {
			return cmp.Compare(n, m)
		}
		return strings.Compare(x, y)
	})
}
