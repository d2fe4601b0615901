package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
)

// DiffState is what became of a control between two reports.
type DiffState string

// The states. A control is open where something is to be done: drift, blocked,
// error.
const (
	DiffNew     DiffState = "new"     // open now, and was not
	DiffFixed   DiffState = "fixed"   // was open, and is not now
	DiffStill   DiffState = "still"   // open then and now
	DiffChanged DiffState = "changed" // not open, with another verdict than then
	DiffGone    DiffState = "gone"    // no longer in the report
	DiffSame    DiffState = "same"    // not open, with the verdict it had
)

// DiffStates lists them in the order of reports.
var DiffStates = []DiffState{DiffNew, DiffStill, DiffFixed, DiffChanged, DiffGone, DiffSame}

// Diff is what changed between two reports. It is a value, as they are.
type Diff struct {
	Before, After Report
	// ByNumber says that the reports are of profiles without a control in
	// common, so that controls were compared by the number they have in each.
	ByNumber bool
	Controls []ControlDiff // in the order of After, then those that are gone

	index map[string]int // of the controls of After
}

// ControlDiff is one control in two reports.
type ControlDiff struct {
	State         DiffState
	Before, After *ReportedControl // nil where the report does not have it
	// Reworded says that the reasons differ, or the status of what is still open.
	Reworded bool
}

// Compare compares two reports control by control.
func Compare(before, after Report) Diff {
	d := Diff{Before: before, After: after, index: map[string]int{}}
	byID := func(c ReportedControl) string { return c.ID }
	key := byID
	if before.Plan.Profile.Name != after.Plan.Profile.Name && !shared(before, after, byID) {
		number := func(c ReportedControl) string { _, id, _ := strings.Cut(c.ID, "/"); return id }
		if d.ByNumber = shared(before, after, number); d.ByNumber {
			key = number
		}
	}
	then := map[string]*ReportedControl{}
	for i, c := range before.Controls {
		then[key(c)] = &before.Controls[i]
	}
	for i, c := range after.Controls {
		was := then[key(c)]
		delete(then, key(c))
		d.index[c.ID] = i
		d.Controls = append(d.Controls, compare(was, &after.Controls[i]))
	}
	for i, c := range before.Controls {
		if then[key(c)] != nil {
			d.Controls = append(d.Controls, compare(&before.Controls[i], nil))
		}
	}
	return d
}

// shared tells whether two reports have a control in common.
func shared(a, b Report, key func(ReportedControl) string) bool {
	keys := map[string]bool{}
	for _, c := range a.Controls {
		keys[key(c)] = true
	}
	return slices.ContainsFunc(b.Controls, func(c ReportedControl) bool { return keys[key(c)] })
}

func compare(before, after *ReportedControl) ControlDiff {
	d := ControlDiff{Before: before, After: after, State: DiffSame}
	was, is := before != nil && Open(before.Status), after != nil && Open(after.Status)
	switch {
	case after == nil:
		d.State = DiffGone
	case is && !was:
		d.State = DiffNew
	case is:
		d.State, d.Reworded = DiffStill, before.Status != after.Status || before.OneLine("en") != after.OneLine("en")
	case was:
		d.State = DiffFixed
	case before == nil || before.Status != after.Status:
		d.State = DiffChanged
	}
	return d
}

// Control is the control as it is now, or as it was where it is gone.
func (d ControlDiff) Control() ReportedControl { return *cmp.Or(d.After, d.Before) }

// Counts are the numbers of controls by state.
func (d Diff) Counts() map[DiffState]int {
	counts := map[DiffState]int{}
	for _, c := range d.Controls {
		counts[c.State]++
	}
	return counts
}

// Of gives what became of a control of the later report; the zero value
// where nothing is compared.
func (d *Diff) Of(id string) ControlDiff {
	if d == nil {
		return ControlDiff{}
	}
	if i, known := d.index[id]; known {
		return d.Controls[i]
	}
	return ControlDiff{}
}

// DiffDocument is a comparison in a document.
type DiffDocument struct {
	Before     DiffSide       `json:"before"`
	After      DiffSide       `json:"after"`
	ComparedBy string         `json:"comparedBy"` // "id", or "number" where the profiles have no control in common
	Controls   []DiffControl  `json:"controls"`   // all but the same
	Summary    map[string]int `json:"summary"`    // controls by state
}

// DiffSide says which report was compared.
type DiffSide struct {
	Profile change.Profile `json:"profile"`
	Host    string         `json:"host,omitempty"`
	Time    *time.Time     `json:"time,omitempty"`
}

// DiffControl is a control that is not as it was, or is still open.
type DiffControl struct {
	ID       string       `json:"id"`
	Title    Bilingual    `json:"title"`
	State    DiffState    `json:"state"`
	Before   *DiffVerdict `json:"before"` // null where the report does not have it
	After    *DiffVerdict `json:"after"`
	Reworded bool         `json:"reworded"`
}

// DiffVerdict is the verdict of one report on a control.
type DiffVerdict struct {
	Status change.Status `json:"status"`
	Reason string        `json:"reason"`
}

// Document is the comparison as a document.
func (d Diff) Document() Document {
	side := func(r Report) DiffSide {
		s := DiffSide{Profile: r.Plan.Profile, Host: r.Host}
		if !r.Time.IsZero() {
			t := r.Time.UTC().Truncate(time.Second)
			s.Time = &t
		}
		return s
	}
	verdict := func(c *ReportedControl) *DiffVerdict {
		if c == nil {
			return nil
		}
		return &DiffVerdict{c.Status, c.OneLine("en")}
	}
	doc := DiffDocument{Before: side(d.Before), After: side(d.After), ComparedBy: "id", Controls: []DiffControl{}, Summary: map[string]int{}}
	if d.ByNumber {
		doc.ComparedBy = "number"
	}
	for _, s := range DiffStates {
		doc.Summary[string(s)] = 0
	}
	for _, c := range d.Controls {
		doc.Summary[string(c.State)]++
		if c.State != DiffSame {
			of := c.Control()
			doc.Controls = append(doc.Controls, DiffControl{of.ID, of.Title, c.State, verdict(c.Before), verdict(c.After), c.Reworded})
		}
	}
	return Document{Schema: Schema, Kind: "Diff", Diff: &doc}
}

// DiffTitle names what became of a control.
var DiffTitle = map[DiffState]Bilingual{
	DiffNew: {"New", "新增"}, DiffStill: {"Still open", "仍未解决"}, DiffFixed: {"Fixed", "已修复"},
	DiffChanged: {"Verdict changed", "结论改变"}, DiffGone: {"No longer in the report", "不再包含"}, DiffSame: {"Unchanged", "未变"},
}
