package view

import (
	"fmt"
	"io"

	"harden/agent/report"
)

// RehearsalText prints what came of a rehearsal; nothing where there was none.
func (s Style) RehearsalText(w io.Writer, list []report.Rehearsal) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.say("Rehearsal in isolation; nothing was written:", "隔离预演，未写入任何内容："))
	for _, r := range list {
		text := r.Component + ": "
		switch r.Verdict {
		case "accepted":
			text += s.say("accepts the planned configuration", "接受计划中的配置")
		case "refused":
			text += s.say("refuses the planned configuration: ", "拒绝计划中的配置：") + r.Message.String()
		case "left-out":
			text += s.say("not rehearsed: ", "未预演：") + s.Lang.Text(r.Message)
		default:
			text += s.say("cannot tell: ", "无法判断：") + s.Lang.Text(r.Message)
		}
		s.line(w, 4, "  ", report.Safe(text))
	}
}
