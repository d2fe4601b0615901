package report

import (
	"fmt"

	"harden/agent/change"
)

// Passing counts nodes as passing, failing and unsure by what their newest reports say of
// the controls that are about nodes: nothing is open; something does not hold; what
// could be checked holds.
func (f Fleet) Passing() (passing, failing, unsure int) {
	for _, n := range f.Nodes {
		switch {
		case n.Counts[change.Drift]+n.Counts[change.Blocked] > 0:
			failing++
		case n.Counts[change.Error] > 0:
			unsure++
		default:
			passing++
		}
	}
	return passing, failing, unsure
}

// OldNodes are the names of nodes whose newest report is old.
func (f Fleet) OldNodes() []string {
	var names []string
	for _, n := range f.Nodes {
		if n.Old {
			names = append(names, n.Host)
		}
	}
	return names
}

// Open tells whether any control is open on a node, or in the cluster, that is at
// least this severe; "" is any.
func (f Fleet) Open(least change.Severity) bool {
	for _, c := range f.Controls {
		if (len(c.Open) > 0 || Open(c.Status)) && (least == "" || c.Severity.AtLeast(least)) {
			return true
		}
	}
	return false
}

// Percent is how many of the judged controls pass.
func (d FleetDay) Percent() string {
	if d.Judged == 0 {
		return "—"
	}
	return fmt.Sprintf("%d %%", 100*d.Passed/d.Judged)
}

// Result says in a few words how many nodes pass.
func (l Language) Result(f Fleet) string {
	passing, failing, unsure := f.Passing()
	pass, fail := "pass", "fail"
	if passing == 1 {
		pass = "passes"
	}
	if failing == 1 {
		fail = "fails"
	}
	text := l.Say(fmt.Sprintf("%s %s · %d %s", Plural(passing, "node"), pass, failing, fail), fmt.Sprintf("%d 个节点符合 · %d 个不符合", passing, failing))
	if unsure > 0 {
		text += l.Say(fmt.Sprintf(" · %d not fully checked", unsure), fmt.Sprintf(" · %d 个未能全部检查", unsure))
	}
	return text
}

// Course says how the share of controls that pass went: "93 % → 94 % since 2026-11-22".
func (l Language) Course(f Fleet) string {
	if len(f.Trend) == 0 {
		return ""
	}
	first, last := f.Trend[0], f.Trend[len(f.Trend)-1]
	if len(f.Trend) == 1 {
		return l.Say(last.Percent()+" of judged controls pass", "已判定控制项的符合率 "+last.Percent())
	}
	return l.Say(first.Percent()+" → "+last.Percent()+" since "+first.Day, first.Day+" 以来 "+first.Percent()+" → "+last.Percent())
}

// Moved says what is not as in the reports before; "" where nothing is.
func (l Language) Moved(f Fleet) string {
	if f.New+f.Fixed == 0 {
		return ""
	}
	return l.Say(fmt.Sprintf("since each node's previous report: %d newly open, %d fixed", f.New, f.Fixed), fmt.Sprintf("与各节点上一份报告相比：新增 %d 项未满足，%d 项已修复", f.New, f.Fixed))
}

// Cluster says what the verdict on a control of the cluster is, and whose.
func (l Language) Cluster(c FleetControl) string {
	for _, a := range c.Persons {
		if a.Expired || c.Status == change.Compliant != (a.Verdict == Attested) {
			continue
		}
		return l.Attested(a.Attestation, c.Manual)
	}
	if c.Status == change.Manual {
		if len(c.Persons) > 0 {
			return l.Say("the verdict of "+c.Persons[0].By+" expired on "+c.Persons[0].Expires, c.Persons[0].By+" 的人工确认已于 "+c.Persons[0].Expires+" 过期")
		}
		return l.Say("no person has judged it yet", "尚无人核查")
	}
	return l.Status(c.Status)
}
