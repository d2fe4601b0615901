package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// sample is what one run of a program took.
type sample struct {
	Wall   time.Duration // from its start until it was waited for
	CPU    time.Duration // user and system, of its children too
	Memory int64         // bytes, of its largest process: itself or a child that it waited for
}

// samples are those of one program, in the order of the rounds.
type samples []sample

// once runs a program, which must exit with 0; its output goes nowhere.
func once(words []string, environment ...string) (sample, error) {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return sample{}, fmt.Errorf("cannot run %s: %w\n%s", strings.Join(words, " "), err, &stderr)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, errors.New("the system does not say what a program used")
	}
	return sample{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss << 10}, nil
}

// sorted gives one quantity of all samples, the smallest first.
func (s samples) sorted(of func(sample) time.Duration) []time.Duration {
	values := make([]time.Duration, len(s))
	for i, one := range s {
		values[i] = of(one)
	}
	slices.Sort(values)
	return values
}

func wall(s sample) time.Duration { return s.Wall }
func cpu(s sample) time.Duration  { return s.CPU }

// median is the lower one of two middle values: a time that was measured.
func (s samples) median(of func(sample) time.Duration) time.Duration {
	values := s.sorted(of)
	return values[(len(values)-1)/2]
}

func (s samples) min() time.Duration { return s.sorted(wall)[0] }

// p90 is the smallest value that nine of ten do not exceed: the largest where
// there are fewer than ten.
func (s samples) p90() time.Duration {
	values := s.sorted(wall)
	return values[int(math.Ceil(0.9*float64(len(values))))-1]
}

// peak is the most memory of all rounds.
func (s samples) peak() int64 {
	var most int64
	for _, one := range s {
		most = max(most, one.Memory)
	}
	return most
}
