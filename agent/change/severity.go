package change

import "slices"

// Severity says how bad it is when a rule does not hold.
type Severity string

// The severities. The rubric is in docs/check.md.
const (
	Critical Severity = "critical" // anyone on the network gets the node or the cluster
	High     Severity = "high"     // one leaked file or one step gives the cluster, or no trace is kept
	Medium   Severity = "medium"   // limits what an intruder reaches, or the availability of all
	Low      Severity = "low"      // hygiene, depth
)

// Severities are in the order of reports: the worst first.
var Severities = []Severity{Critical, High, Medium, Low}

// AtLeast tells whether a severity is as bad as another, or worse. One that is
// not known ("") is not.
func (s Severity) AtLeast(o Severity) bool {
	i := slices.Index(Severities, s)
	return i >= 0 && i <= slices.Index(Severities, o)
}
