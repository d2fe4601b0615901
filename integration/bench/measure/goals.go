package main

import (
	"fmt"
	"strings"
	"time"
)

// goal is one figure that is to stay below, or above, a bound.
type goal struct {
	what    string
	figure  string
	met     bool
	comment string // what the figure is made of
}

type goals []goal

// Bounds, as the project set them.
const (
	checkWithin   = 20 * time.Millisecond
	planWithin    = 25 * time.Millisecond
	versionWithin = 4 * time.Millisecond
	timesBench    = 50.0
	timesPlaybook = 500.0
	peakWithin    = 24 << 20
	binaryWithin  = 12 << 20
	applyWithin   = 3.0
	// Memory is flat where ten times more files cost no more of it than one
	// garbage collection that comes late; time is linear where a file of many
	// takes at most an eighth longer.
	flatWithin   = 4 << 20
	linearWithin = 1.125
)

// goals holds what was measured against the bounds.
func (r results) goals() goals {
	var all goals
	for _, limit := range []struct {
		name   string
		within time.Duration
	}{{checkCIS, checkWithin}, {planCIS, planWithin}, {checkQKXY, checkWithin}, {planQKXY, planWithin}} {
		median := find(r.commands, limit.name).median(wall)
		all = append(all, goal{fmt.Sprintf("%s ≤ %d ms", limit.name, limit.within.Milliseconds()), duration(median), median <= limit.within, "median"})
	}
	old, bench := find(r.commands, checkOld).median(wall), find(r.commands, kubeBench).median(wall)
	all = append(all, goal{"≥ 50 times faster than kube-bench", number(ratio(bench, old)) + " times", ratio(bench, old) >= timesBench,
		kubeBench + " / " + checkOld + ", medians"})
	var slow time.Duration
	for _, name := range []string{checkCIS, planCIS, checkQKXY, planQKXY} {
		slow = max(slow, find(r.commands, name).median(wall))
	}
	play := find(r.commands, playbook).median(wall)
	all = append(all, goal{"≥ 500 times faster than Ansible", number(ratio(play, slow)) + " times", ratio(play, slow) >= timesPlaybook,
		playbook + " / the slowest of check and plan, medians"})
	var peak int64
	for _, name := range []string{checkCIS, planCIS, checkQKXY, planQKXY, checkOld, version} {
		peak = max(peak, find(r.commands, name).peak())
	}
	start := find(r.commands, version).median(wall)
	all = append(all,
		goal{"peak memory of check and plan ≤ 24 MiB", mebibytes(peak), peak <= peakWithin, "the most of any run"},
		goal{"stripped binary ≤ 12 582 912 bytes", grouped(int(r.binary)) + " bytes", r.binary <= binaryWithin, ""},
		goal{"harden version ≤ 4 ms", duration(start), start <= versionWithin, "median"})
	all = append(all, treeGoals(r.trees)...)
	times := ratio(r.apply.Apply.median(wall), r.apply.Bare.median(wall))
	return append(all, goal{"apply within 3 times of its bare operations", number(times) + " times", times <= applyWithin, "medians"})
}

func treeGoals(trees []treeRace) goals {
	small, middle, large := trees[0], trees[1], trees[2]
	against := ratio(middle.Harden.median(wall), middle.Find.median(wall))
	grown := large.Harden.peak() - middle.Harden.peak()
	// what each file more takes, so that what harden does beside does not count
	first := ratio(middle.Harden.median(wall)-small.Harden.median(wall), time.Duration(middle.Files-small.Files))
	second := ratio(large.Harden.median(wall)-middle.Harden.median(wall), time.Duration(large.Files-middle.Files))
	return goals{
		{grouped(middle.Files) + " files: no longer than `find -printf`", number(against) + " of its time", against <= 1, "medians"},
		{grouped(large.Files) + " files: memory is flat", mebibytes(grown) + " more than for " + grouped(middle.Files), grown <= flatWithin, "peaks; at most 4 MiB"},
		{grouped(large.Files) + " files: time is linear", number(second/first) + " times the time for a file", second/first <= linearWithin,
			"for each further file, compared with the step from " + grouped(small.Files) + " to " + grouped(middle.Files) + "; at most 1.125"},
	}
}

func (g goal) verdict() string {
	if g.met {
		return "met"
	}
	return "not met"
}

// table is how the goals stand, for the page.
func (all goals) table() string {
	var b strings.Builder
	b.WriteString("| goal | measured | | what |\n| --- | --- | --- | --- |\n")
	for _, g := range all {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", g.what, g.figure, g.verdict(), g.comment)
	}
	return b.String()
}

// text is the same for a terminal.
func (all goals) text() string {
	var b strings.Builder
	for _, g := range all {
		fmt.Fprintf(&b, "%-8s %s: %s\n", g.verdict(), g.what, g.figure)
	}
	return b.String()
}
