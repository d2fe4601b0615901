package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"harden/integration/sampletree"
)

// treeRace is a PKI directory of a size, looked at by harden and by find.
type treeRace struct {
	Files   int
	Harden  samples
	Find    samples // with the names of owners, which it looks up for each file
	Numbers samples // with their numbers
}

// sizes are the numbers of files, and the rounds for each.
var sizes = []struct{ files, rounds int }{{10_000, 15}, {100_000, 9}, {1_000_000, 3}}

// raceTrees makes the trees in a tmpfs with as many inodes as it takes, so that
// each file is one of its own, and has harden check and find look at them in
// turn. It needs root and, so that the mount ends with it, a mount namespace of
// its own (unshare --mount).
func raceTrees(harden string) (races []treeRace, err error) {
	dir, err := os.MkdirTemp("", "measure-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.Remove(dir)) }()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "nr_inodes=0,size=2g,mode=0700"); err != nil {
		return nil, fmt.Errorf("cannot mount a tmpfs on %s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, syscall.Unmount(dir, 0)) }()
	root := filepath.Join(dir, "node")
	if err := sampletree.Write(root); err != nil {
		return nil, err
	}
	pki := filepath.Join(root, "etc/kubernetes/pki")
	check := []string{harden, "check", "--root", root, "--profile", "cis-1.12"}
	names := []string{"find", pki, "-printf", `%m %u %g %p\n`}
	numbers := []string{"find", pki, "-printf", `%m %U %G %p\n`}
	made := 0
	for _, size := range sizes {
		if err := addFiles(pki, made, size.files); err != nil {
			return nil, err
		}
		made = size.files
		race := treeRace{Files: size.files}
		for round := range size.rounds + 1 { // the first warms the caches
			var taken [3]sample
			for i, words := range [][]string{check, names, numbers} {
				if taken[i], err = once(words); err != nil {
					return nil, err
				}
			}
			if round > 0 {
				race.Harden, race.Find, race.Numbers = append(race.Harden, taken[0]), append(race.Find, taken[1]), append(race.Numbers, taken[2])
			}
		}
		races = append(races, race)
	}
	return races, nil
}

// addFiles makes the files from one number to another, with modes that are as
// they should be: certificates and keys by turns, a thousand to a directory.
func addFiles(dir string, from, to int) error {
	for i := from; i < to; i++ {
		below := filepath.Join(dir, fmt.Sprintf("d%03d", i/1000))
		if i%1000 == 0 {
			if err := os.Mkdir(below, 0o755); err != nil {
				return err
			}
		}
		name := filepath.Join(below, fmt.Sprintf("c%03d.%s", i%1000, []string{"crt", "key"}[i%2]))
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}
