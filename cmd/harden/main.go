// Command harden hardens Kubernetes nodes: it shows an exact plan, applies it
// as one transaction, proves the node healthy, and puts everything back if it
// is not or when asked.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
