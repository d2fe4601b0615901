package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// ReturnText lists what a return to the first states puts back.
func (s Style) ReturnText(w io.Writer, changes []change.Change) {
	fmt.Fprintln(w, s.say("Back to the original state:", "还原到最初状态："))
	for _, c := range changes {
		text := s.say("is put back", "将还原")
		if !c.Before.Exists() {
			text = s.say("is removed: it did not exist", "将删除：原先不存在")
		}
		s.line(w, 6, "  ", s.paint(bold, report.Safe(string(c.Target))), "  ", text, s.effects(c.Effects))
	}
}

// ExternalChangesText prints what somebody else changed, field by field.
func (s Style) ExternalChangesText(w io.Writer, list []report.ExternalChange) {
	for _, f := range list {
		s.line(w, 2, s.paint(bold, report.Safe(string(f.Target))), " ", s.say("was changed by somebody else:", "已被他人修改："))
		for _, field := range f.Fields {
			s.line(w, 6, fmt.Sprintf("    %s: %s %s · %s %s · %s %s", s.Lang.FieldName(field.Field), s.say("before", "之前"), report.Value(field.Before),
				s.say("the run wrote", "该次运行写入"), report.Value(field.After), s.say("now", "现在"), s.paint(red, report.Value(field.Now))))
		}
		if f.Lines > 0 {
			s.line(w, 6, "    ", s.say(report.Plural(f.Lines, "line")+" added or removed since: ", fmt.Sprintf("此后增删了 %d 行：", f.Lines))+report.Safe(strings.Join(f.Diff, " ")))
		}
		if !f.Reason.IsZero() {
			s.line(w, 6, "    ", s.say("cannot be kept: ", "无法保留："), report.Safe(s.Lang.Text(f.Reason)))
		}
	}
}
