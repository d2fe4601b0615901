package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"harden/agent"
	"harden/agent/message"
	"harden/agent/rehearsal"
	"harden/agent/report"
	"harden/agent/transaction"
)

// rehearseModes are the values of --rehearse.
var rehearseModes = []string{string(agent.RehearseAuto), string(agent.RehearseRequired), string(agent.RehearseOff)}

const rehearseUsage = "before anything is written, start each component once with its new configuration: auto, required (also stop if the result is not clear) or off"

// rehearse gives the way in which a command rehearses. A plan starts a process
// only where its own flag says so.
func rehearse(v *viper.Viper, cmd *cobra.Command) string {
	flag := cmd.Flags().Lookup("rehearse")
	switch {
	case flag == nil:
		return string(agent.RehearseOff)
	case cmd.Name() == "plan":
		return flag.Value.String()
	}
	return v.GetString("rehearse")
}

// notRehearsed says where a rehearsal that was asked for is left out.
func (a *app) notRehearsed() {
	if a.Root != "/" {
		a.warn(message.New("below --root nothing runs, so no component is rehearsed"))
	}
}

// rehearsalView is the view of what came of a rehearsal.
func rehearsalView(list []transaction.Rehearsed) []report.Rehearsal {
	var shown []report.Rehearsal
	for _, r := range list {
		s := report.Rehearsal{Component: r.Component, Verdict: string(r.Outcome), Message: r.Message, Rules: r.Rules,
			Target: r.Target, Field: r.Field, Line: r.Line, Milliseconds: r.Took.Milliseconds()}
		if s.Rules == nil || r.Outcome != rehearsal.Refused {
			s.Rules = []string{}
		}
		shown = append(shown, s)
	}
	return shown
}
