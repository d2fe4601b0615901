package format

import (
	"io"
	"strings"

	"harden/agent/report"
)

// writeCKLB writes a checklist of STIG Viewer 3, with the keys that it writes itself. Titles
// and texts are harden's own words.
func writeCKLB(w io.Writer, r report.Report, d *report.Diff) error {
	o := newOSCAL(r)
	stig, at, none := o.uuid("stig"), oscalTime(r.Time), []string{}
	rules := []any{}
	for _, v := range stigResults(r, d) {
		rules = append(rules, object("false_positives false_negatives mitigations potential_impacts third_party_tools mitigation_control responsibility security_override_guidance ia_controls",
			"uuid", o.uuid("rule", v.group), "stig_uuid", stig, "STIGUuid", stig, "target_key", nil, "stig_ref", nil,
			"group_id", v.group, "group_id_src", v.group, "rule_id", strings.TrimSuffix(v.rule.ID, "_rule"), "rule_id_src", v.rule.ID, "rule_version", v.rule.Version,
			"group_title", printable(v.title), "rule_title", printable(v.title), "severity", v.rule.Severity, "weight", "10.0", "classification", "Unclassified",
			"discussion", v.why, "check_content", printable(v.check), "fix_text", v.fix, "documentable", "false",
			"check_content_ref", object("", "href", r.STIG.ID+".xml", "name", "M"), "legacy_ids", none, "ccis", none,
			"group_tree", []any{object("description", "id", v.group, "title", v.rule.Version)}, "createdAt", at, "updatedAt", at,
			"status", stigWords[v.status].cklb, "overrides", object(""), "comments", v.comments, "finding_details", v.details))
	}
	target := object("ip_address mac_address fqdn technology_area web_db_site web_db_instance", "target_type", "Computing", "host_name", report.Safe(r.Host),
		"comments", report.Safe(r.Lang.Node(r.Plan.Node)), "role", "None", "is_web_database", false, "classification", nil)
	name, _, _ := strings.Cut(r.STIG.Title, " Security Technical")
	list := object("", "stig_name", r.STIG.Title, "display_name", name, "stig_id", r.STIG.ID, "release_info", r.STIG.Release, "version", r.STIG.Version,
		"uuid", stig, "reference_identifier", r.STIG.Key, "size", len(rules), "rules", rules)
	return report.WriteJSON(w, object("", "title", stigSource(r), "cklb_version", "1.0", "id", o.uuid("checklist"), "active", false, "mode", 2, "has_path", false,
		"target_data", target, "stigs", []any{list}), "  ")
}

// object is a JSON object of keys and values in turn, and of keys whose text is empty.
func object(empty string, pairs ...any) map[string]any {
	o := map[string]any{}
	for _, key := range strings.Fields(empty) {
		o[key] = ""
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		o[key] = pairs[i+1]
	}
	return o
}
