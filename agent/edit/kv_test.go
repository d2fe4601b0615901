package edit

import (
	"fmt"
	"slices"
	"testing"
)

func TestKVGet(t *testing.T) {
	runValues(t, "kv", []value{
		{"blanks", "\n kernel.panic =  10 \n", "kernel.panic", "10", 2},
		{"no blanks", "kernel.panic=10", "kernel.panic", "10", 1},
		{"last one holds", "a.b=1\na.b=2\n", "a.b", "2", 2},
		{"slash form", "kernel/panic=1\n", "kernel.panic", "1", 1},
		{"slash address", "kernel.panic=1\n", "kernel/panic", "1", 1},
		{"dot within", "net/ipv4/conf/eth0.1/forwarding=1\n", "net.ipv4.conf.eth0/1.forwarding", "1", 1},
		{"another interface", "net.ipv4.conf.eth0/1.forwarding=1\n", "net.ipv4.conf.eth0.1.forwarding", nil, 0},
		{"minus", "-a.b=1\n- c.d = 2\n", "c.d", "2", 2},
		{"tabs folded", "a.b\t=\t1\t 2\n", "a.b", "1 2", 1},
		{"comments", "#a.b=1\n ;a.b=2\n", "a.b", nil, 0},
		{"no assignment", "a.b\n=1\n-a.b\n", "a.b", nil, 0},
		{"empty value", "a.b =\n", "a.b", "", 1},
		{"equals within", "a.b=c=d\n", "a.b", "c=d", 1},
		{"CRLF", "a.b = 1\r\n", "a.b", "1", 1},
		{"hash is not a comment behind a value", "a.b=1 # c\n", "a.b", "1 # c", 1},
	})
}

func TestKVSet(t *testing.T) {
	runRows(t, "kv", []row{
		{name: "in place", text: "# c\na.b  =  1  \n\nc=2\n", address: "a.b", value: int64(0), want: "# c\na.b  =  0  \n\nc=2\n"},
		{name: "last one", text: "a.b=1\na.b=2\n", address: "a.b", value: "3", want: "a.b=1\na.b=3\n"},
		{name: "minus stays", text: "-a/b=1\n", address: "a.b", value: "3", want: "-a/b=3\n"},
		{name: "same but for tabs", text: "a.b=1\t2\n", address: "a.b", value: "1 2", want: "a.b=1\t2\n"},
		{name: "empty file", text: "", address: "a.b", value: "1", want: "a.b=1\n"},
		{name: "comments only", text: "# c = d\n", address: "a.b", value: "1", want: "# c = d\na.b=1\n"},
		{name: "habit", text: "x = 1\n", address: "a.b", value: "1", want: "x = 1\na.b = 1\n"},
		{name: "no final line break", text: "x=1", address: "a.b", value: "1", want: "x=1\na.b=1"},
		{name: "CRLF", text: "x=1\r\n", address: "a.b", value: "1", want: "x=1\r\na.b=1\r\n"},
		{name: "empty value", text: "a.b=\nx=1\n", address: "a.b", value: "1", want: "a.b=1\nx=1\n"},
		{name: "line break", text: "x=1\n", address: "a.b", value: "1\nx=2", err: "line break"},
		{name: "comment as key", text: "x=1\n", address: "#a", value: "1", err: "does not fit into one line"},
		{name: "line break in key", text: "x=1\n", address: "a\nb", value: "1", err: "the key has a line break"},
		{name: "equals in key", text: "x=1\n", address: "a=b", value: "1", err: "does not fit into one line"},
		{name: "no key", text: "x=1\n", address: "", value: "1", err: "does not fit into one line"},
		{name: "bool", text: "x=1\n", address: "x", value: true, err: "bool does not fit"},
		{name: "unset", text: "# c\na.b=1\nx=1\na/b=2\n", address: "a.b", want: "# c\nx=1\n"},
		{name: "unset at the end", text: "x=1\r\na.b=1", address: "a.b", want: "x=1"},
		{name: "unset missing", text: "x=1\n", address: "a.b", want: "x=1\n"},
	})
}

// systemd-sysctl reads a file line by line: a value, a pattern, or a key that
// patterns are not to set.
func TestBootLines(t *testing.T) {
	const text = "# kernel.panic = 1\nkernel.panic = 10\n\n-net.ipv4.conf.eth0.rp_filter\nnet.ipv4.conf.*.rp_filter=1\n" +
		"nothing\n//kernel//panic_on_oops=1\n-\nnet/ipv4/conf/[!ae]*/log_martians =  1\n-vm.swappiness = 5\nkernel.[=1\n"
	var got []string
	for _, l := range BootLines([]byte(text)) {
		got = append(got, fmt.Sprintf("%d %s %q %v", l.Line, l.key, l.Value, l.Excludes))
	}
	want := []string{`2 kernel/panic "10" false`, `4 net/ipv4/conf/eth0/rp_filter "" true`, `5 net/ipv4/conf/*/rp_filter "1" false`,
		`7 kernel/panic_on_oops "1" false`, `9 net/ipv4/conf/[!ae]*/log_martians "1" false`, `10 vm/swappiness "5" false`, `11 kernel/[ "1" false`}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, r := range []struct {
		line, key      string
		names, matches bool
	}{
		{"kernel.panic=1", "kernel.panic", true, false},
		{"kernel.panic=1", "kernel.panic_on_oops", false, false},
		{"-kernel.panic", "kernel.panic", true, false},
		{"-net.ipv4.conf.*.rp_filter", "net.ipv4.conf.all.rp_filter", false, false},
		{"net.ipv4.conf.*.rp_filter=1", "net.ipv4.conf.all.rp_filter", false, true},
		{"net.ipv4.conf.*.rp_filter=1", "net.ipv4.conf.eth0/1.rp_filter", false, true},
		{"net.ipv4.*=1", "net.ipv4.conf.all.rp_filter", false, false},
		{"net.ipv4.conf.[!ae]*.rp_filter=1", "net.ipv4.conf.wlan0.rp_filter", false, true},
		{"net.ipv4.conf.[!ae]*.rp_filter=1", "net.ipv4.conf.all.rp_filter", false, false},
		{"kernel.[=1", "kernel.[", true, false},
	} {
		line := BootLines([]byte(r.line))[0]
		if line.Names(r.key) != r.names || line.Matches(r.key) != r.matches {
			t.Errorf("%s and %s: names it %v, matches it %v", r.line, r.key, line.Names(r.key), line.Matches(r.key))
		}
	}
}
