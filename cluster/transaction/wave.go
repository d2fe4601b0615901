package transaction

import (
	"slices"
	"strconv"
	"strings"

	"harden/agent/message"
	"harden/cluster/object"
)

// Wave is how many namespaces have been changed once it is done: a number, or a
// share of all.
type Wave struct {
	Count   int
	Percent int // 0: Count holds
}

// ParseWaves reads "1,10%,100%". What the last wave leaves is done after it.
func ParseWaves(text string) ([]Wave, error) {
	var list []Wave
	for _, part := range strings.Split(text, ",") {
		number, share := strings.CutSuffix(strings.TrimSpace(part), "%")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || share && n > 100 {
			return nil, message.Errorf("a wave is a number of namespaces or a share, such as 1,10%%,100%%, not %q", part)
		}
		w := Wave{Count: n}
		if share {
			w = Wave{Percent: n}
		}
		list = append(list, w)
	}
	return list, nil
}

// upTo is how many of some namespaces are done after a wave, rounded up.
func (w Wave) upTo(all int) int {
	if w.Percent > 0 {
		return min(all, (all*w.Percent+99)/100)
	}
	return min(all, w.Count)
}

// batch are the edits of one wave.
type batch struct {
	namespaces []string // that are changed; their templates are proven
	proven     []string // others whose templates are proven
	steps      []int    // of the plan's edits
}

// all are the namespaces whose templates are proven.
func (b batch) all() []string {
	return slices.Concat(b.namespaces, slices.DeleteFunc(slices.Clone(b.proven), func(n string) bool { return slices.Contains(b.namespaces, n) }))
}

// batches cuts a plan into its waves: whole namespaces, in the order of the plan.
// What is in no namespace comes with the last.
func batches(edits []object.Edit, waves []Wave) []batch {
	var names []string
	for _, e := range edits {
		if n := namespaceOf(e); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	ends := []int{}
	for _, w := range waves {
		if n := w.upTo(len(names)); n > 0 && (len(ends) == 0 || n > ends[len(ends)-1]) {
			ends = append(ends, n)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(names) || len(names) == 0 {
		ends = append(ends, len(names))
	}
	list := make([]batch, len(ends))
	begin := 0
	for i, end := range ends {
		list[i].namespaces = names[begin:end]
		begin = end
	}
	last := &list[len(list)-1]
	for _, e := range edits {
		for _, n := range e.Proves { // what is about all namespaces comes last
			if !slices.Contains(last.proven, n) {
				last.proven = append(last.proven, n)
			}
		}
	}
	for step, e := range edits {
		i := slices.IndexFunc(list, func(b batch) bool { return slices.Contains(b.namespaces, namespaceOf(e)) })
		if i < 0 {
			i = len(list) - 1
		}
		list[i].steps = append(list[i].steps, step)
	}
	return list
}

// namespaceOf is the namespace that an edit is about: one that it is in, or itself.
func namespaceOf(e object.Edit) string {
	if name, is := strings.CutPrefix(e.Target.Name(), "Namespace/"); is {
		return name
	}
	at, err := object.Of(e.Target)
	if err != nil {
		return ""
	}
	return at.Namespace
}
