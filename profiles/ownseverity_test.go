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
