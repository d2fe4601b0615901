package main

import (
	"context"
	"time"

	"github.com/spf13/pflag"

	"harden/agent/report"
	"harden/cluster"
	"harden/cluster/catalog"
	"harden/cluster/client"
	"harden/cluster/inventory"
	"harden/cluster/rules"
)

// judgeOptions are the flags of verbs that judge the cluster.
type judgeOptions struct {
	profile      string
	set          []string
	only, skip   []string
	namespaces   []string
	attestations string
}

func (o *judgeOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.profile, "profile", "", "the `NAME` or the file of the profile (default: the CIS benchmark of the server's version)")
	f.StringArrayVar(&o.set, "set", nil, "set `NAME=VALUE`; can be repeated")
	f.StringSliceVar(&o.only, "only", nil, "judge only these `CONTROLS` or rules")
	f.StringSliceVar(&o.skip, "skip", nil, "leave these `CONTROLS` or rules out")
	f.StringVar(&o.attestations, "attestations", "", "use people's verdicts from `FILE`, which harden attest wrote")
}

// judging is a cluster that was read and judged.
type judging struct {
	client   *client.Client
	judged   *cluster.Judged
	title    report.Bilingual
	now      time.Time
	uid      string
	settings rules.Settings
	request  cluster.Request
}

// judge reads the cluster and judges it. Finish of what it gives has to follow.
func (a *app) judge(ctx context.Context, o judgeOptions) (*judging, error) {
	settings, err := settingsOf(o.set)
	if err != nil {
		return nil, err
	}
	attestations, err := readAttestations(o.attestations)
	if err != nil {
		return nil, err
	}
	c, err := a.open()
	if err != nil {
		return nil, err
	}
	if o.profile != "" { // a wrong name is told before the cluster is read
		if _, err := loadProfile(o.profile); err != nil {
			return nil, err
		}
	}
	now := time.Now()
	read, err := readCluster(ctx, c, settings)
	if err != nil {
		return nil, err
	}
	name := o.profile
	if name == "" {
		name = catalog.Default(read.Version.Minor)
	}
	profile, err := loadProfile(name)
	if err != nil {
		return nil, err
	}
	r := cluster.Request{Profile: profile, Settings: settings, Attestations: attestations, Only: o.only, Skip: o.skip, Namespaces: o.namespaces, Now: now}
	judged, err := cluster.Judge(read, r)
	if err != nil {
		return nil, usage("%v", err)
	}
	return &judging{client: c, judged: judged, title: report.Bilingual(profile.Title), now: now, uid: read.UID, settings: settings, request: r}, nil
}

func (a *app) open() (*client.Client, error) {
	a.connection.UserAgent = "kubectl-harden/" + version()
	return client.Open(a.connection)
}

// readCluster reads what rules ask for, and what some fixes ask for beside.
func readCluster(ctx context.Context, c *client.Client, settings rules.Settings) (*inventory.Inventory, error) {
	read, err := inventory.Read(ctx, c)
	if err != nil {
		return nil, err
	}
	if len(settings.Fixes.NetworkPolicy) > 0 {
		read.ReadServers(ctx, c)
	}
	if len(settings.Fixes.RegistryPolicy)+len(settings.Fixes.TokenPolicy) > 0 {
		err = read.ReadPolicies(ctx, c)
	}
	return read, err
}

// report is what the check found, as a report. Finish comes before.
func (s *judging) report(a *app) report.Report {
	about := report.About{Title: s.title, Host: s.client.Context, Version: version(), Time: s.now, Lang: a.lang}
	return report.NewReport(s.judged.Plan, about, controlViews(s.judged.Controls), ruleViews())
}
