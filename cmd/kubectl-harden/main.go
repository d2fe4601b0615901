// Command kubectl-harden judges the objects of a Kubernetes cluster against a
// hardening baseline. As a file of that name on the PATH it is the plugin
// "kubectl harden". It is a program of its own so that harden, which runs as
// root on nodes, needs no client of Kubernetes.
package main

import (
	"os"
	"runtime/debug"
)

func main() {
	// Lists are decoded as a stream, so most of what is allocated is garbage at
	// once: the heap stays small where it is collected often. A cluster that needs
	// more gets it, at the cost of CPU.
	debug.SetGCPercent(20)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
