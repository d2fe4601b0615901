package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"
)

// page is the text of the promises, cut at its proofs.
type page struct {
	kind   kind
	texts  []string // before, between and after the proofs
	proofs []proof
	lasts  []bool // whether a proof is the place for what is said of the run as a whole
}

// proof is one block of the page.
type proof struct {
	marker string // its first line
	names  []name
}

// name is a test of the page: "agent TestKilledAnywhere". A name that ends in
// a star stands for all that begin so.
type name struct{ dir, test string }

func (n name) String() string { return n.dir + " " + n.test }

func (n name) matches(dir, test string) bool {
	if prefix, all := strings.CutSuffix(n.test, "*"); all {
		return n.dir == dir && strings.HasPrefix(test, prefix)
	}
	return n.dir == dir && n.test == test
}

const lastRun = "the last run"

// kind is what a block of the page is: "proof", which make torture fills in,
// "oracle", which make oracle does, or "cluster", which make cluster-torture and
// make auditlog do.
type kind string

func (k kind) begin() string { return "<!-- " + string(k) + ": " }
func (k kind) end() string   { return "<!-- /" + string(k) + " -->" }

// parse cuts a page at its blocks of a kind.
func parse(text string, k kind) (page, error) {
	p := page{kind: k}
	for {
		before, rest, found := strings.Cut(text, k.begin())
		if !found {
			p.texts = append(p.texts, text)
			break
		}
		list, rest, ok := strings.Cut(rest, " -->\n")
		_, after, ended := strings.Cut(rest, k.end())
		if !ok || !ended || strings.Contains(list, "\n") {
			return page{}, fmt.Errorf("a block %q is not ended by %q", k.begin(), k.end())
		}
		names, err := parseNames(list)
		if err != nil {
			return page{}, err
		}
		p.texts, text = append(p.texts, before), after
		p.proofs = append(p.proofs, proof{k.begin() + list + " -->\n", names})
		p.lasts = append(p.lasts, list == lastRun)
	}
	if len(p.proofs) == 0 {
		return page{}, fmt.Errorf("it names no %s", k)
	}
	return p, nil
}

func parseNames(list string) ([]name, error) {
	if list == lastRun {
		return nil, nil
	}
	var names []name
	for item := range strings.SplitSeq(list, ", ") {
		dir, test, ok := strings.Cut(item, " ")
		if !ok || !strings.HasPrefix(test, "Test") && !strings.HasPrefix(test, "Fuzz") {
			return nil, fmt.Errorf("%q is not a proof such as %q", item, "agent TestKilledAnywhere")
		}
		names = append(names, name{dir, test})
	}
	return names, nil
}

// tests lists what the page names, each once.
func (p page) tests() []name {
	seen := map[name]bool{}
	for _, b := range p.proofs {
		for _, n := range b.names {
			seen[n] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b name) int { return strings.Compare(a.String(), b.String()) })
}

// summary is what there is to say of a run as a whole.
type summary struct {
	when  time.Time
	took  time.Duration
	where string
}

// fill gives the page with the figures of results in it.
func (p page) fill(results []result, r summary) (string, error) {
	var b strings.Builder
	for i, block := range p.proofs {
		b.WriteString(p.texts[i])
		b.WriteString(block.marker)
		if p.lasts[i] {
			fmt.Fprintf(&b, "%s, %s, %d cores, %s: %s\n", r.when.UTC().Format(time.DateOnly), r.where, runtime.NumCPU(),
				r.took.Round(time.Second), totals(results))
		} else if err := table(&b, block.names, results); err != nil {
			return "", err
		}
		b.WriteString(p.kind.end())
	}
	b.WriteString(p.texts[len(p.texts)-1])
	return b.String(), nil
}

// table writes a line for each test of a proof.
func table(b *strings.Builder, names []name, results []result) error {
	b.WriteString("\n| proven by | last run |\n| --- | --- |\n")
	for _, n := range names {
		found := false
		for _, r := range results {
			if n.matches(r.dir, r.test) {
				found = true
				fmt.Fprintf(b, "| `%s` %s | %s |\n", r.dir, r.test, r.figures)
			}
		}
		if !found {
			return fmt.Errorf("%s did not run: does it exist?", n)
		}
	}
	b.WriteString("\n")
	return nil
}

// totals adds up the figures of all tests.
func totals(results []result) figures {
	sum := figures{}
	for _, r := range results {
		sum.add(r.figures)
	}
	return sum
}
