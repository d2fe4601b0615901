package profiles

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
	"harden/agent/stable"
)

// AttestationsFormat is the first line of a file of attestations.
const AttestationsFormat = "attestations/v1"

// maxReason bounds the reason of an attestation, in bytes.
const maxReason = 2000

// The verdicts of a person on a control.
const (
	AttestedCompliant = "compliant"
	AttestedOpen      = "open"
)

// Attestation is a person's verdict on a control that no rule can judge, as the file has it;
// change.Attestation is what a finding says of it. It
// holds until its last day.
type Attestation struct {
	Control string `yaml:"control"` // "cis-1.10/4.3.1"
	Verdict string `yaml:"verdict"` // "compliant" or "open"
	Reason  string `yaml:"reason"`
	By      string `yaml:"by"`      // the name of an account
	Date    string `yaml:"date"`    // the day it was given, "2026-11-22", UTC
	Expires string `yaml:"expires"` // the last day, UTC
	// Scope is "cluster" of a verdict that holds for all nodes of the cluster, "" of one on
	// this node.
	Scope string `yaml:"scope,omitempty"`
}

// ScopeCluster marks a verdict on the whole cluster.
const ScopeCluster = "cluster"

// Expired tells whether an attestation no longer holds.
func (a Attestation) Expired(now time.Time) bool { return Waiver{Expires: a.Expires}.Expired(now) }

// attestations is a file of them as it is written.
type attestations struct {
	Format       string        `yaml:"harden"`
	Attestations []Attestation `yaml:"attestations"`
}

// ReadAttestations reads a file of attestations, as strictly as a profile. The
// error is an *Error with line and column.
func ReadAttestations(path string, data []byte) ([]Attestation, error) {
	var f attestations
	tree, err := decodeInto(path, data, &f)
	if err != nil {
		return nil, err
	}
	places := file{root: tree.Content[0]}
	if f.Format != AttestationsFormat {
		return nil, at(path, places.value("harden"), "\"harden: %s\" is missing, so this file is not a file of attestations", AttestationsFormat)
	}
	seen := map[string]bool{}
	for i, a := range f.Attestations {
		err := a.Check()
		if err == nil && seen[a.Control] {
			err = message.Errorf("control %s appears twice", a.Control)
		}
		if err != nil {
			return nil, at(path, places.item("attestations", i), "attestation: %v", err)
		}
		seen[a.Control] = true
	}
	return f.Attestations, nil
}

// Check tells what is wrong with an attestation; that its day is over is not.
func (a Attestation) Check() error {
	profile, id, ok := strings.Cut(a.Control, "/")
	if !ok || !validName(profile) || !validName(id) {
		return message.Errorf("control must be one such as cis-1.10/4.3.1, not %q", shortened(a.Control))
	}
	if a.Verdict != AttestedCompliant && a.Verdict != AttestedOpen {
		return message.Errorf("verdict is %s or %s, not %q", AttestedCompliant, AttestedOpen, shortened(a.Verdict))
	}
	if a.Scope != "" && a.Scope != ScopeCluster {
		return message.Errorf("scope is %s, or left out, not %q", ScopeCluster, shortened(a.Scope))
	}
	for _, field := range [][2]string{{"reason", a.Reason}, {"by", a.By}} {
		name, text := field[0], field[1]
		switch {
		case strings.TrimSpace(text) == "":
			return message.Errorf("%s is missing", name)
		case len(text) > maxReason:
			return message.Errorf("%s is longer than %d bytes", name, maxReason)
		case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
			return message.Errorf("%s must be one line of printable text", name)
		}
	}
	for _, field := range [][2]string{{"date", a.Date}, {"expires", a.Expires}} {
		if _, err := time.Parse(time.DateOnly, field[1]); err != nil {
			return message.Errorf("%s must be a day such as 2027-06-30, not %q", field[0], shortened(field[1]))
		}
	}
	return nil
}

// WriteAttestations gives the text of a file of attestations, by control.
func WriteAttestations(list []Attestation) ([]byte, error) {
	f := attestations{AttestationsFormat, slices.Clone(list)}
	stable.Sort(f.Attestations, func(a, b Attestation) int { return cmp.Compare(a.Control, b.Control) })
	var text bytes.Buffer
	text.WriteString("# What persons found of controls that no rule can judge; written by: harden attest\n")
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(f); err != nil {
		return nil, message.Errorf("cannot write attestations: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, message.Errorf("cannot write attestations: %w", err)
	}
	again, err := ReadAttestations("attestations", text.Bytes())
	if err != nil {
		return nil, message.Errorf("cannot write attestations: %w", err)
	}
	if !slices.Equal(again, f.Attestations) {
		return nil, message.Errorf("cannot write attestations: reading them again gives other values")
	}
	return text.Bytes(), nil
}
