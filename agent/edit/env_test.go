package edit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvGet(t *testing.T) {
	runValues(t, "env", []value{
		{"plain", "\n A = b c  \n", "A", "b c", 2},
		{"double quoted", `A="b \"c\" \$d \e 'f'"`, "A", `b "c" $d \e 'f'`, 1},
		{"single quoted", `A='b "c" \d'`, "A", `b "c" \d`, 1},
		{"quotes after quotes", `A="b"'c'd"e"`, "A", `bcd"e"`, 1},
		{"quote within", `A=b"c"`, "A", `b"c"`, 1},
		{"continued", "A=b\\\n  c\nB=1\n", "A", "b  c", 1},
		{"continued in quotes", "A=\"b \\\nc\"\nB=1\n", "A", "b c", 1},
		{"continued CRLF", "A=\"b \\\r\nc\"\r\nB=1\r\n", "B", "1", 3},
		{"line break in quotes", "A='b\nc'\nB=1\n", "B", "1", 3},
		{"escaped", `A=b\ c\\d\ `, "A", `b c\d `, 1},
		{"last one holds", "A=1\nB=2\nA=3\n", "A", "3", 3},
		{"comments", "#A=1\n; A=2\n", "A", nil, 0},
		{"a comment is not continued", "# c \\\nA=1\n", "A", "1", 2},
		{"empty", "A=\nB=1\n", "A", "", 1},
		{"empty quoted", "A=\"\"\n", "A", "", 1},
		{"hash within", "A=b#c\n", "A", "b#c", 1},
		{"no assignment", "A\nB=1\n", "A", nil, 0},
		{"backslash at the end", `A=b\`, "A", "b", 1},
	})
}

func TestEnvSet(t *testing.T) {
	runRows(t, "env", []row{
		{name: "double quotes", text: "# c\nA=\"b\"  \nB=1\n", address: "A", value: "x y", want: "# c\nA=\"x y\"  \nB=1\n"},
		{name: "single quotes", text: "A='b'\n", address: "A", value: `x"y`, want: "A='x\"y'\n"},
		{name: "single quotes cannot hold it", text: "A='b'\n", address: "A", value: "it's", want: "A=\"it's\"\n"},
		{name: "none", text: "A=b c\n", address: "A", value: "x", want: "A=x\n"},
		{name: "none cannot hold it", text: "A=b\n", address: "A", value: `x $y\`, want: `A="x \$y\\"` + "\n"},
		{name: "same", text: "A=b\\\n  c\n", address: "A", value: "b  c", want: "A=b\\\n  c\n"},
		{name: "continued", text: "A=b \\\n  c\nB=1\n", address: "A", value: "x", want: "A=x\nB=1\n"},
		{name: "continued in quotes", text: "A=\"b \\\n  c\"\nB=1\n", address: "A", value: "x", want: "A=\"x\"\nB=1\n"},
		{name: "empty", text: "A=\nB=1\n", address: "A", value: "x", want: "A=x\nB=1\n"},
		{name: "last one", text: "A=1\nA=2\n", address: "A", value: "3", want: "A=1\nA=3\n"},
		{name: "new", text: "B=\"1\"\n", address: "A", value: "x", want: "B=\"1\"\nA=\"x\"\n"},
		{name: "new in an empty file", text: "", address: "A", value: "x y", want: "A=\"x y\"\n"},
		{name: "new, no final line break", text: "B=1", address: "A", value: "x", want: "B=1\nA=x"},
		{name: "new behind a backslash", text: "B=1\\", address: "A", value: "x", err: "cannot be edited safely"},
		{name: "CRLF", text: "B=1\r\nA=2\r\n", address: "A", value: "x", want: "B=1\r\nA=x\r\n"},
		{name: "line break", text: "B=1\n", address: "A", value: "x\nC=1", err: "line break"},
		{name: "no name", text: "B=1\n", address: "A-B", value: "x", err: "not the name of a variable"},
		{name: "unset", text: "A=1\n# c\nB=1\nA=\"b \\\n c\"\n", address: "A", want: "# c\nB=1\n"},
		{name: "unset missing", text: "B=1\n", address: "A", want: "B=1\n"},
	})
}

func TestVariables(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Variable
	}{
		{"plain", "A=b\n\n B = c d \n", []Variable{{"A", "b", 1}, {"B", "c d", 3}}},
		{"comments", "# A=b\n;A=c\nA=d # e\n", []Variable{{"A", "d # e", 3}}},
		{"double quotes", `A="--x=\"1\" \$y \n"`, []Variable{{"A", `--x="1" $y \n`, 1}}},
		{"single quotes", `A='--x="1" \n'`, []Variable{{"A", `--x="1" \n`, 1}}},
		{"quotes inside a word", `A=--x="1"`, []Variable{{"A", `--x="1"`, 1}}},
		{"pieces", `A="b" 'c'd`, []Variable{{"A", "bcd", 1}}},
		{"over lines", "A=b \\\nc\nB=\"d\ne\"\nC=f\n", []Variable{{"A", "b c", 1}, {"B", "d\ne", 3}, {"C", "f", 5}}},
		{"both of one name", "A=b\nA=c", []Variable{{"A", "b", 1}, {"A", "c", 2}}},
		{"a quote that is not closed", "B=1\nA=\"b\nC=d", []Variable{{"B", "1", 1}, {"A", "b\nC=d", 2}}},
		{"not a shell", "export A=b\nB\n=c\nA-B=c\n", nil},
		{"empty, and a backslash at the end", "A=\nB=c\\", []Variable{{"A", "", 1}, {"B", "c", 2}}},
		{"line ends of another system", "A=b\r\nB='c'\r\n", []Variable{{"A", "b", 1}, {"B", "c", 2}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Variables([]byte(tt.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
