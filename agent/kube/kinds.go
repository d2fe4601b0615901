package kube

import (
	"strings"
	"sync"
)

// Kind is how a component reads the values of a flag.
type Kind int

// The kinds of flags. Kubernetes' components read flags with pflag and
// k8s.io/component-base/cli/flag, etcd with Go's package flag.
const (
	Text     Kind = iota // one value, which is the next word where no "=" follows the name; the last one counts
	Bool                 // no word of its own: "--profiling" is true, and a word behind it belongs to nobody
	List                 // values with commas between them; given again it adds up
	Array                // one value; given again it adds up
	Map                  // KEY=VALUE with commas between them; given again it merges, the last one of a key counts
	Entry                // one KEY=VALUE, which may have commas; given again it merges
	Number               // one whole number, as Go writes them: 010 is eight; the last one counts
	Duration             // one value such as 30m or 1h30m; the last one counts
)

// KindOf tells how a component reads a flag, "profiling" without dashes.
// A flag that is not in a table takes one value.
func KindOf(component, name string) Kind {
	if of := kinds[component]; of != nil {
		return of()[name]
	}
	return Text
}

// kinds are those of the components' flags by their names.
var kinds = map[string]func() map[string]Kind{}

func init() {
	for _, component := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "etcd"} {
		kinds[component] = sync.OnceValue(func() map[string]Kind {
			of := map[string]Kind{}
			for _, k := range kindsOf(component) {
				for name := range strings.FieldsSeq(k.names) {
					of[name] = k.kind
				}
			}
			return of
		})
	}
}

type kindNames struct {
	kind  Kind
	names string // sorted
}

func kindsOf(component string) []kindNames {
	switch component {
	case "kube-apiserver":
		return apiserverKinds
	case "kube-controller-manager":
		return controllerManagerKinds
	case "kube-scheduler":
		return schedulerKinds
	case "kubelet":
		return kubeletKinds
	case "etcd":
		return etcdKinds
	}
	return nil
}
