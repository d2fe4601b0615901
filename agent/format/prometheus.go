package format

import (
	"fmt"
	"io"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/report"
)

// writePrometheus writes a report for the textfile collector of the node
// exporter, in the text format 0.0.4.
func writePrometheus(w io.Writer, r report.Report, d *report.Diff) error {
	p := &promWriter{w: w}
	profile := r.Plan.Profile.Name
	if d != nil {
		p.diff(profile, *d)
		return p.err
	}
	p.family("harden_profile_info", "The profile that was checked, with its version and the digest of what it asks for.")
	p.sample(1, "profile", profile, "version", r.Plan.Profile.Version, "digest", r.Plan.Profile.Digest)
	p.family("harden_report_timestamp_seconds", "When the node was read, in seconds since 1970.")
	p.sample(unix(r.Time), "profile", profile)
	p.family("harden_control_status", "1 for the verdict on each control: compliant, drift, manual, not-applicable, waived, blocked or error.")
	for _, c := range r.Controls {
		p.sample(1, "profile", profile, "control", c.ID, "level", fmt.Sprint(c.Level), "severity", string(c.Severity), "status", string(c.Status))
	}
	counts := r.Counts()
	p.family("harden_controls", "Number of controls by verdict.")
	for _, s := range change.Statuses {
		p.sample(int64(counts[s]), "profile", profile, "status", string(s))
	}
	findings := r.Plan.Summary()
	p.family("harden_findings", "Number of findings by verdict: one for each rule, or control that a person must judge.")
	for _, s := range change.Statuses {
		p.sample(int64(findings[string(s)]), "profile", profile, "status", string(s))
	}
	p.family("harden_drift", "Number of controls that are not met and that apply would fix.")
	p.sample(int64(counts[change.Drift]), "profile", profile)
	p.family("harden_pending_changes", "Number of changes that apply would make.")
	p.sample(int64(len(r.Plan.Changes)), "profile", profile)
	p.expiries(r)
	return p.err
}

// expiries tells when waivers and attestations end, for an alert before.
func (p *promWriter) expiries(r report.Report) {
	type expiry struct {
		control, rule string
		at            int64
	}
	var waivers, attestations []expiry
	for _, c := range r.Controls {
		for _, f := range c.Findings {
			if f.Waiver != nil {
				waivers = append(waivers, expiry{c.ID, f.Rule, endOf(f.Waiver.Expires)})
			}
			if f.Attestation != nil {
				attestations = append(attestations, expiry{c.ID, f.Rule, endOf(f.Attestation.Expires)})
			}
		}
	}
	if len(waivers) > 0 {
		p.family("harden_waiver_expiry_timestamp_seconds", "When a waiver ends, in seconds since 1970.")
		for _, e := range waivers {
			p.sample(e.at, "profile", r.Plan.Profile.Name, "control", e.control, "rule", e.rule)
		}
	}
	if len(attestations) > 0 {
		p.family("harden_attestation_expiry_timestamp_seconds", "When the verdict of a person ends, in seconds since 1970.")
		for _, e := range attestations {
			p.sample(e.at, "profile", r.Plan.Profile.Name, "control", e.control)
		}
	}
}

func (p *promWriter) diff(profile string, d report.Diff) {
	counts := d.Counts()
	p.family("harden_diff_controls", "Number of controls by how they changed between two reports.")
	for _, s := range report.DiffStates {
		p.sample(int64(counts[s]), "profile", profile, "state", string(s))
	}
	p.family("harden_diff_control", "1 for each control that is new, still open or fixed between two reports.")
	for _, c := range d.Controls {
		if c.State == report.DiffNew || c.State == report.DiffStill || c.State == report.DiffFixed {
			p.sample(1, "profile", profile, "control", c.Control().ID, "state", string(c.State))
		}
	}
	p.family("harden_diff_report_timestamp_seconds", "When the two reports were made, in seconds since 1970.")
	p.sample(unix(d.Before.Time), "profile", d.Before.Plan.Profile.Name, "report", "before")
	p.sample(unix(d.After.Time), "profile", profile, "report", "after")
}

// endOf is the end of the last day of a waiver or attestation.
func endOf(day string) int64 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return t.AddDate(0, 0, 1).Unix()
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// promWriter writes families of gauges, and keeps the first error.
type promWriter struct {
	w    io.Writer
	name string
	err  error
}

func (p *promWriter) print(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *promWriter) family(name, help string) {
	p.name = name
	p.print("# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}

func (p *promWriter) sample(value int64, labels ...string) {
	pairs := make([]string, 0, len(labels)/2)
	for i := 0; i+1 < len(labels); i += 2 {
		pairs = append(pairs, labels[i]+`="`+promValue(labels[i+1])+`"`)
	}
	p.print("%s{%s} %d\n", p.name, strings.Join(pairs, ","), value)
}

// promValue escapes the value of a label.
func promValue(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(report.Safe(text))
}
