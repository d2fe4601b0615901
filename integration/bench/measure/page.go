package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// results are the outputs of the measuring verbs.
type results struct {
	begin, end machine
	commands   []raced
	trees      []treeRace
	apply      applyRace
	binary     int64 // bytes of the stripped program
}

// writePage fills in all blocks that `make bench` measures, and prints how the
// goals stand.
func writePage(page, harden, dir string) error {
	r, err := readResults(harden, dir)
	if err != nil {
		return err
	}
	goals := r.goals()
	fmt.Print(goals.text())
	return fillFile(page, map[string]string{
		"machine":  r.machineText(),
		"goals":    goals.table(),
		"commands": commandsTable(r.commands),
		"ratios":   ratiosTable(r.commands),
		"trees":    treesTable(r.trees),
		"apply":    applyText(r.apply),
	})
}

func readResults(harden, dir string) (results, error) {
	var r results
	for name, into := range map[string]any{"begin": &r.begin, "end": &r.end, "commands": &r.commands, "trees": &r.trees, "apply": &r.apply} {
		data, err := os.ReadFile(filepath.Join(dir, name+".json"))
		if err != nil {
			return results{}, err
		}
		if err := json.Unmarshal(data, into); err != nil {
			return results{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	info, err := os.Stat(harden)
	if err != nil {
		return results{}, err
	}
	r.binary = info.Size()
	return r, nil
}

func (r results) machineText() string {
	return fmt.Sprintf("%s, %d cores, %.0f GiB, Linux %s, %s. Load average (1, 5 and 15 minutes): %s at the start, %s at the end.\n",
		r.begin.CPU, r.begin.Cores, float64(r.begin.Memory)/(1<<30), r.begin.Kernel, r.begin.Go, r.begin.Load, r.end.Load)
}

func commandsTable(all []raced) string {
	var b strings.Builder
	b.WriteString("| program | runs | wall: median | min | p90 | CPU | largest process | programs started | system calls |\n")
	b.WriteString("| --- | --: | --: | --: | --: | --: | --: | --: | --: |\n")
	for _, c := range all {
		s := c.Samples
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", c.Name, len(s), duration(s.median(wall)), duration(s.min()),
			duration(s.p90()), duration(s.median(cpu)), mebibytes(s.peak()), grouped(c.Counts.Programs), grouped(c.Counts.Calls))
	}
	return b.String()
}

// ratiosTable says how many times longer the others take than harden.
func ratiosTable(all []raced) string {
	ours := []string{checkCIS, planCIS, checkQKXY, planQKXY, checkOld}
	others := []string{kubeBench, kubeBenchMore, playbook, playbookFacts, empty}
	var b strings.Builder
	b.WriteString("| wall, median | " + strings.Join(others, " | ") + " |\n| --- |" + strings.Repeat(" --: |", len(others)) + "\n")
	for _, name := range ours {
		b.WriteString("| " + name)
		for _, other := range others {
			fmt.Fprintf(&b, " | %s ×", number(ratio(find(all, other).median(wall), find(all, name).median(wall))))
		}
		b.WriteString(" |\n")
	}
	return b.String()
}

// find gives the samples of a contender.
func find(all []raced, name string) samples {
	for _, c := range all {
		if c.Name == name {
			return c.Samples
		}
	}
	panic("no contender is called " + name)
}

func treesTable(trees []treeRace) string {
	var b strings.Builder
	b.WriteString("| files | program | runs | wall: median | min | p90 | CPU | peak | harden takes |\n")
	b.WriteString("| --: | --- | --: | --: | --: | --: | --: | --: | --: |\n")
	for _, t := range trees {
		line := func(name string, s samples) {
			times := ratio(t.Harden.median(wall), s.median(wall))
			fmt.Fprintf(&b, "| %s | %s | %d | %s | %s | %s | %s | %s | %s × |\n", grouped(t.Files), name, len(s), duration(s.median(wall)),
				duration(s.min()), duration(s.p90()), duration(s.median(cpu)), mebibytes(s.peak()), number(times))
		}
		line("`harden check`", t.Harden)
		line("`find -printf '%m %u %g %p\\n'`", t.Find)
		line("`find -printf '%m %U %G %p\\n'`", t.Numbers)
	}
	return b.String()
}

func applyText(a applyRace) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d changes, %d operations that change the disk or make a change durable, %d of them syncs; %s.\n\n",
		a.Changes, a.Operations, a.Syncs, a.FileSystem)
	b.WriteString("| | runs | wall: median | min | p90 | CPU | peak |\n| --- | --: | --: | --: | --: | --: | --: |\n")
	fmt.Fprintf(&b, "| `harden apply`, the whole process | %d | %s | %s | %s | %s | %s |\n", len(a.Apply), duration(a.Apply.median(wall)),
		duration(a.Apply.min()), duration(a.Apply.p90()), duration(a.Apply.median(cpu)), mebibytes(a.Apply.peak()))
	fmt.Fprintf(&b, "| the operations alone | %d | %s | %s | %s | | |\n", len(a.Bare), duration(a.Bare.median(wall)), duration(a.Bare.min()), duration(a.Bare.p90()))
	fmt.Fprintf(&b, "| ratio | | %s | %s | %s | | |\n", number(ratio(a.Apply.median(wall), a.Bare.median(wall))),
		number(ratio(a.Apply.min(), a.Bare.min())), number(ratio(a.Apply.p90(), a.Bare.p90())))
	return b.String()
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
