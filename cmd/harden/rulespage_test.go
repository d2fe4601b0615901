package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"harden/agent/change"
	"harden/agent/report"
	"harden/fixers"
	"harden/profiles"
	"harden/profiles/generated"
)

// ruleText is a rule of the library as people edit it.
type ruleText struct {
	Name, Kind string
	Parameters map[string]any
	With       map[string]any
	Title      profiles.Text
	Why, Risk  profiles.Text
	Severity   change.Severity
	Because    profiles.Text
}

// rulesPages are the pages with all rules, by their paths from the root of the
// repository, in the order of the files that the rules stand in.
func rulesPages(t *testing.T) map[string][]byte {
	t.Helper()
	serves := controlsOfRules(t)
	files, err := filepath.Glob(filepath.Join("..", "..", "profiles", "rules", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	pages := map[string][]byte{}
	for lang, name := range map[report.Language]string{"en": "rules.md", "zh": "rules.zh.md"} {
		var b strings.Builder
		b.WriteString(lang.Say("# The rules\n\n<!-- made from profiles/rules by: make reference -->\n\nEvery rule that harden has: what it sets, how severe it is, why, what it can break, what it restarts, and which controls it serves. `harden explain RULE` says what it changes on this node. `$NAME` is a parameter (`--set NAME=VALUE`). [中文](rules.zh.md)\n",
			"# 规则一览\n\n<!-- 由 make reference 从 profiles/rules 生成 -->\n\nharden 的全部规则：设置什么、严重程度、原因、可能的影响、重启什么、满足哪些控制项。`harden explain RULE` 说明它在本节点上的变更。`$NAME` 为参数（`--set NAME=VALUE`）。[English](rules.md)\n"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var list struct{ Rules []ruleText }
			if err := yaml.Unmarshal(text, &list); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "\n## %s\n", strings.TrimSuffix(filepath.Base(file), ".yaml"))
			for _, r := range list.Rules {
				writeRule(&b, lang, r, serves[r.Name])
			}
		}
		pages[filepath.Join("docs", name)] = []byte(b.String())
	}
	return pages
}

func writeRule(b *strings.Builder, lang report.Language, r ruleText, serves []string) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n", r.Name, r.Title.In(string(lang)))
	row := func(en, zh, text string) {
		if text != "" {
			fmt.Fprintf(b, "- **%s** %s\n", lang.Say(en+":", zh+"："), text)
		}
	}
	row("Setting", "设置", settingOf(r))
	if len(r.Parameters) > 0 {
		var list []string
		for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
			list = append(list, fmt.Sprintf("`%s` = `%v`", name, r.Parameters[name]))
		}
		row("Parameters", "参数", strings.Join(list, ", "))
	}
	row("Severity", "严重程度", strings.TrimSuffix(lang.Severity(cmp.Or(r.Severity, change.Medium))+lang.Say(": ", "：")+r.Because.In(string(lang)), lang.Say(": ", "：")))
	row("Why", "原因", r.Why.In(string(lang)))
	row("Can break", "可能的影响", r.Risk.In(string(lang)))
	row("Restarts", "重启", restartOf(lang, r.Name))
	row("Controls", "控制项", cmp.Or(strings.Join(serves, " "), lang.Say("of no built-in profile; for a profile of your own", "内置基线未使用；供站点基线使用")))
}

// settingOf says what a rule is about: a flag, a field, a file, a kernel parameter.
func settingOf(r ruleText) string {
	var parts []string
	for _, key := range []string{"component", "flag", "field", "path", "paths", "key", "port", "name"} {
		if v, has := r.With[key]; has {
			parts = append(parts, fmt.Sprintf("`%v`", v))
		}
	}
	for _, key := range []string{"mode", "owner", "op", "bound", "value"} {
		if v, has := r.With[key]; has && !strings.Contains(fmt.Sprint(v), "\n") {
			parts = append(parts, fmt.Sprintf("%s `%v`", key, v))
		}
	}
	return strings.Join(append([]string{"(" + r.Kind + ")"}, parts...), " ")
}

// restartOf says what the change of a rule restarts.
func restartOf(lang report.Language, rule string) string {
	for _, list := range generated.Rules {
		for _, r := range list {
			if r.Name != rule {
				continue
			}
			if _, is := r.Fixer.(fixers.Listening); is {
				return lang.Say("nothing: it is judged only", "无：仅检查")
			}
			var names []string
			if f, is := r.Fixer.(fixers.Restarting); is {
				for _, e := range f.Restarts() {
					names = append(names, cmp.Or(e.Component(), strings.TrimSuffix(e.Unit(), ".service")))
				}
			}
			return cmp.Or(strings.Join(names, ", "), lang.Say("nothing", "无"))
		}
	}
	return ""
}

// controlsOfRules are the controls of the built-in profiles by rule, those of one
// profile together: "cis-1.12: 4.2.6".
func controlsOfRules(t *testing.T) map[string][]string {
	serves := map[string][]string{}
	for _, name := range profiles.Names() {
		p, err := profiles.Load(name, nil, profiles.Source{})
		if err != nil {
			t.Fatal(err)
		}
		of := map[string][]string{}
		for _, c := range p.Controls {
			for _, rule := range c.Rules {
				of[rule] = append(of[rule], strings.TrimPrefix(c.ID, name+"/"))
			}
		}
		for rule, ids := range of {
			serves[rule] = append(serves[rule], fmt.Sprintf("`%s` %s", name, strings.Join(ids, ", "))+";")
		}
	}
	for rule, list := range serves {
		serves[rule][len(list)-1] = strings.TrimSuffix(list[len(list)-1], ";")
	}
	return serves
}

// Every rule has a why and a severity, so that the page says them.
func TestRulesPage(t *testing.T) {
	page := string(rulesPages(t)[filepath.Join("docs", "rules.md")])
	if rules := strings.Count(page, "\n### "); rules < 200 || strings.Count(page, "**Why:**") != rules {
		t.Errorf("%d rules, %d have a why", rules, strings.Count(page, "**Why:**"))
	}
	for _, s := range change.Severities {
		if !strings.Contains(page, "**Severity:** "+string(s)) {
			t.Errorf("no rule is %s", s)
		}
	}
}
