package format

import (
	"fmt"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// What the entries of a report are told by in the systemd journal: fixed for
// ever, see systemd.journal-fields(7), MESSAGE_ID=.
const (
	OpenFindingID = "4cb3f6c1df0d4cda8343a14f10c8de1a" // something is open
	ReportID      = "d5aa8ba05c904ed9b347873637d8ce4a" // a check has ended
)

// Entry is one entry for the systemd journal.
type Entry struct {
	Message  string
	Priority int // of syslog(3): 3 error, 4 warning, 5 notice, 6 informational
	Fields   map[string]string
}

// Entries gives what a report has to say to the systemd journal: an entry for
// every open finding of every control, and a last one that sums up.
func Entries(r report.Report) []Entry {
	var entries []Entry
	for _, c := range r.Controls {
		for _, f := range c.Findings {
			if report.Open(f.Status) {
				entries = append(entries, entry(r, c, f.Finding))
			}
		}
	}
	return append(entries, summary(r))
}

func entry(r report.Report, c report.ReportedControl, f change.Finding) Entry {
	const warning, failed = 4, 3
	e := Entry{Priority: warning, Fields: fields(r, OpenFindingID)}
	if f.Status == change.Error {
		e.Priority = failed
	}
	reason := report.Safe(c.Reason(f, r.Lang))
	e.Message = fmt.Sprintf("%s: %s: %s", report.Safe(c.ID), r.Lang.Status(f.Status), reason)
	var targets []string
	for _, t := range f.Targets {
		targets = append(targets, report.Safe(string(t)))
	}
	for name, value := range map[string]string{
		"HARDEN_CONTROL": report.Safe(c.ID), "HARDEN_TITLE": report.Safe(c.Title.In(r.Lang)), "HARDEN_RULE": report.Safe(f.Rule),
		"HARDEN_STATUS": string(f.Status), "HARDEN_SEVERITY": string(f.Severity), "HARDEN_REASON": reason, "HARDEN_TARGET": strings.Join(targets, "\n"),
	} {
		if value != "" {
			e.Fields[name] = value
		}
	}
	return e
}

func summary(r report.Report) Entry {
	const notice, informational = 5, 6
	e := Entry{Priority: informational, Fields: fields(r, ReportID)}
	counts, open := r.Counts(), 0
	for _, status := range change.Statuses {
		e.Fields["HARDEN_"+strings.ToUpper(strings.ReplaceAll(string(status), "-", "_"))] = strconv.Itoa(counts[status])
		if report.Open(status) {
			open += counts[status]
		}
	}
	e.Fields["HARDEN_OPEN"] = strconv.Itoa(open)
	if open > 0 {
		e.Priority = notice
	}
	s := r.Lang
	e.Message = fmt.Sprintf("%s: %s", report.Safe(r.Plan.Profile.Name), s.Counted(s.Controls(len(r.Controls)), counts, nil))
	return e
}

// fields are those of every entry.
func fields(r report.Report, id string) map[string]string {
	return map[string]string{
		"MESSAGE_ID": id, "SYSLOG_IDENTIFIER": "harden", "HARDEN_VERSION": report.Safe(r.Version),
		"HARDEN_PROFILE": report.Safe(r.Plan.Profile.Name), "HARDEN_PROFILE_DIGEST": r.Plan.Profile.Digest,
	}
}
