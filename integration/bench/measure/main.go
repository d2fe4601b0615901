// Command measure is the instrument of `make bench`: it runs programs in turn,
// takes what the kernel accounts for each, and writes the figures into
// docs/benchmarks.md. It never keeps a figure that it did not measure itself,
// and changes nothing but trees that it made and the page that it is given.
//
//	measure machine                             what the figures are made on (JSON, to stdout)
//	measure commands ROUNDS                     the contenders, on the node that it runs on
//	measure tree HARDEN                         large PKI directories, in memory; mounts a tmpfs
//	measure apply HARDEN                        apply beside its bare operations on the disk
//	measure page PAGE HARDEN DIR                fills the page in from the four outputs, in DIR
//	measure fill PAGE NAME                      fills one block of the page in from stdin
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		args = []string{""}
	}
	switch verb, rest := args[0], args[1:]; {
	case verb == "machine" && len(rest) == 0:
		return printed(lookAtMachine())
	case verb == "commands" && len(rest) == 1:
		rounds, err := strconv.Atoi(rest[0])
		if err != nil || rounds < 1 {
			return fmt.Errorf("%q is not a number of rounds", rest[0])
		}
		return printed(race(contenders, rounds))
	case verb == "tree" && len(rest) == 1:
		return printed(raceTrees(rest[0]))
	case verb == "apply" && len(rest) == 1:
		return printed(raceApply(rest[0]))
	case verb == "page" && len(rest) == 3:
		return writePage(rest[0], rest[1], rest[2])
	case verb == "fill" && len(rest) == 2:
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		return fillFile(rest[0], map[string]string{rest[1]: string(text)})
	}
	return fmt.Errorf("usage: measure machine | commands ROUNDS | tree HARDEN | apply HARDEN | page PAGE HARDEN DIR | fill PAGE NAME")
}

// printed prints a result as JSON.
func printed[T any](result T, err error) error {
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}
