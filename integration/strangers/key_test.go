//go:build strangers

package strangers

import (
	"os"
	"path/filepath"
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
	plain := func(args ...string) func(*testing.T, string) outcome {
		return func(t *testing.T, verb string) outcome {
			argv := append([]string{verb, "--profile", "/root/site.yaml"}, args...)
			return harden(t, append(argv, apart(verb)...)...)
		}
	}
	for _, w := range []struct {
		name string
		run  func(t *testing.T, verb string) outcome
	}{
		{"--root /etc", rooted("/etc")},
		{"--root /etc/kubernetes", rooted("/etc/kubernetes")},
		{"--root /var/lib", rooted("/var/lib")},
		{"--root /proc/self/root", rooted("/proc/self/root")},
		{"--root /proc/1/root/etc", rooted("/proc/1/root/etc")},
		{"--root with dots", rooted("/srv/../etc/.")},
		{"--root at a mount of the node", func(t *testing.T, verb string) outcome {
			mkdir(t, "/srv/bound", 0, 0o755)
			must(t, "mount", "--bind", "/etc", "/srv/bound")
			t.Cleanup(func() { must(t, "umount", "/srv/bound") })
			return rooted("/srv/bound")(t, verb)
		}},
		{"HARDEN_ROOT=/etc", func(t *testing.T, verb string) outcome {
			return run(t, append([]string{"env", "HARDEN_ROOT=/etc", "/usr/bin/harden", verb, "--profile", "/root/site.yaml"}, apart(verb)...)...)
		}},
		{"HARDEN_PROFILE", func(t *testing.T, verb string) outcome {
			return run(t, append([]string{"env", "HARDEN_PROFILE=/root/site.yaml", "/usr/bin/harden", verb}, apart(verb)...)...)
		}},
		{"--config of another", func(t *testing.T, verb string) outcome {
			write(t, "/root/other.yaml", "lang: en\n", 0, 0o600)
			return plain("--config", "/root/other.yaml")(t, verb)
		}},
		{"a configuration that cannot be read", func(t *testing.T, verb string) outcome {
			write(t, "/root/other.yaml", "lang: en\n", 0, 0o600)
			ok(t, os.Chmod(filepath.Join(root, "etc/harden/config.yaml"), 0))
			return run(t, append([]string{"setpriv", "--bounding-set=-dac_override,-dac_read_search", "/usr/bin/harden", verb, "--config", "/root/other.yaml",
				"--profile", "/root/site.yaml"}, apart(verb)...)...)
		}},
		{"a configuration that is a link to nothing", func(t *testing.T, verb string) outcome {
			write(t, "/root/other.yaml", "lang: en\n", 0, 0o600)
			ok(t, os.Remove(filepath.Join(root, "etc/harden/config.yaml")))
			ok(t, os.Symlink("/nowhere", filepath.Join(root, "etc/harden/config.yaml")))
			return plain("--config", "/root/other.yaml")(t, verb)
		}},
	} {
		for _, verb := range []string{"plan", "apply"} {
			attempt(t, w.name+", "+verb, func(t *testing.T) {
				lay(t, controlPlane)
				write(t, "/root/site.yaml", unsigned, 0, 0o600)
				write(t, "/etc/harden/config.yaml", asksKey, 0, 0o600)
				t.Cleanup(func() {
					for _, name := range []string{"site.yaml", "other.yaml"} {
						ok(t, os.RemoveAll(filepath.Join(root, "root", name)))
					}
				})
				// Below /etc there is a tree like a node's, for what --root /etc would change.
				must(t, "sh", "-c", "mkdir -p /etc/etc /etc/var/lib /var/lib/etc && cp -a /etc/kubernetes /etc/etc/ && cp -a /var/lib/kubelet /etc/var/lib/ && cp -a /etc/kubernetes /var/lib/etc/")
				before := take(t)
				o := w.run(t, verb)
				exits(t, o, 78, 64, 1)
				before.unchanged(t, "a profile that nobody signed")
			})
		}
	}
}

// apart are the flags of a verb that changes the node.
func apart(verb string) []string {
	if verb == "apply" {
		return []string{"--yes", "--no-restart"}
	}
	return nil
}

func rooted(dir string) func(*testing.T, string) outcome {
	return func(t *testing.T, verb string) outcome {
		return harden(t, append([]string{verb, "--root", dir, "--profile", "/root/site.yaml"}, apart(verb)...)...)
	}
}
