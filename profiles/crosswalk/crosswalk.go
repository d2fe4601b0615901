// Package crosswalk says how severe it is when a rule of the library does not
// hold, why, and what other frameworks call the same requirement. It is data:
// crosswalk.yaml, compiled into table.go. It knows no profile and reads no node.
package crosswalk

import (
	"slices"
	"strings"

	"harden/agent/change"
)

//go:generate go test -run ^TestTable$ -update .

// Entry is what is known of a rule.
type Entry struct {
	rule     string
	Severity change.Severity
	Reason   Text // why it is that severe
	// Warn: what the rule can break is to be read before it is applied.
	Warn bool
	// The ids of each of Frameworks, with blanks or commas between them; "" where no source
	// names one.
	ids [len(frameworks)]string
}

// Text is in English and Chinese.
type Text struct{ EN, ZH string }

// Framework is a catalogue of requirements.
type Framework struct {
	Name  string // for --framework
	Title string
}

var frameworks = [...]Framework{
	{"nist-800-53", "NIST SP 800-53 r5"}, {"pci-dss-4.0", "PCI DSS 4.0"}, {"iso-27001", "ISO/IEC 27001:2022"},
	{"attack", "MITRE ATT&CK"}, {"nsa-cisa", "NSA/CISA Kubernetes Hardening Guidance"}, {"stig", "DISA Kubernetes STIG V2R6"},
}

// Frameworks are those that ids are known of.
func Frameworks() []Framework { return frameworks[:] }

// IDs are those of a framework of Frameworks, by its name.
func (e Entry) IDs(framework string) []string {
	i := slices.IndexFunc(frameworks[:], func(f Framework) bool { return f.Name == framework })
	if i < 0 || e.ids[i] == "" {
		return nil
	}
	return strings.Split(e.ids[i], ", ")
}

// Of gives the entry of a rule; the zero value of a rule of a site's own.
func Of(rule string) Entry {
	i, found := slices.BinarySearchFunc(table[:], rule, func(e Entry, rule string) int { return strings.Compare(e.rule, rule) })
	if !found {
		return Entry{}
	}
	return table[i]
}
