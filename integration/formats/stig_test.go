package formats

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The schemas of CKL and XCCDF are XSD, and there is no validator of those in Go. So their
// rules, as far as harden writes what they are about, stand here, in the order of the schemas:
//
//   - CKL: U_Checklist_Schema_V2.xsd, version 2.5, as in mitre/heimdall2 @8123ac3
//     libs/hdf-converters/schemas/checklist/2.5
//   - XCCDF 1.2: xccdf_1.2.xsd, version 1.2.1, as in OpenSCAP/openscap @7b6ca2f schemas/xccdf/1.2
//   - CKLB: the keys and types of mitre/heimdall2 @2bab46b
//     libs/hdf-converters/src/ckl-mapper/checklist-b-types.ts, and of a checklist that STIG
//     Viewer 3 wrote (Cwagne17/kubernetes-stig-baseline-eks-overlay @d3b65fd sources)
//
// TestSTIGSchemas asks xmllint and the schemas themselves, where they are at hand.

// element is what an element may hold: a text of a form, or children in an order.
type element struct {
	text       string            // a regular expression for all of it; "" where it has children
	children   []string          // "NAME" once, "NAME?" at most once, "NAME+" and "NAME*" as often
	attributes map[string]string // name → a regular expression; required, but where it begins with "?"
}

const anyText = `(?s).*`

func oneOf(words string) string {
	return "^(" + strings.Join(strings.Split(regexp.QuoteMeta(words), " "), "|") + ")$"
}

var ckl = map[string]element{
	"CHECKLIST":  {children: []string{"ASSET", "STIGS"}},
	"ASSET":      {children: strings.Fields("ROLE ASSET_TYPE MARKING? HOST_NAME HOST_IP HOST_MAC HOST_GUID? HOST_FQDN TARGET_COMMENT? TECH_AREA TARGET_KEY STIG_GUID? WEB_OR_DATABASE WEB_DB_SITE WEB_DB_INSTANCE")},
	"ROLE":       {text: "^(None|Workstation|Member Server|Domain Controller)$"},
	"ASSET_TYPE": {text: "^(Computing|Non-Computing)$"},
	"TECH_AREA":  {text: "^$"}, // or one of its enumeration, which harden does not know
	"TARGET_KEY": {text: `^\d*$`},
	"STIGS":      {children: []string{"iSTIG+"}},
	"iSTIG":      {children: []string{"STIG_INFO", "VULN+"}},
	"STIG_INFO":  {children: []string{"SI_DATA+"}},
	"SI_DATA":    {children: []string{"SID_NAME", "SID_DATA?"}},
	"SID_NAME":   {text: oneOf("classification customname description filename notice releaseinfo source stigid title uuid version")},
	"VULN":       {children: []string{"STIG_DATA+", "STATUS", "FINDING_DETAILS", "COMMENTS", "SEVERITY_OVERRIDE", "SEVERITY_JUSTIFICATION"}},
	"STIG_DATA":  {children: []string{"VULN_ATTRIBUTE", "ATTRIBUTE_DATA"}},
	"VULN_ATTRIBUTE": {text: oneOf("CCI_REF Check_Content Check_Content_Ref Class Documentable False_Negatives False_Positives Fix_Text Group_Title IA_Controls " +
		"Mitigation_Control Mitigations Potential_Impact Responsibility Rule_ID Rule_Title Rule_Ver STIGRef Security_Override_Guidance Severity Third_Party_Tools " +
		"Vuln_Discuss Vuln_Num Weight TargetKey STIG_UUID LEGACY_ID")},
	"STATUS":                 {text: oneOf("NotAFinding Open Not_Applicable Not_Reviewed")},
	"SEVERITY_OVERRIDE":      {text: "^(low|medium|high|)$"},
	"WEB_OR_DATABASE":        {text: "^(true|false)$"},
	"HOST_NAME":              {text: anyText},
	"HOST_IP":                {text: anyText},
	"HOST_MAC":               {text: anyText},
	"HOST_FQDN":              {text: anyText},
	"TARGET_COMMENT":         {text: anyText},
	"WEB_DB_SITE":            {text: anyText},
	"WEB_DB_INSTANCE":        {text: anyText},
	"SID_DATA":               {text: anyText},
	"ATTRIBUTE_DATA":         {text: anyText},
	"FINDING_DETAILS":        {text: anyText},
	"COMMENTS":               {text: anyText},
	"SEVERITY_JUSTIFICATION": {text: anyText},
}

const (
	ncName   = `[\p{L}_][\p{L}\p{N}._-]*`
	dateTime = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`
	severity = "^(unknown|info|low|medium|high)$"
	decimal  = `^\d+(\.\d+)?$`
)

func xccdfID(kind string) string { return "^xccdf_[^_]+_" + kind + "_" + ncName + "$" }

var xccdf = map[string]element{
	"Benchmark": {children: strings.Fields("status+ title* plain-text* version Group+ TestResult*"),
		attributes: map[string]string{"id": xccdfID("benchmark"), "xmlns": "^http://checklists.nist.gov/xccdf/1.2$", "lang": "^(en|zh)$"}},
	"status":       {text: oneOf("accepted deprecated draft incomplete interim"), attributes: map[string]string{"date": `^\d{4}-\d\d-\d\d$`}},
	"plain-text":   {text: anyText, attributes: map[string]string{"id": "^" + ncName + "$"}},
	"version":      {text: anyText},
	"title":        {text: anyText},
	"description":  {text: anyText},
	"fixtext":      {text: anyText},
	"Group":        {children: []string{"title*", "Rule+"}, attributes: map[string]string{"id": xccdfID("group")}},
	"Rule":         {children: strings.Fields("version? title* description* fixtext*"), attributes: map[string]string{"id": xccdfID("rule"), "severity": severity, "weight": decimal}},
	"TestResult":   {children: strings.Fields("benchmark? title* target+ target-facts? rule-result+ score+"), attributes: map[string]string{"id": xccdfID("testresult"), "start-time": dateTime, "end-time": dateTime, "test-system": "^" + ncName + "|urn:.*$", "version": ".*"}},
	"benchmark":    {text: "^$", attributes: map[string]string{"href": ".+", "id": xccdfID("benchmark")}},
	"target":       {text: ".+"},
	"target-facts": {children: []string{"fact*"}},
	"fact":         {text: anyText, attributes: map[string]string{"name": "^urn:.+", "type": oneOf("string number boolean")}},
	"rule-result":  {children: []string{"result", "message*"}, attributes: map[string]string{"idref": "^" + ncName + "$", "time": dateTime, "severity": severity, "weight": decimal, "version": ".+"}},
	"result":       {text: oneOf("pass fail error unknown notapplicable notchecked notselected informational fixed")},
	"message":      {text: ".+", attributes: map[string]string{"severity": oneOf("info warning error")}},
	"score":        {text: decimal, attributes: map[string]string{"system": "^urn:xccdf:scoring:(default|flat|flat-unweighted|absolute)$", "maximum": decimal}},
}

// node is an element that was read.
type node struct {
	name       string
	attributes map[string]string
	text       string
	children   []*node
}

func readXML(t *testing.T, data []byte) *node {
	t.Helper()
	root := &node{}
	stack := []*node{root}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				n.attributes[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
	if len(root.children) != 1 {
		t.Fatalf("%d roots", len(root.children))
	}
	return root.children[0]
}

// against holds an element against a grammar, and gives what is wrong with it.
func (n *node) against(grammar map[string]element) []string {
	form, known := grammar[n.name]
	if !known {
		return []string{fmt.Sprintf("there is no element %s", n.name)}
	}
	var wrong []string
	for name, expression := range form.attributes {
		if value, given := n.attributes[name]; !given || !regexp.MustCompile(expression).MatchString(value) {
			wrong = append(wrong, fmt.Sprintf("%s %s=%q is not %s", n.name, name, value, expression))
		}
	}
	for name := range n.attributes {
		if form.attributes[name] == "" {
			wrong = append(wrong, fmt.Sprintf("%s has the attribute %s", n.name, name))
		}
	}
	if form.text != "" {
		if len(n.children) > 0 || !regexp.MustCompile(form.text).MatchString(n.text) {
			wrong = append(wrong, fmt.Sprintf("%s is %q, not %s", n.name, n.text, form.text))
		}
		return wrong
	}
	if strings.TrimSpace(n.text) != "" {
		wrong = append(wrong, fmt.Sprintf("%s has the text %q beside its elements", n.name, n.text))
	}
	at := 0
	for _, child := range form.children {
		name := strings.TrimRight(child, "?+*")
		count := 0
		for at < len(n.children) && n.children[at].name == name {
			at++
			count++
		}
		if count == 0 && !strings.HasSuffix(child, "?") && !strings.HasSuffix(child, "*") || count > 1 && !strings.HasSuffix(child, "+") && !strings.HasSuffix(child, "*") {
			wrong = append(wrong, fmt.Sprintf("%s has %d of %s", n.name, count, child))
		}
	}
	if at < len(n.children) {
		wrong = append(wrong, fmt.Sprintf("%s has %s where it may not stand", n.name, n.children[at].name))
	}
	for _, child := range n.children {
		wrong = append(wrong, child.against(grammar)...)
	}
	return wrong
}

// all gives the elements of a name, wherever they stand.
func (n *node) all(name string) []*node {
	var list []*node
	if n.name == name {
		list = append(list, n)
	}
	for _, child := range n.children {
		list = append(list, child.all(name)...)
	}
	return list
}

func TestCKL(t *testing.T) {
	for name, data := range everything(t, "ckl") {
		t.Run(name, func(t *testing.T) {
			root := readXML(t, data)
			for _, problem := range root.against(ckl) {
				t.Error(problem)
			}
			seen := map[string]bool{}
			for _, v := range root.all("VULN") {
				for _, data := range v.all("STIG_DATA") {
					if data.children[0].text == "Vuln_Num" && seen[data.children[1].text] {
						t.Errorf("%s appears twice", data.children[1].text)
					} else if data.children[0].text == "Vuln_Num" {
						seen[data.children[1].text] = true
					}
				}
			}
			if want := ofProfile(name); want > 0 && len(seen) != want {
				t.Errorf("%d rules, want %d", len(seen), want)
			}
		})
	}
}

// ofProfile is how many rules the STIG of a printed report has; 0 of a golden file.
func ofProfile(name string) int {
	switch {
	case strings.HasPrefix(name, "stig-kubernetes-v2r6"):
		return 92
	case strings.HasPrefix(name, "stig-rke2-v2r7"):
		return 21
	}
	return 0
}

func TestXCCDF(t *testing.T) {
	for name, data := range everything(t, "xccdf") {
		t.Run(name, func(t *testing.T) {
			root := readXML(t, data)
			for _, problem := range root.against(xccdf) {
				t.Error(problem)
			}
			var rules, results []string
			for _, r := range root.all("Rule") {
				rules = append(rules, r.attributes["id"])
			}
			for _, r := range root.all("rule-result") {
				results = append(results, r.attributes["idref"])
			}
			if !slices.Equal(rules, results) {
				t.Errorf("the results are about %q, the rules are %q", results, rules)
			}
			if want := ofProfile(name); want > 0 && len(rules) != want {
				t.Errorf("%d rules, want %d", len(rules), want)
			}
		})
	}
}

// cklbSchema has the keys and types that readers of CKLB ask for.
const cklbSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
  "required": ["title", "id", "stigs", "active", "mode", "has_path", "target_data", "cklb_version"],
  "properties": {
    "title": {"type": "string"}, "id": {"type": "string", "format": "uuid"}, "cklb_version": {"const": "1.0"},
    "active": {"type": "boolean"}, "mode": {"type": "integer"}, "has_path": {"type": "boolean"},
    "target_data": {"type": "object",
      "required": ["target_type", "host_name", "ip_address", "mac_address", "fqdn", "comments", "role", "is_web_database", "technology_area", "web_db_site", "web_db_instance"],
      "properties": {"target_type": {"enum": ["Computing", "Non-Computing"]}, "role": {"enum": ["None", "Workstation", "Member Server", "Domain Controller"]},
        "is_web_database": {"type": "boolean"}, "host_name": {"type": "string"}, "comments": {"type": "string"}}},
    "stigs": {"type": "array", "minItems": 1, "items": {"type": "object",
      "required": ["stig_name", "display_name", "stig_id", "release_info", "uuid", "reference_identifier", "size", "rules", "version"],
      "properties": {"stig_name": {"type": "string"}, "display_name": {"type": "string"}, "stig_id": {"type": "string"}, "release_info": {"type": "string"},
        "uuid": {"type": "string", "format": "uuid"}, "reference_identifier": {"type": ["string", "null"]}, "size": {"type": "integer"},
        "rules": {"type": "array", "items": {"type": "object",
          "required": ["uuid", "stig_uuid", "group_id", "rule_id", "rule_id_src", "target_key", "stig_ref", "weight", "classification", "severity", "rule_version", "rule_title", "fix_text",
            "group_title", "discussion", "check_content", "check_content_ref", "legacy_ids", "ccis", "group_tree", "createdAt", "updatedAt", "STIGUuid", "status", "overrides", "comments", "finding_details"],
          "properties": {"uuid": {"type": "string", "format": "uuid"}, "stig_uuid": {"type": "string", "format": "uuid"}, "STIGUuid": {"type": "string", "format": "uuid"},
            "group_id": {"type": "string", "pattern": "^V-[0-9]+$"}, "rule_id": {"type": "string", "pattern": "^SV-[0-9]+(r[0-9]+)?$"}, "rule_id_src": {"type": "string", "pattern": "_rule$"},
            "rule_version": {"type": "string"}, "rule_title": {"type": "string"}, "group_title": {"type": "string"},
            "target_key": {"type": ["string", "null"]}, "stig_ref": {"type": ["string", "null"]}, "weight": {"type": "string"}, "classification": {"type": "string"},
            "severity": {"enum": ["unknown", "info", "low", "medium", "high"]}, "status": {"enum": ["not_reviewed", "not_applicable", "open", "not_a_finding"]},
            "fix_text": {"type": "string"}, "discussion": {"type": "string"}, "check_content": {"type": ["string", "null"]},
            "check_content_ref": {"type": ["object", "null"], "properties": {"name": {"type": "string"}, "href": {"type": "string"}}},
            "legacy_ids": {"type": "array", "items": {"type": "string"}}, "ccis": {"type": "array", "items": {"type": "string"}},
            "group_tree": {"type": "array", "items": {"type": "object", "required": ["id", "title", "description"]}},
            "createdAt": {"type": "string", "format": "date-time"}, "updatedAt": {"type": "string", "format": "date-time"},
            "overrides": {"type": "object"}, "comments": {"type": "string"}, "finding_details": {"type": "string"}}}}}}}
  }
}`

func TestCKLB(t *testing.T) {
	for name, data := range everything(t, "cklb") {
		t.Run(name, func(t *testing.T) {
			validate(t, []byte(cklbSchema), data)
			if want := ofProfile(name); want > 0 && bytes.Count(data, []byte(`"group_id":`)) != want {
				t.Errorf("not %d rules", want)
			}
		})
	}
}

// TestGrammarsAreStrict makes sure that what is wrong is seen.
func TestGrammarsAreStrict(t *testing.T) {
	good := string(everything(t, "ckl")["sample.ckl"])
	result := string(everything(t, "xccdf")["sample.xccdf"])
	for _, row := range []struct {
		grammar       map[string]element
		text, old, by string
	}{
		{ckl, good, "<STATUS>Open<", "<STATUS>open<"},
		{ckl, good, "<COMMENTS>", "<NOTES/><COMMENTS>"},
		{ckl, good, "<HOST_IP></HOST_IP>", ""},
		{ckl, good, "<VULN_ATTRIBUTE>Rule_ID<", "<VULN_ATTRIBUTE>RuleID<"},
		{xccdf, result, "<result>fail<", "<result>failed<"},
		{xccdf, result, `id="xccdf_mil.disa.stig_group_`, `id="group_`},
		{xccdf, result, " end-time=", " endtime="},
		{xccdf, result, "<version>2</version>", ""},
	} {
		changed := strings.Replace(row.text, row.old, row.by, 1)
		if changed == row.text {
			t.Errorf("there is no %q", row.old)
		} else if len(readXML(t, []byte(changed)).against(row.grammar)) == 0 {
			t.Errorf("%q instead of %q is not seen", row.by, row.old)
		}
	}
}

// TestSTIGSchemas holds the files against the schemas themselves: HARDEN_STIG_SCHEMAS is a
// directory with U_Checklist_Schema_V2.xsd and xccdf_1.2.xsd, each with what it imports.
func TestSTIGSchemas(t *testing.T) {
	dir := os.Getenv("HARDEN_STIG_SCHEMAS")
	xmllint, err := exec.LookPath("xmllint")
	if dir == "" || err != nil {
		t.Skip("the XSD schemas are not at hand: it needs xmllint, and HARDEN_STIG_SCHEMAS with a directory of them; TestCKL and TestXCCDF hold their rules")
	}
	for format, schema := range map[string]string{"ckl": "U_Checklist_Schema_V2.xsd", "xccdf": "xccdf_1.2.xsd"} {
		for name, data := range everything(t, format) {
			cmd := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", filepath.Join(dir, schema), "-")
			cmd.Stdin = bytes.NewReader(data)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s %s: %v\n%s", format, name, err, out)
			}
		}
	}
}
