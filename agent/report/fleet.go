package report

import (
	"time"

	"harden/agent/message"

	"harden/agent/change"
)

// Fleet is what the reports of many nodes come to. It is a value: the same reports
// give the same bytes, whenever it is asked, and age is counted from the newest.
type Fleet struct {
	Lang     Language       `json:"-"`
	Newest   time.Time      `json:"newest"`   // when the newest report was read
	Nodes    []FleetNode    `json:"nodes"`    // the worst first
	Controls []FleetControl `json:"controls"` // of nodes, the worst first; then those of the cluster
	Trend    []FleetDay     `json:"trend"`    // the oldest first
	New      int            `json:"new"`      // verdicts of nodes that are open now, and were not in the report before
	Fixed    int            `json:"fixed"`    // that were open, and are not now
	Broken   []FleetBroken  `json:"broken"`   // files that could not be read
}

// FleetNode is a node by its newest report.
type FleetNode struct {
	Host     string                  `json:"host"`
	File     string                  `json:"file"` // that the report was read from
	Time     time.Time               `json:"time"`
	Old      bool                    `json:"old"` // more than FleetOld older than the newest
	Profile  change.Profile          `json:"profile"`
	Node     change.Node             `json:"node"`
	Counts   map[change.Status]int   `json:"summary"` // of controls that are about nodes
	Open     map[change.Severity]int `json:"open"`    // controls that are open
	Statuses []change.Status         `json:"-"`       // of Fleet.Controls, "" where the report has none of it
}

// FleetOld is how much older than the newest a report counts as old.
const FleetOld = 48 * time.Hour

// FleetControl is a control on all nodes.
type FleetControl struct {
	Control
	Severity change.Severity       `json:"severity,omitempty"` // the worst that a report gives
	Counts   map[change.Status]int `json:"summary"`            // nodes by status
	// Status is that of the cluster, of a control that is about it: a verdict on any of
	// its nodes holds for all, and of several the worst.
	Status  change.Status       `json:"status,omitempty"`
	Open    []FleetOpen         `json:"open"`                   // nodes where it is open, in the order of Nodes
	Persons []*FleetAttestation `json:"attestations,omitempty"` // what persons found, once each
	Short   string              `json:"-"`
}

// FleetOpen is a node where a control is open.
type FleetOpen struct {
	Node   int           `json:"-"` // place in Fleet.Nodes
	Host   string        `json:"host"`
	Status change.Status `json:"status"`
	Reason message.Text  `json:"reason"`
	Since  time.Time     `json:"since"`           // of the first of the reports without a break in which it was open
	First  bool          `json:"first,omitempty"` // it is open in every report that there is
}

// FleetAttestation is a person's verdict, with the number of nodes whose reports have it.
type FleetAttestation struct {
	change.Attestation
	Nodes int `json:"nodes"`
}

// FleetDay is what the newest reports of all nodes came to at the end of a day.
type FleetDay struct {
	Day    string `json:"day"` // "2026-11-22", UTC
	Nodes  int    `json:"nodes"`
	Passed int    `json:"passed"` // controls of nodes
	Judged int    `json:"judged"` // that pass, fail or were left open on purpose
}

// FleetBroken is a file that is not a report, and why.
type FleetBroken struct {
	File   string       `json:"file"`
	Reason message.Text `json:"reason"`
}

// Document is the fleet as a document.
func (f Fleet) Document() Document { return Document{Schema: Schema, Kind: "Summary", Fleet: &f} }
