package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"harden/agent/change"
)

// ProfilesText lists profiles.
func (s Style) ProfilesText(w io.Writer, list []Profile) {
	for _, p := range list {
		s.line(w, 17, s.paint(bold, pad(Safe(p.Name), 16)), " ", Safe(p.Title.In(s.Lang)))
	}
}

// SignatureText says in a line how a profile's file is signed.
func (s Style) SignatureText(w io.Writer, signed Signature) {
	by := strings.TrimSpace(signed.Key + " " + Safe(signed.Comment))
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
func (s Style) ProfileText(w io.Writer, p Profile, rules map[string]Rule) {
	s.line(w, 2, s.paint(bold, Safe(p.Name)), " ", Safe(p.Version), " · ", Safe(p.Title.In(s.Lang)))
	if p.Source != "" {
		fmt.Fprintf(w, "%s\n", s.paint(dim, Safe(p.Source)))
	}
	for _, c := range p.Controls {
		fmt.Fprintf(w, "\n%s\n", s.Wrap(s.paint(bold, Safe(c.ID))+"  "+Safe(c.Title.In(s.Lang)), 2))
		for _, name := range c.Rules {
			s.line(w, 6, "    ", s.paint(cyan, Safe(name)), "  ", Safe(rules[name].Title.In(s.Lang)))
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
		fmt.Fprintf(w, "    %s=%s\n", Safe(name), value(v))
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
func (s Style) Failure(e Error) string {
	message := s.translated(e.Message)
	text := s.Wrap(s.paint(red, "harden:")+" "+Safe(message), 2) + "\n"
	if message != e.Message { // the words that docs/troubleshooting.md is searched for
		text += s.Wrap("  "+s.paint(dim, Safe(e.Message)), 2) + "\n"
	}
	if e.Hint != "" {
		text += s.Wrap("  "+s.paint(dim, Safe(s.translated(e.Hint))), 2) + "\n"
	}
	return text
}
