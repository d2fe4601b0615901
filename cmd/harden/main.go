// Command harden hardens Kubernetes nodes: it shows an exact plan, applies it
// as one transaction, proves the node healthy, and puts everything back if it
// is not or when asked.
package main

import (
	"os"
	"runtime/debug"
)

func main() {
	// A run is short and holds little: a plan is made before the heap has its
	// first 12 MiB, and collecting garbage at the usual 4 would cost a tenth of
	// the time.
	debug.SetGCPercent(300)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
