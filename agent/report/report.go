package report

import (
	"slices"
	"strings"
	"time"

	"harden/agent/change"
)

// Report is what a check found on a node, as every format shows it: text, JSON,
// and the formats of other programs. It is a value: it holds all that a format
// says, and the same report gives the same bytes.
type Report struct {
	About
	Plan     change.Plan       // every finding, and what apply would change
	Controls []ReportedControl // those with a finding, in the order of the profile
	// NextBoot is what keeps Kubernetes from working after the next boot; nil where nobody looked.
	NextBoot []change.Conflict

	read *string // the plan's digest, in a report that was read
}

// About is what a report says of itself.
type About struct {
	Title   Bilingual // of the profile
	Host    string    // the node's name, or ""
	Version string    // of harden
	By      string    // who had it made, or ""
	Command string    // the command line that makes it, or ""
	Time    time.Time // when the node was read; zero where it is not known
	Tree    bool      // the node is a tree below --root: nothing runs there
	// Lasted is how long an earlier run took that restarted what this plan restarts; 0 where
	// there is none.
	Lasted time.Duration
	// Sections have the titles of the sections that controls stand in.
	Sections []Section
	Lang     Language // of the texts in a format that holds one language: "en" or "zh"
	STIG     *STIG    // nil where no control is a rule of a STIG
}

// STIG is what a STIG and its rules are called in the checklists of other programs.
type STIG struct {
	ID, Title, Version, Release, Key string
	Rules                            map[string]STIGRule // by the id of a control without its profile, "V-242376"
}

// STIGRule is one rule of a STIG.
type STIGRule struct {
	ID       string // "SV-242376r960759_rule"
	Version  string // the STIG id, "CNTR-K8-000150"
	Severity change.Severity
}

// ReportedControl is a control with what was found of it.
type ReportedControl struct {
	Control
	Section  string            `json:"section"`            // what the ids of a group have in common: "1.1" of "1.1.12"
	Status   change.Status     `json:"status"`             // the worst of its findings
	Severity change.Severity   `json:"severity,omitempty"` // the worst of its rules; "" where only a person can judge it
	Short    string            `json:"-"`                  // the id without the name of the profile that is reported
	Findings []ReportedFinding `json:"-"`
}

// ReportedFinding is a finding with what a reader is told of its rule, and
// what would fix it.
type ReportedFinding struct {
	change.Finding
	About Rule  // of its rule
	Fixes []int // of the plan's changes those that fix it

	changes []change.Change // of the plan
}

// Rule is what a reader is told of a rule.
type Rule struct {
	Title, Why, Risk Bilingual
	Warn             bool      // the risk is to be read before the rule is applied
	Because          Bilingual // why it has its severity
	IDs              []FrameworkIDs
}

// FrameworkIDs are what another framework calls the requirement of a rule.
type FrameworkIDs struct {
	Framework string   `json:"framework"` // as --framework takes it, "nist-800-53"
	Title     string   `json:"title"`
	IDs       []string `json:"ids"`
}

// ClusterScope is the scope of a control on which one verdict holds for all nodes.
const ClusterScope = "cluster"

// NewReport gathers a report. Controls without a finding, which were left out
// by hand, are not in it.
func NewReport(p change.Plan, about About, controls []Control, rules map[string]Rule) Report {
	r := Report{About: about, Plan: p}
	r.gather(controls, rules)
	return r
}

// Digest names the plan. A report that was read no longer has the states that
// it is made of, and says what it was told.
func (r Report) Digest() string {
	if r.read != nil {
		return *r.read
	}
	return r.Plan.Digest()
}

func (r *Report) gather(controls []Control, rules map[string]Rule) {
	about, most := make(map[string][]int, len(controls)), 0
	for i := range r.Plan.Findings {
		for _, id := range r.Plan.Findings[i].Controls {
			about[id] = append(about[id], i)
			most++
		}
	}
	fixes := map[string][]int{}
	for i := range r.Plan.Changes {
		for _, rule := range r.Plan.Changes[i].Rules {
			fixes[rule] = append(fixes[rule], i)
		}
	}
	common := commonProfile(controls)
	all := make([]ReportedFinding, 0, most)
	r.Controls = make([]ReportedControl, 0, len(controls))
	for _, c := range controls {
		first := len(all)
		for _, i := range about[c.ID] {
			f := ReportedFinding{Finding: r.Plan.Findings[i], changes: r.Plan.Changes}
			f.About = rules[f.Rule]
			if f.Status == change.Drift {
				f.Fixes = fixes[f.Rule]
			}
			all = append(all, f)
		}
		findings := slices.Clip(all[first:])
		if len(findings) == 0 {
			continue
		}
		short := shortID(c, r.Plan)
		r.Controls = append(r.Controls, ReportedControl{Control: c, Section: sectionOf(short), Status: worst(findings), Severity: worstSeverity(findings), Short: strings.TrimPrefix(short, common), Findings: findings})
	}
}

// Counts are the numbers of controls by status.
func (r Report) Counts() map[change.Status]int {
	counts := map[change.Status]int{}
	for _, c := range r.Controls {
		counts[c.Status]++
	}
	return counts
}

// Open tells whether a status asks for something to be done: what a person
// must judge, and what a site waived, does not.
func Open(s change.Status) bool {
	return s == change.Drift || s == change.Blocked || s == change.Error
}

// Reason says why a finding of the control is what it is, in a language.
func (c ReportedControl) Reason(f change.Finding, l Language) string {
	if a := f.Attestation; a != nil {
		return l.Attested(*a, c.Manual)
	}
	if w := f.Waiver; w != nil && f.Status == change.Waived {
		text := l.Say(w.Reason+" (until "+w.Expires+")", w.Reason+"（至 "+w.Expires+"）")
		if !w.Blocked.IsZero() {
			text += l.Say("; without the waiver: blocked: ", "；若无豁免：无法自动整改：") + l.Text(w.Blocked)
		}
		return text
	}
	// What the profile itself says stands in a report as a value.
	return l.Text(f.Reason.Knowing(c.Manual.EN, c.Manual.ZH).Knowing(c.NotApplicable.EN, c.NotApplicable.ZH))
}

// Attested says what a person found, and of a verdict that has expired also
// how the control is judged.
func (l Language) Attested(a change.Attestation, manual Bilingual) string {
	until := l.Say(" (until "+a.Expires+")", "（至 "+a.Expires+"）")
	by := l.Say(" by "+a.By+" on "+a.Date+": ", "，"+a.By+"，"+a.Date+"：")
	switch {
	case a.Expired:
		return l.Say("the attestation of "+a.By+" expired on "+a.Expires+" ("+a.Reason+"); "+manual.In("en"),
			a.By+" 的人工确认已于 "+a.Expires+" 过期（"+a.Reason+"）；"+manual.In("zh"))
	case a.Verdict == Attested:
		return l.Say("attested", "人工确认符合") + by + a.Reason + until
	}
	return l.Say("found open", "人工确认不符合") + by + a.Reason + until
}

// The verdicts of a person.
const (
	Attested     = "compliant"
	AttestedOpen = "open"
)

// Remedy says in one line what to do about a finding of the control.
func (c ReportedControl) Remedy(f ReportedFinding, l Language) string {
	fix := f.Fix(l)
	switch {
	case fix != "":
		return "harden apply: " + fix
	case f.Status == change.Manual:
		return c.Manual.In(l)
	case f.Status == change.Blocked || f.Status == change.Error:
		return c.Reason(f.Finding, l)
	}
	return ""
}

// OneLine is what a format shows of a control in one line: the reasons of the
// findings that gave it its status.
func (c ReportedControl) OneLine(l Language) string {
	var reasons []string
	seen := map[string]bool{"": true}
	for _, f := range c.Findings {
		if f.Status != c.Status {
			continue
		}
		if reason := Safe(c.Reason(f.Finding, l)); !seen[reason] {
			seen[reason] = true
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(reasons, "; ")
}

// Heading is the title of the profile, or its name where nothing else is known.
func (r Report) Heading() string {
	if title := r.Title.In(r.Lang); title != "" {
		return title
	}
	return r.Plan.Profile.Name
}
