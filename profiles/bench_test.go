package profiles

import "testing"

// BenchmarkLoad loads profiles as plan and check do: built-in ones, one with a
// parameter set by hand, and one of a site.
func BenchmarkLoad(b *testing.B) {
	site := files{"/p/site.yaml": head + "extends: [cis-1.12]\nset: {pod-pids-limit: 2048}\nwaivers:\n- {rule: pki-owner, reason: x, expires: 2030-01-01}\n"}
	tests := []struct {
		name, ref string
		set       map[string]string
	}{
		{"kubeadm-node", "kubeadm-node", nil},
		{"cis-1.12", "cis-1.12", nil},
		{"qkxy-cs001-2023", "qkxy-cs001-2023", nil},
		{"set", "cis-1.12", map[string]string{"pod-pids-limit": "2048"}},
		{"site", "/p/site.yaml", nil},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, err := Load(test.ref, test.set, site.source())
				if err != nil {
					b.Fatal(err)
				}
				if p.Identity().Digest == "" {
					b.Fatal("no digest")
				}
			}
		})
	}
}
