package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/node"
	"harden/agent/report"
	"harden/profiles"
)

func (a *app) profilesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "profiles",
		Short:   "List, show and check hardening profiles",
		Long:    "profiles shows the built-in profiles and the profiles of the site, and checks a profile of your own.\n\n" + exitCodes,
		Example: "  harden profiles list\n  harden profiles show kubeadm-node\n  harden profiles validate ./site.yaml",
		Args:    arguments(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	sub := func(use, short, example string, args int, do func(args []string) error) *cobra.Command {
		verb := &cobra.Command{Use: use, Short: short, Long: short + ".\n\n" + exitCodes, Example: example, Args: arguments(args, args),
			RunE: func(_ *cobra.Command, args []string) error { return do(args) }}
		cmd.AddCommand(verb)
		return verb
	}
	sub("list", "List the profiles of the site and the built-in profiles", "  harden profiles list", 0, func([]string) error { return a.listProfiles() })
	var framework string
	show := sub("show NAME|FILE", "Show a profile's controls, rules and parameters", "  harden profiles show kubeadm-node\n  harden profiles show cis-2.1 --framework nist-800-53", 1,
		func(args []string) error { return a.showProfile(args[0], framework) })
	show.Flags().StringVar(&framework, "framework", "", "list the controls under each id of `FRAMEWORK`: "+or(frameworkNames()))
	sub("validate FILE", "Check your own profile strictly, and show mistakes with line and column", "  harden profiles validate ./site.yaml", 1,
		func(args []string) error { return a.validateProfile(args[0]) })
	return cmd
}

func (a *app) load1(ref string) (*profiles.Profile, error) {
	s, err := a.open()
	if err != nil {
		return nil, err
	}
	defer s.close()
	return profiles.Load(ref, nil, a.profileSource(s.root))
}

func profileView(p *profiles.Profile) report.Profile {
	v := report.Profile{Name: p.Name, Version: p.Version, Title: report.Bilingual(p.Title), Source: p.Source, Digest: p.Identity().Digest, Parameters: p.Parameters, Differences: differencesOf(p)}
	for _, c := range p.Controls {
		v.Controls = append(v.Controls, controlView(c))
	}
	return v
}

func (a *app) showProfile(ref, framework string) error {
	if err := (selection{framework: framework}).check(a.Output); err != nil {
		return err
	}
	p, err := a.load1(ref)
	if err != nil {
		return err
	}
	v := profileView(p)
	a.warnIneffective(p)
	if a.json() {
		return a.document(report.Document{Kind: "Profile", Profiles: []report.Profile{v}})
	}
	if framework != "" {
		a.style().FrameworkText(a.stdout, reportOf(p), framework)
		return nil
	}
	titles := map[string]report.Rule{}
	for _, r := range p.Rules {
		titles[r.Name] = report.Rule{Title: report.Bilingual(r.Title)}
	}
	a.style().ProfileText(a.stdout, v, titles)
	fmt.Fprintln(a.stdout)
	a.next("To see what this profile would change here", "查看它将更改什么", a.commandLine("plan", []string{"--profile", ref}))
	return nil
}

// reportOf is a report on a profile alone: its controls with what is told of their rules, and
// without verdicts.
func reportOf(p *profiles.Profile) report.Report {
	rules, r := rulesOf(p), report.Report{}
	for _, c := range p.Controls {
		shown := report.ReportedControl{Control: controlView(c), Severity: change.Severity(c.Severity), Short: strings.TrimPrefix(c.ID, p.Name+"/")}
		for _, name := range c.Rules {
			shown.Findings = append(shown.Findings, report.ReportedFinding{About: rules[name]})
		}
		r.Controls = append(r.Controls, shown)
	}
	return r
}

func (a *app) validateProfile(path string) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	path = a.validated(path)
	var text, signature []byte
	source := a.profileSource(s.root)
	read := source.Read
	source.Read = func(file string) (data []byte, err error) {
		if file != asPath(path) {
			return read(file)
		}
		text, signature, err = a.readSigned(file) // once: it may be a pipe
		return text, err
	}
	p, err := profiles.Load(asPath(path), nil, source)
	if errors.As(err, new(*profiles.Error)) && !errors.As(err, new(*node.Error)) {
		err = &node.Error{Kind: node.BadProfile, Err: err} // without the hint to do what is done here
	}
	if err != nil {
		return err
	}
	a.warnIneffective(p)
	signed, err := a.signatureOf(asPath(path), text, signature)
	if err != nil {
		return err
	}
	if a.json() {
		v := profileView(p)
		v.Signature = &signed
		return a.document(report.Document{Kind: "Profile", Profiles: []report.Profile{v}})
	}
	a.hint(fmt.Sprintf("%s is a sound profile: %s %s, %d controls, %d rules.", report.Safe(path), p.Name, p.Version, len(p.Controls), len(p.Rules)),
		fmt.Sprintf("%s 是有效的基线：%s %s，%d 个控制项，%d 条规则。", report.Safe(path), p.Name, p.Version, len(p.Controls), len(p.Rules)))
	a.style().SignatureText(a.stdout, signed)
	a.next("To see what this profile would change here", "查看它将更改什么", a.commandLine("plan", []string{"--profile", asPath(path)}))
	return nil
}

// warnIneffective tells of waivers that change nothing.
func (a *app) warnIneffective(p *profiles.Profile) {
	for _, text := range p.Ineffective(time.Now()) {
		a.warn(text)
	}
}

// validated is the file of a profile that is to be checked: what was named, or where there is
// no such file, the site's own profile of that name.
func (a *app) validated(name string) string {
	if _, err := os.Stat(name); err == nil || strings.Contains(name, "/") {
		return name
	}
	site := filepath.Join(a.Root, siteProfiles, strings.TrimSuffix(name, ".yaml")+".yaml")
	if _, err := os.Stat(site); err != nil {
		return name
	}
	return site
}

// differencesOf says how a site's own profile differs from those it extends.
func differencesOf(p *profiles.Profile) *report.Differences {
	d := p.Differences
	if d == nil {
		return nil
	}
	v := &report.Differences{Extends: d.Extends, Adjust: d.Adjust, Skip: d.Skip, Controls: d.Controls, Severity: d.Severity}
	for _, c := range d.Set {
		v.Set = append(v.Set, report.ChangedParameter(c))
	}
	for _, w := range d.Waivers {
		v.Waivers = append(v.Waivers, report.ProfileWaiver{Rule: w.Rule, Control: w.Control, Objects: w.Objects.String(), Reason: w.Reason, Expires: w.Expires})
	}
	return v
}

// asPath makes sure that a name is taken as a file's, not as a profile's.
func asPath(name string) string {
	for _, r := range name {
		if r == '/' {
			return name
		}
	}
	return "./" + name
}
