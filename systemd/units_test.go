package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// exposure is how exposed each unit may be, from 0 to 10, as
// systemd-analyze(1) reckons it: apply changes the node, check only reads it.
var exposure = map[string]float64{"harden-apply.service": 3.0, "harden-check.service": 1.0}

func TestUnitsAreSandboxed(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skipf("needs systemd-analyze: %v", err)
	}
	overall := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`)
	for name, most := range exposure {
		unit := filepath.Join("units", name)
		if _, err := os.Stat(unit); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", unit).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		m := overall.FindSubmatch(out)
		if m == nil {
			t.Fatalf("%s: systemd-analyze said no level:\n%s", name, out)
		}
		if level, err := strconv.ParseFloat(string(m[1]), 64); err != nil || level > most {
			t.Errorf("%s: the exposure is %s (%v), and may be %.1f:\n%s", name, m[1], err, most, out)
		}
	}
}
