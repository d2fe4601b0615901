package view

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"harden/agent/report"
)

// RunText prints what a run came to.
func (s Style) RunText(w io.Writer, r report.Run) {
	fmt.Fprintf(w, "%s  %s  %s\n", s.say("Run", "运行"), s.paint(bold, r.ID), s.state(r.State))
	line := func(en, zh, text string) {
		if text != "" {
			s.line(w, 12, "  ", pad(s.say(en, zh), 9), " ", report.Safe(text))
		}
	}
	line("profile", "基线", r.Profile)
	if r.Started != nil {
		line("started", "开始", r.Started.Format(time.RFC3339))
	}
	if r.Finished != nil {
		line("finished", "结束", r.Finished.Format(time.RFC3339))
	}
	if r.ConfirmBefore != nil {
		line("confirm", "确认期限", s.say("before ", "")+r.ConfirmBefore.Format(time.RFC3339))
	}
	line("changes", "变更", fmt.Sprint(r.Changes))
	line("restarted", "重启", strings.Join(restarts(r), ", "))
	line("backup", "备份", r.Backup)
	line("reason", "原因", s.Lang.Text(r.Reason))
	for _, k := range r.Kept {
		line("kept", "保留", s.Lang.Text(k))
	}
	for _, p := range r.Problems {
		line("left", "遗留", s.Lang.Text(p))
	}
}

// widthsFrom is how many runs the columns of a history are measured by: there may
// be more than fit into memory.
const widthsFrom = 1000

// narrow is a terminal on which a run's id, profile and state fill a line: its id says when it was, too.
const narrow = 72

// HistoryText prints runs, which come newest first, as a table.
func (s Style) HistoryText(w io.Writer, runs iter.Seq[report.Run]) {
	rows := [][]string{{s.say("RUN", "运行"), s.say("STARTED", "开始"), s.say("PROFILE", "基线"), s.say("CHANGES", "变更"), s.say("STATE", "状态")}}
	for i := range rows[0] {
		rows[0][i] = s.paint(dim, rows[0][i])
	}
	changes := columns(rows[0][3])
	whole := func(row []string) []string { return row }
	if s.Width > 0 && s.Width < narrow {
		whole = func(row []string) []string { return []string{row[0], row[2], row[4]} }
	}
	rows[0] = whole(rows[0])
	var widths []int // nil until the first rows are printed
	for r := range runs {
		started := ""
		if r.Started != nil {
			started = r.Started.Format(time.DateTime)
		}
		row := []string{r.ID, started, report.Safe(r.Profile), fmt.Sprintf("%*d", changes, r.Changes), s.state(r.State)}
		row = whole(row)
		if widths != nil {
			s.row(w, widths, row)
			continue
		}
		if rows = append(rows, row); len(rows) > widthsFrom {
			widths = s.table(w, rows)
		}
	}
	switch {
	case len(rows) == 1:
		fmt.Fprintln(w, s.say("No runs yet.", "尚无运行记录。"))
	case widths == nil:
		s.table(w, rows)
	}
}

func restarts(r report.Run) []string {
	var list []string
	for _, unit := range slices.Sorted(maps.Keys(r.Restarts)) {
		text := unit
		if n := r.Restarts[unit]; n > 1 {
			text = fmt.Sprintf("%s (%d×)", unit, n)
		}
		list = append(list, text)
	}
	return list
}

var stateZH = map[string]string{"applied": "已应用", "rolled-back": "已回滚", "rollback-incomplete": "回滚不完整",
	"pending-confirmation": "待确认", "interrupted": "被中断", "damaged": "日志损坏", "newer": "由更新版本记录", "in-progress": "进行中"}

func (s Style) state(state string) string {
	color := green
	switch state {
	case "rolled-back", "in-progress", "pending-confirmation":
		color = yellow
	case "rollback-incomplete", "interrupted", "damaged", "newer":
		color = red
	}
	text := state
	if zh := stateZH[state]; zh != "" {
		text = s.say(state, zh)
	}
	return s.paint(color, text)
}
