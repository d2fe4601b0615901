package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
)

// Document is a report as a document: what was found, and as the fix what
// apply would change.
func (r Report) Document() Document {
	d := documentOf(r.Plan, "Report", r.Digest())
	d.Host, d.Version, d.Controls, d.Sections, d.NextBoot = r.Host, r.Version, r.Controls, r.Sections, r.NextBoot
	if !r.Time.IsZero() {
		t := r.Time.UTC().Truncate(time.Second)
		d.Time = &t
	}
	if d.Controls == nil {
		d.Controls = []ReportedControl{}
	}
	return d
}

// shortID is a control's id, without the name of the profile that is reported.
func shortID(c Control, p change.Plan) string { return strings.TrimPrefix(c.ID, p.Profile.Name+"/") }

// commonProfile is the profile that all controls come from, "cis-1.12/", where it is another one
// than the reported one, as in a site's own; "" where there are several.
func commonProfile(controls []Control) string {
	common := ""
	for i, c := range controls {
		name, _, _ := strings.Cut(c.ID, "/")
		if i > 0 && name+"/" != common {
			return ""
		}
		common = name + "/"
	}
	return common
}

// sectionOf is what ids have in common that stand together: "1.1" of "1.1.12".
func sectionOf(id string) string {
	return id[:max(strings.LastIndexByte(id, '.'), 0)]
}

// gravity orders the verdicts: the worst of a control's findings is its own.
var gravity = []change.Status{change.NotApplicable, change.Compliant, change.Waived, change.Manual, change.Drift, change.Blocked, change.Error}

func heavier(a, b change.Status) bool { return slices.Index(gravity, a) > slices.Index(gravity, b) }

func worst(findings []ReportedFinding) change.Status {
	status := findings[0].Status
	for _, f := range findings {
		if heavier(f.Status, status) {
			status = f.Status
		}
	}
	return status
}

// worstSeverity is that of the rules that do not hold, or of all of them where
// all hold.
func worstSeverity(findings []ReportedFinding) change.Severity {
	var all, open change.Severity
	for _, f := range findings {
		if all == "" || f.Severity.AtLeast(all) {
			all = f.Severity
		}
		if Open(f.Status) && (open == "" || f.Severity.AtLeast(open)) {
			open = f.Severity
		}
	}
	return cmp.Or(open, all)
}

// Section is a part of a profile's controls: "1.1" of "1.1.12".
type Section struct {
	ID    string    `json:"id"`
	Title Bilingual `json:"title"`
}
