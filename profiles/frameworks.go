package profiles

import "slices"

// Framework is a catalogue of requirements that rules name their ids of.
type Framework struct {
	Name  string // for --framework, and in a rule's "frameworks"
	Title string
}

var frameworks = []Framework{
	{"nist-800-53", "NIST SP 800-53 r5"}, {"pci-dss-4.0", "PCI DSS 4.0"}, {"iso-27001", "ISO/IEC 27001:2022"},
	{"attack", "MITRE ATT&CK"}, {"nsa-cisa", "NSA/CISA Kubernetes Hardening Guidance"}, {"stig", "DISA Kubernetes STIG V2R6"},
}

// Frameworks are those that rules may name ids of. The ids of the built-in rules come from:
// stig, DISA Kubernetes STIG V2R6; nist-800-53, through DISA's CCI list of 2022-03-09;
// pci-dss-4.0, ComplianceAsCode controls/pcidss_4_ocp4.yml through the rule of the same
// setting; iso-27001, prowler iso27001_2022_kubernetes.json; attack, Microsoft's threat
// matrix for Kubernetes; nsa-cisa, k8s-nsa-1.0 of trivy-checks and nsaframework of
// regolibrary, for guidance 1.2. A missing one: no source names one.
func Frameworks() []Framework { return slices.Clone(frameworks) }

// frameworkNames lists their names, in their order.
func frameworkNames() []string {
	names := make([]string, len(frameworks))
	for i, f := range frameworks {
		names[i] = f.Name
	}
	return names
}
