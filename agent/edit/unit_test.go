package edit

import (
	"slices"
	"strings"
	"testing"
)

func TestUnitGet(t *testing.T) {
	runValues(t, "unit", []value{
		{"one", "[Service]\nRestart = always \n", "Service/Restart", []string{"always"}, 2},
		{"after the reset", dropIn, "Service/ExecStart", []string{"/usr/bin/kubelet --d=e --f g $KUBELET_X_ARGS --h=i"}, 5},
		{"reset only", "[Service]\nExecStart=/a\nExecStart=\n", "Service/ExecStart", []string{}, 3},
		{"list", "[Unit]\nAfter=a\n[Service]\n[Unit]\nAfter=b c\n", "Unit/After", []string{"a", "b c"}, 5},
		{"other section", "[Unit]\nAfter=a\n", "Service/After", nil, 0},
		{"outside of sections", "After=a\n", "/After", nil, 0},
		{"comments", "[Unit]\n#After=a\n  ;After=b\n", "Unit/After", nil, 0},
		{"continued over comments", "[Unit]\nAfter=a\\\n# b \\\n; c\n  d\nX=1\n", "Unit/After", []string{"a d"}, 2},
		{"empty line ends", "[Unit]\nAfter=a \\\n\nX=1\n", "Unit/X", []string{"1"}, 4},
		{"escaped backslash", "[Unit]\nAfter=a\\\\\nX=1\n", "Unit/After", []string{`a\\`}, 2},
		{"CRLF", "[Unit]\r\nAfter=a \\\r\n b\r\n", "Unit/After", []string{"a b"}, 2},
		{"continued at the end", "[Unit]\nAfter=a \\", "Unit/After", []string{"a"}, 2},
	})
}

func TestUnitIsReadOnly(t *testing.T) {
	d := open(t, "unit", dropIn)
	for _, err := range []error{d.Set("Service/ExecStart", "x"), d.Unset("Service/ExecStart")} {
		if err == nil || !strings.Contains(err.Error(), "unit files can only be read") {
			t.Errorf("error %v", err)
		}
	}
	if _, _, _, err := d.Get("ExecStart"); err == nil {
		t.Error("an address without a section is not an error")
	}
	if string(d.Bytes()) != dropIn {
		t.Error("the text changed")
	}
}

// Each assignment comes with its section and its line, resets too.
func TestUnitSettings(t *testing.T) {
	got := UnitSettings([]byte("# c\n[Unit]\nAfter=a \\\n  b\n\n[Service]\nExecStart=\nExecStart = /a --b\nnothing\n"))
	want := []UnitSetting{{"Unit", "After", "a b", 3}, {"Service", "ExecStart", "", 7}, {"Service", "ExecStart", "/a --b", 8}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := UnitSettings(nil); len(got) > 0 {
		t.Errorf("of an empty file: %+v", got)
	}
}
