package profiles

import "testing"

// BenchmarkLoad loads built-in profiles as plan and check do.
func BenchmarkLoad(b *testing.B) {
	for _, name := range []string{"kubeadm-node", "cis-1.12", "qkxy-cs001-2023"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, err := Load(name, nil, files{}.source())
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
