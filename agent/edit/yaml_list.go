package edit

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/stable"
)

// replaceItems turns one list of scalars into another, item by item: what is in
// both stays as it is written, and every comment stays where it is. n becomes
// the list as it is to be read afterwards.
func (d *yamlDocument) replaceItems(p place, n *yaml.Node, w writer) ([]byte, error) {
	l := listEdit{d: d, place: p, list: n, writer: w, from: alignment(texts(p.node), texts(n))}
	l.adopt()
	if !slices.ContainsFunc(l.from, func(k int) bool { return k >= 0 }) {
		return l.anew()
	}
	if isFlow(p.node) {
		l.writer.quoted = w.quoted || isQuoted(p.node)
		return l.flow()
	}
	return l.block()
}

// listEdit is a list of scalars on its way to another one.
type listEdit struct {
	d      *yamlDocument
	place  place
	list   *yaml.Node
	writer writer
	from   []int // for each new item the old one in whose place it stands, or -1
}

func (l *listEdit) old() []*yaml.Node { return l.place.node.Content }

// adopt gives the new items what the old ones have beside their value: the number
// 10 stays a number when the list is written with the text "10" in it, and what
// takes the place of a quoted text is quoted.
func (l *listEdit) adopt() {
	for i, item := range l.list.Content {
		k := l.from[i]
		if k < 0 || l.old()[k].Value != item.Value {
			plain := func(o *yaml.Node) bool {
				return o.Value == item.Value && o.Style&(blockStyle|yaml.TaggedStyle) == 0
			}
			if same := slices.IndexFunc(l.old(), plain); same >= 0 {
				l.list.Content[i] = l.old()[same]
				continue
			}
		}
		switch {
		case k < 0:
		case l.old()[k].Value == item.Value:
			l.list.Content[i] = l.old()[k]
		case item.Tag == "!!str":
			item.Style = l.old()[k].Style & quotedStyle
		}
	}
}

// gone lists the old items that have no place in the new list, in runs of
// neighbours: the first of each, and the one behind the last.
func (l *listEdit) gone() (runs [][2]int) {
	kept := map[int]bool{}
	for _, k := range l.from {
		kept[k] = true
	}
	for k := range l.old() {
		switch {
		case kept[k]:
		case k > 0 && !kept[k-1]:
			runs[len(runs)-1][1]++
		default:
			runs = append(runs, [2]int{k, k + 1})
		}
	}
	return runs
}

// added lists the new items, in the order of the list, by the old item that they
// follow; those before the first one by -1.
func (l *listEdit) added() map[int][]*yaml.Node {
	list := map[int][]*yaml.Node{}
	last := -1
	for i, item := range l.list.Content {
		if l.from[i] >= 0 {
			last = l.from[i]
			continue
		}
		list[last] = append(list[last], item)
	}
	return list
}

// first is the first of the old items that stays.
func (l *listEdit) first() int {
	return l.from[slices.IndexFunc(l.from, func(k int) bool { return k >= 0 })]
}

// anew writes the whole list again: nothing of it stays.
func (l *listEdit) anew() ([]byte, error) {
	if isFlow(l.place.node) {
		text, err := l.writer.inline(l.list, true)
		return splice(l.d.data, l.place.start, l.place.end, text), err
	}
	indent := l.d.column(l.place.node)
	lines := make([]string, len(l.list.Content))
	for i, item := range l.list.Content {
		var err error
		if lines[i], err = l.writer.item(item, indent); err != nil {
			return nil, err
		}
	}
	from, err := l.d.dash(l.place.node, 0)
	return splice(l.d.data, from, l.place.end, strings.Join(lines, l.separator(indent))), err
}

func (l *listEdit) separator(indent int) string {
	return l.writer.newline + strings.Repeat(" ", indent)
}

// block edits a block sequence.
func (l *listEdit) block() ([]byte, error) {
	d, indent := l.d, l.d.column(l.place.node)
	dashes, err := d.dashes(l.place.node, len(l.old()))
	if err != nil {
		return nil, err
	}
	end := func(k int) (int, error) {
		if isEmpty(l.old()[k]) {
			return dashes[k] + 1, nil
		}
		return d.end(l.old()[k], d.offset(l.old()[k]), indent)
	}
	var changes []textChange
	for _, run := range l.gone() {
		if len(bytes.Trim(d.data[lineStart(d.data, dashes[run[0]]):dashes[run[0]]], " ")) > 0 {
			return l.anew() // as in "- - a": the list begins behind something else
		}
		for k := run[0]; k < run[1]; k++ {
			to, err := end(k)
			if err != nil {
				return nil, err
			}
			changes = append(changes, withoutLines(d.data, dashes[k], to))
		}
	}
	replaced, err := l.replaced(dashes, end)
	if err != nil {
		return nil, err
	}
	changes = append(changes, replaced...)
	for k, items := range l.added() {
		lines := make([]string, len(items))
		for i, item := range items {
			if lines[i], err = l.writer.item(item, indent); err != nil {
				return nil, err
			}
		}
		text := strings.Join(lines, l.separator(indent))
		if k < 0 {
			at := dashes[l.first()]
			changes = append(changes, textChange{at, at, []byte(text + l.separator(indent))})
			continue
		}
		to, err := end(k)
		if err != nil {
			return nil, err
		}
		to = lineEnd(d.data, to)
		changes = append(changes, textChange{to, to, []byte(l.separator(indent) + text)})
	}
	return appliedLines(d.data, changes)
}

// replaced gives the changes of the items that stay and have another text. dashes
// are where they begin, and end tells where they do.
func (l *listEdit) replaced(dashes []int, end func(int) (int, error)) ([]textChange, error) {
	d := l.d
	var changes []textChange
	for i, k := range l.from {
		if k < 0 || l.old()[k] == l.list.Content[i] || l.old()[k].Value == l.list.Content[i].Value {
			continue
		}
		to, err := end(k)
		if err != nil {
			return nil, err
		}
		text, err := l.writer.inline(l.list.Content[i], false)
		if err != nil {
			return nil, err
		}
		changes = append(changes, textChange{dashes[k] + 1, to, []byte(" " + text)})
		if !isEmpty(l.old()[k]) {
			changes[len(changes)-1] = textChange{d.offset(l.old()[k]), to, []byte(text)}
		}
	}
	return changes, nil
}

// withoutLines takes an item, or an entry, off the lines that it has for itself.
// A comment behind it stays, on a line of its own.
func withoutLines(data []byte, from, to int) textChange {
	row, end := lineStart(data, from), lineEnd(data, to)
	if rest := bytes.TrimLeft(data[to:end], " \t"); len(rest) > 0 {
		return textChange{from, end - len(rest), nil}
	}
	rest := data[end:]
	end += len(rest) - len(bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n")))
	return textChange{row, end, nil}
}

// appliedLines makes changes to a text. Where its last line goes, one that had no
// line break at its end has none afterwards.
func appliedLines(data []byte, changes []textChange) ([]byte, error) {
	text, apart := applied(data, changes)
	if !apart {
		return nil, errUnsafe
	}
	if !bytes.HasSuffix(data, []byte("\n")) && slices.ContainsFunc(changes, func(c textChange) bool { return c.to == len(data) && len(c.text) == 0 }) {
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	}
	return text, nil
}

// flow edits a flow sequence.
func (l *listEdit) flow() ([]byte, error) {
	d := l.d
	places := make([]place, len(l.old()))
	for k := range places {
		var err error
		if places[k], err = d.child(l.place.node, k); err != nil {
			return nil, err
		}
	}
	var changes []textChange
	for _, run := range l.gone() {
		changes = append(changes, d.withoutItems(places, run[0], run[1])...)
	}
	for i, k := range l.from {
		if k < 0 || l.old()[k].Value == l.list.Content[i].Value {
			continue
		}
		w := l.writer
		w.quoted = w.quoted && l.old()[k].ShortTag() != "!!str" // a text is quoted as the old one is
		text, err := w.inline(l.list.Content[i], true)
		if err != nil {
			return nil, err
		}
		changes = append(changes, textChange{places[k].start, places[k].end, []byte(text)})
	}
	for k, items := range l.added() {
		separator := ", "
		at := places[max(k, 0)]
		row := lineStart(d.data, at.head)
		if indent := d.data[row:at.head]; row > l.place.start && len(bytes.Trim(indent, " \t")) == 0 {
			separator = "," + l.writer.newline + string(indent)
		}
		var b strings.Builder
		for _, item := range items {
			text, err := l.writer.inline(item, true)
			if err != nil {
				return nil, err
			}
			if k < 0 {
				b.WriteString(text + ", ")
				continue
			}
			b.WriteString(separator + text)
		}
		to := at.end
		if k < 0 {
			to = places[l.first()].head
		}
		changes = append(changes, textChange{to, to, []byte(b.String())})
	}
	text, apart := applied(d.data, changes)
	if !apart {
		return nil, errUnsafe
	}
	return text, nil
}

// withoutItems takes neighbours off a flow sequence, with one comma for each.
// Where a comment stands among them, the comma before the last one may stay: it
// means nothing at the end.
func (d *yamlDocument) withoutItems(places []place, first, next int) []textChange {
	from, to := places[first].head, places[next-1].end
	switch {
	case next < len(places):
		to = places[next].head
	case first > 0:
		from = places[first-1].end
	}
	if !bytes.ContainsRune(d.data[from:to], '#') {
		return []textChange{{from, to, nil}}
	}
	var changes []textChange
	for _, p := range places[first:next] {
		end := p.end
		if comma := d.skip(end, false); comma < len(d.data) && d.data[comma] == ',' && !bytes.ContainsRune(d.data[end:comma], '#') {
			end = comma + 1
		}
		changes = append(changes, textChange{p.head, end, nil})
	}
	return changes
}

// The costs of turning a list into another. An item takes the place of another
// one rather than that both are written, unless they are two different flags.
const (
	costWrite     = 3 // of an item that comes, and of one that goes
	costSameFlag  = 1
	costInstead   = 5
	costOtherFlag = 7
)

// mostCells bounds the work of an alignment; longer lists are paired one by one.
const mostCells = 1 << 20

// alignment finds for each new item the old one that it is, or in whose place it
// stands; -1 for none. The order of both is kept.
func alignment(old, list []string) []int {
	from := make([]int, len(list))
	head := 0
	for head < min(len(old), len(list)) && old[head] == list[head] {
		from[head] = head
		head++
	}
	tail := 0
	for tail < min(len(old), len(list))-head && old[len(old)-1-tail] == list[len(list)-1-tail] {
		tail++
		from[len(list)-tail] = len(old) - tail
	}
	a, b := old[head:len(old)-tail], list[head:len(list)-tail]
	align := byCost
	if (len(a)+1)*(len(b)+1) > mostCells {
		align = inOrder
	}
	for i, k := range align(a, b) {
		if from[head+i] = k; k >= 0 {
			from[head+i] = head + k
		}
	}
	return from
}

// inOrder aligns what is the same in both, as far as it is found in order.
func inOrder(a, b []string) []int {
	from := make([]int, len(b))
	next := 0
	places := map[string][]int{}
	for k, text := range a {
		places[text] = append(places[text], k)
	}
	for i, text := range b {
		from[i] = -1
		list := places[text]
		at, _ := slices.BinarySearch(list, next)
		if at < len(list) {
			from[i] = list[at]
			next = list[at] + 1
		}
	}
	return from
}

// byCost aligns two lists so that the least is written.
func byCost(a, b []string) []int {
	width := len(b) + 1
	costs := make([]int, (len(a)+1)*width) // of the ends of both lists
	at := func(k, i int) int { return k*width + i }
	for k := len(a); k >= 0; k-- {
		for i := len(b); i >= 0; i-- {
			switch {
			case k == len(a):
				costs[at(k, i)] = costWrite * (len(b) - i)
			case i == len(b):
				costs[at(k, i)] = costWrite * (len(a) - k)
			default:
				costs[at(k, i)] = min(costs[at(k+1, i+1)]+instead(a[k], b[i]), costWrite+min(costs[at(k+1, i)], costs[at(k, i+1)]))
			}
		}
	}
	from := make([]int, len(b))
	k, i := 0, 0
	for i < len(b) {
		switch cost := costs[at(k, i)]; {
		case k < len(a) && cost == costs[at(k+1, i+1)]+instead(a[k], b[i]):
			from[i] = k
			k, i = k+1, i+1
		case k < len(a) && cost == costs[at(k+1, i)]+costWrite:
			k++
		default:
			from[i] = -1
			i++
		}
	}
	return from
}

// instead is what it costs that an item takes the place of another one.
func instead(old, item string) int {
	name := func(text string) string {
		flag, _, _ := strings.Cut(text, "=")
		return strings.ReplaceAll(flag, "_", "-")
	}
	flags := strings.HasPrefix(old, "-") && strings.HasPrefix(item, "-")
	switch {
	case old == item:
		return 0
	case flags && name(old) == name(item):
		return costSameFlag
	case flags:
		return costOtherFlag
	}
	return costInstead
}

// sortChanges puts changes into the order of the text: what is put in at a place
// comes before what is taken away from there on.
func sortChanges(changes []textChange) {
	stable.Sort(changes, func(a, b textChange) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
}
