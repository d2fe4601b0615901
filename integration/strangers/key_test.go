//go:build strangers

package strangers

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A profile that nobody signed, and the setting that asks for signatures. The
// key belongs to nobody any more.
const (
	unsigned = "harden: profile/v1\nname: site\nversion: 1.0.0\ntitle: {en: Of nobody, zh: 无人签名}\nextends: [kubeadm-node]\n"
	asksKey  = "profile-key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOcH3YQTvn+njl20L9YfKO693rIH9dXKQLaUiqdmbun+ of the site\n"
)

// TestUnsignedProfile has a profile that nobody signed, where signatures are
// asked for, in every way that could lead around it to the node itself.
func TestUnsignedProfile(t *testing.T) {
	nothing := func(*testing.T) {}
	other := func(t *testing.T) { write(t, "/root/other.yaml", "lang: en\n", 0, 0o600) }
	config := filepath.Join(root, "etc/harden/config.yaml")
	named := []string{"/usr/bin/harden", "VERB", "--config", "/root/other.yaml"}
	live := []string{"--only", "kubelet-config-mode"}
	rooted := func(dir string) []string { return []string{"/usr/bin/harden", "VERB", "--root", dir} }
	for _, w := range []struct {
		name    string
		prepare func(t *testing.T)
		argv    []string
	}{
		{"--root /etc", nothing, rooted("/etc")},
		{"--root /etc/kubernetes", nothing, rooted("/etc/kubernetes")},
		{"--root /var/lib", nothing, rooted("/var/lib")},
		{"--root /proc/self/root", nothing, rooted("/proc/self/root")},
		{"--root /proc/1/root/etc", nothing, rooted("/proc/1/root/etc")},
		{"--root with dots", nothing, rooted("/srv/../etc/.")},
		{"--root at a mount of the node", func(t *testing.T) {
			mkdir(t, "/srv/bound", 0, 0o755)
			must(t, "mount", "--bind", "/etc", "/srv/bound")
			t.Cleanup(func() { must(t, "umount", "/srv/bound") })
		}, rooted("/srv/bound")},
		{"HARDEN_ROOT=/etc", nothing, []string{"env", "HARDEN_ROOT=/etc", "/usr/bin/harden", "VERB"}},
		{"HARDEN_PROFILE", nothing, append([]string{"env", "HARDEN_PROFILE=/root/site.yaml", "/usr/bin/harden", "VERB"}, live...)},
		{"--config of another", other, slices.Concat(named, live)},
		{"a configuration that cannot be read", func(t *testing.T) {
			other(t)
			ok(t, os.Chmod(config, 0))
		}, slices.Concat([]string{"setpriv", "--bounding-set=-dac_override,-dac_read_search"}, named, live)},
		{"a configuration that is a link to nothing", func(t *testing.T) {
			other(t)
			ok(t, os.Remove(config))
			ok(t, os.Symlink("/nowhere", config))
		}, slices.Concat(named, live)},
	} {
		for _, verb := range []string{"plan", "apply"} {
			attempt(t, w.name+", "+verb, func(t *testing.T) {
				lay(t, controlPlane)
				write(t, "/root/site.yaml", unsigned, 0, 0o600)
				write(t, "/etc/harden/config.yaml", asksKey, 0, 0o600)
				// Below /etc there is a tree like a node's, for what --root /etc would change.
				must(t, "sh", "-c", "mkdir -p /etc/etc /etc/var/lib /var/lib/etc && cp -a /etc/kubernetes /etc/etc/ && cp -a /var/lib/kubelet /etc/var/lib/ && cp -a /etc/kubernetes /var/lib/etc/")
				w.prepare(t)
				before := take(t)
				argv := slices.Clone(w.argv)
				argv[slices.Index(argv, "VERB")] = verb
				if w.name != "HARDEN_PROFILE" {
					argv = append(argv, "--profile", "/root/site.yaml")
				}
				if verb == "apply" {
					argv = append(argv, "--yes", "--no-restart")
				}
				exits(t, run(t, argv...), 78, 64, 1)
				before.unchanged(t, "a profile that nobody signed")
			})
		}
	}
}
