package procnet

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The kernel's own table has both ends of a connection of this process.
func TestRowsOfThisMachine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	here, there := c.LocalAddr().(*net.TCPAddr).AddrPort(), l.Addr().(*net.TCPAddr).AddrPort()
	var states []string
	for row, err := range Rows("/proc/net/tcp", ManyLines) {
		if err != nil {
			t.Fatal(err)
		}
		local, _ := row.Local()
		remote, _ := row.Remote()
		switch {
		case local == there && row.State() == Listen, local == here && remote == there && row.State() == Established:
			states = append(states, row.State())
			if row.UID() != fmt.Sprint(os.Getuid()) || row.Inode() == "0" {
				t.Errorf("%v is of user %s with inode %s", local, row.UID(), row.Inode())
			}
		}
	}
	if slices.Sort(states); !slices.Equal(states, []string{Established, Listen}) {
		t.Errorf("found %q", states)
	}
}

func TestRowsErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, test := range map[string]struct{ file, want string }{
		"no file":        {filepath.Join(dir, "none"), "no such file"},
		"many":           {write("many", strings.Repeat("\n", maxSockets+2)), "more than"},
		"one long line":  {write("long", strings.Repeat("x", 1<<20)), "too long"},
		"lines, no rows": {write("few", "sl local_address\n0: 1 2 3\n"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got error
			for row, err := range Rows(test.file, OneLine) {
				if got = err; err == nil {
					t.Errorf("got %v", row)
				}
			}
			if test.want == "" && got != nil || test.want != "" && (got == nil || !strings.Contains(got.Error(), test.want)) {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}

func TestParseAddress(t *testing.T) {
	for _, test := range []struct {
		text, want string
	}{
		{"0100007F:1F90", "127.0.0.1:8080"},
		{"00000000:280F", "0.0.0.0:10255"},
		{"00000000000000000000000000000000:2812", "[::]:10258"},
		{"00000000000000000000000001000000:0016", "[::1]:22"},
		{"0000000000000000FFFF00000100007F:0016", "[::ffff:127.0.0.1]:22"},
	} {
		t.Run(test.want, func(t *testing.T) {
			if !littleEndian() {
				t.Skip("the texts of this test are those of a little-endian machine")
			}
			got, ok := parseAddress(test.text)
			if !ok || got != netip.MustParseAddrPort(test.want) {
				t.Fatalf("got %v, %v", got, ok)
			}
		})
	}
	for _, text := range []string{"", "x:1", "0100007F", "01:1", "0100007F:99999"} {
		if got, ok := parseAddress(text); ok {
			t.Errorf("%q was taken for %v", text, got)
		}
	}
}

// FuzzSockets reads any table of /proc/net: an address that is read is the
// one that the kernel would write the same way.
func FuzzSockets(f *testing.F) {
	f.Add("  sl  local_address\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 123 1\n")
	f.Add("   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 77 1\n")
	f.Add("0: :0 x 0A a b c d e f\n1: 010000:1 x 0A a b c d e f\n2: 0100007F:10000 x 0A a b c d e f\n")
	f.Fuzz(func(t *testing.T, table string) {
		file := filepath.Join(t.TempDir(), "tcp")
		if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		for row, err := range Rows(file, OneLine) {
			if err != nil {
				if !strings.Contains(err.Error(), "too long") {
					t.Fatal(err)
				}
				return
			}
			address, ok := row.Local()
			if ok && (!address.IsValid() || row.Inode() == "" || !strings.Contains(strings.ToUpper(table), kernelAddress(address))) {
				t.Fatalf("%s with inode %q from %q", address, row.Inode(), table)
			}
		}
	})
}

// kernelAddress writes an address as /proc/net/tcp does on this machine.
func kernelAddress(a netip.AddrPort) string {
	raw := a.Addr().AsSlice()
	for i := 0; i < len(raw) && littleEndian(); i += 4 {
		slices.Reverse(raw[i : i+4])
	}
	return fmt.Sprintf("%X:", raw)
}
