// Command guarantees runs the tests that prove what docs/guarantees.md
// promises, in their thorough form, and writes their figures into that page.
//
// The page is the list: between <!-- proof: … --> and <!-- /proof --> it names
// the tests of a promise, and this program fills in what they counted. A test
// reports a figure with t.Attr("figure/NAME", "N"). The page is written only
// where every test that it names ran and passed.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: guarantees PAGE")
		os.Exit(64)
	}
	if err := torture(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "guarantees:", err)
		os.Exit(1)
	}
}

// torture runs what the page names and fills it in.
func torture(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	page, err := parse(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	started := time.Now()
	results, err := run(page.tests())
	if err != nil {
		return err
	}
	filled, err := page.fill(results, summary{when: started, took: time.Since(started), where: machine()})
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(filled), 0o644)
}

// machine says on what the figures were made.
func machine() string {
	kernel, err := exec.Command("uname", "-sr").Output()
	if err != nil {
		kernel = []byte("an unknown kernel")
	}
	return strings.TrimSpace(string(kernel))
}
