package message

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+#0-9.]*[a-zA-Z]`)

// valuesIn lists the values that a format has, each by its place.
func valuesIn(format string) []int {
	var places []int
	last := 0
	for _, m := range verb.FindAllStringSubmatch(regexp.MustCompile(`%%`).ReplaceAllString(format, ""), -1) {
		last++
		if m[1] != "" {
			last, _ = strconv.Atoi(m[1])
		}
		places = append(places, last)
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// TestChineseHasEveryValue: nothing that the English names is lost in Chinese.
func TestChineseHasEveryValue(t *testing.T) {
	text, err := os.ReadFile("messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := parse(string(text))
	if len(rows) < 1000 {
		t.Fatalf("%d messages", len(rows))
	}
	for _, r := range rows {
		if en, zh := valuesIn(r.en), valuesIn(r.zh); !slices.Equal(en, zh) {
			t.Errorf("%s: the English has the values %v, the Chinese %v:\n%s\n%s", r.code, en, zh, r.en, r.zh)
		}
	}
}
