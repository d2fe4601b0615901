package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// ProfilesText lists profiles.
func (s Style) ProfilesText(w io.Writer, list []report.Profile) {
	for _, p := range list {
		s.line(w, 17, s.paint(bold, pad(report.Safe(p.Name), 16)), " ", report.Safe(p.Title.In(s.Lang)))
	}
}

// SignatureText says in a line how a profile's file is signed.
func (s Style) SignatureText(w io.Writer, signed report.Signature) {
	by := strings.TrimSpace(signed.Key + " " + report.Safe(signed.Comment))
	switch signed.State {
	case "good":
		fmt.Fprintln(w, s.say("Its signature is good: "+by, "签名有效："+by))
	case "unknown-key":
		fmt.Fprintln(w, s.say("It is signed by "+by+", a key that the configuration does not name: anybody could have signed it.",
			"已由 "+by+" 签名，但配置中未指定该公钥：任何人都可能签署。"))
	default:
		fmt.Fprintln(w, s.say("It is not signed.", "未签名。"))
	}
}

// ProfileText prints one profile: its controls with their rules, and its
// parameters.
func (s Style) ProfileText(w io.Writer, p report.Profile, rules map[string]report.Rule) {
	s.line(w, 2, s.paint(bold, report.Safe(p.Name)), " ", report.Safe(p.Version), " · ", report.Safe(p.Title.In(s.Lang)))
	if p.Source != "" {
		fmt.Fprintf(w, "%s\n", s.paint(dim, report.Safe(p.Source)))
	}
	for _, c := range p.Controls {
		fmt.Fprintf(w, "\n%s\n", s.Wrap(s.paint(bold, report.Safe(c.ID))+"  "+report.Safe(c.Title.In(s.Lang)), 2))
		for _, name := range c.Rules {
			s.line(w, 6, "    ", s.paint(cyan, report.Safe(name)), "  ", report.Safe(rules[name].Title.In(s.Lang)))
		}
	}
	if len(p.Parameters) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.say("Parameters (--set NAME=VALUE)", "参数（--set NAME=VALUE）"))
	for _, name := range slices.Sorted(maps.Keys(p.Parameters)) {
		v := p.Parameters[name]
		if list, ok := v.([]any); ok {
			texts := make([]string, len(list))
			for i, e := range list {
				texts[i] = fmt.Sprint(e)
			}
			v = strings.Join(texts, ",")
		}
		fmt.Fprintf(w, "    %s=%s\n", report.Safe(name), report.Value(v))
	}
}

// ChangesText prints what a past run changed. Contents are not kept as text.
func (s Style) ChangesText(w io.Writer, changes []change.Change) {
	for _, c := range changes {
		fmt.Fprintln(w)
		s.change(w, c)
	}
}

// Failure prints why a command failed, and what to do. In Chinese the English
// message stands below, because that is what help is found by.
func (s Style) Failure(e report.Error) string {
	message := s.translated(e.Message)
	text := s.Wrap(s.paint(red, "harden:")+" "+report.Safe(message), 2) + "\n"
	if message != e.Message { // the words that docs/troubleshooting.md is searched for
		text += s.Wrap("  "+s.paint(dim, report.Safe(e.Message)), 2) + "\n"
	}
	if e.Hint != "" {
		text += s.Wrap("  "+s.paint(dim, report.Safe(s.translated(e.Hint))), 2) + "\n"
	}
	return text
}
