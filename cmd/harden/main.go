// A run is over before a changed limit of its control group could matter, and to
// follow the limit takes a tenth of a start. Go 1.26 reads it once all the same.
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command harden hardens Kubernetes nodes: it shows an exact plan, applies it
// as one transaction, proves the node healthy, and puts everything back if it
// is not, or on rollback.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"harden/agent/host"
	"harden/agent/rehearsal"
)

func main() {
	if rehearsal.IsChild() { // harden started itself, to become a component walled in
		rehearsal.Main()
	}
	// A run is short and holds little. With 250 the most memory is a sixth more, and a
	// plan takes hardly less time; with the usual 100 it takes a tenth longer.
	debug.SetGCPercent(150)
	os.Exit(guarded(os.Args[1:]))
}

// guarded runs a command line in a process that leaves no core dump, and that
// no fault of its own ends with the code of pending changes.
func guarded(args []string) int {
	if err := abortOnCrash(); err != nil {
		fmt.Fprintln(os.Stderr, "harden:", err)
		return exitInternal
	}
	return run(args, os.Stdin, os.Stdout, os.Stderr)
}

// abortOnCrash sees to it that what Go itself ends the process for (no memory is
// left, a panic where nobody recovers it) shows as SIGABRT, which a shell tells
// as 134: by itself Go exits with 2, which is the code of pending changes. An
// abort may leave a core dump, and in memory may be every key of a node, so
// that is forbidden first. What GOTRACEBACK says can only add to it.
func abortOnCrash() error {
	if err := host.ForbidCoreDumps(); err != nil {
		return err
	}
	debug.SetTraceback("crash")
	return nil
}
