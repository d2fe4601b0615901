// Command samplenode lays out the sample node in a directory, which must be
// empty or not exist:
//
//	go run ./integration/samplenode DIR
package main

import (
	"fmt"
	"os"

	"harden/integration/sampletree"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: samplenode DIR")
		os.Exit(64)
	}
	if err := sampletree.Write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "samplenode:", err)
		os.Exit(1)
	}
}
