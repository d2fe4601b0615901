//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// textfile is where harden-check.service writes its metrics.
const textfile = "/var/lib/prometheus/node-exporter/harden.prom"

// apt runs apt-get on the node, which has no network.
func (n *node) apt(t *testing.T, args ...string) result {
	t.Helper()
	r := n.run(t, append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "--allow-downgrades"}, args...)...)
	if r.code != 0 {
		t.Fatalf("apt-get %q: exit code %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return r
}

// TestPackage takes the deb through its life on a node: nothing changes but by
// harden itself, and after a purge nothing of it is left.
func TestPackage(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	n.must(t, 0, "rm", "-rf", "/usr/bin/harden", "/var/lib/harden") // of the other tests
	t.Cleanup(func() {
		if err := n.installHarden(); err != nil {
			t.Error(err)
		}
	})
	before := n.snapshot(t)
	const deb = "/root/harden.deb"
	copyFile(t, debianPackage(t), filepath.Join(n.root, deb))

	n.apt(t, "install", deb)
	t.Run("installing changes and starts nothing", func(t *testing.T) {
		owned := strings.Fields(n.must(t, 0, "dpkg", "-L", "harden"))
		after := n.snapshot(t)
		for path := range after {
			// /lib is a link to usr/lib
			if _, was := before[path]; !was && (slices.Contains(owned, "/"+path) || slices.Contains(owned, strings.TrimPrefix("/"+path, "/usr"))) {
				delete(after, path)
			}
		}
		requireSame(t, before, after)
		for _, unit := range []string{"harden-apply.service", "harden-check.timer"} {
			if r := n.run(t, "systemctl", "is-enabled", unit); r.stdout != "disabled\n" {
				t.Errorf("%s is %s", unit, r.stdout)
			}
		}
		if out := n.must(t, 0, "systemctl", "list-units", "--all", "--plain", "--no-legend", "--state=active,activating,failed", "harden-*"); out != "" {
			t.Errorf("units were started:\n%s", out)
		}
		if out := n.must(t, 0, "systemctl", "show", "--property=WantedBy,LoadState", "harden-recover.service"); !strings.Contains(out, "WantedBy=multi-user.target") || !strings.Contains(out, "LoadState=loaded") {
			t.Errorf("recover is not run at boot: %s", out)
		}
	})
	t.Run("the unit finds what root finds", n.unitFindsWhatRootFinds)
	t.Run("the unit tells the journal and the node exporter", n.unitTells)

	n.must(t, 2, "harden", "plan", "--profile", "kubeadm-node", "--detailed-exitcode")
	n.must(t, 0, "harden", "apply", "--profile", "kubeadm-node", "--yes")
	n.requireHealthy(t)

	t.Run("an upgrade keeps the configuration and says nothing", func(t *testing.T) {
		n.must(t, 0, "sh", "-c", "echo 'keep-runs: 7' >>/etc/harden/config.yaml")
		if r := n.run(t, "dpkg", "--install", deb); r.code != 0 || strings.Contains(r.stdout+r.stderr, "harden: ") {
			t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
		}
		n.must(t, 0, "grep", "-x", "keep-runs: 7", "/etc/harden/config.yaml")
	})
	n.must(t, 0, "systemctl", "enable", "--now", "harden-check.timer")
	t.Run("it is not removed while a run is at work", func(t *testing.T) {
		r := n.run(t, "sh", "-c", "flock /var/lib/harden/lock sleep 10 & sleep 1; DEBIAN_FRONTEND=noninteractive apt-get -y remove harden; code=$?; wait; exit $code")
		if r.code == 0 || !strings.Contains(r.stdout+r.stderr, "harden: a run is at work") {
			t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
		}
		n.must(t, 0, "harden", "history")
		n.must(t, 0, "systemctl", "is-active", "harden-check.timer")
	})
	t.Run("what was removed can be installed again, and roll back", func(t *testing.T) {
		if r := n.apt(t, "remove", "harden"); !strings.Contains(r.stdout+r.stderr, "harden rollback --to original") {
			t.Errorf("it does not say how to go back:\n%s%s", r.stdout, r.stderr)
		}
		n.must(t, 1, "test", "-e", "/usr/bin/harden")
		n.must(t, 0, "test", "-d", "/var/lib/harden/runs")
		n.must(t, 1, "test", "-e", "/etc/systemd/system/timers.target.wants/harden-check.timer")
		n.must(t, 3, "systemctl", "is-active", "harden-check.timer")
		if r := n.apt(t, "purge", "harden"); !strings.Contains(r.stdout+r.stderr, "the only way back") {
			t.Errorf("a purge says nothing of the backups:\n%s%s", r.stdout, r.stderr)
		}
		n.must(t, 0, "test", "-d", "/var/lib/harden/runs")
		n.apt(t, "install", deb)
		n.must(t, 0, "harden", "rollback", "--yes")
		n.requireHealthy(t)
	})
	n.apt(t, "purge", "harden")
	for _, path := range []string{"/usr/bin/harden", "/var/lib/harden", "/etc/harden", textfile} {
		n.must(t, 1, "test", "-e", path)
	}
	requireSame(t, before, n.snapshot(t))
}

// found is what a test reads of a report.
type found struct {
	Profile  struct{ Name string }
	Findings []map[string]any
	Controls []struct{ ID, Status string }
}

func readFound(t *testing.T, text string) found {
	t.Helper()
	var f found
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return f
}

// unitFindsWhatRootFinds compares the findings, with all that they were made
// from, of the sandboxed unit with those of root on the same node.
func (n *node) unitFindsWhatRootFinds(t *testing.T) {
	const dropIn = "/run/systemd/system/harden-check.service.d"
	n.must(t, 0, "mkdir", "-p", dropIn)
	n.must(t, 0, "sh", "-c", "printf '[Service]\nStandardOutput=truncate:/root/found.json\nExecStart=\nExecStart=/usr/bin/harden check --passive -o json\n' >"+dropIn+"/test.conf")
	n.must(t, 0, "systemctl", "daemon-reload")
	defer func() {
		n.must(t, 0, "rm", "-r", dropIn)
		n.must(t, 0, "systemctl", "daemon-reload")
	}()
	if r := n.run(t, "systemctl", "start", "harden-check.service"); r.code != 0 {
		t.Fatalf("the unit failed:\n%s", n.must(t, 0, "journalctl", "--no-pager", "--unit=harden-check.service"))
	}
	unit := readFound(t, n.must(t, 0, "cat", "/root/found.json"))
	root := readFound(t, n.must(t, 0, "harden", "check", "--passive", "-o", "json")) // the unit has no network
	if diff := cmp.Diff(root, unit); diff != "" {
		t.Errorf("(-root +unit):\n%s", diff)
	}
	if len(root.Findings) < 50 {
		t.Errorf("there are %d findings only", len(root.Findings))
	}
}

// unitTells runs the unit as it is installed, without a node exporter and with
// one.
func (n *node) unitTells(t *testing.T) {
	// the ids of docs/install.md
	const openFinding, report = "4cb3f6c1df0d4cda8343a14f10c8de1a", "d5aa8ba05c904ed9b347873637d8ce4a"
	n.must(t, 0, "systemctl", "start", "harden-check.service")
	n.must(t, 1, "test", "-e", filepath.Dir(textfile))
	n.must(t, 0, "mkdir", "-p", filepath.Dir(textfile))
	defer func() { n.must(t, 0, "rm", "-rf", "/var/lib/prometheus") }() // a cleanup comes when the test's context has ended
	n.must(t, 0, "systemctl", "start", "harden-check.service")
	n.must(t, 0, "journalctl", "--sync")
	// systemd forgets a unit that has ended, but not the journal which start an entry is of.
	summaries := strings.Split(strings.TrimSpace(n.must(t, 0, "journalctl", "--output=json", "MESSAGE_ID="+report)), "\n")
	var summary map[string]any
	if err := json.Unmarshal([]byte(summaries[len(summaries)-1]), &summary); err != nil {
		t.Fatal(err)
	}
	run := fmt.Sprintf("_SYSTEMD_INVOCATION_ID=%v", summary["_SYSTEMD_INVOCATION_ID"])

	root := readFound(t, n.must(t, 0, "harden", "check", "--passive", "-o", "json"))
	open := map[string]string{} // status by control
	for _, c := range root.Controls {
		if slices.Contains([]string{"drift", "blocked", "error"}, c.Status) {
			open[c.ID] = c.Status
		}
	}
	told := map[string]string{}
	for line := range strings.Lines(n.must(t, 0, "journalctl", run, "--output=json", "MESSAGE_ID="+openFinding)) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry["PRIORITY"] != "4" || entry["HARDEN_RULE"] == "" || entry["HARDEN_STATUS"] == nil || entry["HARDEN_PROFILE"] != root.Profile.Name || entry["SYSLOG_IDENTIFIER"] != "harden" || entry["MESSAGE"] == "" {
			t.Errorf("an entry of a finding: %v", entry)
		}
		if control, is := entry["HARDEN_CONTROL"].(string); is {
			told[control] = open[control] // of its findings one may be blocked, another drift
		}
	}
	if diff := cmp.Diff(open, told); diff != "" || len(open) == 0 {
		t.Errorf("open controls (-report +journal):\n%s", diff)
	}
	if summary["HARDEN_OPEN"] != strconv.Itoa(len(open)) || summary["PRIORITY"] != "5" {
		t.Errorf("the entry that sums up: %v", summary)
	}

	info, err := os.Stat(filepath.Join(n.root, textfile))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o644 {
		t.Errorf("%s has the mode %s", textfile, info.Mode())
	}
	metric := regexp.MustCompile(`^harden_control_status\{.*control="([^"]*)",.*status="(drift|blocked|error)"\} 1\n$`)
	measured := map[string]string{}
	for line := range strings.Lines(n.must(t, 0, "cat", textfile)) {
		if m := metric.FindStringSubmatch(line); m != nil {
			measured[m[1]] = m[2]
		}
	}
	if diff := cmp.Diff(open, measured); diff != "" {
		t.Errorf("open controls (-report +metrics):\n%s", diff)
	}
}
