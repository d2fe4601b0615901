package report

import (
	"fmt"
	"strings"

	"harden/agent/change"
)

var severityZH = map[change.Severity]string{change.Critical: "严重", change.High: "高", change.Medium: "中", change.Low: "低"}

// SeverityName is the word for a severity.
func SeverityName(s change.Severity) Bilingual {
	return Bilingual{EN: string(s), ZH: severityZH[s]}
}

// Severity is the word for a severity.
func (l Language) Severity(s change.Severity) string { return SeverityName(s).In(l) }

// Found says in a few words what is there instead of what is wanted, with its name:
// "mode 0755 → 0700", "podPidsLimit none → 4096"; "" where that takes more than a few words.
func (l Language) Found(c ReportedControl) string {
	const most = 28 // letters
	for _, f := range c.Findings {
		if f.Status != c.Status {
			continue
		}
		for _, o := range Evidence(f.Finding) {
			if o.Field == change.FieldType || o.Field == change.FieldContent || o.Field == change.FieldUID || o.Field == change.FieldGID || o.Expected == nil {
				return ""
			}
			if o.Op != change.Exact && o.Op != change.AtMost && o.Op != "" {
				return ""
			}
			actual := l.Say("none", "无")
			if o.Actual != nil {
				actual = Value(o.Actual)
			}
			text := fmt.Sprintf("%s → %s", actual, Value(o.Expected))
			if len(text) > most || strings.Contains(text, "/") {
				return ""
			}
			name := l.FieldName(o.Field)
			switch syntax, address := o.Field.Address(); {
			case syntax != "":
				name = Safe(address)
			case o.Field == change.FieldValue:
				name = Safe(o.Target.Name())
			}
			return name + " " + text
		}
	}
	return ""
}
