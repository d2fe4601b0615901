package report

import "harden/agent/change"

// Attestation is a person's verdict on a control, as it is listed.
type Attestation struct {
	Control string `json:"control"`
	change.Attestation
}
