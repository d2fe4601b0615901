// Package testdata holds the files that tests and the demo work on. It never
// holds key material: keys, certificates and tokens are replaced by a text
// that says so.
package testdata

import "embed"

// SampleNode is what `kubeadm init` of Kubernetes 1.34 leaves on a node:
// samplenode/root is the tree, samplenode/modes.txt lists all of it, one
// "path mode type" a line, where type is file, directory or symlink TARGET.
//
//go:embed all:samplenode
var SampleNode embed.FS
