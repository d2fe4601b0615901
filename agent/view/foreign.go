package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"harden/agent/change"
)

// Foreign is a target that somebody else changed after a run wrote it.
type Foreign struct {
	Target change.Target  `json:"target"`
	Fields []ForeignField `json:"fields"`
	// Lines is how many lines were added or removed since the run, 0 where the
	// target is no text, holds a secret, or where what the run wrote is not
	// known any more. Diff says where the first of them stand, "@@ -3,2 +3 @@" as
	// in a unified diff, and never what they say: it is somebody else's.
	Lines int      `json:"lines,omitempty"`
	Diff  []string `json:"diff,omitempty"`
	// Keepable tells whether what the run wrote can be put back exactly while
	// what somebody else changed stays; Reason says why not.
	Keepable bool   `json:"keepable"`
	Reason   string `json:"reason,omitempty"`
}

// ForeignField is one field that is neither as before the run nor as the run
// wrote it; or, of an address in a document, not as the run wrote it.
type ForeignField struct {
	Field  change.Field `json:"field"`
	Before any          `json:"before"` // the run found
	After  any          `json:"after"`  // the run wrote
	Now    any          `json:"now"`
}

const shortDiff = 20 // places

// Compare sets Lines and Diff.
func (f *Foreign) Compare(wrote, now string) {
	text, err := udiff.ToUnified("", "", wrote, udiff.Lines(wrote, now), 0)
	if err != nil {
		return // the edits are of the text itself
	}
	for i, line := range strings.Split(text, "\n") {
		switch {
		case i < 2 || line == "": // the first two lines name files
		case strings.HasPrefix(line, "@@"):
			f.Diff = append(f.Diff, line)
		case line[0] == '+' || line[0] == '-':
			f.Lines++
		}
	}
	if len(f.Diff) > shortDiff {
		f.Diff = f.Diff[:shortDiff]
	}
}

// Originals is what is kept of the node as it was before harden.
type Originals struct {
	Targets int `json:"targets"` // that harden ever wrote, each with its first state
}

// ReturnText lists what a return to the first states puts back.
func (s Style) ReturnText(w io.Writer, changes []change.Change) {
	fmt.Fprintln(w, s.say("Back to what harden found first:", "恢复到 harden 首次发现时的状态："))
	for _, c := range changes {
		text := s.say("is put back", "将恢复")
		if !c.Before.Exists() {
			text = s.say("is removed: it did not exist", "将删除：原先不存在")
		}
		s.line(w, 6, "  ", s.paint(bold, Safe(string(c.Target))), "  ", text, s.effects(c.Effects))
	}
}

// ForeignText prints what somebody else changed, field by field.
func (s Style) ForeignText(w io.Writer, list []Foreign) {
	for _, f := range list {
		s.line(w, 2, s.paint(bold, Safe(string(f.Target))), " ", s.say("was changed by somebody else:", "已被他人修改："))
		for _, field := range f.Fields {
			fmt.Fprintf(w, "    %s: %s %s · %s %s · %s %s\n", Safe(string(field.Field)), s.say("before", "之前"), value(field.Before),
				s.say("the run wrote", "执行写入"), value(field.After), s.say("now", "现在"), s.paint(red, value(field.Now)))
		}
		if f.Lines > 0 {
			fmt.Fprintf(w, "    %s\n", s.say(plural(f.Lines, "line")+" added or removed since: ", fmt.Sprintf("此后增删了 %d 行：", f.Lines))+Safe(strings.Join(f.Diff, " ")))
		}
		if f.Reason != "" {
			s.line(w, 6, "    ", s.say("cannot be kept: ", "无法保留："), Safe(s.translated(f.Reason)))
		}
	}
}
