package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// scripts runs the packages' scripts as dpkg and rpm do, on a root that is a
// directory: each absolute path in them is led there.
type scripts struct{ *surroundings }

func newScripts(t *testing.T) scripts {
	t.Helper()
	s := scripts{newSurroundings(t)}
	// env -i leaves nothing, so the program that stands for /usr/bin/harden says where the tree is.
	code, _, stderr := s.shell(t, `set -e; mkdir -p "$NODE/usr/bin" "$NODE/lib/systemd/system" "$NODE/usr/lib/systemd/system" "$DIR/bin"
		touch "$NODE/lib/systemd/system/harden-check.timer" "$NODE/usr/lib/systemd/system/harden-check.timer"
		printf '#!/bin/sh\nGORACE=atexit_sleep_ms=10 exec "%s" "$@" --root "%s"\n' "$HARDEN" "$NODE" >"$NODE/usr/bin/harden"
		printf '#!/bin/sh\necho "$@" >>"%s/units"\n' "$DIR" >"$DIR/bin/systemctl"; chmod 0755 "$NODE/usr/bin/harden" "$DIR/bin/systemctl"`)
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, name := range []string{"deb/prerm", "deb/postrm", "deb/postinst", "rpm/pre", "rpm/preun"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "packaging", name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, path := range []string{"/var/lib/", "/usr/bin/harden", "/usr/lib/systemd/", "/lib/systemd/system/harden", "/etc/harden", "/run/systemd/"} {
			text = strings.ReplaceAll(text, path, s.root+path)
		}
		text = strings.ReplaceAll(text, s.root+"/usr"+s.root, s.root+"/usr") // of /usr/lib/systemd, led there twice
		text = strings.ReplaceAll(text, "--timeout 600", "--timeout 2")
		if err := os.WriteFile(filepath.Join(s.dir, strings.ReplaceAll(name, "/", "-")), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

const (
	applied     = `"$HARDEN" apply --yes --root "$NODE" --profile kubeadm-node --only kubelet-pod-pids-limit >&2; `
	appliedWait = `"$HARDEN" apply --yes --root "$NODE" --profile kubeadm-node --only kubelet-pod-pids-limit --confirm-within 1h >&2; `
	atWork      = `mkdir -p "$NODE/var/lib/harden"; flock "$NODE/var/lib/harden/lock" sleep 8 >/dev/null 2>&1 & sleep .3; `
	brieflyBusy = `mkdir -p "$NODE/var/lib/harden"; flock "$NODE/var/lib/harden/lock" sleep 1 & sleep .3; `
	remove      = `PATH="$DIR/bin:$PATH" sh "$DIR/deb-prerm" remove`
	purge       = `; sh "$DIR/deb-postrm" purge`
	erase       = `PATH="$DIR/bin:$PATH" sh "$DIR/rpm-preun" 0`
	// cutOffRun is a run whose journal ends in its midst, and its seal where the
	// journal was sealed before.
	cutOffRun = applied + `for J in "$NODE"/var/lib/harden/runs/*; do head -n -2 "$J/journal" >"$DIR/cut"; cat "$DIR/cut" >"$J/journal"; head -n -1 "$J/seal" >"$DIR/cut"; cat "$DIR/cut" >"$J/seal"; done; `
)

// TestPackageRemoval removes, purges and upgrades the packages in every state
// that harden can be in.
func TestPackageRemoval(t *testing.T) {
	tests := map[string]struct {
		script string
		code   int
		says   string
		state  bool // /var/lib/harden is there afterwards
	}{
		"never used":                        {remove, 0, "", false},
		"never used, purged":                {remove + purge, 0, "", false},
		"never used, rpm":                   {erase, 0, "", false},
		"applied":                           {applied + remove, 0, "harden rollback --to original", true},
		"applied, rpm":                      {applied + erase, 0, "harden rollback --to original", true},
		"applied, purged: the way back":     {applied + remove + purge, 0, "the only way back, stay in", true},
		"applied, removed, purged later":    {applied + remove + `; rm "$NODE/usr/bin/harden"` + purge, 0, "when nobody needs them any more: rm -r", true},
		"rolled back":                       {applied + `"$HARDEN" rollback --yes --root "$NODE"; ` + remove + purge, 0, "", false},
		"rolled back, and used again since": {applied + `"$HARDEN" rollback --yes --root "$NODE"; ` + remove + `; sleep .1; ` + applied + `:` + purge, 0, "the only way back", true},
		"one of two rolled back":            {applied + `"$HARDEN" rollback --yes --root "$NODE"; ` + applied + remove + purge, 0, "the only way back", true},
		"installed again":                   {applied + `"$HARDEN" rollback --yes --root "$NODE"; ` + remove + `; sh "$DIR/deb-postinst" configure; [ ! -e "$NODE/var/lib/harden/nothing-to-undo" ]`, 0, "", true},
		"waits to be confirmed":             {appliedWait + remove, 1, "first run harden confirm, or harden rollback", true},
		"waits to be confirmed, rpm":        {appliedWait + erase, 1, "first run harden confirm, or harden rollback", true},
		"was interrupted":                   {cutOffRun + remove, 1, "first run harden recover", true},
		"was interrupted, rpm":              {cutOffRun + erase, 1, "first run harden recover", true},
		"at work":                           {atWork + remove, 1, "a run is at work", true},
		"at work, rpm":                      {atWork + erase, 1, "a run is at work", true},
		"at work while it is purged":        {remove + `; ` + atWork + `:` + purge, 0, "stay in", true},
		"it cannot be told":                 {applied + `printf '#!/bin/sh\nexit 78\n' >"$NODE/usr/bin/harden"; ` + remove, 1, "cannot be told", true},
		"it cannot be told, rpm":            {applied + `rm "$NODE/usr/bin/harden"; ` + erase, 1, "cannot be told", true},
		"variables of who removes it":       {cutOffRun + `export HARDEN_ROOT=/nowhere HARDEN_OUTPUT=text; ` + remove, 1, "first run harden recover", true},
		"an upgrade":                        {applied + `sh "$DIR/deb-prerm" upgrade 9`, 0, "", true},
		"an upgrade, rpm":                   {applied + `sh "$DIR/rpm-pre" 2; sh "$DIR/rpm-preun" 1`, 0, "", true},
		"an upgrade of one that waits":      {appliedWait + `sh "$DIR/deb-prerm" upgrade 9`, 0, "", true},
		"an upgrade while it works":         {atWork + `sh "$DIR/deb-prerm" upgrade 9`, 1, "upgrade when it is done", true},
		"an upgrade while it works, again":  {atWork + `sh "$DIR/deb-prerm" failed-upgrade 9`, 1, "upgrade when it is done", true},
		"an upgrade while it works, rpm":    {atWork + `sh "$DIR/rpm-pre" 2`, 1, "upgrade when it is done", true},
		"an upgrade waits":                  {brieflyBusy + `sh "$DIR/deb-prerm" upgrade 9`, 0, "waiting until it is done", true},
		"an installation, rpm":              {`sh "$DIR/rpm-pre" 1`, 0, "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripts(t)
			code, stdout, stderr := s.shell(t, test.script)
			if code != test.code || !strings.Contains(stderr, test.says) || test.says == "" && strings.Contains(stderr, "harden: ") {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, test.code, test.says, stdout, stderr)
			}
			if _, err := os.Stat(filepath.Join(s.root, "var/lib/harden")); (err == nil) != test.state {
				t.Errorf("of its state: %v", err)
			}
			disabled, _ := os.ReadFile(filepath.Join(s.dir, "units"))
			if removed := (strings.Contains(test.script, remove) || strings.Contains(test.script, erase)) && code == 0; removed != strings.Contains(string(disabled), "disable harden-check.timer") {
				t.Errorf("units: %q", disabled)
			}
		})
	}
}
