package format

import (
	"io"
	"strings"

	"harden/agent/report"
)

// cklAttributes are the attributes of a VULN as STIG Viewer 2 writes them, one of each: first
// those that harden fills in.
var cklAttributes = strings.Fields(`Vuln_Num Severity Group_Title Rule_ID Rule_Ver Rule_Title Vuln_Discuss Check_Content Fix_Text Documentable Weight Class STIGRef TargetKey
	IA_Controls False_Positives False_Negatives Mitigations Potential_Impact Third_Party_Tools Mitigation_Control Responsibility Security_Override_Guidance Check_Content_Ref`)

// writeCKL writes a checklist of STIG Viewer 2, by its schema 2.5 (U_Checklist_Schema_V2.xsd). Titles
// and texts are harden's own words.
func writeCKL(w io.Writer, r report.Report, d *report.Diff) error {
	x := newXML()
	x.begin("CHECKLIST")
	x.begin("ASSET")
	for _, pair := range [][2]string{{"ROLE", "None"}, {"ASSET_TYPE", "Computing"}, {"HOST_NAME", r.Host}, {"HOST_IP"}, {"HOST_MAC"}, {"HOST_FQDN"}, {"TARGET_COMMENT", r.Lang.Node(r.Plan.Node)},
		{"TECH_AREA"}, {"TARGET_KEY", r.STIG.Key}, {"WEB_OR_DATABASE", "false"}, {"WEB_DB_SITE"}, {"WEB_DB_INSTANCE"}} {
		x.text(pair[0], pair[1])
	}
	x.end()
	x.begin("STIGS")
	x.begin("iSTIG")
	x.begin("STIG_INFO")
	for _, pair := range [][2]string{{"version", r.STIG.Version}, {"classification", "UNCLASSIFIED"}, {"stigid", r.STIG.ID}, {"releaseinfo", r.STIG.Release}, {"title", r.STIG.Title}, {"source", stigSource(r)}} {
		x.begin("SI_DATA")
		x.text("SID_NAME", pair[0])
		x.text("SID_DATA", pair[1])
		x.end()
	}
	x.end()
	for _, v := range stigResults(r, d) {
		x.vuln(r, v)
	}
	for len(x.within) > 0 {
		x.end()
	}
	_, err := x.WriteTo(w)
	return err
}

// vuln writes one rule.
func (x *xmlWriter) vuln(r report.Report, v stigResult) {
	known := []string{v.group, string(v.rule.Severity), v.rule.Version, v.rule.ID, v.rule.Version, v.title, v.why, v.check, v.fix, "false", "10.0", "Unclass",
		r.STIG.Title + " :: Version " + r.STIG.Version + ", " + r.STIG.Release, r.STIG.Key}
	x.begin("VULN")
	for i, name := range cklAttributes {
		x.begin("STIG_DATA")
		x.text("VULN_ATTRIBUTE", name)
		text := ""
		if i < len(known) {
			text = known[i]
		}
		x.text("ATTRIBUTE_DATA", text)
		x.end()
	}
	x.text("STATUS", stigWords[v.status].ckl)
	x.text("FINDING_DETAILS", v.details)
	x.text("COMMENTS", v.comments)
	x.text("SEVERITY_OVERRIDE", "")
	x.text("SEVERITY_JUSTIFICATION", "")
	x.end()
}
