package view_test

import (
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// What came of a rehearsal is told of each component: in its own words where it refuses.
func TestRehearsal(t *testing.T) {
	list := []report.Rehearsal{
		{Component: "kube-apiserver", Verdict: "accepted"},
		{Component: "kube-scheduler", Verdict: "refused", Message: message.Value("Error: unknown flag: --profilin\x1b[2J\nrm -rf /")},
		{Component: "kubelet", Verdict: "left-out", Message: message.New("no %s runs on this node", "kubelet")},
		{Component: "etcd", Verdict: "cannot-tell", Message: message.New("%s does not exist", "/usr/bin/etcd")},
	}
	golden(t, "rehearsal", func(s view.Style, b *strings.Builder) { s.RehearsalText(b, list) })
	var b strings.Builder
	view.Style{Lang: "en"}.RehearsalText(&b, nil)
	if b.Len() > 0 {
		t.Errorf("where there was none, it says %q", b.String())
	}
}

// How a profile is signed, and by which key, stands in one line.
func TestSignatures(t *testing.T) {
	golden(t, "signatures", func(s view.Style, b *strings.Builder) {
		s.SignatureText(b, report.Signature{State: "good", Key: "SHA256:Ab12", Comment: "ops@example.org\x1b[2J"})
		s.SignatureText(b, report.Signature{State: "unknown-key", Key: "SHA256:Ab12"})
		s.SignatureText(b, report.Signature{State: "none"})
	})
}

// Verdicts of persons that hold for the cluster say so; where there are none, that is said.
func TestAttestationsOfCluster(t *testing.T) {
	list := attested()
	list[0].Scope = report.ClusterScope
	golden(t, "attestations", func(s view.Style, b *strings.Builder) {
		s.AttestationsText(b, list[:1])
		s.AttestationsText(b, nil)
	})
}

// While something is waited for, the line fits the terminal, and the time stands in it.
func TestWaiting(t *testing.T) {
	doing := message.Value("waiting until kube-apiserver answers on https://10.0.0.1:6443\x1b[2J")
	for _, tt := range []struct {
		lang   report.Language
		width  int
		atMost time.Duration
		want   string
	}{
		{"en", 0, 0, `waiting until kube-apiserver answers on https://10.0.0.1:6443\x1b[2J, 12 s`},
		{"en", 0, 90 * time.Second, `waiting until kube-apiserver answers on https://10.0.0.1:6443\x1b[2J, 12 s of at most 90 s`},
		{"en", 40, 90 * time.Second, "waiting until ku…, 12 s of at most 90 s"},
		{"en", 10, 90 * time.Second, "…, 12 s of at most 90 s"},
		{"zh", 40, 0, "waiting until kube-apiserver…，已 12 秒"},
	} {
		s := view.Style{Lang: tt.lang, Width: tt.width}
		got := s.Waiting(doing, 12_400*time.Millisecond, tt.atMost)
		if got != tt.want || tt.width > 10 && view.Columns(got) >= tt.width { // the last column would end the line
			t.Errorf("%s, %d columns: %q takes %d, want %q", tt.lang, tt.width, got, view.Columns(got), tt.want)
		}
	}
	if got := (view.Style{Lang: "zh"}).Text(message.New("%s does not exist", "/a\x1b")); got != `/a\x1b 不存在` {
		t.Errorf("%q", got)
	}
}

// An explanation says what a person runs, of which versions a control is, and with -v all that it is called elsewhere.
func TestExplanationInFull(t *testing.T) {
	e := explained()
	e.Controls[0].Until, e.Controls[0].NotApplicable = "1.35", report.Bilingual{EN: "There is no kubelet here.", ZH: "本节点没有 kubelet。"}
	e.Controls[0].Manual = report.Bilingual{EN: "`kubectl get nodes -o wide`. Pass if: all are known.", ZH: "列出节点：`kubectl get nodes -o wide`。合格标准：均为已知节点。"}
	e.Rules[0].Title, e.Rules[0].Phase, e.Rules[0].Needs = report.Bilingual{EN: "Another title", ZH: "另一标题"}, "host", []string{"kubelet-config", "cgroups"}
	e.Changes, e.Here = nil, message.New("no %s runs on this node", "kubelet")
	golden(t, "explain-v", func(s view.Style, b *strings.Builder) { s.ExplanationText(b, e, view.Explained{Details: true}) })
	var b strings.Builder
	view.Style{Lang: "en"}.ExplanationText(&b, e, view.Explained{Details: true})
	for _, id := range append(e.Rules[0].IDs[0].IDs, e.Serves...) {
		if !strings.Contains(b.String(), id) {
			t.Errorf("%s is left out:\n%s", id, b.String())
		}
	}
	if !strings.Contains(b.String(), "\n"+strings.Repeat(" ", 15)+"kubectl get nodes -o wide\n") {
		t.Errorf("the command has no line of its own:\n%s", b.String())
	}
}

// In a long report it is said once where a person learns how to judge; in a short one it stands there.
func TestHowToOfManyControls(t *testing.T) {
	for n, want := range map[int]bool{3: true, 30: false} {
		var list []string
		for range n {
			list = append(list, "p/1."+strings.Repeat("1", 1+len(list))+" compliant")
		}
		r := reporttest.Verdicts("p", append(list, "p/2.1 manual", "p/2.2 error of a file")...)
		for i := range r.Controls {
			r.Controls[i].Manual = report.Bilingual{EN: "Ask the owner of it."}
			r.Controls[i].Note = report.Bilingual{EN: "Nobody knows why."}
		}
		var b strings.Builder
		view.Style{Lang: "en"}.ReportText(&b, r, "")
		if there, elsewhere := strings.Contains(b.String(), "Ask the owner"), strings.Contains(b.String(), "check --status manual"); there != want || elsewhere == want {
			t.Errorf("of %d controls: %v, %v:\n%s", n, there, elsewhere, b.String())
		}
		if strings.Count(b.String(), "Nobody knows why.") != 1 { // of what is open alone
			t.Errorf("%s", b.String())
		}
	}
}

// A rollback tells what it left in place on purpose.
func TestKept(t *testing.T) {
	var b strings.Builder
	view.Style{Lang: "zh"}.RunText(&b, report.Run{ID: "a", State: "rolled-back", Kept: []message.Text{message.New("%s does not exist", "/a"), message.Value("b\x1b")}})
	if text := b.String(); !strings.Contains(text, "/a 不存在\n") || !strings.Contains(text, `b\x1b`+"\n") {
		t.Errorf("%s", text)
	}
}

// Of somebody else's report it is said what a plan fixes, and why not the others.
func TestFrom(t *testing.T) {
	from := &report.From{Benchmark: "cis-1.10", Failed: []string{"a", "b", "c", "d"}, Fixed: []string{"a"}, Unfixed: []report.Unfixed{
		{Control: "cis-1.10/1.1.1", Rule: "admin-mode", Status: change.Blocked, Reason: message.New("no %s runs on this node", "etcd")}, {Control: "cis-1.10/5.1.1", Status: change.Manual, Reason: message.Value("look at it")},
		{Control: "cis-1.10/9.9", Reason: message.New("%s does not exist", "9.9")}, {Control: "cis-1.10/1.1.2", Rule: "waived", Status: change.Waived}}}
	golden(t, "from", func(s view.Style, b *strings.Builder) { s.FromText(b, from) })
	var b strings.Builder
	view.Style{Lang: "en"}.FromText(&b, nil)
	if b.Len() > 0 {
		t.Errorf("without a report it says %q", b.String())
	}
}
