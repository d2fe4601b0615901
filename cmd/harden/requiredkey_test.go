package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/integration/sampletree"
)

// someKey is a public key; nobody has the other half.
const someKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDgjLYszF4kBkhV+knOxKx/VWgjk0Zdpv9xJXkr9d+Zk of the site"

// unsignedProfile changes /kubernetes/manifests below whatever root it is given.
const unsignedProfile = `harden: profile/v1
name: site
version: 1.0.0
title: {en: "Site", zh: "站点"}
rules:
  - name: made
    kind: file-access
    with: {path: /kubernetes/manifests, mode: "0711"}
    title: {en: "a", zh: "b"}
    why: {en: "a", zh: "b"}
    risk: {en: "a", zh: "b"}
controls:
  - {id: made, title: {en: "a", zh: "b"}, rules: [made]}
`

// machine is a running system of its own: a mount namespace in which /etc is
// that of a sample node, with a configuration.
type machine struct {
	*surroundings
	etc    string
	before tree
}

// newMachine gives a machine whose configuration has this text.
func newMachine(t *testing.T, config string) *machine {
	t.Helper()
	if os.Geteuid() != 0 || !canMount(t) {
		t.Skip("only root can mount an /etc of its own")
	}
	s := newSurroundings(t)
	m := &machine{surroundings: s, etc: filepath.Join(s.dir, "live", "etc")}
	err := errors.Join(os.Chmod(filepath.Dir(s.dir), 0o755), os.Chmod(s.dir, 0o755), sampletree.Write(filepath.Join(s.dir, "live")), os.Mkdir(filepath.Join(m.etc, "harden"), 0o755),
		os.WriteFile(filepath.Join(m.etc, "harden", "config.yaml"), []byte(config), 0o644), os.WriteFile(filepath.Join(s.dir, "site.yaml"), []byte(unsignedProfile), 0o644),
		os.WriteFile(filepath.Join(s.dir, "other.yaml"), []byte("lang: en\n"), 0o644))
	if err == nil {
		m.before, err = read(m.etc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// on runs a script on the machine, in the directory of the profile.
func (m *machine) on(t *testing.T, script string) (code int, stdout, stderr string) {
	t.Helper()
	file := filepath.Join(m.dir, "script")
	if err := os.WriteFile(file, []byte("set -e\nmount --bind \"$DIR/live/etc\" /etc\ncd \"$DIR\"\n"+script), 0o600); err != nil {
		t.Fatal(err)
	}
	return m.shell(t, `exec unshare --mount /bin/bash "$DIR/script"`)
}

// untouched makes sure that nothing of the machine's /etc was changed.
func (m *machine) untouched(t *testing.T) {
	t.Helper()
	now, err := read(m.etc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m.before, now); diff != "" {
		t.Errorf("the running system was changed:\n%s", diff)
	}
}

// TestRequiredKey tries to carry out a profile that nobody signed, where the
// running system asks for signatures, under every name that it can be given.
func TestRequiredKey(t *testing.T) {
	const apply = `apply --yes --profile ./site.yaml `
	tests := map[string]string{
		"/etc as a tree":                      `"$HARDEN" ` + apply + `--root /etc`,
		"/etc as a tree, by a variable":       `HARDEN_ROOT=/etc "$HARDEN" ` + apply,
		"from there":                          `cp site.yaml /tmp/ 2>/dev/null || :; P="$PWD/site.yaml"; cd /etc; "$HARDEN" apply --yes --profile "$P" --root .`,
		"a directory further down":            `"$HARDEN" ` + apply + `--root /etc/kubernetes`,
		"another spelling":                    `"$HARDEN" ` + apply + `--root /usr/../etc/./`,
		"the running system, spelt otherwise": `"$HARDEN" ` + apply + `--root //./`,
		"by a process":                        `"$HARDEN" ` + apply + `--root /proc/self/root/etc`,
		"by a link of root's":                 `ln -s /etc "$DIR/link"; "$HARDEN" ` + apply + `--root "$DIR/link"`,
		"by a bind mount":                     `mkdir "$DIR/tree"; mount --bind /etc "$DIR/tree"; "$HARDEN" ` + apply + `--root "$DIR/tree"`,
		"a part of it in a tree":              `mkdir -p "$DIR/tree/kubernetes"; mount --bind /etc/kubernetes "$DIR/tree/kubernetes"; "$HARDEN" ` + apply + `--root "$DIR/tree"`,
		"the whole of it, with an empty /etc/harden": `mkdir "$DIR/tree" "$DIR/empty"; mount --rbind / "$DIR/tree"; mount --bind "$DIR/empty" "$DIR/tree/etc/harden"
			"$HARDEN" ` + apply + `--root "$DIR/tree"`,
		"by an overlay of inodes of its own": `mkdir "$DIR/disk" "$DIR/lower"; mount -t tmpfs none "$DIR/disk"; mkdir "$DIR/disk/work"; cp -a /etc "$DIR/disk/etc"
			umount /etc; mount --bind "$DIR/disk/etc" /etc
			mount -t overlay -o "lowerdir=$DIR/lower,upperdir=$DIR/disk/etc,workdir=$DIR/disk/work" none "$DIR/lower" || exit 125
			"$HARDEN" ` + apply + `--root "$DIR/lower"`,
		"another configuration too":  `"$HARDEN" ` + apply + `--root /etc --config other.yaml`,
		"both by variables":          `HARDEN_ROOT=/etc HARDEN_CONFIG=other.yaml HARDEN_PROFILE_KEY= "$HARDEN" ` + apply,
		"a tree that lies elsewhere": `"$HARDEN" ` + apply + `--root "$NODE"`, // nothing proves that it is another system's
		"only a plan":                `"$HARDEN" plan --profile ./site.yaml --root /etc`,
		"only a check":               `"$HARDEN" check --profile ./site.yaml --root /etc`,
		"only a look":                `"$HARDEN" profiles validate ./site.yaml --root "$NODE"`,
		"the site's own directory of the tree": `mkdir -p "$DIR/tree/etc/harden/profiles"; cp site.yaml "$DIR/tree/etc/harden/profiles/"; mkdir "$DIR/tree/kubernetes"
			mount --bind /etc/kubernetes "$DIR/tree/kubernetes"; "$HARDEN" apply --yes --profile site --root "$DIR/tree"`,
		"a task of Ansible's": `echo '{"profile": "./site.yaml", "root": "/etc"}' >args; "$HARDEN" ansible args >&2`,
	}
	for name, script := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, "profile-key: "+someKey+"\n")
			code, stdout, stderr := m.on(t, script)
			if code == 125 {
				t.Skip("there are no overlays here")
			}
			if code != exitBadProfile || !strings.Contains(stderr, "is not signed") {
				t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
			}
			m.untouched(t)
		})
	}
	t.Run("what is built in needs none", func(t *testing.T) {
		m := newMachine(t, "profile-key: "+someKey+"\n")
		if code, stdout, stderr := m.on(t, `"$HARDEN" plan --profile kubeadm-node --root "$NODE"; "$HARDEN" profiles show kubeadm-node`); code != exitOK || strings.Contains(stderr, "profile-key") {
			t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
		}
	})
}

// TestKeptPlanNeedsTheKey applies a plan that was made where no key was asked
// for, on a system that asks for one, as a tree.
func TestKeptPlanNeedsTheKey(t *testing.T) {
	m := newMachine(t, "profile-key: "+someKey+"\n")
	if code, _, stderr := m.shell(t, `cd "$DIR"; "$HARDEN" plan --profile ./site.yaml --root "$DIR/live/etc" --out kept.plan`); code != exitOK {
		t.Fatal(stderr)
	}
	code, stdout, stderr := m.on(t, `"$HARDEN" apply --yes --root /etc kept.plan`)
	if code != exitBadProfile || !strings.Contains(stderr, "is not signed") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	m.untouched(t)
}

// TestEachKeyCounts signs for the tree alone, for the running system alone, and
// for both.
func TestEachKeyCounts(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is not installed (package openssh-client)")
	}
	const sign = `rm -f site.yaml.sig; ssh-keygen -q -Y sign -n harden-profile -f "$DIR/%" site.yaml; `
	tests := map[string]struct {
		script string
		code   int
	}{
		"of the tree's key":         {strings.ReplaceAll(sign, "%", "tree"), exitBadProfile},
		"of the running system's":   {strings.ReplaceAll(sign, "%", "live"), exitBadProfile},
		"of the one that is both's": {strings.ReplaceAll(sign, "%", "both"), exitOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, "")
			code, stdout, stderr := m.shell(t, `set -e; cd "$DIR"; mv live livetree; for k in tree live both; do ssh-keygen -q -t ed25519 -N '' -C "$k" -f "$k"; done; mv livetree live.d
				mkdir keep; mv live live.pub keep; mv live.d live; mv keep/live keep/l; mv keep/l livekey; mv keep/live.pub livekey.pub
				mkdir -p "$NODE/etc/harden"
				cat livekey.pub both.pub >live/etc/harden/keys.pub; echo 'profile-key: /etc/harden/keys.pub' >live/etc/harden/config.yaml
				cat tree.pub both.pub >"$NODE/etc/harden/keys.pub"; echo 'profile-key: /etc/harden/keys.pub' >"$NODE/etc/harden/config.yaml"`)
			if code != 0 {
				t.Fatal(stdout, stderr)
			}
			code, stdout, stderr = m.on(t, strings.ReplaceAll(test.script, `"$DIR/live"`, `"$DIR/livekey"`)+`"$HARDEN" plan --profile ./site.yaml --root "$NODE"`)
			if code != test.code || code != exitOK && !strings.Contains(stderr, "which is not allowed to sign profiles") {
				t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
			}
		})
	}
}

// TestUnreadableConfiguration puts in the place of the configuration what
// cannot be read. It is never as if no key were asked for.
func TestUnreadableConfiguration(t *testing.T) {
	const (
		builtIn  = `"$HARDEN" plan --profile kubeadm-node `
		site     = `"$HARDEN" plan --profile ./site.yaml `
		weak     = `setpriv --bounding-set=-all --inh-caps=-all ` // root without its powers: another label of SELinux would do as well
		somebody = `setpriv --reuid=65534 --regid=65534 --clear-groups `
	)
	tests := map[string]struct {
		script string
		code   int
		says   string
	}{
		"root may not read it":                                         {`chmod 0 /etc/harden/config.yaml; ` + weak + builtIn, exitBadProfile, "permission denied"},
		"root may not, and asks for something else":                    {`chmod 0 /etc/harden/config.yaml; ` + weak + `"$HARDEN" apply --yes --profile kubeadm-node --config other.yaml`, exitBadProfile, "permission denied"},
		"root may not search its directory":                            {`chmod 0 /etc/harden; ` + weak + site, exitBadProfile, "permission denied"},
		"root may not, and works on a tree":                            {`chmod 0 /etc/harden/config.yaml; ` + weak + site + `--root "$NODE"`, exitBadProfile, "cannot tell whether it needs a signature"},
		"root may not read the list of keys":                           {`echo 'profile-key: /etc/harden/keys' >/etc/harden/config.yaml; touch /etc/harden/keys; chmod 0 /etc/harden/keys; ` + weak + site, exitBadProfile, "permission denied"},
		"a user may not read it":                                       {`chmod 0 /etc/harden/config.yaml; ` + somebody + site, exitBadProfile, "cannot tell whether it needs a signature"},
		"a user may not search its directory":                          {`chmod 0 /etc/harden; ` + somebody + site + `--root "$NODE"`, exitBadProfile, "cannot tell whether it needs a signature"},
		"a user, another configuration":                                {`chmod 0 /etc/harden; cp other.yaml /tmp/; ` + somebody + site + `--config other.yaml`, exitBadProfile, "cannot tell whether it needs a signature"},
		"a user, and what is built in":                                 {`chmod 0 /etc/harden/config.yaml; ` + somebody + builtIn + `--root "$NODE"`, exitOK, ""},
		"a user is told what is left out":                              {`chmod 0 /etc/harden/config.yaml; ` + somebody + `"$HARDEN" profiles show kubeadm-node`, exitOK, "warning: the configuration file is ignored"},
		"a link that leads nowhere":                                    {`rm /etc/harden/config.yaml; ln -s none /etc/harden/config.yaml; ` + builtIn, exitBadProfile, "symbolic link"},
		"its directory is such a link":                                 {`rm -r /etc/harden; ln -s none /etc/harden; ` + builtIn, exitBadProfile, "symbolic link"},
		"a directory":                                                  {`rm /etc/harden/config.yaml; mkdir /etc/harden/config.yaml; ` + builtIn, exitBadProfile, "is a directory"},
		"a fifo":                                                       {`rm /etc/harden/config.yaml; mkfifo /etc/harden/config.yaml; timeout 20 ` + builtIn, exitBadProfile, "not a regular file"},
		"its directory is a file":                                      {`rm -r /etc/harden; touch /etc/harden; ` + builtIn, exitBadProfile, "not a directory"},
		"it is broken, and a tree is worked on":                        {`echo '"' >/etc/harden/config.yaml; ` + site + `--root "$NODE"`, exitBadProfile, "cannot tell whether it needs a signature"},
		"others can write it, and a tree":                              {`chmod 0666 /etc/harden/config.yaml; ` + site + `--root "$NODE"`, exitBadProfile, "can be written by other users"},
		"that of the running system, and a tree with what is built in": {`echo '"' >/etc/harden/config.yaml; ` + builtIn + `--root "$NODE"`, exitOK, ""},
		"nothing is in it":                                             {`: >/etc/harden/config.yaml; ` + site + `--root "$NODE"`, exitOK, ""},
		"it does not exist":                                            {`rm /etc/harden/config.yaml; ` + site + `--root "$NODE"`, exitOK, ""},
		"nor is its directory":                                         {`rm -r /etc/harden; ` + site + `--root "$NODE"`, exitOK, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, "profile-key: "+someKey+"\n")
			if code, _, stderr := m.shell(t, `chmod -R go+rX "$DIR"; cp --remove-destination "$(readlink "$HARDEN")" "$HARDEN"`); code != 0 {
				t.Fatal(stderr)
			}
			code, stdout, stderr := m.on(t, test.script)
			if code != test.code || !strings.Contains(stderr, test.says) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, test.code, test.says, stdout, stderr)
			}
		})
	}
}
