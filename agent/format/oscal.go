package format

import (
	"cmp"
	"crypto/sha1"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"harden/agent/change"
	"harden/agent/report"
)

// The parts of OSCAL 1.1.3 assessment results (NIST) that harden writes.
type (
	oscalResults struct {
		UUID     string        `json:"uuid"`
		Metadata oscalMetadata `json:"metadata"`
		ImportAP oscalImport   `json:"import-ap"`
		Results  []oscalResult `json:"results"`
	}
	oscalMetadata struct {
		Title        string      `json:"title"`
		LastModified string      `json:"last-modified"`
		Version      string      `json:"version"`
		OSCAL        string      `json:"oscal-version"`
		Props        []oscalProp `json:"props,omitempty"`
	}
	oscalImport struct {
		Href    string `json:"href"`
		Remarks string `json:"remarks"`
	}
	oscalProp struct {
		Name  string `json:"name"`
		NS    string `json:"ns"`
		Value string `json:"value"`
	}
	oscalResult struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Start        string             `json:"start"`
		End          string             `json:"end"`
		Props        []oscalProp        `json:"props,omitempty"`
		Local        oscalLocal         `json:"local-definitions"`
		Reviewed     oscalReviewed      `json:"reviewed-controls"`
		Observations []oscalObservation `json:"observations,omitempty"`
		Risks        []oscalRisk        `json:"risks,omitempty"`
		Findings     []oscalFinding     `json:"findings,omitempty"`
	}
	oscalLocal struct {
		Inventory []oscalItem `json:"inventory-items"`
	}
	oscalItem struct {
		UUID        string      `json:"uuid"`
		Description string      `json:"description"`
		Props       []oscalProp `json:"props,omitempty"`
	}
	oscalReviewed struct {
		Selections []oscalSelection `json:"control-selections"`
	}
	oscalSelection struct {
		Include []oscalControl `json:"include-controls,omitempty"`
		Exclude []oscalControl `json:"exclude-controls,omitempty"`
	}
	oscalControl struct {
		ID string `json:"control-id"`
	}
	oscalObservation struct {
		UUID        string          `json:"uuid"`
		Title       string          `json:"title"`
		Description string          `json:"description"`
		Props       []oscalProp     `json:"props,omitempty"`
		Methods     []string        `json:"methods"`
		Types       []string        `json:"types"`
		Subjects    []oscalSubject  `json:"subjects"`
		Evidence    []oscalEvidence `json:"relevant-evidence,omitempty"`
		Collected   string          `json:"collected"`
		Expires     string          `json:"expires,omitempty"`
	}
	oscalSubject struct {
		UUID string `json:"subject-uuid"`
		Type string `json:"type"`
	}
	oscalEvidence struct {
		Description string `json:"description"`
	}
	oscalRisk struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Statement    string             `json:"statement"`
		Status       string             `json:"status"`
		Deadline     string             `json:"deadline,omitempty"`
		Observations []oscalRelObserved `json:"related-observations,omitempty"`
		Props        []oscalProp        `json:"props,omitempty"`
	}
	oscalRelObserved struct {
		UUID string `json:"observation-uuid"`
	}
	oscalRelRisk struct {
		UUID string `json:"risk-uuid"`
	}
	oscalFinding struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Props        []oscalProp        `json:"props"`
		Target       oscalTarget        `json:"target"`
		Observations []oscalRelObserved `json:"related-observations,omitempty"`
		Risks        []oscalRelRisk     `json:"related-risks,omitempty"`
		Remarks      string             `json:"remarks,omitempty"`
	}
	oscalTarget struct {
		Type   string      `json:"type"`
		ID     string      `json:"target-id"`
		Status oscalStatus `json:"status"`
	}
	oscalStatus struct {
		State  string `json:"state"`
		Reason string `json:"reason"`
	}
)

// oscalNS is the name space of harden's own properties.
const oscalNS = "urn:harden:v1"

// writeOSCAL writes a report as assessment results: an observation for each
// finding, and for each control that is about this node a finding that is
// satisfied or not. What is open by the site's decision is a risk with a
// deadline. A comparison has two results, the later one first.
func writeOSCAL(w io.Writer, r report.Report, d *report.Diff) error {
	o := newOSCAL(r)
	doc := oscalResults{UUID: o.uuid("assessment-results"), ImportAP: oscalImport{Href: "#" + o.uuid("profile"),
		Remarks: line("There is no assessment plan: harden checked the controls of profile " + r.Plan.Profile.Name + ".")},
		Metadata: oscalMetadata{Title: line("harden: " + r.Heading()), LastModified: oscalTime(r.Time), Version: line(r.Plan.Profile.Version), OSCAL: "1.1.3",
			Props: props("profile", r.Plan.Profile.Name, "profile-digest", r.Plan.Profile.Digest, "harden-version", r.Version)},
		Results: []oscalResult{o.result(d)}}
	if d != nil {
		before := oscalWriter{Report: d.Before, seed: o.seed + "\x00before"}
		doc.Results = append(doc.Results, before.result(nil))
	}
	return report.WriteJSON(w, map[string]oscalResults{"assessment-results": doc}, "  ")
}

// oscalWriter makes one result; seed is what its identifiers are made from.
type oscalWriter struct {
	report.Report
	seed string
}

func newOSCAL(r report.Report) oscalWriter {
	return oscalWriter{r, strings.Join([]string{r.Digest(), r.Plan.Profile.Digest, r.Host, oscalTime(r.Time)}, "\x00")}
}

func (o oscalWriter) result(d *report.Diff) oscalResult {
	at := oscalTime(o.Time)
	node := oscalItem{UUID: o.uuid("node"), Description: line("Kubernetes node " + o.Host),
		Props: props("platform", o.Plan.Node.Platform, "kubernetes", o.Plan.Node.Kubernetes, "roles", strings.Join(o.Plan.Node.Roles, ","))}
	res := oscalResult{UUID: o.uuid("result"), Title: line(o.Heading()), Description: line("harden check of profile " + o.Plan.Profile.Name + " " + o.Plan.Profile.Version),
		Start: at, End: at, Local: oscalLocal{[]oscalItem{node}}}
	var selection oscalSelection
	seen := map[string]bool{}
	for _, c := range o.Controls {
		if id := token(c.ID); !seen[id] {
			seen[id] = true
			if c.Status == change.NotApplicable {
				selection.Exclude = append(selection.Exclude, oscalControl{id})
			} else {
				selection.Include = append(selection.Include, oscalControl{id})
			}
		}
		o.control(&res, c, d.Of(c.ID).State)
	}
	res.Reviewed.Selections = []oscalSelection{selection}
	return res
}

// control adds the observations of a control, and its finding.
func (o oscalWriter) control(res *oscalResult, c report.ReportedControl, state report.DiffState) {
	s := o.Lang
	f := oscalFinding{UUID: o.uuid("finding", c.ID), Title: line(c.Short + " " + c.Title.In(o.Lang)), Description: line(cmp.Or(c.OneLine(o.Lang), s.Status(c.Status))),
		Props: props("status", string(c.Status), "severity", string(c.Severity), "diff", string(state)), Target: oscalTarget{Type: "objective-id", ID: token(c.ID), Status: oscalVerdict(c.Status)}}
	for _, found := range c.Findings {
		observation := o.observation(c, found)
		res.Observations = append(res.Observations, observation)
		f.Observations = append(f.Observations, oscalRelObserved{observation.UUID})
		if found.Waiver != nil && !found.Waiver.Expired {
			risk := oscalRisk{UUID: o.uuid("risk", c.ID, found.Rule), Title: f.Title, Description: line(c.Reason(found.Finding, o.Lang)), Statement: line(found.Waiver.Reason),
				Status: "deviation-approved", Deadline: oscalEnd(found.Waiver.Expires), Observations: []oscalRelObserved{{observation.UUID}}}
			res.Risks = append(res.Risks, risk)
			f.Risks = append(f.Risks, oscalRelRisk{risk.UUID})
		}
		if remedy := c.Remedy(found, o.Lang); remedy != "" {
			f.Remarks = strings.TrimPrefix(f.Remarks+"\n"+line(remedy), "\n")
		}
	}
	if c.Status != change.NotApplicable {
		res.Findings = append(res.Findings, f)
	}
}

// oscalVerdict is the status of a control. OSCAL knows two states; the reason
// tells what failed from what nobody judged yet.
func oscalVerdict(s change.Status) oscalStatus {
	switch s {
	case change.Compliant:
		return oscalStatus{"satisfied", "pass"}
	case change.Drift, change.Blocked:
		return oscalStatus{"not-satisfied", "fail"}
	}
	return oscalStatus{"not-satisfied", "other"}
}

func (o oscalWriter) observation(c report.ReportedControl, f report.ReportedFinding) oscalObservation {
	s := o.Lang
	observation := oscalObservation{UUID: o.uuid("observation", c.ID, f.Rule), Title: line(cmp.Or(f.Rule, c.Short)), Methods: []string{"TEST"}, Types: []string{"finding"},
		Description: line(cmp.Or(c.Reason(f.Finding, o.Lang), s.Status(f.Status))), Subjects: []oscalSubject{{o.uuid("node"), "inventory-item"}}, Collected: oscalTime(o.Time),
		Props: props("status", string(f.Status))}
	if f.Rule == "" {
		observation.Methods = []string{"EXAMINE"}
	}
	if a := f.Attestation; a != nil {
		observation.Methods = []string{"INTERVIEW"}
		observation.Expires = oscalEnd(a.Expires)
		observation.Props = append(observation.Props, props("attested-by", a.By, "attested-on", a.Date)...)
	}
	for _, e := range f.Observed {
		observation.Evidence = append(observation.Evidence, oscalEvidence{line(s.Observed(e))})
	}
	return observation
}

// uuid is a name-based identifier (version 5, RFC 9562) of a thing in this
// report: the same report has the same ones.
func (o oscalWriter) uuid(names ...string) string {
	sum := sha1.Sum([]byte("urn:harden:oscal\x00" + o.seed + "\x00" + strings.Join(names, "\x00")))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// oscalTime is a point in time as OSCAL writes it; of a report that does not
// know its own, the beginning of time.
func oscalTime(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

// oscalEnd is the end of a last day, or "" where it is none. The schema knows
// no year from 3000 on.
func oscalEnd(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return ""
	}
	return t.Add(24*time.Hour - time.Second).Format(time.RFC3339)
}

// props are harden's own properties; those without a value are left out.
func props(pairs ...string) []oscalProp {
	var list []oscalProp
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) != "" {
			list = append(list, oscalProp{pairs[i], oscalNS, line(pairs[i+1])})
		}
	}
	return list
}

// line is a text as OSCAL takes one: on one line, not empty, no blanks around.
func line(text string) string {
	return cmp.Or(strings.TrimSpace(report.Safe(strings.TrimSpace(text))), "-")
}

// token writes an id as OSCAL takes one, an NCName: cis-1.10_1.2.15.
func token(id string) string {
	id = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, id)
	if first := []rune(id + "_")[0]; !unicode.IsLetter(first) && first != '_' {
		return "_" + id
	}
	return id
}
