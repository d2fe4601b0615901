package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/view"
)

// ansibleAnswer is what Ansible reads of a module.
type ansibleAnswer struct {
	// Changed: the node is not as before; in check mode: it would not be.
	Changed bool `json:"changed"`
	// Outcome says what became of the node where a task failed.
	Outcome  outcomeOf       `json:"outcome,omitempty"`
	Failed   bool            `json:"failed"`
	Msg      string          `json:"msg"`
	RC       int             `json:"rc"` // the exit code
	Harden   json.RawMessage `json:"harden,omitempty"`
	Diff     []ansibleDiff   `json:"diff,omitzero"`
	Warnings []string        `json:"warnings,omitempty"`
	Stderr   string          `json:"stderr,omitempty"` // of an internal error: where it happened
}

// ansibleDiff is one change; Ansible prints what is prepared.
type ansibleDiff struct {
	Header   string `json:"before_header"`
	After    string `json:"after_header"`
	Prepared string `json:"prepared"`
}

func (a *app) ansibleCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ansible ARGS_FILE",
		Short: "Run one task of harden's Ansible collection on this node",
		Long: `ansible runs one task of harden's Ansible collection on the node. It reads the
arguments of the task, a JSON object, from a file, and prints one JSON object. The
argument state names a command: applied stands for harden apply, planned for harden plan,
and so on (also checked, confirmed, rolled-back and recovered). The other arguments are
the flags of that command. In Ansible's check mode, this command changes nothing and
prints what it would change. docs/fleet.md has playbooks.

` + exitCodes,
		Example: `  echo '{"state": "applied", "_ansible_check_mode": true, "_ansible_diff": true}' > args.json
  sudo harden ansible args.json`,
		// What is wrong with the settings is told as an answer.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE:              func(_ *cobra.Command, args []string) error { return a.ansible(args) },
	}
}

func (a *app) ansible(args []string) error {
	var answer ansibleAnswer
	c, err := ansibleCall{}, message.Errorf("usage: harden ansible ARGS_FILE")
	if len(args) == 1 {
		c, err = readAnsibleCall(a.ctx, args[0])
	}
	if err != nil {
		answer = ansibleAnswer{Failed: true, Msg: err.Error(), RC: exitUsage, Outcome: leftUnchanged}
		if stopped := (*signalError)(nil); errors.As(err, &stopped) {
			e := explain(a.ctx, err)
			answer.Msg, answer.RC = e.Message.String(), e.Code
		}
	} else {
		answer = c.carryOut()
	}
	a.printed = true
	answer.Msg = report.Safe(answer.Msg)
	if err := json.NewEncoder(a.stdout).Encode(answer); err != nil {
		return message.Errorf("cannot print the answer: %w", err)
	}
	if answer.RC != exitOK {
		return reportedError(answer.RC)
	}
	return nil
}

// carryOut runs the verb, as from a command line, and says what came of it.
func (c ansibleCall) carryOut() ansibleAnswer {
	var stdout, stderr bytes.Buffer
	// Nobody can be asked. What goes to stderr is told in the answer.
	verb := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, dry: c.check && c.state != "planned"}
	answer := ansibleAnswer{RC: verb.run(c.line), Harden: bytes.TrimSpace(stdout.Bytes()), Warnings: verb.result.warnings}
	var d printedDocument
	if err := json.Unmarshal(stdout.Bytes(), &d); err != nil {
		return ansibleAnswer{Failed: true, Changed: true, Outcome: notKnown, RC: exitInternal, Msg: fmt.Sprintf("internal error: %v", err), Stderr: stderr.String()}
	}
	if errors.Is(verb.result.err, agent.ErrNoneApplied) || errors.Is(verb.result.err, agent.ErrRolledBack) {
		answer.RC, answer.Harden, answer.Msg = exitOK, nil, verb.result.err.Error() // it is as the task wants it
		return answer
	}
	switch {
	case d.Error != nil:
		answer.Failed, answer.Msg = true, d.Error.Message.String()
		if !d.Error.Hint.IsZero() {
			answer.Msg += "; " + d.Error.Hint.String()
		}
		answer.Outcome = c.outcome(answer.RC, d)
		answer.Changed = !slices.Contains([]outcomeOf{leftUnchanged, putBack}, answer.Outcome)
		if answer.RC == exitInternal {
			answer.Stderr = stderr.String()
		}
	default:
		answer.Changed = len(verb.result.changes) > 0 && c.state != "planned" && c.state != "checked"
		answer.Msg = c.message(verb, d)
	}
	if c.diff && c.state != "confirmed" { // it keeps what is there
		answer.Diff = []ansibleDiff{}
		for _, planned := range verb.result.changes {
			answer.Diff = append(answer.Diff, prepared(verb, planned))
		}
	}
	return answer
}

// printedDocument is the part of a printed document that the answer is made from.
type printedDocument struct {
	Controls []struct{ Status change.Status }
	Run      *struct{ ID, State string }
	Runs     []struct{ ID, State string }
	Error    *report.Error
}

// message sums up what was done, or would be.
func (c ansibleCall) message(verb *app, d printedDocument) string {
	changes := len(verb.result.changes)
	say := func(en, zh string) string {
		if verb.Lang == "zh" {
			return zh
		}
		return en
	}
	id := ""
	if d.Run != nil {
		id = d.Run.ID
	}
	switch {
	case c.state == "checked":
		fail, manual := open(d)
		return say(counted(fail, "control")+" not met, "+counted(manual, "control")+" for a person to judge", fmt.Sprintf("%d 个控制项不符合，%d 项待人工核查", fail, manual))
	case changes == 0:
		return say("nothing to change", "无需变更")
	case c.state == "confirmed" && c.check:
		return say("run "+id+" would be confirmed", "将确认运行 "+id)
	case c.state == "planned" || c.check:
		return say(counted(changes, "change")+" would be made", fmt.Sprintf("将有 %d 项变更", changes))
	case c.state == "confirmed":
		return say("run "+id+" is confirmed", "运行 "+id+" 已确认")
	case c.state == "recovered":
		return say(counted(len(d.Runs), "run")+" settled", fmt.Sprintf("已处理 %d 次运行", len(d.Runs)))
	case c.state == "rolled-back":
		return say("run "+id+" is rolled back", "运行 "+id+" 已回滚")
	}
	return say(counted(changes, "change")+" made by run "+id, fmt.Sprintf("运行 %s 完成 %d 项变更", id, changes))
}

func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// open counts the controls that check takes for open, and those that a person judges.
func open(d printedDocument) (open, manual int) {
	for _, c := range d.Controls {
		if report.Open(c.Status) {
			open++
		}
		if c.Status == change.Manual {
			manual++
		}
	}
	return open, manual
}

// prepared shows a change as a plan does: what is changed, and nothing else.
func prepared(verb *app, c change.Change) ansibleDiff {
	style := view.Style{Lang: verb.Lang, Tree: verb.Root != "/"}
	return ansibleDiff{Header: string(c.Target), After: string(c.Target), Prepared: style.ChangeText(c)}
}
