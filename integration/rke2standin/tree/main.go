// tree starts the stand-in for RKE2 once on a tree of files, whose kernel is as
// `profile: cis` wants it: go run ./integration/rke2standin/tree DIR.
package main

import (
	"fmt"
	"os"

	"harden/integration/rke2standin"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tree DIR")
		os.Exit(2)
	}
	if err := rke2standin.Tree(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
