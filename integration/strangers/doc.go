// Package strangers attacks runs of the built binary as a hostile user of the
// node would: with processes that pose as the kubelet or as a part of the
// control plane, with answers in their place, with command lines without end,
// with files and links in directories of his own. Root plans, checks, applies
// and recovers meanwhile; whatever the stranger does must change neither what
// root decides nor what root writes.
//
// The node is a Debian with a systemd of its own, booted in systemd-nspawn, on
// which the sample node's files are laid out anew for each attempt, with a
// stand-in for the kubelet. The tests know the harden binary alone, and never
// touch the machine's own files. They need root and the build tag strangers:
//
//	go test -tags strangers -count=1 ./integration/strangers
//
// HARDEN=PATH attacks another binary than that of this tree. What needs a real
// kubelet and real pods is in integration/e2e.
package strangers
