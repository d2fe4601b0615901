package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"harden/integration/sampletree"
)

// applyRace is an apply beside the operations that it made.
type applyRace struct {
	Changes     int // of the plan
	Operations  int // that change the disk or make a change durable
	Syncs       int // of them: fsync, fdatasync, syncfs
	FileSystem  string
	Apply, Bare samples // whole processes, and the operations alone
}

const applyRounds = 30

// raceApply applies a profile to the sample node and, in turn, does what that
// changed on the disk again without any of the rest, on a copy in the same file
// system. The profile is a whole benchmark without its accounts, which are made
// by programs of the system: no service is restarted below a root.
func raceApply(harden string) (race applyRace, err error) {
	dir, err := os.MkdirTemp("", "measure-")
	if err != nil {
		return applyRace{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	apply := func(tree string) []string {
		return []string{harden, "apply", "--root", tree, "--profile", "cis-1.12", "--skip", "etcd-account,etcd-data-owner", "--yes"}
	}
	tree, err := newTree(dir, "recorded")
	if err != nil {
		return applyRace{}, err
	}
	operations, err := record(tree, apply(tree)...)
	if err != nil {
		return applyRace{}, err
	}
	race.Operations = len(operations)
	for _, o := range operations {
		if slices.Contains([]string{"fsync", "fdatasync", "syncfs"}, o.Call) {
			race.Syncs++
		}
	}
	if race.Changes, err = changesOf(harden, tree); err != nil {
		return applyRace{}, err
	}
	if race.FileSystem, err = fileSystem(dir); err != nil {
		return applyRace{}, err
	}
	for round := range applyRounds + 1 { // the first warms the caches
		if tree, err = newTree(dir, fmt.Sprintf("applied-%d", round)); err != nil {
			return applyRace{}, err
		}
		applied, err := once(apply(tree))
		if err != nil {
			return applyRace{}, err
		}
		if tree, err = newTree(dir, fmt.Sprintf("replayed-%d", round)); err != nil {
			return applyRace{}, err
		}
		r := newReplayer(tree, operations)
		start := time.Now()
		if err := r.replay(operations); err != nil {
			return applyRace{}, err
		}
		bare := sample{Wall: time.Since(start)}
		if round > 0 {
			race.Apply, race.Bare = append(race.Apply, applied), append(race.Bare, bare)
		}
	}
	return race, nil
}

// newTree lays out the sample node in a directory of its own and waits until it
// is on the disk, so that no sync of a measured run writes it. None is removed
// before the end: ext4 is slow to make files where some were just removed.
func newTree(dir, name string) (tree string, err error) {
	tree = filepath.Join(dir, name)
	if err := sampletree.Write(tree); err != nil {
		return "", err
	}
	f, err := os.Open(tree)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return tree, unix.Syncfs(int(f.Fd()))
}

// changesOf counts the changes of the only run of a tree.
func changesOf(harden, tree string) (int, error) {
	out, err := exec.Command(harden, "history", "--root", tree, "-o", "json").Output()
	if err != nil {
		return 0, fmt.Errorf("cannot read the history of %s: %w", tree, err)
	}
	var history struct{ Runs []struct{ Changes int } }
	if err := json.Unmarshal(out, &history); err != nil {
		return 0, fmt.Errorf("cannot read the history of %s: %w", tree, err)
	}
	if len(history.Runs) != 1 {
		return 0, fmt.Errorf("%d runs on %s, want 1", len(history.Runs), tree)
	}
	return history.Runs[0].Changes, nil
}

// fileSystem names the type of the file system that a directory is in.
func fileSystem(dir string) (string, error) {
	out, err := exec.Command("findmnt", "--noheadings", "--output", "FSTYPE", "--target", dir).Output()
	if err != nil {
		return "", fmt.Errorf("cannot ask for the file system of %s: %w", dir, err)
	}
	return strings.TrimSpace(string(out)), nil
}
