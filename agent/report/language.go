package report

import (
	"cmp"
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// Language is the language of a text: "en" or "zh". Every other value is English.
type Language string

// Say gives the text in the language.
func (l Language) Say(en, zh string) string {
	if l == "zh" {
		return zh
	}
	return en
}

// Text gives a message in the language. Some begin with the mode or the owner
// that they are about.
func (l Language) Text(t message.Text) string {
	text := t.In(string(l))
	if field, rest, is := strings.Cut(text, " "); is && l == "zh" && (field == string(change.FieldMode) || field == string(change.FieldOwner)) {
		return fieldZH[change.Field(field)] + rest
	}
	return text
}

// AsText gives a value as a message: itself if it is one, otherwise what Value shows of it.
func AsText(v any) message.Text {
	if t, is := v.(message.Text); is {
		return t
	}
	if n, is := change.AsToBeMade(v); is {
		return n.Text()
	}
	return message.Value(Value(v))
}

// statusNames are what people read; JSON has the status itself.
var statusNames = map[change.Status]Bilingual{
	change.Compliant: {"PASS", "符合"}, change.Drift: {"FAIL", "不符合"}, change.Manual: {"MANUAL", "待人工核查"}, change.NotApplicable: {"N/A", "不适用"},
	change.Waived: {"WAIVED", "已豁免"}, change.Blocked: {"BLOCKED", "暂无法整改"}, change.Error: {"ERROR", "未能检查"},
}

// StatusName is the word for a status.
func StatusName(s change.Status) Bilingual { return statusNames[s] }

// Status is the word for a status.
func (l Language) Status(s change.Status) string { return StatusName(s).In(l) }

// Controls counts controls: "3 controls".
func (l Language) Controls(n int) string {
	return l.Say(Plural(n, "control"), fmt.Sprintf("%d 个控制项", n))
}

// Passing says how many of the controls that are judged pass.
func (l Language) Passing(r Report) string {
	counts := r.Counts()
	passed := counts[change.Compliant]
	judged := passed + counts[change.Drift] + counts[change.Blocked] + counts[change.Error] + counts[change.Waived]
	percent := 100 * passed / max(judged, 1)
	return l.Say(fmt.Sprintf("%d of %s pass (%d %%)", passed, Plural(judged, "judged control"), percent), fmt.Sprintf("已判定的 %d 个控制项中 %d 个符合（%d %%）", judged, passed, percent))
}

// Counted sums verdicts up: "3 controls: 2 compliant · 1 drift". Each part
// passes through paint; nil leaves it as it is.
func (l Language) Counted(what string, counts map[change.Status]int, paint func(change.Status, string) string) string {
	var parts []string
	for _, status := range change.Statuses {
		if n := counts[status]; n > 0 {
			part := fmt.Sprintf("%d %s", n, l.Status(status))
			if paint != nil {
				part = paint(status, part)
			}
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return what
	}
	return what + l.Say(": ", "：") + strings.Join(parts, " · ")
}

// Node says what a node is: "kubeadm · Kubernetes 1.34.1 · control-plane".
func (l Language) Node(n change.Node) string {
	parts := []string{n.Platform}
	if n.Platform == "none" {
		parts[0] = l.Say("no Kubernetes found", "未发现 Kubernetes")
	}
	if n.Kubernetes != "" {
		parts = append(parts, "Kubernetes "+n.Kubernetes)
	}
	return Safe(strings.Join(append(parts, n.Roles...), " · "))
}

// Effects says what a change causes: "restarts kubelet.service"; "" for nothing.
func (l Language) Effects(effects []change.Effect) string {
	var texts []string
	for _, e := range effects {
		switch {
		case e.IsRestart():
			texts = append(texts, l.Say("restarts ", "重启 ")+Safe(e.Unit()))
		case e.Component() != "":
			texts = append(texts, l.Say("restarts ", "重启 ")+e.Component())
		case e == change.ReloadEncryption:
			texts = append(texts, l.Say("kube-apiserver reloads its encryption configuration without a restart", "kube-apiserver 不重启即重新加载"))
		case e == change.DaemonReload:
			texts = append(texts, l.Say("reloads systemd", "重新加载 systemd"))
		}
		switch ca, approve := e.Serving(); {
		case approve:
			texts = append(texts, l.Say("approves this node's request for a certificate", "批准本节点自己的证书请求"))
		case ca != "":
			texts = append(texts, l.Say("waits until an administrator approves this node's request (kubectl certificate approve)", "等待管理员批准其请求（kubectl certificate approve）"))
		}
	}
	return strings.Join(texts, l.Say(", ", "、"))
}

// Pending says how much a plan changes, and what that restarts. tree: the node
// is a tree below --root, where nothing runs.
func (l Language) Pending(p change.Plan, tree bool) string {
	var restarts []string
	for _, e := range p.Effects() {
		if name := cmp.Or(e.Unit(), e.Component()); name != "" {
			restarts = append(restarts, Safe(name))
		}
	}
	line := l.Say(Plural(len(p.Changes), "change"), fmt.Sprintf("%d 项变更", len(p.Changes)))
	switch {
	case len(restarts) > 0 && tree:
		line += l.Say("; no restart, because no program runs below --root", "，无需重启：--root 之下没有运行的程序")
	case len(restarts) > 0:
		line += l.Say(", restarts "+and(restarts)+" once", "，重启一次 "+strings.Join(restarts, "、"))
	default:
		line += l.Say(", restarts nothing", "，无需重启")
	}
	return line + l.Say(".", "。")
}

// and lists names: "a, b and c".
func and(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
