package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/agent/view"
)

// app is one invocation of harden. It has many fields, because the verbs share what
// was read, asked and printed.
type app struct {
	settings
	ctx            context.Context // ends when a signal stops the command
	stdin          io.Reader
	stdout, stderr io.Writer
	kind           string          // of the document that -o json prints on an error
	printed        bool            // a document is on stdout already
	within         time.Duration   // to confirm a run that is applied; 0: it need not be
	from           string          // the kube-bench report whose failures are planned for
	source         string          // the profile's text in a plan that was kept, where it was given by path
	signature      string          // of that text
	signing        signaturePolicy // who must have signed a profile that is not built in
	dry            bool            // plan stands for apply; rollback, recover and confirm only say what they would do
	result         commandResult
	progress       *progress
}

// commandResult is what a command came to, for harden ansible, which reports it.
type commandResult struct {
	changes  []change.Change // that it made, or would make
	warnings []string
	err      error
}

// run carries out a command line and gives its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&app{stdin: stdin, stdout: stdout, stderr: stderr}).run(args)
}

// run is the one place where an error becomes an exit code.
func (a *app) run(args []string) (code int) {
	args = rewriteHelpRequest(args)
	a.progress = &progress{out: a.stderr, style: func() view.Style { return a.styleOf(a.stderr) }, redraw: os.Getenv("TERM") != "dumb"}
	defer a.progress.over()
	out := &printer{Writer: a.stdout, before: a.progress.over}
	a.stdout, a.stderr = out, &printer{Writer: a.stderr, before: a.progress.over}
	ctx, stop := withSignals(context.Background())
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			a.fail(args, report.Error{Code: exitInternal, Message: message.New("internal error: %v", p), Hint: message.New("this is a bug; please report it with what follows")})
			fmt.Fprintf(a.stderr, "%s", debug.Stack())
			code = exitInternal
		}
	}()
	a.ctx = ctx
	root := a.command(args)
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	a.kind = kindOf(root, args)
	err := root.ExecuteContext(ctx)
	if out.failed != nil && (err == nil || errors.Is(err, out.failed) || errors.Is(err, pendingError{})) {
		return a.unprinted(changes(root, args), out.failed)
	}
	var answered reportedError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, pendingError{}):
		return exitPending
	case errors.As(err, &answered):
		return int(answered)
	}
	a.result.err = err
	e := explain(ctx, err)
	a.fail(args, e)
	return e.Code
}

// fail says what went wrong: on stderr, and as a document on stdout where
// that is what was asked for.
func (a *app) fail(args []string, e report.Error) {
	if a.Lang == "" {
		a.Lang = language(asked(args, "lang", ""))
	}
	fmt.Fprint(a.stderr, a.styleOf(a.stderr).Failure(e))
	if (a.Output == "json" || a.Output == "" && asked(args, "output", "-o") == "json") && !a.printed {
		a.printed = true
		// What cannot be written to stdout cannot be told there either.
		_ = report.Document{Schema: report.Schema, Kind: a.kind, Error: &e}.Write(a.stdout)
	}
}

// kinds are those of the documents that are not about a run.
var kinds = map[string]string{
	"harden plan": "Plan", "harden check": "Report", "harden diff": "Diff", "harden summary": "Summary", "harden evidence": "Evidence", "harden evidence verify": "Evidence", "harden attest": "Attestations", "harden history": "History", "harden version": "Version", "harden kubeadm-config": "KubeadmConfiguration",
	"harden profiles list": "Profiles", "harden profiles show": "Profile", "harden profiles validate": "Profile",
}

// kindOf gives the kind of document that a command line asks for, also where
// it is wrong further on.
func kindOf(root *cobra.Command, args []string) string {
	if cmd, _, err := root.Find(args); err == nil && kinds[cmd.CommandPath()] != "" {
		return kinds[cmd.CommandPath()]
	}
	return "Run"
}

// asked finds what a line that was not understood asks of a setting, by a
// variable or by its flag; short is "" for a flag that has no short form.
func asked(args []string, setting, short string) string {
	value := os.Getenv("HARDEN_" + strings.ToUpper(setting))
	for i, arg := range args {
		long, given := strings.CutPrefix(arg, "--"+setting)
		switch {
		case (given && long == "" || short != "" && arg == short) && i+1 < len(args):
			value = args[i+1]
		case strings.HasPrefix(long, "="):
			value = long[1:]
		case short != "" && strings.HasPrefix(arg, short) && arg != short:
			value = strings.TrimPrefix(arg[len(short):], "=")
		}
	}
	return value
}

// withSignals ends a context at SIGINT, SIGTERM or SIGHUP, with the signal as
// cause. A second one changes nothing: what is being put back is put back.
// Whoever runs harden under nohup has had SIGHUP ignored, and it stays so.
// SIGPIPE only makes the write fail: a reader that goes away does not end a run.
// The end of the context leaves the signals as they are: the process ends too,
// and one that comes then must not make a failure of a work that was done.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	pipes := make(chan os.Signal, 1) // nobody looks: it is there so that the signal does not kill
	signal.Notify(pipes, syscall.SIGPIPE)
	go func() {
		select {
		case s := <-signals:
			cancel(&signalError{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// command is harden as a command line asks for it: with the verb that the line
// begins with, or with all of them.
func (a *app) command(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:   "harden",
		Short: "Harden Kubernetes nodes: plan, apply, prove, undo",
		Long: `harden brings a Kubernetes node to a security baseline. It shows a plan, and applies the
plan as one transaction, with a backup. It restarts the changed components and checks that
the node is healthy. If the node is not healthy, harden restores everything. You can also
roll back at any later time.

` + exitCodes,
		Example: `  harden check                    compare this node with a baseline
  harden plan                     what would change, and what it can break
  sudo harden apply               make the changes; if one fails, undo them all
  sudo harden rollback            return to the state before the newest run`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(root *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(root, args[0])
			}
			return nil
		},
		RunE:              func(*cobra.Command, []string) error { a.overview(); return nil },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.load(cmd) },
	}
	root.CompletionOptions.DisableDefaultCmd = true // there is one of our own
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		a.Lang = language(asked(args, "lang", ""))
		fmt.Fprint(a.stdout, a.helpOf(cmd))
	})
	root.SetFlagErrorFunc(flagError)
	a.globalFlags(root)
	root.AddCommand(a.verbs(args)...)
	return root
}

// verbs gives the verb that a command line begins with, and all of them where
// it begins with none, as for help and completion. To make them all takes a
// third of the memory of "harden version".
func (a *app) verbs(args []string) []*cobra.Command {
	all := []struct {
		name string
		make func() *cobra.Command
	}{
		{"plan", a.planCommand}, {"apply", a.applyCommand}, {"check", a.checkCommand}, {"diff", a.diffCommand}, {"summary", a.summaryCommand}, {"evidence", a.evidenceCommand}, {"attest", a.attestCommand},
		{"confirm", a.confirmCommand}, {"rollback", a.rollbackCommand}, {"recover", a.recoverCommand}, {"history", a.historyCommand}, {"show", a.showCommand},
		{"profiles", a.profilesCommand}, {"explain", a.explainCommand}, {"kubeadm-config", a.kubeadmConfigCommand}, {"ansible", a.ansibleCommand}, {"version", a.versionCommand},
		{"completion", a.completionCommand}, {"exit-codes", a.exitCodesCommand},
	}
	var commands []*cobra.Command
	for _, verb := range all {
		if len(args) > 0 && args[0] == verb.name {
			return []*cobra.Command{verb.make()}
		}
	}
	for _, verb := range all {
		commands = append(commands, verb.make())
	}
	return commands
}

// exitCodesCommand is what harden help exit-codes shows.
func (a *app) exitCodesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "exit-codes", Hidden: true, Run: func(*cobra.Command, []string) {}}
	cmd.SetHelpFunc(func(_ *cobra.Command, args []string) {
		text := exitCodes
		if zh := inChinese("exit-codes"); zh != "" && language(asked(args, "lang", "")) == "zh" {
			text = zh
		}
		fmt.Fprintln(a.stdout, text)
	})
	return cmd
}

// document prints the one JSON document of a command.
func (a *app) document(d report.Document) error {
	a.printed = true
	d.Schema = report.Schema
	return d.Write(a.stdout)
}

func (a *app) json() bool { return a.Output == "json" }

// warn tells on stderr what harms nothing and has to be known.
func (a *app) warn(text message.Text) {
	a.result.warnings = append(a.result.warnings, text.String())
	fmt.Fprintln(a.stderr, a.styleOf(a.stderr).Text(message.New("warning: %s", text)))
}

// log prints what happens, for people who wait: on a terminal only.
func (a *app) log(text message.Text) {
	if isTerminal(a.stderr) {
		fmt.Fprintln(a.stderr, a.styleOf(a.stderr).Text(text))
	}
}

// wait shows what is waited for, on a terminal only.
func (a *app) wait(w node.Waiting) {
	if isTerminal(a.stderr) {
		a.progress.wait(w)
	}
}

// list splits what a flag that can be repeated or hold commas was given.
func list(values []string) []string {
	var all []string
	for _, v := range values {
		all = append(all, strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	return slices.Compact(all)
}
