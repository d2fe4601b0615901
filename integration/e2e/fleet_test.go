//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestDaemonSet holds the manifests of the drift check against a real API
// server, and runs their command as their container would: with the host's files
// below /host, read-only, and the capabilities that are listed.
func TestDaemonSet(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	manifests := filepath.Join("..", "..", "packaging", "kustomize")
	var set struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct {
						ReadinessProbe  struct{ Exec struct{ Command []string } } `yaml:"readinessProbe"`
						SecurityContext struct {
							Capabilities struct{ Drop, Add []string }
						} `yaml:"securityContext"`
						VolumeMounts []struct {
							MountPath string `yaml:"mountPath"`
							ReadOnly  bool   `yaml:"readOnly"`
						} `yaml:"volumeMounts"`
					}
				}
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(manifests, "daemonset.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	c := set.Spec.Template.Spec.Containers[0]
	if len(c.VolumeMounts) != 1 || !c.VolumeMounts[0].ReadOnly || c.VolumeMounts[0].MountPath != "/host" || !slices.Equal(c.SecurityContext.Capabilities.Drop, []string{"ALL"}) {
		t.Fatalf("the container has other mounts or capabilities than this test gives: %+v", c)
	}

	copied := filepath.Join(n.root, "root", "kustomize")
	if err := os.Mkdir(copied, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(copied); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"kustomization.yaml", "namespace.yaml", "daemonset.yaml"} {
		copyFile(t, filepath.Join(manifests, name), filepath.Join(copied, name))
	}
	n.must(t, 0, "kubectl", "apply", "-f", "/root/kustomize/namespace.yaml")
	defer n.must(t, 0, "kubectl", "delete", "namespace", "harden", "--wait=false")
	out := n.must(t, 0, "kubectl", "apply", "-k", "/root/kustomize", "--dry-run=server", "--validate=strict")
	if !strings.Contains(out, "daemonset.apps/harden-check created (server dry run)") {
		t.Errorf("the API server does not take the DaemonSet: %s", out)
	}

	bounding := "-all"
	for _, capability := range c.SecurityContext.Capabilities.Add {
		bounding += ",+" + strings.ToLower(capability)
	}
	script := `mkdir -p /run/e2e-host && mount --bind / /run/e2e-host && mount -o remount,bind,ro /run/e2e-host &&
		exec setpriv --no-new-privs --inh-caps=-all --bounding-set=` + bounding + ` "$@"`
	command := slices.Clone(c.ReadinessProbe.Exec.Command)
	for i, word := range command {
		if word == "/host" {
			command[i] = "/run/e2e-host"
		}
	}
	before := n.snapshot(t)
	run := append([]string{"unshare", "--mount", "sh", "-c", script, "sh"}, append(command, "-o", "json")...)
	report := decode(t, n.must(t, 2, run...))
	live := decode(t, n.must(t, 0, "harden", "check", "-o", "json"))
	requireSame(t, before, n.snapshot(t))
	if report.Kind != "Report" || report.Profile.Name != live.Profile.Name || !strings.HasPrefix(live.Profile.Name, "cis-") || len(report.Findings) < 100 {
		t.Errorf("the check gives a %s of %s with %d findings; the node's own is of %s", report.Kind, report.Profile.Name, len(report.Findings), live.Profile.Name)
	}
	for _, f := range report.Findings {
		if f.Status == "error" {
			t.Errorf("%s could not be checked: %s", f.Rule, f.Reason)
		}
		if f.Rule == "kubelet-runs-its-config" && f.Status != "not-applicable" {
			t.Errorf("what runs is judged by a tree: %s %s", f.Status, f.Reason)
		}
	}
}
