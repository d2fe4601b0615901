package main

import (
	"fmt"
	"os"
)

// contender is a program that is measured beside others.
type contender struct {
	name        string
	words       []string
	environment []string
	every       int // it runs in each n-th round; slow ones in fewer
}

// Names that goals ask for.
const (
	checkCIS      = "harden check (cis-1.12)"
	planCIS       = "harden plan (cis-1.12)"
	checkQKXY     = "harden check (qkxy-cs001-2023)"
	planQKXY      = "harden plan (qkxy-cs001-2023)"
	checkOld      = "harden check (cis-1.10)"
	version       = "harden version"
	empty         = "an empty Go program"
	kubeBench     = "kube-bench (cis-1.10)"
	kubeBenchMore = "kube-bench (cis-1.10), with policies"
	playbook      = "ansible-playbook --check"
	playbookFacts = "ansible-playbook --check, with facts"
)

const kubeBenchHome = "/opt/kube-bench"

func kubeBenchOn(targets string) []string {
	return []string{kubeBenchHome + "/kube-bench", "run", "--config-dir", kubeBenchHome + "/cfg", "--benchmark", "cis-1.10", "--targets", targets, "--json"}
}

func ansible(arguments ...string) []string {
	return append([]string{"ansible-playbook", "--check", "--connection", "local", "--inventory", "localhost,", "/root/playbook.yml"}, arguments...)
}

// utf8 is what ansible-playbook refuses to start without.
var utf8 = []string{"LC_ALL=C.UTF-8"}

// contenders are measured on the node. cis-1.10 is the newest edition that
// kube-bench 0.12.0 knows, so harden is measured by it, too.
var contenders = []contender{
	{checkCIS, []string{"harden", "check", "--profile", "cis-1.12"}, nil, 1},
	{planCIS, []string{"harden", "plan", "--profile", "cis-1.12"}, nil, 1},
	{checkQKXY, []string{"harden", "check", "--profile", "qkxy-cs001-2023"}, nil, 1},
	{planQKXY, []string{"harden", "plan", "--profile", "qkxy-cs001-2023"}, nil, 1},
	{checkOld, []string{"harden", "check", "--profile", "cis-1.10"}, nil, 1},
	{version, []string{"harden", "version"}, nil, 1},
	{empty, []string{"/root/empty"}, nil, 1},
	{kubeBench, kubeBenchOn("master,node,etcd,controlplane"), nil, 2},
	{kubeBenchMore, kubeBenchOn("master,node,etcd,controlplane,policies"), nil, 8},
	{playbook, ansible(), utf8, 8},
	{playbookFacts, ansible("--extra-vars", `{"facts": true}`), utf8, 8},
}

// raced is what a contender took.
type raced struct {
	Name    string
	Samples samples
	Counts  counts
}

// race runs all contenders in turn, so that a machine that slows down slows
// all of them; a first round, which warms the caches, does not count.
// Afterwards it counts what each asks of the kernel.
func race(all []contender, rounds int) ([]raced, error) {
	results := make([]raced, len(all))
	for round := range rounds + 1 {
		for i, c := range all {
			if round > 0 && (round-1)%c.every != 0 {
				continue
			}
			taken, err := once(c.words, c.environment...)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				results[i].Samples = append(results[i].Samples, taken)
			}
		}
		fmt.Fprintf(os.Stderr, "\rround %d of %d ", round, rounds)
	}
	fmt.Fprintln(os.Stderr)
	for i, c := range all {
		counted, err := count(c.words, c.environment...)
		if err != nil {
			return nil, err
		}
		results[i].Name, results[i].Counts = c.name, counted
	}
	return results, nil
}
