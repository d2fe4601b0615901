package profiles

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
)

// TestDifferences: what a site's profile says that those before it do not.
func TestDifferences(t *testing.T) {
	const base = "harden: profile/v1\nname: base\nextends: [kubeadm-node]\nset: {pod-pids-limit: 2048}\nwaivers:\n- {rule: pki-owner, reason: x, expires: 2030-01-01}\n"
	const waiver = "2030-01-01"
	for _, tt := range []struct {
		name, text string
		want       *Differences
	}{
		{"nothing of its own", "extends: [kubeadm-node]\n", &Differences{Extends: []string{"kubeadm-node"}}},
		{"over the rule's default", "extends: [kubeadm-node]\nset: {pod-pids-limit: 512}\n",
			&Differences{Extends: []string{"kubeadm-node"}, Set: []Changed{{"pod-pids-limit", 4096, 512}}}},
		{"the default again", "extends: [kubeadm-node]\nset: {pod-pids-limit: 4096}\n", &Differences{Extends: []string{"kubeadm-node"}}},
		{"over an extended profile", "extends: [./base.yaml]\nset: {pod-pids-limit: 512}\n",
			&Differences{Extends: []string{"./base.yaml"}, Set: []Changed{{"pod-pids-limit", 2048, 512}}, Waivers: []Waiver{{Rule: "pki-owner", Reason: "x", Expires: waiver}}}},
		{"the rest", "extends: [kubeadm-node]\nskip: [files.cni]\nadjust:\n  pki-key-mode: {mode: \"0400\"}\n  etcd-data-mode: {mode: \"0700\"}\nseverity: {pki-owner: low}\n" +
			"controls:\n- {id: ours, manual: {en: look}}\nwaivers:\n- {control: ours, reason: y, expires: 2030-01-01}\n",
			&Differences{Extends: []string{"kubeadm-node"}, Skip: []string{"files.cni"}, Adjust: []string{"etcd-data-mode", "pki-key-mode"}, Controls: []string{"ours"},
				Severity: map[string]change.Severity{"pki-owner": change.Low}, Waivers: []Waiver{{Control: "ours", Reason: "y", Expires: waiver}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := mustLoad(t, files{"/p/main.yaml": head + tt.text, "/p/base.yaml": base}, nil)
			if diff := cmp.Diff(tt.want, p.Differences); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	t.Run("by hand", func(t *testing.T) {
		p := mustLoad(t, files{"/p/main.yaml": head + "extends: [kubeadm-node]\nset: {pod-pids-limit: 512}\n"}, map[string]string{"pod-pids-limit": "100"})
		if diff := cmp.Diff([]Changed{{"pod-pids-limit", 4096, 100}}, p.Differences.Set); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("a built-in one", func(t *testing.T) {
		if p, err := Load("kubeadm-node", nil, files{}.source()); err != nil || p.Differences != nil {
			t.Errorf("has %+v, %v", p.Differences, err)
		}
	})
}

// TestIneffective names the waivers that change nothing, with their place.
func TestIneffective(t *testing.T) {
	p := mustLoad(t, files{"/p/main.yaml": head + `extends: [kubeadm-node]
controls:
- {id: judged, manual: {en: look}}
- {id: none, notApplicable: {en: there is none}}
waivers:
- {rule: pki-owner, reason: holds, expires: 2027-06-30}
- {control: files.pki, reason: holds, expires: 2027-06-30}
- {rule: pki-key-mode, reason: is over, expires: 2026-06-30}
- {control: judged, reason: a person does, expires: 2027-06-30}
- {control: site/none, reason: nobody does, expires: 2027-06-30}
`}, nil)
	var got []string
	for _, text := range p.Ineffective(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		got = append(got, text.String())
	}
	want := []string{
		"/p/main.yaml:10: the waiver of pki-key-mode has no effect: it expired on 2026-06-30",
		"/p/main.yaml:11: the waiver of judged has no effect: a person checks this control; use harden attest",
		"/p/main.yaml:12: the waiver of site/none has no effect: the control applies to no node",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
