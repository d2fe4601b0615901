// Package report is what harden says, as values: plans, reports, runs and
// profiles, their JSON, and the sentences about them in both languages. It
// decides nothing and reads nothing of a node; how a text looks on a terminal or
// in the format of another program is the matter of packages above it.
package report

import (
	"bytes"
	"io"
	"time"

	"harden/agent/change"
	"harden/agent/message"
)

// Schema names the JSON that harden prints.
const Schema = "harden/v1"

// Document is what -o json prints: one of them, whatever happens. It has the fields
// of all verbs; those that a verb has nothing to say of are left out.
type Document struct {
	Schema      string           `json:"schema"`
	Kind        string           `json:"kind"` // "Plan", "Report", "Diff", "Summary", "Evidence", "Run", "History", "Profiles", "Profile", "Attestations", "Version", "KubeadmConfiguration"
	Profile     *change.Profile  `json:"profile,omitempty"`
	Node        *change.Node     `json:"node,omitempty"`
	Changes     []change.Change  `json:"changes,omitzero"`
	Findings    []change.Finding `json:"findings,omitzero"`
	Summary     map[string]int   `json:"summary,omitempty"`
	Digest      string           `json:"digest,omitempty"`
	Run         *Run             `json:"run,omitempty"`
	Runs        []Run            `json:"runs,omitzero"`
	Profiles    []Profile        `json:"profiles,omitzero"`
	Version     string           `json:"version,omitempty"`
	Explanation *Explanation     `json:"explanation,omitempty"`
	// Configuration is the text of a configuration of kubeadm.
	Configuration   string           `json:"configuration,omitempty"`
	Inputs          *Inputs          `json:"inputs,omitempty"`
	ExternalChanges []ExternalChange `json:"changedByOthers,omitempty"`
	Rehearsal       []Rehearsal      `json:"rehearsal,omitempty"`
	Originals       *Originals       `json:"originals,omitempty"`
	From            *From            `json:"from,omitempty"`
	// Of a report: the node's name, when it was read, and every control.
	Host     string            `json:"host,omitempty"`
	Time     *time.Time        `json:"time,omitempty"`
	Controls []ReportedControl `json:"controls,omitzero"`
	Sections []Section         `json:"sections,omitzero"`
	NextBoot []change.Conflict `json:"nextBoot,omitzero"`
	Diff     *DiffDocument     `json:"diff,omitempty"`
	Fleet    *Fleet            `json:"fleet,omitempty"`
	Evidence *Bundle           `json:"evidence,omitempty"`
	// Attestations are those of this node.
	Attestations []Attestation `json:"attestations,omitzero"`
	Error        *Error        `json:"error,omitempty"`
}

// Run is a past run, or the one just made. Its many fields are the keys of the JSON.
type Run struct {
	ID       string         `json:"id"`
	State    string         `json:"state"`
	Started  *time.Time     `json:"started"`
	Finished *time.Time     `json:"finished"`
	Restarts map[string]int `json:"restarts"`
	Changes  int            `json:"changes"`
	Profile  string         `json:"profile,omitempty"`
	Backup   string         `json:"backup,omitempty"`
	Reason   message.Text   `json:"reason,omitzero"`
	Problems []message.Text `json:"problems,omitempty"`
	Kept     []message.Text `json:"kept,omitempty"` // what a rollback left in place on purpose, and why
	// Waits says that the problems are put back once the API server answers.
	Waits bool `json:"waits,omitempty"`
	// ConfirmBefore is when a run that is pending-confirmation is undone, by the
	// wall clock as it stands now.
	ConfirmBefore *time.Time `json:"confirmBefore,omitempty"`
}

// Profile is a profile as it is listed.
type Profile struct {
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	Title    Bilingual `json:"title"`
	Source   string    `json:"source"`
	Digest   string    `json:"digest"`
	Controls []Control `json:"controls,omitempty"`
	// Parameters are what --set can change, with their values.
	Parameters map[string]any `json:"parameters,omitempty"`
	Signature  *Signature     `json:"signature,omitempty"`
	// Differences are those of a site's own profile.
	Differences *Differences `json:"differences,omitempty"`
	Listed      Listed       `json:"-"`
}

// Listed is what a list says of a profile beside.
type Listed struct {
	Versions string // of Kubernetes, "1.32–1.34"
	Controls int
	Judged   int          // controls that rules serve
	Site     bool         // it lies in the site's own directory
	Picked   bool         // this node gets it
	Wrong    message.Text // why it cannot be used
}

// Differences are what a site's own profile says that those it extends do not.
type Differences struct {
	Extends  []string                   `json:"extends"`
	Set      []ChangedParameter         `json:"set,omitempty"`
	Adjust   []string                   `json:"adjust,omitempty"` // rules with parameters of their own
	Skip     []string                   `json:"skip,omitempty"`
	Controls []string                   `json:"controls,omitempty"`
	Severity map[string]change.Severity `json:"severity,omitempty"`
	Waivers  []ProfileWaiver            `json:"waivers,omitempty"`
}

// ChangedParameter is a parameter with another value than before.
type ChangedParameter struct {
	Name string `json:"name"`
	From any    `json:"from"`
	To   any    `json:"to"`
}

// ProfileWaiver is what a profile leaves open: a rule or a control.
type ProfileWaiver struct {
	Rule    string `json:"rule,omitempty"`
	Control string `json:"control,omitempty"`
	// Objects are those of the cluster that it is about, "kind=DaemonSet name=agent"; "": all.
	Objects string `json:"objects,omitempty"`
	Reason  string `json:"reason"`
	Expires string `json:"expires"`
}

// Signature is what validate found beside a profile's file.
type Signature struct {
	State   string `json:"state"`             // "good"; "unknown-key": no key is configured; "none"
	Key     string `json:"key,omitempty"`     // fingerprint, "SHA256:…"
	Comment string `json:"comment,omitempty"` // of the key, as it is configured
}

// Control is a control as a profile lists it.
type Control struct {
	ID            string    `json:"id"`
	Title         Bilingual `json:"title"`
	Level         int       `json:"level"`
	Rules         []string  `json:"rules"`
	Manual        Bilingual `json:"manual,omitzero"`
	NotApplicable Bilingual `json:"notApplicable,omitzero"`
	Note          Bilingual `json:"note,omitzero"`
	// Scope is "cluster" where a verdict on the control holds for all nodes; "" where it
	// is about the node.
	Scope string `json:"scope,omitempty"`
	// The versions of Kubernetes that it is about, in an explanation: from the first
	// one on, until before the second; "" where there is no such bound.
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// Bilingual is a text of a report in English and Chinese. It is a part of the JSON;
// what a profile says has the type profiles.Text, which this package does not know.
type Bilingual struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// In gives the text in "en" or "zh".
func (b Bilingual) In(lang Language) string {
	if lang == "zh" && b.ZH != "" {
		return b.ZH
	}
	return b.EN
}

// Inputs is what a plan was made from, so that apply can make it again.
type Inputs struct {
	Profile   string            `json:"profile"`             // name or path
	Source    string            `json:"source,omitempty"`    // the text of a profile that was given by path
	Signature string            `json:"signature,omitempty"` // of that text, where the configuration asks for one
	Set       map[string]string `json:"set,omitempty"`
	Only      []string          `json:"only,omitzero"` // an empty list: none at all
	Skip      []string          `json:"skip,omitempty"`
	Role      string            `json:"role,omitempty"`
	NoRestart bool              `json:"noRestart,omitempty"`
	// Namespaces are patterns of those that a plan of a cluster is about.
	Namespaces []string `json:"namespaces,omitempty"`
	// States names the fields of each change's target as the plan found them,
	// contents by digest, so that a later apply can say what changed.
	States []map[change.Field]string `json:"states,omitempty"`
}

// Error is why a command failed.
type Error struct {
	Code    int          `json:"code"` // the exit code
	Message message.Text `json:"message"`
	Hint    message.Text `json:"hint"`
	// CodedTexts is both for machines.
	CodedTexts message.CodedTexts `json:"said,omitempty"`
	// Also is what else is wrong, of a profile with several mistakes.
	Also []message.Text `json:"also,omitempty"`
}

// PlanDocument is a plan as a document.
func PlanDocument(p change.Plan) Document { return documentOf(p, "Plan", p.Digest()) }

func documentOf(p change.Plan, kind, digest string) Document {
	d := Document{Schema: Schema, Kind: kind, Profile: &p.Profile, Node: &p.Node, Changes: p.Changes, Findings: p.Findings,
		Summary: p.Summary(), Digest: digest}
	if d.Changes == nil {
		d.Changes = []change.Change{}
	}
	if d.Findings == nil {
		d.Findings = []change.Finding{}
	}
	return d
}

// Write prints the document as JSON, indented, with one newline at the end. Changes,
// findings and what was observed are encoded and written one at a time: a cluster may
// have tens of thousands.
func (d Document) Write(w io.Writer) error {
	changes, findings := d.Changes, d.Findings
	d.Changes, d.Findings = slot(changes), slot(findings)
	s := newStream(w)
	rest := bytes.Clone(s.encoded("", d.coded()))
	rest = s.list(rest, "", "changes", len(changes), func(i int) { s.write(s.encoded("    ", codedChange(changes[i]))) })
	rest = s.list(rest, "", "findings", len(findings), func(i int) { s.finding(codedFinding(findings[i])) })
	s.write(rest)
	return s.end()
}

func (s *stream) finding(f change.Finding) {
	const prefix = "    "
	observed := f.Observed
	f.Observed = slot(observed)
	rest := bytes.Clone(s.encoded(prefix, f))
	var o change.Observation // one for all: it would be allocated for each
	s.write(s.list(rest, prefix, "observed", len(observed), func(i int) {
		o = codedObservation(observed[i])
		s.write(s.encoded(prefix+"    ", &o))
	}))
}
