// Command guarantees runs the tests that prove what docs/guarantees.md
// promises, in their thorough form, and writes their figures into that page: those
// of its blocks "proof", or those of its blocks "oracle" or "cluster", which need the
// components of Kubernetes.
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
	if len(os.Args) != 2 && (len(os.Args) != 3 || os.Args[2] != "oracle" && os.Args[2] != "cluster") {
		fmt.Fprintln(os.Stderr, "usage: guarantees PAGE [oracle|cluster]")
		os.Exit(64)
	}
	which := kind("proof")
	if len(os.Args) == 3 {
		which = kind(os.Args[2])
	}
	if err := prove(os.Args[1], which); err != nil {
		fmt.Fprintln(os.Stderr, "guarantees:", err)
		os.Exit(1)
	}
}

// prove runs what the page names and fills it in.
func prove(name string, k kind) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	page, err := parse(string(text), k)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	started := time.Now()
	results, err := run(page.tests(), k)
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
