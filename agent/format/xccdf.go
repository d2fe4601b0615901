package format

import (
	"io"
	"strconv"
	"time"

	"harden/agent/report"
)

// xccdfSpace is what the ids of DISA's benchmarks begin with.
const xccdfSpace = "xccdf_mil.disa.stig_"

// writeXCCDF writes a result in XCCDF 1.2 (NISTIR 7275 Rev. 4): the benchmark with its rules,
// as far as harden knows them, and in it what was found. Ids are those of DISA's own
// benchmark, by which other programs match them.
func writeXCCDF(w io.Writer, r report.Report, d *report.Diff) error {
	x := newXML()
	at, list := oscalTime(r.Time), stigResults(r, d)
	x.begin("Benchmark", "xmlns", "http://checklists.nist.gov/xccdf/1.2", "id", xccdfSpace+"benchmark_"+r.STIG.ID, "xml:lang", string(r.Lang))
	x.text("status", "draft", "date", at[:len(time.DateOnly)]) // of this document
	x.text("title", r.STIG.Title)
	x.text("plain-text", r.STIG.Release, "id", "release-info")
	x.text("version", r.STIG.Version)
	for _, v := range list {
		x.begin("Group", "id", xccdfSpace+"group_"+v.group)
		x.text("title", v.rule.Version)
		x.begin("Rule", "id", xccdfRule(v), "severity", string(v.rule.Severity), "weight", "10.0")
		x.text("version", v.rule.Version)
		x.text("title", v.title)
		x.text("description", v.why)
		x.text("fixtext", v.fix)
		x.end()
		x.end()
	}
	x.begin("TestResult", "id", xccdfSpace+"testresult_harden", "start-time", at, "end-time", at, "test-system", "urn:harden:"+token(r.Version), "version", r.STIG.Version)
	x.text("benchmark", "", "href", r.STIG.ID+".xml", "id", xccdfSpace+"benchmark_"+r.STIG.ID)
	x.text("title", stigSource(r))
	x.text("target", line(r.Host))
	x.begin("target-facts")
	x.text("fact", report.Safe(r.Lang.Node(r.Plan.Node)), "name", "urn:harden:fact:node", "type", "string")
	x.end()
	passed, judged := 0, 0
	for _, v := range list {
		switch v.status {
		case stigNotAFinding:
			passed++
			judged++
		case stigOpen:
			judged++
		}
		x.begin("rule-result", "idref", xccdfRule(v), "time", at, "severity", string(v.rule.Severity), "weight", "10.0", "version", v.rule.Version)
		x.text("result", stigWords[v.status].xccdf)
		for _, message := range []string{v.details, v.comments} {
			if message != "" {
				x.text("message", message, "severity", "info")
			}
		}
		x.end()
	}
	x.text("score", strconv.Itoa(passed), "system", "urn:xccdf:scoring:flat-unweighted", "maximum", strconv.Itoa(max(judged, 1)))
	x.end()
	x.end()
	_, err := x.WriteTo(w)
	return err
}

func xccdfRule(v stigResult) string { return xccdfSpace + "rule_" + token(v.rule.ID) }
