package edit

import (
	"os"
	"testing"
)

// BenchmarkEdit opens a manifest as kubeadm writes it, reads a flag, sets two
// and mounts a directory: what a plan does with each of them.
func BenchmarkEdit(b *testing.B) {
	data, err := os.ReadFile("../../integration/testdata/samplenode/root/etc/kubernetes/manifests/kube-apiserver.yaml")
	if err != nil {
		b.Fatal(err)
	}
	run := func(name string, each func(b *testing.B, doc Document)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				doc, err := Open("pod:kube-apiserver", data)
				if err != nil {
					b.Fatal(err)
				}
				each(b, doc)
			}
		})
	}
	get := func(b *testing.B, doc Document) {
		if _, _, found, err := doc.Get("flag:--authorization-mode"); err != nil || !found {
			b.Fatalf("found %v: %v", found, err)
		}
	}
	set := func(b *testing.B, doc Document, address string, value any) {
		if err := doc.Set(address, value); err != nil {
			b.Fatal(err)
		}
	}
	run("get", get)
	run("set", func(b *testing.B, doc Document) {
		set(b, doc, "flag:--profiling", "false")
		set(b, doc, "flag:--audit-log-maxage", "30")
		if len(doc.Bytes()) <= len(data) {
			b.Fatal("nothing was written")
		}
	})
	run("mount", func(b *testing.B, doc Document) {
		set(b, doc, "mount:/etc/kubernetes/harden", "ro")
		if len(doc.Bytes()) <= len(data) {
			b.Fatal("nothing was written")
		}
	})
}
