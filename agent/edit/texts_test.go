package edit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A text is parsed once, whatever it is opened for, and an edit of one document
// is not seen in another.
func TestTextsShareTrees(t *testing.T) {
	const text = "a: 1\nb:\n  c: 2\n"
	var texts Texts
	first, err := texts.Tree([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := texts.Tree([]byte(text))
	if err != nil || again != first {
		t.Errorf("the same text gave another tree: %v", err)
	}
	d, err := texts.Open("yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Set("b.c", int64(3)); err != nil {
		t.Fatal(err)
	}
	if got := first.Content[3].Content[1].Value; got != "2" {
		t.Errorf("the shared tree has %s by now", got)
	}
	var none *Texts
	if other, err := none.Tree([]byte(text)); err != nil || other == first {
		t.Errorf("without texts to keep it is the same tree: %v", err)
	}
	for _, t1 := range []*Texts{&texts, none} {
		var syntax *SyntaxError
		if _, err := t1.Tree([]byte("a: &x 1\n")); !errors.As(err, &syntax) || syntax.Line != 1 {
			t.Errorf("got %v", err)
		}
	}
}

func TestScalars(t *testing.T) {
	list, err := Scalars([]byte("# c\nmode: 0600\non: ~\nlist:\n- a\n- \"b c\"\n- {d: 'x'}\nempty:\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range list {
		got = append(got, fmt.Sprintf("%s=%s %v %d:%d", strings.Join(s.Path, "/"), s.Text, s.Null, s.Line, s.Column))
	}
	want := []string{"mode=0600 false 2:7", "on=~ true 3:5", "list/0=a false 5:3", "list/1=b c false 6:3", "list/2/d=x false 7:7", "empty= true 8:7"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if _, err := Scalars([]byte("a: 1\na: 2\n")); err == nil || err.Error() != `line 2, column 1: the key "a" is already in line 1` {
		t.Errorf("a key twice: %v", err)
	}
}

// Lists that are too long to weigh every pair are aligned by what is the same in
// both, in order.
func TestLongLists(t *testing.T) {
	var before, after []string
	for i := range 1500 {
		before = append(before, fmt.Sprintf("old-%d", i))
		if after = append(after, fmt.Sprintf("new-%d", i)); i%500 == 0 {
			before[i], after[i] = fmt.Sprintf("same-%d", i), fmt.Sprintf("same-%d", 1000-i) // in the other order
		}
	}
	from := alignment(before, after)
	kept := map[int]int{}
	for i, k := range from {
		if k >= 0 {
			kept[i] = k
			if before[k] != after[i] {
				t.Errorf("%s is taken for %s", after[i], before[k])
			}
		}
	}
	if len(kept) != 1 || kept[0] != 1000 {
		t.Errorf("kept are %v: the first that is the same, and behind it what comes in order", kept)
	}
	if got := inOrder([]string{"a", "b", "a", "c"}, []string{"x", "a", "a", "b", "c", "c"}); !slices.Equal(got, []int{-1, 0, 2, -1, 3, -1}) {
		t.Errorf("got %v", got)
	}
}

// A text that is written anew is one that reads as it was asked for.
func TestLongListIsSet(t *testing.T) {
	var text strings.Builder
	text.WriteString("list:\n")
	var list []string
	for i := range 1200 {
		fmt.Fprintf(&text, "- item-%d # kept\n", i)
		list = append(list, fmt.Sprintf("item-%d", i))
	}
	list[0], list[1199] = "first", "last"
	d := open(t, "yaml", text.String())
	if err := d.Set("list", list); err != nil {
		t.Fatal(err)
	}
	got, _, _, err := d.Get("list")
	if err != nil || !slices.Equal(got.([]string), list) || strings.Count(string(d.Bytes()), "# kept\n") != 1200 {
		t.Errorf("%v, %d comments", err, strings.Count(string(d.Bytes()), "# kept"))
	}
}
