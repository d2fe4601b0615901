package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		name  string
		width int
		hang  int
		text  string
		want  []string
	}{
		{"no width", 0, 2, strings.Repeat("word ", 40) + "end", []string{strings.Repeat("word ", 40) + "end"}},
		{"it fits", 11, 2, "hello world", []string{"hello world"}},
		{"hanging", 12, 4, "  one two three four", []string{"  one two", "    three", "    four"}},
		{"blanks of a table stay", 20, 8, "  drift   1.2  a title that is long", []string{"  drift   1.2  a", "      title that is", "      long"}},
		{"a path is never cut", 20, 4, "see /etc/kubernetes/manifests/kube-apiserver.yaml for it", []string{"see", "    /etc/kubernetes/manifests/kube-apiserver.yaml", "    for it"}},
		{"a path that fits without its indent", 20, 6, "  backup /var/lib/harden/ab", []string{"  backup", "  /var/lib/harden/ab"}},
		{"a first word that is too long", 8, 2, "/etc/kubernetes/x", []string{"/etc/kubernetes/x"}},
		{"Chinese", 12, 2, "容器运行时按容器保存", []string{"容器运行时按", "  容器保存"}},
		{"not before what closes", 12, 2, "容器运行时按，容器保存", []string{"容器运行时", "  按，容器保", "  存"}},
		{"not after what opens", 12, 2, "容器运行时（按容器）保存", []string{"容器运行时", "  （按容器）", "  保存"}},
		{"Latin in Chinese", 16, 2, "将 /etc/passwd 的 mode设为0600。", []string{"将 /etc/passwd", "  的 mode设为", "  0600。"}},
		{"a command stays whole", 24, 2, "Nothing was changed. To do it: harden apply --set a=b --root x", []string{"Nothing was changed. To", "  do it:", "  harden apply --set a=b --root x"}},
		{"a command in a sentence", 30, 2, "approve it with kubectl get csr and kubectl certificate approve NAME; then apply again", []string{
			"approve it with", "  kubectl get csr and kubectl certificate approve NAME;", "  then apply again"}},
		{"a quoted argument", 20, 2, "see: kubectl get pods | jq -r '.a, .b; 中文' (no output)", []string{"see:", "  kubectl get pods | jq -r '.a, .b; 中文' (no output)"}},
		{"a command in Chinese", 20, 2, "查看：kubectl get pods -A；良好结果", []string{"查看：", "  kubectl get pods -A；", "  良好结果"}},
		{"colours take no room", 12, 2, "\x1b[31mone two\x1b[0m \x1b[32mthree four\x1b[0m", []string{"\x1b[31mone two\x1b[0m", "  \x1b[32mthree four\x1b[0m"}},
		{"a narrow terminal", 9, 20, "one two three", []string{"one two", "   three"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Style{Width: test.width}.Wrap(test.text, test.hang)
			if diff := cmp.Diff(test.want, strings.Split(got, "\n")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestColumns(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "中文": 4, "，。": 4, "ａ": 2, "日本語 ok": 9, "é": 1, "e\u0301": 1, "·—…→": 4, "\x1b[2mdim\x1b[0m": 3, "한": 2, "\u200b": 0,
	} {
		if got := columns(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
	}
}

// Whatever is wrapped comes out again when its lines are joined.
func FuzzWrap(f *testing.F) {
	for _, text := range []string{"one two three", "容器运行时（按容器）保存", "see kubectl get x 'a b", "  a  b\x1b[1mc d\x1b[0m"} {
		f.Add(text, 10, 4)
	}
	f.Fuzz(func(t *testing.T, text string, width, hang int) {
		if hang < 0 || hang > 1000 || strings.Contains(text, "\n") {
			return
		}
		got := Style{Width: width}.Wrap(text, hang)
		without := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if without(got) != without(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// On a terminal of any width no line of a report or plan is longer than it,
// but for one word or command that is.
func TestTextFitsTheTerminal(t *testing.T) {
	long := "/etc/kubernetes/harden/" + strings.Repeat("a", 60)
	findings := []change.Finding{
		{Rule: "one", Controls: []string{"p/1.1"}, Status: change.Drift, Reason: message.Value("mode is 0644, should be 0600, as it says in " + long)},
		{Rule: "two", Controls: []string{"p/a-very-long-id-of-a-control-that-somebody-made"}, Status: change.Blocked, Reason: message.Value("needs root: only root makes accounts")},
	}
	p := change.Plan{Profile: change.Profile{Name: "p"}, Findings: findings}
	title := report.Bilingual{EN: "A title that goes on for quite a while, and then some more", ZH: "一个相当长的标题，它会一直写下去，直到超出终端的宽度为止，然后继续"}
	r := report.NewReport(p, report.About{}, []report.Control{{ID: "p/1.1", Title: title}, {ID: "p/a-very-long-id-of-a-control-that-somebody-made", Title: title}}, nil)
	for _, lang := range []report.Language{"en", "zh"} {
		for _, width := range []int{40, 60, 80, 120} {
			s := Style{Lang: lang, Color: true, Width: width}
			var text strings.Builder
			s.ReportText(&text, r, title.In(lang))
			s.PlanText(&text, p, title.In(lang), nil)
			for line := range strings.Lines(text.String()) {
				line = strings.TrimSuffix(line, "\n")
				if columns(line) > width && !strings.Contains(line, long) && !strings.Contains(line, "a-very-long-id") {
					t.Errorf("%s, %d columns: %q takes %d", lang, width, line, columns(line))
				}
			}
			if !strings.Contains(text.String(), long) {
				t.Errorf("%s, %d columns: a path is broken:\n%s", lang, width, text.String())
			}
		}
	}
}
