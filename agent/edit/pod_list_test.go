package edit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// A manifest in pieces, so that a test knows which bytes are a flag's: the text
// is lead, and then of each item what stands before it, itself, and what stands
// behind it.
type listedPod struct {
	lead  string
	items []listedItem
	tail  string
	flow  bool
}

// listedItem is a flag, or a word that no flag is, as it is written.
type listedItem struct {
	before, text, behind string
	name, value, quote   string // name is empty for a word
}

func (p listedPod) String() string {
	var b strings.Builder
	b.WriteString(p.lead)
	for _, i := range p.items {
		b.WriteString(i.before + i.text + i.behind)
	}
	b.WriteString(p.tail)
	return b.String()
}

// writeListed makes a manifest in one of the ways in which people write them.
func writeListed(r *rand.Rand) listedPod {
	comment := func() string { return []string{"", "", " # as agreed", "   # - --x=y, \"quoted\"", " #"}[r.IntN(5)] }
	p := listedPod{lead: "# ours\nkind: Pod\nspec:\n  containers:\n  - name: kube-apiserver # first\n", flow: r.IntN(3) == 0}
	key := []string{"command", "args"}[r.IntN(2)]
	indent := []string{"    ", "      "}[r.IntN(2)]
	lines := !p.flow || r.IntN(2) == 0 // each item on lines of its own
	gap := []string{" ", " ", "   "}[r.IntN(3)]
	switch {
	case p.flow && lines:
		p.lead += "    " + key + ": [" + comment() + "\n"
		p.tail = "      ]" + comment() + "\n"
	case p.flow:
		p.lead += "    " + key + ": ["
		p.tail = "]" + comment() + "\n"
	default:
		p.lead += "    " + key + ":" + comment() + "\n"
	}
	p.tail += []string{"", "    # behind the list\n", "\n  # and another\n"}[r.IntN(3)] + "    image: a\n  hostNetwork: true # needed\n"
	count := 1 + r.IntN(7)
	for k := range count {
		i := listedItem{name: fmt.Sprintf("--flag-%c", 'a'+k), value: []string{"1", "a,b", "/etc/x.yaml", "host:6443", "true"}[r.IntN(5)], quote: []string{"", "", "'", `"`}[r.IntN(4)]}
		if p.flow && i.quote == "" && strings.ContainsAny(i.value, ",") {
			i.quote = `"`
		}
		if k == 0 && key == "command" {
			i = listedItem{value: "kube-apiserver"}
			i.text = i.value
		} else {
			i.text = i.quote + i.name + "=" + i.value + i.quote
		}
		if lines && r.IntN(3) == 0 {
			i.before = indent + "# about the next one: see NET-4\n"
		}
		if lines && r.IntN(6) == 0 {
			i.before += "\n"
		}
		switch {
		case p.flow && lines:
			i.before += indent
			i.behind = "," + comment() + "\n"
			if k == count-1 && r.IntN(2) == 0 {
				i.behind = comment() + "\n"
			}
		case p.flow:
			if i.behind = ", "; k == count-1 {
				i.behind = ""
			}
		default:
			i.before += indent + "-" + gap
			i.behind = comment() + strings.Repeat(" ", r.IntN(2)) + "\n"
		}
		p.items = append(p.items, i)
	}
	if !p.flow && r.IntN(4) == 0 { // the list is the last thing of the text
		p.tail = ""
		last := &p.items[len(p.items)-1]
		if r.IntN(2) == 0 {
			last.behind = strings.TrimSuffix(last.behind, "\n")
		}
	}
	if r.IntN(4) == 0 {
		p = p.mapped(func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") })
	}
	return p
}

func (p listedPod) mapped(change func(string) string) listedPod {
	p.lead, p.tail = change(p.lead), change(p.tail)
	for k := range p.items {
		p.items[k].before, p.items[k].behind = change(p.items[k].before), change(p.items[k].behind)
	}
	return p
}

// editListed edits one flag of a manifest, and some at once, and holds that
// every byte that is not the flag's is there afterwards.
func editListed(t *testing.T, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	p := writeListed(r)
	before := p.String()
	edited := func(edits ...func(Document) error) string {
		t.Helper()
		d, err := Open("pod:kube-apiserver", []byte(before))
		if err != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, err, before)
		}
		for _, edit := range edits {
			if err := edit(d); err != nil {
				t.Fatalf("seed %d: %v in\n%s", seed, err, before)
			}
		}
		if err := d.(Batch).Flush(); err != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, err, before)
		}
		return string(d.Bytes())
	}
	set := func(name, value string) func(Document) error {
		return func(d Document) error { return d.Set("flag:"+name, value) }
	}
	differ := func(what, want, got string) {
		if want != got {
			t.Errorf("seed %d: %s: of %q became\n%q, not\n%q", seed, what, before, got, want)
		}
	}
	// All flags but one, to another value.
	spared := r.IntN(len(p.items))
	changed := listedPod{p.lead, append([]listedItem{}, p.items...), p.tail, p.flow}
	var edits []func(Document) error
	for k, i := range p.items {
		if i.name == "" || k == spared {
			continue
		}
		edits = append(edits, set(i.name, "other"))
		changed.items[k].text = i.quote + i.name + "=other" + i.quote
	}
	differ("setting flags", changed.String(), edited(edits...))
	// A new one, behind the last.
	added, rest := edited(append(edits, set("--new", "x"))...), changed.String()
	put := changeOf([]byte(rest), []byte(added))
	if put.from != put.to || strings.Trim(string(put.text), " -,\r\n\"'") != "new=x" {
		t.Errorf("seed %d: a new flag put %q into %q, in the place of %q", seed, put.text, rest, rest[put.from:put.to])
	}
	// One less.
	for k, i := range p.items {
		if i.name == "" || len(p.items) == 1 {
			continue
		}
		without := edited(func(d Document) error { return d.Unset("flag:" + i.name) })
		others := listedPod{p.lead, append([]listedItem{}, p.items...), p.tail, p.flow}
		others.items[k].text = ""
		if plain(others.String()) != plain(without) || strings.Contains(without, i.name+"=") {
			t.Errorf("seed %d: without %s of %q became\n%q", seed, i.name, before, without)
		}
	}
}

// plain is a text without what may go with an item of a list: white space, commas
// and dashes outside of the words.
func plain(text string) string {
	return strings.NewReplacer(" ", "", "\r", "", "\n", "", ",", "", "-", "").Replace(text)
}

// Every byte that is not the flag's stays, in lists of any style.
func TestPodListKeepsTheRest(t *testing.T) {
	for seed := range uint64(3000) {
		if editListed(t, seed); t.Failed() {
			return
		}
	}
}

func FuzzPodList(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { editListed(t, seed) })
}
