// A run is over before a changed limit of its control group could matter, and to
// follow the limit takes a tenth of a start. Go 1.26 reads it once all the same.
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command harden hardens Kubernetes nodes: it shows an exact plan, applies it
// as one transaction, proves the node healthy, and puts everything back if it
// is not or when asked.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"harden/agent/host"
)

func main() {
	// A run is short and holds little: a plan is made before the heap has its
	// first 10 MiB, and collecting garbage at the usual 4 would cost a tenth of
	// the time.
	debug.SetGCPercent(250)
	os.Exit(guarded(os.Args[1:]))
}

// guarded runs a command line of root's, who can read every key of a node, in
// a process that leaves no core dump.
func guarded(args []string) int {
	if os.Geteuid() == 0 {
		if err := host.ForbidCoreDumps(); err != nil {
			fmt.Fprintln(os.Stderr, "harden:", err)
			return exitInternal
		}
	}
	return run(args, os.Stdin, os.Stdout, os.Stderr)
}
