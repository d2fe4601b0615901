package main

import (
	"os"
	"strings"

	"harden/agent/report"
)

// language is the language that a setting names, "zh" or "zh_CN.UTF-8"; where it names
// none, that of the environment, as locale(7) orders the variables.
func language(setting string) report.Language {
	if setting != "" {
		return known(setting, report.Language(setting))
	}
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(variable); value != "" {
			return known(value, "en")
		}
	}
	return "en"
}

// known gives the language of a locale, or what stands for one that is not known.
func known(locale string, other report.Language) report.Language {
	for _, lang := range []string{"en", "zh"} {
		if rest, is := strings.CutPrefix(locale, lang); is && (rest == "" || strings.ContainsAny(rest[:1], "_-.@")) {
			return report.Language(lang)
		}
	}
	return other
}
