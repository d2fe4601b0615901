package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// figures are what a test counted, by name: operations, kills, seconds.
type figures map[string]int

func (f figures) add(more figures) {
	for name, n := range more {
		f[name] += n
	}
}

// String lists the figures by name, with the thousands set apart.
func (f figures) String() string {
	if len(f) == 0 {
		return "passed"
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		what := name
		if name == "seconds" {
			what = "seconds fuzzed"
		}
		if f[name] == 1 {
			what = strings.TrimSuffix(what, "s")
		}
		list = append(list, grouped(f[name])+" "+what)
	}
	return strings.Join(list, ", ")
}

func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}

// figure reads what a test said by t.Attr, whose keys have no blanks: "-" stands for
// one. ok is false for an attribute that is not a figure.
func figure(key, value string) (name string, n int, ok bool, err error) {
	name, ok = strings.CutPrefix(key, "figure/")
	if !ok {
		return "", 0, false, nil
	}
	n, err = strconv.Atoi(value)
	if err != nil {
		err = fmt.Errorf("figure %s is %q, and not a number", name, value)
	}
	return strings.ReplaceAll(name, "-", " "), n, true, err
}
