// Command measure runs commands in turn and prints what each took: wall time
// and peak memory as the kernel accounts for it. The first command is the one
// that the others are compared with.
//
//	measure 20 'plan=harden plan' 'empty=/root/empty'
package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type series struct {
	name   string
	words  []string
	wall   []time.Duration
	memory []int64 // KiB
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: measure RUNS NAME=COMMAND …")
	}
	runs, err := strconv.Atoi(args[0])
	if err != nil || runs < 1 {
		return fmt.Errorf("%q is no number of runs", args[0])
	}
	var all []*series
	for _, arg := range args[1:] {
		name, command, ok := strings.Cut(arg, "=")
		if !ok || command == "" {
			return fmt.Errorf("%q is not NAME=COMMAND", arg)
		}
		all = append(all, &series{name: name, words: strings.Fields(command)})
	}
	// In turn, so that a machine that slows down slows all of them; the first
	// round warms the caches and does not count.
	for i := range runs + 1 {
		for _, s := range all {
			wall, memory, err := once(s.words)
			if err != nil {
				return fmt.Errorf("cannot run %s: %w", strings.Join(s.words, " "), err)
			}
			if i > 0 {
				s.wall, s.memory = append(s.wall, wall), append(s.memory, memory)
			}
		}
	}
	fmt.Printf("%-24s %10s %10s %10s %12s %8s\n", "command", "min ms", "median ms", "max ms", "peak MiB", "ratio")
	first := median(all[0].wall)
	for _, s := range all {
		fmt.Printf("%-24s %10.2f %10.2f %10.2f %12.1f %8.2f\n", s.name, ms(slices.Min(s.wall)), ms(median(s.wall)), ms(slices.Max(s.wall)),
			float64(slices.Max(s.memory))/1024, float64(median(s.wall))/float64(first))
	}
	return nil
}

// once runs a command; 0 and 2 (changes pending) are what it may exit with.
func once(words []string) (time.Duration, int64, error) {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if cmd.ProcessState == nil || err != nil && cmd.ProcessState.ExitCode() != 2 {
		return 0, 0, err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, fmt.Errorf("no resource usage is known")
	}
	return wall, usage.Maxrss, nil
}

func median[T int64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
