package view_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"harden/agent/change"
	"harden/agent/view"
)

var sampleAbout = view.About{Title: view.Bilingual{EN: "What our site wants", ZH: "站点基线"}, Host: "node1", Version: "1.0.0",
	Time: time.Date(2026, 11, 22, 3, 4, 5, 600, time.UTC), Lang: "en"}

// facesReport is the sample report with all that only faces show: places,
// waivers, verdicts of persons.
func facesReport() view.Report {
	p, controls := sampleReport()
	for i := range p.Findings {
		f := &p.Findings[i]
		if f.Status == change.Waived {
			f.Waiver = &change.Waiver{Reason: "until the move", Expires: "2027-06-30"}
		}
		for k := range f.Observed {
			if path, line, _ := strings.Cut(strings.TrimSuffix(f.Observed[k].Where, " (not set)"), ":"); strings.HasPrefix(path, "/") {
				f.Observed[k].Path = path
				if line != "" {
					f.Observed[k].Line = 7
				}
			}
		}
	}
	for i, a := range []change.Attestation{
		{Verdict: view.Attested, By: "alice", Date: "2026-11-20", Reason: "reviewed in CHG-481", Expires: "2027-03-31"},
		{Verdict: view.AttestedOpen, By: "bob", Date: "2026-11-21", Reason: "two roles left", Expires: "2027-01-31"},
		{Verdict: view.Attested, By: "carol", Date: "2025-11-21", Reason: "it was fine", Expires: "2026-01-31", Expired: true},
	} {
		id := fmt.Sprintf("site/9.%d", i+2)
		status := []change.Status{change.Compliant, change.Blocked, change.Manual}[i]
		p.Findings = append(p.Findings, change.Finding{Controls: []string{id}, Status: status, Reason: "as the planner says it", Targets: []change.Target{}, Attestation: &a})
		c := view.Control{ID: id, Title: view.Bilingual{EN: "A person looks", ZH: "人工检查"}, Level: 2, Rules: []string{}, Manual: view.Bilingual{EN: "look at it", ZH: "请查看"}}
		controls = append(controls, c)
	}
	return view.NewReport(p, sampleAbout, controls, map[string]view.Rule{
		"admin-mode": {Title: view.Bilingual{EN: "Only root reads it", ZH: "仅 root 可读"}, Why: view.Bilingual{EN: "Whoever reads it owns the cluster.", ZH: "读取该文件即可控制集群。"}, Risk: view.Bilingual{EN: "None.", ZH: "无。"}},
	})
}

// earlierReport is one of the same node before: what is compliant now was not,
// and the other way round.
func earlierReport() view.Report {
	r := facesReport()
	p := r.Plan
	p.Findings = slices.Clone(p.Findings)
	var controls []view.Control
	for _, c := range r.Controls {
		controls = append(controls, c.Control)
	}
	for i := range p.Findings {
		switch f := &p.Findings[i]; f.Rule {
		case "admin-mode":
			f.Status, f.Reason, f.Observed = change.Compliant, "", nil
		case "seccomp":
			f.Status, f.Reason = change.Drift, "seccompDefault is not set"
		case "link-mode":
			f.Reason = "/etc/kubernetes is a symbolic link"
		}
	}
	controls = append(controls, view.Control{ID: "site/9.9", Title: view.Bilingual{EN: "No longer asked for"}, Rules: []string{}})
	p.Findings = append(p.Findings, change.Finding{Controls: []string{"site/9.9"}, Status: change.Manual, Reason: "look", Targets: []change.Target{}})
	about := sampleAbout
	about.Time = about.Time.AddDate(0, 0, -7)
	return view.NewReport(p, about, controls, nil)
}

// hostileReport has everything that a node and a profile can say in a way that
// is to do harm.
func hostileReport() view.Report {
	const evil = hostile + `<script>"'&]]>{}\` + "\ufffe" + `${x}`
	p := change.Plan{Profile: change.Profile{Name: "e" + evil, Version: evil, Digest: evil}, Node: change.Node{Platform: evil, Kubernetes: evil, Roles: []string{evil}}}
	var controls []view.Control
	for i, status := range change.Statuses {
		id := fmt.Sprintf("e%s/%d.%d%s", evil, i, i, evil)
		f := change.Finding{Rule: evil, Controls: []string{id}, Status: status, Reason: evil, Targets: []change.Target{change.FileTarget("/" + evil)},
			Observed: []change.Observation{{Target: change.FileTarget("/" + evil), Field: change.Field("yaml:" + evil), Op: change.Exact, Expected: evil, Actual: []string{evil}, Where: "/" + evil + ":3", Path: "/" + evil, Line: 3}}}
		if status == change.Waived {
			f.Waiver = &change.Waiver{Reason: evil, Expires: evil}
		}
		p.Findings = append(p.Findings, f, change.Finding{Controls: []string{id}, Status: change.Manual, Reason: evil,
			Attestation: &change.Attestation{Verdict: evil, By: evil, Date: evil, Reason: evil, Expires: evil}})
		controls = append(controls, view.Control{ID: id, Title: view.Bilingual{EN: evil, ZH: evil}, Rules: []string{evil}, Manual: view.Bilingual{EN: evil, ZH: evil}, Note: view.Bilingual{EN: evil}})
	}
	about := view.About{Title: view.Bilingual{EN: evil}, Host: evil, Version: evil, Lang: "en"}
	return view.NewReport(p, about, controls, map[string]view.Rule{evil: {Title: view.Bilingual{EN: evil}, Why: view.Bilingual{EN: evil}, Risk: view.Bilingual{EN: evil}}})
}

func face(t *testing.T, name string, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

// Each face of the sample, of hostile names, and of a comparison. The files
// are held against the published schemas in integration/faces.
func TestFaces(t *testing.T) {
	zh := facesReport()
	zh.Lang = "zh"
	diff := view.Compare(earlierReport(), facesReport())
	for _, name := range view.Faces() {
		t.Run(name, func(t *testing.T) {
			for file, write := range map[string]func(*bytes.Buffer) error{
				"sample":  func(b *bytes.Buffer) error { return facesReport().Write(b, name) },
				"zh":      func(b *bytes.Buffer) error { return zh.Write(b, name) },
				"hostile": func(b *bytes.Buffer) error { return hostileReport().Write(b, name) },
				"diff":    func(b *bytes.Buffer) error { return diff.Write(b, name) },
				"empty": func(b *bytes.Buffer) error {
					return view.NewReport(change.Plan{}, view.About{}, nil, nil).Write(b, name)
				},
			} {
				text := face(t, name, write)
				if file == "empty" && name != "junit" && name != "kube-bench" {
					continue // it may be empty, and is not to fail
				}
				golden(t, "face-"+file+"."+name, text)
				if again := face(t, name, write); again != text {
					t.Errorf("%s: the same report gives other bytes", file)
				}
			}
		})
	}
}

// No face lets through what steers a terminal, and JSON and XML are sound.
func TestHostileFaces(t *testing.T) {
	for _, name := range view.Faces() {
		text := face(t, name, func(b *bytes.Buffer) error { return hostileReport().Write(b, name) })
		for _, r := range text {
			if !unicode.IsPrint(r) && r != '\n' {
				t.Errorf("%s: raw %q", name, r)
				break
			}
		}
		switch name {
		case "junit":
			soundJUnit(t, text)
		case "prometheus":
		case "html":
			if n := strings.Count(text, "<script"); n != 1 {
				t.Errorf("html: %d scripts, not only its own", n)
			}
		default:
			if !json.Valid([]byte(text)) {
				t.Errorf("%s: no JSON", name)
			}
		}
	}
}

// The content of a secret is in no face.
func TestSecretIsInNoFace(t *testing.T) {
	r := facesReport()
	d := view.Compare(earlierReport(), r)
	for _, name := range view.Faces() {
		for _, text := range []string{
			face(t, name, func(b *bytes.Buffer) error { return r.Write(b, name) }),
			face(t, name, func(b *bytes.Buffer) error { return d.Write(b, name) }),
		} {
			if strings.Contains(text, "made-when-applied") {
				t.Errorf("%s shows the content of a secret", name)
			}
		}
	}
	for i := range r.Plan.Changes {
		if strings.Contains(strings.Join(r.FixDiff(i), "\n"), "made-when-applied") {
			t.Error("a diff shows the content of a secret")
		}
	}
}

// oneWrite fails at its first use.
type oneWrite struct{ calls int }

func (w *oneWrite) Write([]byte) (int, error) {
	w.calls++
	return 0, errors.New("the disk is full")
}

// A report goes out in one piece, so that an error leaves nothing half.
func TestFaceIsWrittenWhole(t *testing.T) {
	for _, name := range view.Faces() {
		w := &oneWrite{}
		if err := facesReport().Write(w, name); err == nil || w.calls != 1 {
			t.Errorf("%s: %d writes, error %v", name, w.calls, err)
		}
	}
	if err := facesReport().Write(&bytes.Buffer{}, "html5"); err == nil {
		t.Error("a format that does not exist is written")
	}
}

// Two thousand findings take no time that anybody would notice.
func TestManyFindings(t *testing.T) {
	p := change.Plan{Profile: change.Profile{Name: "many"}}
	var controls []view.Control
	for i := range 2000 {
		id := fmt.Sprintf("many/%d.%d", i/50, i)
		target := change.FileTarget(fmt.Sprintf("/etc/file%d", i))
		p.Findings = append(p.Findings, change.Finding{Rule: fmt.Sprint("rule", i), Controls: []string{id}, Status: change.Statuses[i%len(change.Statuses)], Reason: "mode is 0644",
			Targets: []change.Target{target}, Observed: []change.Observation{{Target: target, Field: change.FieldMode, Op: change.AtMost, Expected: "0600", Actual: "0644", Where: target.Name(), Path: target.Name()}}})
		p.Changes = append(p.Changes, change.Change{Target: target, Rules: []string{fmt.Sprint("rule", i)}, Fields: []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}}})
		controls = append(controls, view.Control{ID: id, Title: view.Bilingual{EN: "A file"}, Rules: []string{fmt.Sprint("rule", i)}})
	}
	started := processorTime(t)
	r := view.NewReport(p, sampleAbout, controls, nil)
	d := view.Compare(r, r)
	for _, name := range view.Faces() {
		face(t, name, func(b *bytes.Buffer) error { return r.Write(b, name) })
		face(t, name, func(b *bytes.Buffer) error { return d.Write(b, name) })
	}
	if took := processorTime(t) - started; took > 20*time.Second { // it is a third of one, and ten times that with the race detector
		t.Errorf("it took %s of the processor", took)
	} else {
		t.Log(took)
	}
}

// processorTime is what this process has used so far. A clock on the wall
// would measure the neighbours as well.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
