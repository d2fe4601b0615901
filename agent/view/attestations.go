// Package view prints plans, reports, runs and profiles on a terminal.
package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/report"
)

// AttestationsText lists what persons found of controls.
func (s Style) AttestationsText(w io.Writer, list []report.Attestation) {
	if len(list) == 0 {
		fmt.Fprintln(w, s.say("No attestations yet.", "尚无人工确认。"))
		return
	}
	for _, a := range list {
		state, color := s.say("holds", "符合"), green
		switch {
		case a.Expired:
			state, color = s.say("expired", "已过期"), yellow
		case a.Verdict == report.AttestedOpen:
			state, color = s.say("open", "不符合"), red
		}
		if a.Scope == report.ClusterScope {
			state += s.say(" · for the cluster", " · 针对整个集群")
		}
		fmt.Fprintf(w, "%s  %s\n", s.paint(bold, report.Safe(a.Control)), s.paint(color, state))
		s.line(w, 4, "    ", strings.TrimRight(report.Safe(s.Lang.Attested(a.Attestation, report.Bilingual{})), "; ；"))
	}
}
