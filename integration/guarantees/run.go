package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// result is what came of one test: of the test with all its subtests.
type result struct {
	dir, test string
	figures   figures
}

// fuzzTime is how long each fuzz target runs here; make fuzz takes longer.
const fuzzTime = "10s"

// blackBox are the build tags of the tests of the built binaries, by their
// package; the first two need root.
var blackBox = map[string]string{"integration/torture": "torture", "integration/strangers": "strangers", "integration/cluster": "cluster"}

// run runs the tests, a package at a time so that they do not disturb each
// other, and then the fuzz targets.
func run(names []name, k kind) ([]result, error) {
	byDir := map[string][]string{}
	var dirs []string
	fuzz := false
	for _, n := range names {
		if strings.HasPrefix(n.test, "Fuzz") {
			fuzz = true
			continue
		}
		if byDir[n.dir] == nil {
			dirs = append(dirs, n.dir)
		}
		byDir[n.dir] = append(byDir[n.dir], n.test)
	}
	var results []result
	for _, dir := range dirs {
		more, err := runTests(dir, byDir[dir], k)
		if err != nil {
			return nil, err
		}
		results = append(results, more...)
	}
	if fuzz {
		more, err := runFuzz()
		if err != nil {
			return nil, err
		}
		results = append(results, more...)
	}
	return results, nil
}

// runTests runs the named tests of one package in their thorough form.
func runTests(dir string, tests []string, k kind) ([]result, error) {
	patterns := make([]string, len(tests))
	for i, t := range tests {
		patterns[i] = "^" + t + "$"
		if prefix, all := strings.CutSuffix(t, "*"); all {
			patterns[i] = "^" + prefix
		}
	}
	args := []string{"test", "-json", "-count=1", "-timeout=14m", "-run", strings.Join(patterns, "|")}
	if tag := blackBox[dir]; tag != "" {
		args = append(args, "-tags="+tag)
	}
	say("testing %s", dir)
	args = append(args, "./"+dir)
	if k == "oracle" {
		args = append(args, "-oracle="+cmp.Or(os.Getenv("ROUNDS"), "60"))
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "HARDEN_TORTURE=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	results, err := read(out, dir)
	return results, errors.Join(err, cmd.Wait())
}

// event is a line of go test -json.
type event struct {
	Action, Test, Key, Value, Output string
	Elapsed                          float64
}

// read gathers the results of one package from go test -json. A test that
// failed or was skipped is an error, after all output is read.
func read(r io.Reader, dir string) ([]result, error) {
	var results []result
	var failed []error
	output := map[string][]string{}
	at := func(test string) figures {
		top, _, _ := strings.Cut(test, "/")
		i := slices.IndexFunc(results, func(r result) bool { return r.test == top })
		if i < 0 {
			i, results = len(results), append(results, result{dir, top, figures{}})
		}
		return results[i].figures
	}
	lines := json.NewDecoder(bufio.NewReader(r))
	for lines.More() {
		var e event
		if err := lines.Decode(&e); err != nil {
			return nil, fmt.Errorf("cannot read what go test says of %s: %w", dir, err)
		}
		switch e.Action {
		case "output":
			output[e.Test] = append(output[e.Test], e.Output)
		case "attr":
			name, n, ok, err := figure(e.Key, e.Value)
			if err != nil {
				failed = append(failed, fmt.Errorf("%s %s: %w", dir, e.Test, err))
			}
			if ok {
				at(e.Test)[name] += n
			}
		case "pass":
			if e.Test != "" && !strings.Contains(e.Test, "/") {
				at(e.Test)
				say("  %s passed in %.0f s: %s", e.Test, e.Elapsed, at(e.Test))
			}
		case "fail", "skip":
			fmt.Fprint(os.Stderr, strings.Join(output[e.Test], ""))
			failed = append(failed, fmt.Errorf("%s %s: %s", dir, e.Test, e.Action))
		}
	}
	return results, errors.Join(failed...)
}

// runFuzz runs every fuzz target, and reads the lines that sum it up:
// "fuzz PACKAGE TARGET SECONDS EXECUTIONS".
func runFuzz() ([]result, error) {
	say("fuzzing each target for %s", fuzzTime)
	cmd := exec.Command("integration/fuzz")
	cmd.Env = append(os.Environ(), "FUZZTIME="+fuzzTime)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		fmt.Fprint(os.Stderr, string(out))
		return nil, fmt.Errorf("cannot fuzz: %w", err)
	}
	return readFuzz(string(out))
}

func readFuzz(out string) ([]result, error) {
	var results []result
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "fuzz ") {
			continue
		}
		r := result{figures: figures{}}
		var seconds, inputs int
		if _, err := fmt.Sscanf(line, "fuzz %s %s %d %d", &r.dir, &r.test, &seconds, &inputs); err != nil {
			return nil, fmt.Errorf("cannot read %q of the fuzzing: %w", line, err)
		}
		r.dir = strings.TrimPrefix(strings.TrimPrefix(r.dir, "harden/"), "./")
		r.figures["seconds"], r.figures["inputs"] = seconds, inputs
		results = append(results, r)
	}
	return results, nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
