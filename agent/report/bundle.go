package report

import (
	"time"

	"harden/agent/change"
)

// Bundle is the manifest of a bundle for an auditor.
type Bundle struct {
	Host    string         `json:"host"`
	By      string         `json:"by"` // who made it
	Time    time.Time      `json:"time"`
	Version string         `json:"harden"`
	Profile change.Profile `json:"profile"`
	Files   []BundleFile   `json:"files"` // all but the manifest and its signature, by name
	// Of a bundle that was verified: the key that signed it, and whom the list of
	// signers names for it; "" where it is not signed, or no list was given.
	Key    string `json:"key,omitempty"` // fingerprint, "SHA256:…"
	Signer string `json:"signer,omitempty"`
}

// BundleFile is a file of a bundle.
type BundleFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}
