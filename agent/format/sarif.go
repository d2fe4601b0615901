package format

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/report"
)

// The parts of SARIF 2.1.0 (OASIS, errata 01) that harden writes.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Automation  sarifAutomation   `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
		Language    string            `json:"language"`
		Properties  map[string]any    `json:"properties"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string         `json:"id"`
		Short      sarifText      `json:"shortDescription"`
		Full       sarifText      `json:"fullDescription"`
		Help       sarifText      `json:"help"`
		Default    sarifDefault   `json:"defaultConfiguration"`
		Properties map[string]any `json:"properties"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		Successful bool       `json:"executionSuccessful"`
		End        *time.Time `json:"endTimeUtc,omitempty"`
		Machine    string     `json:"machine,omitempty"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Kind         string             `json:"kind"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Baseline     string             `json:"baselineState,omitempty"`
		Properties   map[string]any     `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitempty"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
)

// writeSARIF writes a report as a log of static analysis: a rule for each
// control, a result for each finding that is not settled. What holds and what
// is not about this node has no result, because viewers show every one.
func writeSARIF(w io.Writer, r report.Report, d *report.Diff) error {
	run := sarifRun{ColumnKind: "utf16CodeUnits", Language: map[report.Language]string{"zh": "zh-CN"}[r.Lang], Results: []sarifResult{},
		Automation:  sarifAutomation{ID: strings.Trim("harden/"+r.Plan.Profile.Name+"/"+r.Host, "/")},
		Invocations: []sarifInvocation{{Successful: r.Counts()[change.Error] == 0, Machine: r.Host}},
		Properties:  map[string]any{"profile": r.Plan.Profile, "node": r.Plan.Node, "findings": r.Plan.Summary()}}
	run.Language = cmp.Or(run.Language, "en")
	if !r.Time.IsZero() {
		t := r.Time.UTC().Truncate(time.Second)
		run.Invocations[0].End = &t
	}
	run.Tool.Driver = sarifDriver{Name: "harden", Version: r.Version, Rules: []sarifRule{}}
	run.fill(r, d)
	return report.WriteJSON(w, sarifLog{Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}, "  ")
}

// fill adds the rules and results of a report, or of a comparison.
func (run *sarifRun) fill(r report.Report, d *report.Diff) {
	add := func(r report.Report, c report.ReportedControl, baseline func(report.ReportedFinding) string) {
		index := len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(c))
		for _, f := range c.Findings {
			if f.Status == change.Compliant || f.Status == change.NotApplicable {
				continue
			}
			result := sarifResultOf(r, c, f)
			result.RuleIndex, result.Baseline = index, baseline(f)
			run.Results = append(run.Results, result)
		}
	}
	if d == nil {
		for _, c := range r.Controls {
			add(r, c, func(report.ReportedFinding) string { return "" })
		}
	} else {
		for _, c := range d.Controls {
			if c.After == nil {
				add(d.Before, *c.Before, func(report.ReportedFinding) string { return "absent" })
				continue
			}
			add(r, *c.After, func(f report.ReportedFinding) string { return baselineState(f, c.Before) })
			for _, f := range gone(c) {
				result := sarifResultOf(d.Before, *c.Before, f)
				result.RuleID, result.RuleIndex, result.Baseline = c.After.ID, len(run.Tool.Driver.Rules)-1, "absent"
				run.Results = append(run.Results, result)
			}
		}
	}
}

// baselineState says what became of one finding since the report before. One
// that is open now and was not is new, also where it was told of before.
func baselineState(f report.ReportedFinding, before *report.ReportedControl) string {
	if before != nil {
		for _, o := range before.Findings {
			switch {
			case o.Rule != f.Rule || !hasResult(o) || report.Open(f.Status) && !report.Open(o.Status):
			case o.Status == f.Status && o.Reason == f.Reason:
				return "unchanged"
			default:
				return "updated"
			}
		}
	}
	return "new"
}

// hasResult tells whether a finding becomes a result.
func hasResult(f report.ReportedFinding) bool {
	return f.Status != change.Compliant && f.Status != change.NotApplicable
}

// gone are the findings of the report before that the later one has no more.
func gone(c report.ControlDiff) []report.ReportedFinding {
	if c.Before == nil {
		return nil
	}
	still := map[string]bool{}
	for _, f := range c.After.Findings {
		still[f.Rule] = still[f.Rule] || hasResult(f)
	}
	var list []report.ReportedFinding
	for _, f := range c.Before.Findings {
		if hasResult(f) && !still[f.Rule] {
			list = append(list, f)
		}
	}
	return list
}

// sarifRuleOf describes a control. Its help is English: a rule is what many
// reports share.
func sarifRuleOf(c report.ReportedControl) sarifRule {
	var why, help []string
	add := func(list *[]string, text string) {
		if text != "" {
			*list = append(*list, report.Safe(text))
		}
	}
	for _, f := range c.Findings {
		if f.About.Title.EN == "" {
			continue
		}
		add(&why, f.About.Why.EN)
		add(&help, f.Rule+": "+f.About.Title.EN)
		add(&help, f.About.Why.EN)
		if f.About.Risk.EN != "" {
			add(&help, "What it can break: "+f.About.Risk.EN)
		}
	}
	if c.Manual.EN != "" {
		add(&help, "How a person judges it: "+c.Manual.EN)
	}
	add(&help, c.NotApplicable.EN)
	add(&help, c.Note.EN)
	title := report.Safe(cmp.Or(c.Title.EN, c.Title.ZH, c.ID))
	rule := sarifRule{ID: c.ID, Short: sarifText{title}, Full: sarifText{cmp.Or(strings.Join(why, " "), title)}, Help: sarifText{cmp.Or(strings.Join(help, "\n"), title)},
		Default: sarifDefault{sarifLevel(c.Severity)}, Properties: map[string]any{"tags": []string{"security", "kubernetes"}, "level": c.Level, "rules": c.Rules}}
	if score := securitySeverity[c.Severity]; score != "" {
		rule.Properties["security-severity"], rule.Properties["severity"] = score, c.Severity
	}
	if len(c.Rules) == 0 {
		rule.Default.Level = "none"
		rule.Properties["rules"] = []string{}
	}
	return rule
}

// securitySeverity is what GitHub sorts alerts by, from 0.1 to 10.
var securitySeverity = map[change.Severity]string{change.Critical: "9.0", change.High: "7.5", change.Medium: "5.0", change.Low: "2.0"}

// sarifLevel is the level of a result that is open.
func sarifLevel(s change.Severity) string {
	switch s {
	case change.Medium:
		return "warning"
	case change.Low:
		return "note"
	}
	return "error"
}

func sarifResultOf(r report.Report, c report.ReportedControl, f report.ReportedFinding) sarifResult {
	reason := report.Safe(c.Reason(f.Finding, r.Lang))
	name := report.Safe(cmp.Or(f.Rule, c.Short))
	s := r.Lang
	result := sarifResult{RuleID: c.ID, Kind: "fail", Level: sarifLevel(cmp.Or(f.Severity, c.Severity)), Message: sarifText{strings.TrimSuffix(fmt.Sprintf("%s (%s): %s", name, s.Status(f.Status), reason), ": ")},
		Fingerprints: map[string]string{"hardenFinding/v1": change.Digest([]byte(c.ID + "\x00" + f.Rule))},
		Properties:   map[string]any{"status": f.Status, "rule": f.Rule, "host": r.Host}}
	switch f.Status {
	case change.Manual:
		result.Kind, result.Level = "review", "none"
	case change.Error: // "insufficient information to decide"
		result.Kind, result.Level = "open", "none"
	case change.Waived:
		result.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: reason}}
	}
	if fix := f.Fix(r.Lang); fix != "" {
		result.Properties["fix"] = fix
	}
	if f.Attestation != nil {
		result.Properties["attestation"] = f.Attestation
	}
	if f.Waiver != nil {
		result.Properties["waiver"] = f.Waiver
	}
	failed := report.Evidence(f.Finding)
	if len(failed) > 0 {
		var lines []string
		for _, o := range failed {
			lines = append(lines, s.Observed(o))
		}
		result.Properties["observed"] = lines
	}
	result.Locations = sarifLocations(f, failed)
	return result
}

// mostLocations bounds the places of one result.
const mostLocations = 100

// sarifLocations are the places that a finding speaks of: files with the line
// where it is known, and by name what is not a file.
func sarifLocations(f report.ReportedFinding, failed []change.Observation) []sarifLocation {
	var list []sarifLocation
	seen := map[string]bool{}
	add := func(path string, line int, name, kind string) {
		key := fmt.Sprint(path, "\x00", line, "\x00", name)
		if seen[key] || len(list) == mostLocations {
			return
		}
		seen[key] = true
		if path == "" {
			list = append(list, sarifLocation{Logical: []sarifLogical{{report.Safe(name), kind}}})
			return
		}
		p := &sarifPhysical{}
		p.Artifact.URI = (&url.URL{Scheme: "file", Path: path}).String()
		if line > 0 {
			p.Region = &sarifRegion{line}
		}
		list = append(list, sarifLocation{Physical: p})
	}
	for _, o := range failed {
		add(o.Path, o.Line, o.Where.String(), o.Target.Kind())
	}
	if len(failed) > 0 {
		return list
	}
	for _, t := range f.Targets {
		if t.Kind() == change.KindFile {
			add(t.Name(), 0, "", "")
			continue
		}
		add("", 0, string(t), t.Kind())
	}
	return list
}
