package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster"
	"harden/cluster/fixes"
	"harden/cluster/gate"
	"harden/cluster/object"
	"harden/cluster/rules"
	"harden/cluster/state"
	"harden/cluster/transaction"
)

// planOptions are the flags of plan and apply.
type planOptions struct {
	judgeOptions
	details  bool
	diff     bool
	noDryRun bool
}

func (o *planOptions) flags(f *pflag.FlagSet) {
	o.judgeOptions.flags(f)
	f.StringSliceVarP(&o.namespaces, "namespace", "n", nil, "change only namespaces with these `NAMES`; * and ? are wildcards")
	f.BoolVarP(&o.details, "details", "v", false, "show every line and every risk")
	f.BoolVar(&o.diff, "diff", false, "show every field that changes")
	f.BoolVar(&o.noDryRun, "no-dry-run", false, "send no dry runs to the API server; then only the change itself shows what the API server refuses")
}

func (a *app) planCommand() *cobra.Command {
	var o planOptions
	var detailed bool
	var out string
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would change in this cluster, and what can break; change nothing",
		Long: `plan judges the cluster and prints what would change, and what prevents a change. It
sends each change to the API server as a dry run, to see what admission would refuse. It
writes nothing.

By default, harden changes three things. If no pod uses the token of a default service
account, harden switches that token off. harden labels namespaces for Pod Security: first
warn, later enforce (--set pod-security-stage=enforce). harden removes the binding of
Tiller. harden makes more changes only with --set: network-policy=ingress,
resource-quota=pods=200, limit-range=default.memory=512Mi, registry-policy=warn|deny,
token-policy=on.

Settings of --set: ` + strings.Join(rules.SettingNames(), ", ") + `.

` + exitCodes,
		Example: `  kubectl harden plan
  kubectl harden plan -n 'team-*' -v
  kubectl harden plan --set pod-security-stage=enforce --set pod-security-level=restricted
  kubectl harden plan --out cluster.plan && kubectl harden apply --yes cluster.plan`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.plan(cmd.Context(), o, out, detailed) },
	}
	o.flags(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "", "write the plan to `FILE`, for kubectl harden apply FILE")
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 if changes are pending")
	return cmd
}

func (a *app) plan(ctx context.Context, o planOptions, out string, detailed bool) error {
	if err := a.format("text", "json"); err != nil {
		return err
	}
	s, err := a.planned(ctx, o)
	if err != nil {
		return err
	}
	failed := unchecked(s.judged.Plan.Findings)
	if out != "" && failed == nil {
		if err := writePlan(out, s, o); err != nil {
			return err
		}
	}
	if err := a.showPlan(ctx, s, o, failed); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return failed
	case detailed && len(s.judged.Plan.Changes) > 0:
		return openError{}
	}
	return nil
}

// planned judges the cluster, and has each change looked at.
func (a *app) planned(ctx context.Context, o planOptions) (*judging, error) {
	s, err := a.judge(ctx, o.judgeOptions)
	if err != nil {
		return nil, err
	}
	r := a.runner(s, o.noDryRun)
	lacks, known := false, map[change.Target]message.Text{}
	ask := func(f fixes.Fix) message.Text { return known[f.Target] }
	var mutex sync.Mutex
	var wait sync.WaitGroup
	work := make(chan fixes.Fix)
	for range 4 {
		wait.Go(func() {
			for f := range work {
				objection, without := r.Inspect(ctx, f)
				mutex.Lock()
				known[f.Target], lacks = objection, lacks || without
				mutex.Unlock()
			}
		})
	}
	for _, f := range s.judged.Wanted() {
		work <- f
	}
	close(work)
	wait.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s.judged.Inspect(ask)
	s.judged.Finish()
	a.warnIdle(s)
	if lacks {
		a.warn(message.New("this account may not make all of these changes, not even as a dry run: kubectl harden roles --write USER prints the rights"))
	}
	return s, nil
}

// warnIdle names the waivers that have no effect.
func (a *app) warnIdle(s *judging) {
	for _, t := range s.judged.Idle() {
		a.warn(t)
	}
}

// runner carries out runs on the cluster that was judged.
func (a *app) runner(s *judging, noDryRun bool) *transaction.Runner {
	r := &transaction.Runner{Client: s.client, Driver: &object.Driver{Client: s.client, Timeout: a.requestTimeout}, Version: version(),
		Now: time.Now, Moment: host.Now, Log: func(message.Text) {}}
	if !noDryRun {
		r.Gate = &gate.Gate{Client: s.client}
	}
	r.Again = func(ctx context.Context) ([]change.Change, error) {
		read, err := readCluster(ctx, s.client, s.settings)
		if err != nil {
			return nil, err
		}
		again, err := cluster.Judge(read, s.request)
		if err != nil {
			return nil, err
		}
		again.Finish()
		return again.Plan.Changes, nil
	}
	return r
}

// withState opens the directory of the cluster's runs.
func (a *app) withState(r *transaction.Runner, uid string) (closed func(), err error) {
	r.State, err = state.Open(uid)
	if err != nil {
		return nil, err
	}
	return r.State.Close, nil
}

func (a *app) showPlan(ctx context.Context, s *judging, o planOptions, failed error) error {
	if a.output == "json" {
		d := report.PlanDocument(s.judged.Plan)
		if failed != nil {
			e := explain(ctx, failed)
			d.Error = &e
		}
		return d.Write(a.stdout)
	}
	var text bytes.Buffer
	style, r := a.style(), s.report(a)
	r.Time = time.Time{} // two plans of the same cluster are the same text
	if o.details || o.diff {
		style.PlanText(&text, s.judged.Plan, s.title.In(a.lang), ruleViews())
		if o.details {
			style.RisksText(&text, r)
		}
	} else {
		style.PlanScreen(&text, r, s.title.In(a.lang))
	}
	_, err := a.stdout.Write(text.Bytes())
	return err
}

// progress says what is being done, where somebody is looking.
func (a *app) progress(t message.Text) {
	if f, is := a.stderr.(*os.File); is && term.IsTerminal(int(f.Fd())) {
		a.warn(t)
	}
}

func (a *app) warn(t message.Text) {
	fmt.Fprintf(a.stderr, "kubectl-harden: %s\n", report.Safe(a.lang.Text(t)))
}
