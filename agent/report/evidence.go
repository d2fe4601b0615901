package report

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
)

// Evidence gives the observations that speak against a finding; of what is not
// there at all, one for each target.
func Evidence(f change.Finding) []change.Observation {
	var list []change.Observation
	missing := map[change.Target]bool{}
	for _, o := range f.Observed {
		if o.Holds || o.Actual == nil && missing[o.Target] {
			continue
		}
		missing[o.Target] = missing[o.Target] || o.Actual == nil
		list = append(list, o)
	}
	return list
}

// OpText says how a value is held against what is expected.
var OpText = map[change.Op]Bilingual{
	change.AtMost: {"at most ", "最多 "}, change.AtLeast: {"at least ", "至少 "}, change.OneOf: {"one of ", "其中之一 "},
	change.Includes: {"with ", "包含 "}, change.Excludes: {"without ", "不含 "}, change.Present: {"set", "已设置"}, change.Absent: {"not set", "未设置"},
}

var fieldZH = map[change.Field]string{change.FieldMode: "权限", change.FieldOwner: "属主", change.FieldValue: "值", change.FieldType: "类型", change.FieldContent: "内容"}

// FieldName is the word for what of a target changes.
func (l Language) FieldName(f change.Field) string {
	name := Safe(string(f))
	if zh := fieldZH[f]; zh != "" {
		return l.Say(name, zh)
	}
	return name
}

// Observed shows one observation in a line; of what is not there, that it is missing.
func (l Language) Observed(o change.Observation) string {
	name := Safe(o.Target.Name())
	switch kind := o.Target.Kind(); {
	case o.Actual != nil:
	case kind == change.KindGroup || kind == change.KindUser:
		return l.Say(kind+" "+name+" does not exist", map[string]string{change.KindGroup: "组", change.KindUser: "用户"}[kind]+" "+name+" 不存在")
	case o.Field == change.FieldType || o.Field == change.FieldContent:
		return l.Say("missing: ", "缺少：") + name
	}
	return fmt.Sprintf("%s · %s %s · %s", l.Expected(o), l.Say("actual", "实际"), Value(o.Actual), Safe(l.Text(o.Where))) + Safe(l.LeftOpen(o))
}

// LeftOpen says that a site's waiver covers an observation, or nothing.
func (l Language) LeftOpen(o change.Observation) string {
	if o.Waiver == nil {
		return ""
	}
	return l.Say("; waived until "+o.Waiver.Expires+": ", "；豁免至 "+o.Waiver.Expires+"：") + o.Waiver.Reason
}

// Expected says what an observation was held against.
func (l Language) Expected(o change.Observation) string {
	expected := OpText[o.Op].In(l)
	if o.Field == change.FieldMode && o.Op == change.AtMost {
		expected = l.Say(expected, "不宽于 ")
	}
	if o.Expected != nil {
		expected += Value(o.Expected)
	}
	_, name := o.Field.Address()
	name = Safe(name)
	if fieldZH[o.Field] != "" {
		name = l.FieldName(o.Field)
	}
	return name + l.Say(": expected ", "：要求 ") + expected
}

// Detail is a line that is shown below a control.
type Detail struct {
	Kind   DetailKind
	Indent int // in columns
	Text   string
}

// DetailKind says what a detail is about.
type DetailKind int

// The kinds of details.
const (
	DetailReason  DetailKind = iota // why a finding is what it is
	DetailSettled                   // why, of what needs nothing to be done
	DetailEvidence
	DetailFix
	DetailCommand // to be run by a person: it is not wrapped
)

// mostEvidence bounds the lines of evidence of one finding.
const mostEvidence = 5

// evidenceCovers tells whether the evidence contains all that a reason says: "mode is 0644, should be 0600",
// "/etc/x does not exist".
func evidenceCovers(f ReportedFinding, failed []change.Observation) bool {
	c := f.Reason.Coded()
	return f.Status == change.Drift && f.Waiver == nil && len(failed) > 0 && len(failed) <= mostEvidence && len(c.Messages) < 2 &&
		slices.Contains([]string{"setting-differs", "setting-is-missing", "does-not-exist", "group-does-not-exist"}, c.Code)
}

// Details are the lines about one finding of the control: why it is what it is,
// what was read, and what fixes it.
func (c ReportedControl) Details(f ReportedFinding, l Language) []Detail {
	var details []Detail
	add := func(kind DetailKind, indent int, text string) {
		if text != "" {
			details = append(details, Detail{kind, indent, text})
		}
	}
	reason := c.Reason(f.Finding, l)
	name := ""
	if f.Rule != "" {
		name = Safe(f.Rule)
		if f.Status != c.Status {
			name += " (" + l.Status(f.Status) + ")"
		}
	}
	text := name + Safe(reason)
	if name != "" && reason != "" {
		text = name + l.Say(": ", "：") + Safe(reason)
	}
	failed := Evidence(f.Finding)
	switch {
	case f.Status == change.Compliant || f.Status == change.NotApplicable:
		if reason != "" {
			add(DetailSettled, 6, text)
		}
		return details
	case f.Status == change.Manual && c.Manual.In(l) != "":
		return c.howTo(reason, l)
	case f.Status == change.Manual:
		add(DetailReason, 6, text)
		return details
	case evidenceCovers(f, failed):
		if effects := l.Effects(f.effects()); effects != "" {
			name += l.Say("   fix: ", "   修复：") + effects
		}
		add(DetailReason, 6, name)
		return append(details, l.evidence(failed)...)
	}
	add(DetailReason, 6, text)
	details = append(details, l.evidence(failed[:min(len(failed), mostEvidence)])...)
	if more := len(failed) - mostEvidence; more > 0 {
		add(DetailEvidence, 8, l.Say(fmt.Sprintf("and %d more (-o json lists them)", more), fmt.Sprintf("另有 %d 条（-o json 可列出）", more)))
	}
	if fix := f.Fix(l); fix != "" {
		add(DetailFix, 8, l.Say("fix: ", "修复：")+fix)
	}
	return details
}

// howTo says how a person judges the control, a line for each step; before it, whose verdict
// is over.
func (c ReportedControl) howTo(reason string, l Language) []Detail {
	var details []Detail
	if over := strings.TrimRight(strings.TrimSuffix(reason, c.Manual.In(l)), "; ；"); over != "" && over != reason {
		details = append(details, Detail{DetailReason, 6, Safe(over)})
	}
	for _, step := range Steps(c.Manual.In(l)) {
		if step.Command {
			details = append(details, Detail{DetailCommand, 10, Safe(step.Text)})
			continue
		}
		details = append(details, Detail{DetailReason, 6, Safe(step.Text)})
	}
	return details
}

// evidence shows observations, a line each. A directory that is missing is not named beside
// what is missing in it.
func (l Language) evidence(list []change.Observation) []Detail {
	var details []Detail
	for _, o := range list {
		within := func(other change.Observation) bool {
			return o.Actual == nil && other.Actual == nil && strings.HasPrefix(string(other.Target), string(o.Target)+"/")
		}
		if !slices.ContainsFunc(list, within) {
			details = append(details, Detail{DetailEvidence, 8, l.Observed(o)})
		}
	}
	return details
}
