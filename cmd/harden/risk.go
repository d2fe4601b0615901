package main

import (
	"fmt"
	"strconv"
	"strings"

	"harden/agent/report"
)

// riskHere gives what a rule can break with the values that its parameters have: a sentence
// "With NAME=VALUE, …" stands first where that is the value, and is left out otherwise, and
// sizes are worked out.
func riskHere(risk report.Bilingual, parameters map[string]any) report.Bilingual {
	en := conditional(strings.SplitAfter(risk.EN, ". "), "With ", ", ", parameters)
	zh := conditional(strings.SplitAfter(risk.ZH, "。"), "设置 ", " 后，", parameters)
	if size := auditLogSize(parameters); size != "" {
		en = strings.Replace(en, "(backups + 1) × size", size, 1)
		zh = strings.Replace(zh, "（备份数 + 1）× 单文件大小的", " "+size+" ", 1)
	}
	return report.Bilingual{EN: en, ZH: zh}
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

// auditLogSize is what the audit log takes at most, "1.1 GB"; "" where it is not known.
func auditLogSize(parameters map[string]any) string {
	size, err := strconv.Atoi(fmt.Sprint(parameters["audit-log-maxsize"])) // MB
	backups, err2 := strconv.Atoi(fmt.Sprint(parameters["audit-log-maxbackup"]))
	if err != nil || err2 != nil {
		return ""
	}
	return fmt.Sprintf("%.1f GB", float64((backups+1)*size)/1000)
}
