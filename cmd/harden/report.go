package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/profiles"
)

// printsAlso gives a verb an -o of its own, for formats beside text and json.
func printsAlso(cmd *cobra.Command, more []string) {
	names := append([]string{"text", "json"}, more...)
	completions := make([]string, len(names))
	for i, name := range names {
		completions[i] = cobra.CompletionWithDesc(name, format.Reader(name))
	}
	cmd.Flags().StringP("output", "o", "text", "output `FORMAT`: "+or(names))
	// They fail where there is no such flag, or a completion of it by now.
	_ = cmd.Flags().SetAnnotation("output", formatsKey, names)
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(completions, cobra.ShellCompDirectiveNoFileComp))
}

// formatsKey is the annotation of -o that holds what formats gives.
const formatsKey = "formats"

// formats are those that a verb can print in.
func formats(cmd *cobra.Command) []string {
	if names := cmd.Flag("output").Annotations[formatsKey]; names != nil {
		return names
	}
	return []string{"text", "json"}
}

// report gathers what a check found.
func (a *app) report(s *session, plan *planner.Plan) report.Report {
	var rules map[string]report.Rule
	if a.Output != "json" { // it does not say why
		rules = rulesOf(s.Profile)
		s.auditRisk(rules, plan, a.Output != "text" || a.Lang == "zh")
	}
	controls := controlsOf(s.Profile)
	if slices.ContainsFunc(plan.Findings, func(f change.Finding) bool { return f.Rule == planner.RecordRule }) {
		controls = append(controls, recordControl)
		if rules != nil {
			rules[planner.RecordRule] = recordRule
		}
	}
	if s.AfterUpgrade {
		controls = append(controls, upgradeControl)
	}
	return report.NewReport(plan.Plan, report.About{Title: report.Bilingual(s.Profile.Title), Host: hostName(s), Version: version(), By: person(), Command: a.planning("check"), Time: s.Now(), Lang: a.Lang, Tree: a.Root != "/",
		Sections: sectionsOf(s.Profile), STIG: stigOf(s.Profile)}, controls, rules)
}

// recordControl is what reports say of kubeadm's record, which no profile speaks of.
var recordControl = report.Control{ID: planner.RecordRule, Rules: []string{planner.RecordRule},
	Title: report.Bilingual{EN: "The present settings survive a kubeadm upgrade", ZH: "现已生效的设置在 kubeadm 升级后仍然有效"}}

// upgradeControl is what reports say of the version to come.
var upgradeControl = report.Control{ID: planner.UpgradeRule, Rules: []string{planner.UpgradeRule},
	Title: report.Bilingual{EN: "The components start with their present flags in the new version", ZH: "各组件的现有参数可用于将要升级到的版本"}}

// recordRule says why.
var recordRule = report.Rule{Title: recordControl.Title,
	Why: report.Bilingual{EN: "kubeadm writes the manifests and the kubelet's configuration again from its record of the cluster, the ConfigMaps kubeadm-config and kubelet-config in kube-system, at every upgrade and for every node that joins. A setting that is not in this record is lost then.",
		ZH: "每次升级以及每个节点加入时，kubeadm 都会根据其集群记录（kube-system 中的 ConfigMap kubeadm-config 与 kubelet-config）重新写出清单和 kubelet 配置；记录中没有的设置届时会丢失。"},
	Risk: report.Bilingual{EN: "Nodes that join later, and upgrades of other control planes, use these settings too.", ZH: "之后加入的节点以及其他控制面的升级也会使用这些设置。"}}

func controlsOf(p *profiles.Profile) []report.Control {
	controls := make([]report.Control, len(p.Controls))
	for i, c := range p.Controls {
		controls[i] = controlView(c)
	}
	return controls
}

// sectionsOf gives the sections of a profile's controls, and those above them, in their
// order. Of a control that a site's profile inherits, the section has the name of its
// profile before it, as its id has.
func sectionsOf(p *profiles.Profile) []report.Section {
	list := []report.Section{}
	add := func(profile, id string) {
		name := id
		if profile != p.Name {
			name = profile + "/" + id
		}
		if title := profiles.SectionTitle(profile, id); title != (profiles.Text{}) && !slices.ContainsFunc(list, func(s report.Section) bool { return s.ID == name }) {
			list = append(list, report.Section{ID: name, Title: report.Bilingual(title)})
		}
	}
	for _, c := range p.Controls {
		profile, id, _ := strings.Cut(c.ID, "/")
		for i, r := range id {
			if r == '.' {
				add(profile, id[:i])
			}
		}
	}
	return list
}

// stigOf is what checklists call the STIG that a profile is of; nil where it is of none.
func stigOf(p *profiles.Profile) *report.STIG {
	of := p.STIG()
	if of == nil {
		return nil
	}
	s := &report.STIG{ID: of.ID, Title: of.Title, Version: of.Version, Release: of.Release, Key: of.Key, Rules: map[string]report.STIGRule{}}
	for _, c := range p.Controls {
		group := c.ID[strings.LastIndexByte(c.ID, '/')+1:]
		if id, version := of.Rule(group); id != "" {
			s.Rules[group] = report.STIGRule{ID: id, Version: version, Severity: change.Severity(c.Severity)}
		}
	}
	return s
}

// ofSTIG refuses a format that is for a STIG only, where the profile is not one.
func (a *app) ofSTIG(profile string, s *report.STIG) error {
	if s != nil || !format.OfSTIG(a.Output) {
		return nil
	}
	return usage("-o %s is for reports on a STIG, and %s is not one; choose one with --profile, such as stig-kubernetes-v2r6", a.Output, profile)
}

func rulesOf(p *profiles.Profile) map[string]report.Rule {
	rules := make(map[string]report.Rule, len(p.Rules))
	for _, r := range p.Rules {
		view := ruleView(r)
		view.Risk = riskHere(view.Risk, p.Parameters)
		rules[r.Name] = view
	}
	return rules
}

// hostName is the name of the node: of this machine, or what the tree below
// --root says; "" where nothing says it.
func hostName(s *session) string {
	if s.root.Live() {
		name, err := os.Hostname()
		if err != nil {
			return ""
		}
		return name
	}
	data, err := s.root.ReadFile("/etc/hostname", 1<<10)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimSpace(string(data)), "\n")
	return name
}

// ruleView is what readers learn of a rule.
func ruleView(r profiles.Rule) report.Rule {
	view := report.Rule{Title: report.Bilingual(r.Title), Why: report.Bilingual(r.Why()), Risk: report.Bilingual(r.Risk()), Warn: r.Warn(), Because: report.Bilingual(r.Because())}
	for _, f := range profiles.Frameworks() {
		if ids := r.IDs(f.Name); len(ids) > 0 {
			view.IDs = append(view.IDs, report.FrameworkIDs{Framework: f.Name, Title: f.Title, IDs: ids})
		}
	}
	return view
}

func frameworkNames() []string {
	var names []string
	for _, f := range profiles.Frameworks() {
		names = append(names, f.Name)
	}
	return names
}

// showReport prints a report whole, in the format that was asked for; of the text, what
// was selected.
func (a *app) showReport(ctx context.Context, s *session, r report.Report, v selection, failed error) error {
	switch a.Output {
	case "json":
		d := r.Document()
		if failed != nil {
			e := explain(ctx, failed)
			d.Error = &e
		}
		return a.document(d)
	case "text":
		text := page()
		style := a.style()
		switch {
		case v.framework != "":
			style.FrameworkText(text, v.of(r), v.framework)
		case v.summary:
			style.SummaryText(text, v.of(r))
		case v.details || v.some():
			style.ReportText(text, v.of(r), a.title(s))
		default:
			style.CheckText(text, r, a.title(s))
		}
		_, err := a.stdout.Write(text.Bytes())
		if err == nil && failed == nil {
			a.closeReport(r)
		}
		return err
	}
	return format.Write(a.stdout, a.Output, r)
}

// readReport reads a report again: a file, or the plan that a run was made
// from, which says what the node was found to be before it.
func (a *app) readReport(s *session, ref string) (report.Report, error) {
	data, err := a.reportText(s, ref)
	if err != nil {
		return report.Report{}, err
	}
	r, err := report.ReadReport(data)
	if err != nil {
		return report.Report{}, badReportFile(message.Errorf("cannot read the report %s: %w", ref, err))
	}
	r.Lang = a.Lang
	return r, a.complete(s, &r)
}

func badReportFile(err error) error {
	return &node.Error{Kind: node.BadProfile, Err: err, Hint: message.New("make one with: harden check -o json > report.json")}
}

func (a *app) reportText(s *session, ref string) ([]byte, error) {
	_, err := os.Stat(ref)
	if err == nil || strings.ContainsAny(ref, "/.") {
		data, err := readFile(a.ctx, ref, report.MaxReport)
		if err != nil {
			return nil, badReportFile(message.Errorf("cannot read the report: %w", err))
		}
		return data, nil
	}
	data, err := s.Store.Plan(ref)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, node.Denied(err)
	case err != nil:
		return nil, &node.Error{Kind: node.Failed, Err: message.Errorf("%s is neither a file nor a run: %w", ref, err),
			Hint: message.New("name a run of harden history, or a file of: harden check -o json")}
	}
	return data, nil
}

// complete adds what a report does not say itself, where its profile is known
// here: titles, and why its rules are.
func (a *app) complete(s *session, r *report.Report) error {
	source := a.profileSource(s.root)
	source.Read = func(string) ([]byte, error) { return nil, fs.ErrNotExist } // a report names no file to be read
	p, err := profiles.Load(r.Plan.Profile.Name, nil, source)
	if err != nil {
		return nil //nolint:nilerr // a report of a profile that is not here is compared all the same
	}
	r.Title, r.STIG = report.Bilingual(p.Title), stigOf(p)
	controls := make([]report.Control, len(r.Controls))
	for i, c := range r.Controls {
		controls[i] = c.Control
	}
	if len(controls) == 0 || controls[0].Title == (report.Bilingual{}) {
		controls = controlsOf(p)
	}
	if err := r.Complete(controls, rulesOf(p)); err != nil {
		return badReportFile(err)
	}
	return nil
}
