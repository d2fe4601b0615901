package main

import (
	"fmt"
	"strings"

	"harden/agent/planner"
	"harden/agent/report"
)

// auditSize stands in what rules about the audit log can break: how much it takes is worked
// out for the node.
const auditSize = "(backups + 1) × size"

// auditRisk says in what rules can break how much the audit log takes on this node, once a
// plan is carried out. To say it in Chinese, too, takes the list of all messages.
func (s *session) auditRisk(rules map[string]report.Rule, plan *planner.Plan, chinese bool) {
	log, writes := s.AuditLog(plan, true)
	for name, rule := range rules {
		if writes && strings.Contains(rule.Risk.EN, auditSize) {
			takes := log.Takes()
			rule.Risk = report.Bilingual{EN: takes.String() + "."}
			if chinese {
				rule.Risk.ZH = takes.In("zh") + "。"
			}
			rules[name] = rule
		}
	}
}

// riskHere gives what a rule can break with the values that its parameters have: a sentence
// "With NAME=VALUE, …" stands first where that is the value, and is left out otherwise.
func riskHere(risk report.Bilingual, parameters map[string]any) report.Bilingual {
	return report.Bilingual{EN: conditional(strings.SplitAfter(risk.EN, ". "), "With ", ", ", parameters),
		ZH: conditional(strings.SplitAfter(risk.ZH, "。"), "设置 ", " 后，", parameters)}
}

// conditional keeps the sentences that apply, those with a condition first.
func conditional(sentences []string, before, after string, parameters map[string]any) string {
	first, rest := "", ""
	for _, sentence := range sentences {
		condition, text, is := strings.Cut(strings.TrimPrefix(sentence, before), after)
		name, value, assigned := strings.Cut(condition, "=")
		switch {
		case !is || !assigned || !strings.HasPrefix(sentence, before):
			rest += sentence
		case fmt.Sprint(parameters[name]) == value:
			first += text
			if !strings.HasSuffix(text, " ") && before == "With " {
				first += " "
			}
		}
	}
	return strings.TrimSpace(first + rest)
}
