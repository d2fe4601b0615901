package profiles

import (
	"strings"
	"testing"

	"harden/agent/change"
)

// TestOwnSeverity: a rule of a site's own says how severe it is, and what others
// call it.
func TestOwnSeverity(t *testing.T) {
	const own = `harden: profile/v1
name: own
rules:
  - name: ptrace
    kind: sysctl
    with: {key: kernel.yama.ptrace_scope, value: "1", file: /etc/sysctl.d/90-own.conf}
    severity: high
    because: {en: "A process reads the memory of others.", zh: "进程可读取其他进程的内存。"}
    warn: true
    frameworks: {stig: [V-1, V-2]}
controls:
  - {id: "1", title: {en: One}, level: 1, rules: [ptrace]}
`
	p, err := loadMain(files{"/p/main.yaml": own}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := p.Rule("ptrace")
	if got := p.SeverityOf("ptrace"); got != change.High || !r.Warn() || r.Because().EN == "" || strings.Join(r.IDs("stig"), " ") != "V-1 V-2" || r.IDs("attack") != nil {
		t.Errorf("is %s, %v, %v, %v", got, r.Warn(), r.Because(), r.IDs("stig"))
	}
	for text, want := range map[string]string{
		"severity: high": `severity must be critical, high, medium or low, not "hihg"`,
		"{stig: [V-1":    `unknown framework "stick"; known are nist-800-53, `,
	} {
		wrong := strings.NewReplacer("severity: high", "severity: hihg").Replace(own)
		if strings.Contains(text, "stig") {
			wrong = strings.Replace(own, "{stig:", "{stick:", 1)
		}
		if _, err := loadMain(files{"/p/main.yaml": wrong}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, should say %s", text, err, want)
		}
	}
}

// TestSeverityOf: what a site says of a rule goes before the rule's own, also where
// it is inherited.
func TestSeverityOf(t *testing.T) {
	f := files{"/p/main.yaml": head + "extends: [base.yaml]\nseverity: {pki-key-mode: low}\n",
		"/p/base.yaml": "harden: profile/v1\nname: base\nextends: [kubeadm-node]\nseverity: {pki-key-mode: medium, pki-owner: critical}\n" +
			"controls:\n- {id: own, rules: [plain]}\nrules:\n- {name: plain, kind: file-access, with: {path: /etc/motd, mode: \"0644\"}}\n"}
	p := mustLoad(t, f, nil)
	builtin := mustLoad(t, files{"/p/main.yaml": head + "extends: [kubeadm-node]\n"}, nil)
	for rule, want := range map[string]change.Severity{"pki-key-mode": change.Low, "pki-owner": change.Critical, "plain": change.Medium, "no-such-rule": change.Medium,
		"kubelet-anonymous-auth": builtin.SeverityOf("kubelet-anonymous-auth")} {
		if got := p.SeverityOf(rule); got != want {
			t.Errorf("%s is %s, want %s", rule, got, want)
		}
	}
	if got := builtin.SeverityOf("kubelet-anonymous-auth"); got != change.High && got != change.Critical {
		t.Errorf("a kubelet that anybody may command is %s", got)
	}
	for text, want := range map[string]string{
		"severity: {pki-owner: [high]}\n": `/p/main.yaml:4:23: rule pki-owner: severity must be critical, high, medium or low, not ""`,
		"severity: {pki-ower: high}\n":    `/p/main.yaml:4:22: gives a severity to rule "pki-ower", which the profile does not use; did you mean "pki-owner"?`,
	} {
		if _, err := loadMain(files{"/p/main.yaml": head + "extends: [kubeadm-node]\n" + text}, nil); errorText(err) != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
