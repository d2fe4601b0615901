package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"harden/agent/edit"
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

// TestUnitsAreBounded holds that no unit can take the memory of the node, and
// that it is killed rather than swapped to a disk.
func TestUnitsAreBounded(t *testing.T) {
	units, err := filepath.Glob("units/*.service")
	if err != nil || len(units) != 3 {
		t.Fatalf("%v: %v", units, err)
	}
	for _, unit := range units {
		data, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		service := map[string]string{}
		for _, s := range edit.UnitSettings(data) {
			if s.Section == "Service" {
				service[s.Key] = s.Value
			}
		}
		size, err := strconv.Atoi(strings.TrimSuffix(service["MemoryMax"], "M"))
		if err != nil || size < 128 || size > 512 {
			t.Errorf("%s: MemoryMax=%s is not a bound of 128M to 512M", unit, service["MemoryMax"])
		}
		soft, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(service["Environment"], "GOMEMLIMIT="), "MiB"))
		if err != nil || soft >= size {
			t.Errorf("%s: Environment=%s leaves nothing below MemoryMax=%s", unit, service["Environment"], service["MemoryMax"])
		}
		if service["MemorySwapMax"] != "0" || service["LimitCORE"] != "0" || service["TasksMax"] == "" {
			t.Errorf("%s: MemorySwapMax=%s, LimitCORE=%s, TasksMax=%s", unit, service["MemorySwapMax"], service["LimitCORE"], service["TasksMax"])
		}
	}
	if text := RecoverUnitFile([]string{"/usr/local/bin/harden", "recover"}); !strings.Contains(text, "\nMemoryMax=") {
		t.Errorf("the unit of a run that is to be confirmed has no bound:\n%s", text)
	}
}
