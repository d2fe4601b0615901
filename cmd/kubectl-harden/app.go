package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"harden/agent/report"
	"harden/agent/view"
	"harden/cluster/client"
)

// app is one invocation.
type app struct {
	connection client.Options
	output     string
	lang       report.Language
	noColor    bool
	stdin      *os.File
	stdout     io.Writer
	stderr     io.Writer

	requestTimeout time.Duration
}

// run carries out a command line and gives its exit code. It is the one place
// where an error becomes one.
func run(args []string, stdout, stderr io.Writer) (code int) {
	a := &app{stdin: os.Stdin, stdout: stdout, stderr: stderr}
	defer func() {
		if p := recover(); p != nil { // 2, Go's own code, stands for open findings
			fmt.Fprintf(stderr, "kubectl-harden: internal error: %v\n  this is a bug; please report it\n", p)
			code = exitInternal
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	view.Program = "kubectl harden"
	root := a.command()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, new(openError)):
		return exitPending
	}
	e := explain(ctx, err)
	a.fail(e, errors.As(err, new(*printedError)))
	return e.Code
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-harden",
		Short:         "Harden the objects of a cluster: plan, apply as one transaction, check the result, undo",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl harden"},
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.lang != "en" && a.lang != "zh" {
				return usage("--lang is en or zh, not %q", a.lang)
			}
			return nil
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.connection.Kubeconfig, "kubeconfig", "", "the kubeconfig `FILE` to use (default $KUBECONFIG, then ~/.kube/config, then the pod's account)")
	f.StringVar(&a.connection.Context, "context", "", "the `CONTEXT` of the kubeconfig (default: the current context)")
	f.StringVar(&a.connection.Impersonate, "as", "", "act as this `USER`")
	f.StringVarP(&a.output, "output", "o", "text", "the `FORMAT` of the output")
	f.StringVar((*string)(&a.lang), "lang", "en", "the language of texts: en or zh")
	f.DurationVar(&a.requestTimeout, "request-timeout", 10*time.Second, "the time limit for one write, in this command and on the server")
	f.BoolVar(&a.noColor, "no-color", false, "print without colour")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%v", err) })
	root.AddCommand(a.checkCommand(), a.planCommand(), a.applyCommand(), a.rollbackCommand(), a.recoverCommand(), a.confirmCommand(),
		a.historyCommand(), a.showCommand(), a.diffCommand(), a.summaryCommand(), a.attestCommand(), a.explainCommand(), a.rolesCommand(), a.versionCommand())
	return root
}

// noArguments refuses them with the exit code of a wrong usage.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no argument: %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// format checks -o against what a verb can print.
func (a *app) format(allowed ...string) error {
	if !slices.Contains(allowed, a.output) {
		return usage("the format %q is not available here; available are: %v", a.output, allowed)
	}
	return nil
}

func (a *app) style() view.Style {
	width := 0
	f, is := a.stdout.(*os.File)
	terminal := is && term.IsTerminal(int(f.Fd()))
	if terminal {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			width = n
		}
	}
	_, off := os.LookupEnv("NO_COLOR")
	return view.Style{Color: terminal && !off && !a.noColor && os.Getenv("TERM") != "dumb", Lang: a.lang, Width: width}
}
